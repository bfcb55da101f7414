"""The pages of appointments."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import day_start, local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.ids import PersonID
from clubsales.leads.appointments import agenda, operations, queries
from clubsales.leads.appointments.queries import AppointmentLine
from clubsales.leads.appointments.rules import Status
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from tests.builders import Cast, consultant_of
from tests.integration.auth.support import Browser, account, account_id_of, let_in

Enter = Callable[[Actor], Browser]


@pytest.fixture
def enter(client: FlaskClient, session: Session) -> Enter:
    def enter(actor: Actor) -> Browser:
        let_in(session, actor)
        browser = Browser(client, {"Accept-Language": "en"})
        browser.sign_in(account(session, actor).username)
        return browser

    return enter


@pytest.fixture
def tomorrow(cast: Cast) -> date:
    return local_day(now(), cast.club.zone) + timedelta(days=1)


def public_id(session: Session, cast: Cast, actor: Actor) -> str:
    return profiles.get(session, cast.club.id, consultant_of(actor)).public_id


def all_of(session: Session, cast: Cast) -> list[AppointmentLine]:
    session.expire_all()
    today = local_day(now(), cast.club.zone)
    return agenda.in_club(session, cast.club.id, today - timedelta(days=9), today + timedelta(days=400))


def booked(
    session: Session,
    cast: Cast,
    day: date,
    *,
    actor: Actor | None = None,
    phone: str = "+8613800138000",
    name: str = "王芳",
) -> str:
    """Somebody booked with Lin at 15:00; the public id."""
    actor = actor or cast.lin
    person_id = people.find_or_add(session, e164=phone, name=name, actor=actor, at=now())
    operations.make(
        session,
        consultant_id=consultant_of(actor),
        person_id=person_id,
        due_at=day_start(day, cast.club.zone) + timedelta(hours=15),
        actor=actor,
        at=now(),
    )
    session.commit()
    return next(line.public_id for line in all_of(session, cast) if line.person_id == person_id)


def book(browser: Browser, session: Session, cast: Cast, on: date, **fields: str) -> TestResponse:
    form = {
        "phone": "138 0013 8000",
        "name": "王芳",
        "consultant": public_id(session, cast, cast.lin),
        "day": on.isoformat(),
        "time": "15:30",
        **fields,
    }
    return browser.post("/appointments", page="/appointments/new", **form)


def test_a_guest_is_booked_and_stands_in_the_list(
    enter: Enter, session: Session, cast: Cast, tomorrow: date
) -> None:
    lin = enter(cast.lin)
    assert "Nobody is booked with you" in lin.text("/appointments")
    assert book(lin, session, cast, tomorrow, note="想看泳池").location == "/appointments"
    (line,) = all_of(session, cast)
    assert line.due_at == day_start(tomorrow, cast.club.zone) + timedelta(hours=15, minutes=30)
    assert (line.person_name, line.consultant_name, line.e164) == ("王芳", "林静", "+8613800138000")
    page = lin.text("/appointments")
    assert "Tomorrow" in page
    assert "王芳" in page
    assert "15:30" in page
    assert "138****8000" in page
    assert "13800138000" not in page.replace(" ", "")


def test_the_form_offers_himself_today_and_half_hours(enter: Enter, session: Session, cast: Cast) -> None:
    morning = day_start(local_day(now(), cast.club.zone), cast.club.zone) + timedelta(hours=8)
    with time_machine.travel(morning, tick=False):  # in the evening today has no half hours left
        page = enter(cast.lin).text("/appointments/new")
    assert f'<option selected value="{public_id(session, cast, cast.lin)}">林静' in page
    times = re.findall(r'name="time" value="([0-9:]+)"', page)
    assert (times[0], times[1], times[-1], len(times)) == ("09:00", "09:30", "21:30", 26)
    days = re.findall(r'name="day" value="([0-9-]+)"( checked)?', page)
    assert [bool(checked) for _day, checked in days] == [True] + [False] * 6
    assert "孙主管" in page
    assert "吴经理" in page


def test_what_is_typed_counts_instead_of_what_is_tapped(
    enter: Enter, session: Session, cast: Cast, tomorrow: date
) -> None:
    typed = tomorrow + timedelta(days=30)
    book(enter(cast.desk), session, cast, tomorrow, other_day=typed.isoformat(), other_time="18:47")
    (line,) = all_of(session, cast)
    assert line.due_at == day_start(typed, cast.club.zone) + timedelta(hours=18, minutes=47)


def test_the_same_press_twice_is_one_appointment(
    enter: Enter, session: Session, cast: Cast, tomorrow: date
) -> None:
    lin = enter(cast.lin)
    for _press in range(2):
        assert book(lin, session, cast, tomorrow).status_code == HTTPStatus.FOUND
    assert len(all_of(session, cast)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": ""},
        {"phone": "12"},
        {"consultant": ""},
        {"day": ""},
        {"day": "x"},
        {"other_day": "0001-01-01"},
        {"other_day": "9999-12-31"},
        {"time": ""},
        {"time": "25:00"},
        {"other_time": "a\0b"},
        {"note": "长" * 501},
        {"name": "长" * 121},
    ],
)
def test_what_is_wrong_is_marked_and_nothing_saved(
    enter: Enter, session: Session, cast: Cast, tomorrow: date, wrong: dict[str, str]
) -> None:
    answer = book(enter(cast.lin), session, cast, tomorrow, **wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'class="error"' in answer.get_data(as_text=True)
    assert all_of(session, cast) == []


def test_a_time_that_is_over_is_refused_in_words(
    enter: Enter, session: Session, cast: Cast, tomorrow: date
) -> None:
    lin = enter(cast.lin)
    answer = book(lin, session, cast, tomorrow - timedelta(days=3))
    assert answer.status_code == HTTPStatus.FOUND
    assert "This time has passed" in lin.text("/appointments/new")
    assert all_of(session, cast) == []


def test_a_consultant_of_another_club_is_nobody(
    enter: Enter, session: Session, cast: Cast, tomorrow: date
) -> None:
    for wrong in ("a2b3c4d5e6f7", "x"):
        answer = book(enter(cast.lin), session, cast, tomorrow, consultant=wrong)
        assert answer.status_code == HTTPStatus.NOT_FOUND


def test_somebody_known_is_booked_without_typing_the_phone(
    enter: Enter, session: Session, cast: Cast, tomorrow: date
) -> None:
    known = booked(session, cast, tomorrow)
    line = queries.line(session, cast.club.id, known)
    lin = enter(cast.lin)
    page = lin.text(f"/appointments/new?person={line.person_public_id}")
    assert "王芳" in page
    assert "Expected already" in page
    later = tomorrow + timedelta(days=1)
    book(lin, session, cast, later, phone="", person=line.person_public_id)
    assert [each.person_id for each in all_of(session, cast)] == [line.person_id] * 2
    assert lin.get("/appointments/new?person=a2b3c4d5e6f7").status_code == HTTPStatus.NOT_FOUND
    assert lin.get("/appointments/new?person=x%00").status_code == HTTPStatus.NOT_FOUND


def test_while_the_phone_is_typed_the_probe_says_who_it_is(
    enter: Enter, session: Session, cast: Cast
) -> None:
    assert 'hx-post="/leads/probe"' in enter(cast.lin).text("/appointments/new")


def test_a_guest_with_two_appointments_is_told_of(
    enter: Enter, session: Session, cast: Cast, tomorrow: date
) -> None:
    booked(session, cast, tomorrow, actor=cast.zhou)
    lin = enter(cast.lin)
    book(lin, session, cast, tomorrow)
    assert "the one made first counts" in lin.text("/appointments")
    assert len(all_of(session, cast)) == 2


def test_mine_and_everybodys(enter: Enter, session: Session, cast: Cast, tomorrow: date) -> None:
    booked(session, cast, tomorrow, name="林的客人")
    booked(session, cast, tomorrow, actor=cast.zhou, phone="+8613800138001", name="周的客人")
    lin = enter(cast.lin)
    mine, everybodys = lin.text("/appointments"), lin.text("/appointments?whose=all")
    assert ("林的客人" in mine, "周的客人" in mine) == (True, False)
    assert ("林的客人" in everybodys, "周的客人" in everybodys) == (True, True)


def test_the_desk_sees_everybodys(enter: Enter, session: Session, cast: Cast, tomorrow: date) -> None:
    booked(session, cast, tomorrow)
    assert "王芳" in enter(cast.desk).text("/appointments")


@pytest.mark.parametrize("asked", ["x", "9999-12-31", "0001-01-01", "2026-02-30", "%00"])
def test_a_day_that_is_none_is_today(enter: Enter, cast: Cast, asked: str) -> None:
    assert enter(cast.lin).get(f"/appointments?from={asked}").status_code == HTTPStatus.OK


def test_later_weeks_are_a_tap_away(enter: Enter, session: Session, cast: Cast, tomorrow: date) -> None:
    booked(session, cast, tomorrow + timedelta(days=10))
    lin = enter(cast.lin)
    first = lin.text("/appointments")
    assert "王芳" not in first
    (later,) = re.findall(r'href="([^"]+)"[^>]*><svg[^>]*>(?:(?!</a>).)*Next week', first)
    assert "王芳" in lin.text(later.replace("&amp;", "&"))


def test_the_supervisor_sees_what_was_reported_to_him(
    enter: Enter, session: Session, cast: Cast, tomorrow: date
) -> None:
    supervisor = account(session, cast.supervisor).public_id
    book(enter(cast.lin), session, cast, tomorrow, report_to=supervisor)
    (line,) = all_of(session, cast)
    assert line.reported_to == account_id_of(cast.supervisor)
    assert 'id="reported"' in enter(cast.supervisor).text("/appointments")
    assert 'id="reported"' not in enter(cast.manager).text("/appointments")


def test_reported_later_on_its_page(enter: Enter, session: Session, cast: Cast, tomorrow: date) -> None:
    page = f"/appointments/{booked(session, cast, tomorrow)}"
    lin = enter(cast.lin)
    manager = account(session, cast.manager).public_id
    assert lin.post(f"{page}/report", page=page).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert lin.post(f"{page}/report", page=page, to="x").status_code == HTTPStatus.NOT_FOUND
    lin.post(f"{page}/report", page=page, to=manager)
    assert all_of(session, cast)[0].reported_to_name == "吴经理"
    assert "吴经理" in lin.text(page)


def test_moved_on_its_page(enter: Enter, session: Session, cast: Cast, tomorrow: date) -> None:
    page = f"/appointments/{booked(session, cast, tomorrow)}"
    lin = enter(cast.lin)
    later = tomorrow + timedelta(days=1)
    assert lin.post(f"{page}/move", page=page, day="x").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    lin.post(f"{page}/move", page=page, day=later.isoformat(), time="10:00")
    assert all_of(session, cast)[0].due_at == day_start(later, cast.club.zone) + timedelta(hours=10)


def test_cancelled_with_a_reason(enter: Enter, session: Session, cast: Cast, tomorrow: date) -> None:
    page = f"/appointments/{booked(session, cast, tomorrow)}"
    lin = enter(cast.lin)
    assert lin.post(f"{page}/cancel", page=page).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for _press in range(2):
        lin.post(f"{page}/cancel", page="/appointments/new", reason="出差")
    assert all_of(session, cast)[0].status is Status.CANCELLED
    text = lin.text(page)
    assert "出差" in text
    assert "Book again" in text


def test_another_consultant_is_told_whose_it_is(
    enter: Enter, session: Session, cast: Cast, tomorrow: date
) -> None:
    page = f"/appointments/{booked(session, cast, tomorrow)}"
    zhou = enter(cast.zhou)
    assert "/cancel" not in zhou.text(page)
    zhou.post(f"{page}/cancel", page="/appointments/new", reason="x")
    assert "another consultant" in zhou.text(page)
    assert all_of(session, cast)[0].status is Status.BOOKED


def test_another_club_finds_nothing(enter: Enter, session: Session, cast: Cast, tomorrow: date) -> None:
    page = f"/appointments/{booked(session, cast, tomorrow)}"
    stranger = enter(cast.other_manager)
    assert stranger.get(page).status_code == HTTPStatus.NOT_FOUND
    for verb, fields in (
        ("cancel", {"reason": "x"}),
        ("move", {"day": tomorrow.isoformat(), "time": "10:00"}),
        ("report", {"to": account(session, cast.manager).public_id}),
    ):
        answer = stranger.post(f"{page}/{verb}", page="/appointments/new", **fields)
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "王芳" not in stranger.text("/appointments?whose=all")


def test_who_may_look_may_not_always_book(enter: Enter, session: Session, cast: Cast, tomorrow: date) -> None:
    page = f"/appointments/{booked(session, cast, tomorrow)}"
    director = enter(cast.director)
    assert "王芳" in director.text("/appointments")
    assert "/appointments/new" not in director.text("/appointments")
    assert "/cancel" not in director.text(page)
    assert director.get("/appointments/new").status_code == HTTPStatus.FORBIDDEN
    assert enter(cast.finance).get("/appointments").status_code == HTTPStatus.FORBIDDEN


def test_whoever_did_not_come_is_listed_and_booked_again(
    enter: Enter, session: Session, cast: Cast, tomorrow: date
) -> None:
    known = booked(session, cast, tomorrow)
    operations.mark_missed(session, now() + timedelta(days=3))
    session.commit()
    lin = enter(cast.lin)
    assert "Did not come in the last seven days" in lin.text("/appointments")
    assert "Book again" in lin.text(f"/appointments/{known}")


def test_the_mask_follows_the_clubs_policy(
    enter: Enter, session: Session, cast: Cast, tomorrow: date
) -> None:
    booked(session, cast, tomorrow)
    policies.publish(
        session,
        changes={"privacy": {"mask": {"first": 2, "last": 1}}},
        valid_from=date(2026, 1, 1),
        actor=cast.manager,
        at=now(),
    )
    session.commit()
    assert "13****0" in enter(cast.lin).text("/appointments")


def test_the_piece_of_a_persons_page(enter: Enter, session: Session, cast: Cast, tomorrow: date) -> None:
    page = f"/appointments/{booked(session, cast, tomorrow)}"
    person_id: PersonID = all_of(session, cast)[0].person_id
    intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.lin, at=now())
    session.commit()
    assert "/leads/" in enter(cast.lin).text(page)
    of_person = queries.of_person(session, cast.club.organisation_id, cast.club.id, person_id)
    assert [f"/appointments/{line.public_id}" for line in of_person.lines] == [page]
