"""The calendar, outcomes in one tap, whom to remind and by which words."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.frontdesk.reception import operations as reception
from clubsales.ids import PersonID
from clubsales.leads.appointments import agenda, operations, outcomes, queries
from clubsales.leads.appointments.queries import AppointmentLine
from clubsales.leads.appointments.rules import AppointmentOutcome, MissedBecause
from clubsales.leads.claims import operations as claims
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.leads.people.models import PersonRow
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, account, let_in
from tests.statements import statements

AT = local(14, 20)
PHONE = "+8613800138000"
Enter = Callable[[Actor], Browser]


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def enter(client: FlaskClient, session: Session) -> Enter:
    def enter(actor: Actor) -> Browser:
        let_in(session, actor)
        browser = Browser(client, {"Accept-Language": "en"})
        browser.sign_in(account(session, actor).username)
        return browser

    return enter


def guest(session: Session, cast: Cast, phone: str = PHONE, name: str = "王芳") -> PersonID:
    person_id = people.find_or_add(session, e164=phone, name=name, actor=cast.desk, at=local(8))
    intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.lin, at=local(8))
    return person_id


def booked(
    session: Session,
    cast: Cast,
    due_at: Instant,
    *,
    actor: Actor | None = None,
    phone: str = PHONE,
    name: str = "王芳",
) -> str:
    """The public id of an appointment of Lin's, or somebody else's, made at nine."""
    actor = actor or cast.lin
    person_id = guest(session, cast, phone, name)
    made = operations.make(
        session,
        consultant_id=consultant_of(actor),
        person_id=person_id,
        due_at=due_at,
        actor=actor,
        at=local(9),
    )
    session.commit()
    found: str = session.execute(
        sa.select(queries.APPOINTMENT.c.public_id).where(queries.APPOINTMENT.c.id == made)
    ).scalar_one()
    return found


def comes(session: Session, cast: Cast, at: Instant) -> None:
    reception.arrive(session, e164=PHONE, name="", signals=(), came_with=None, actor=cast.desk, at=at)
    session.commit()


def line(session: Session, cast: Cast, public_id: str) -> AppointmentLine:
    session.expire_all()
    return queries.line(session, cast.club.id, public_id)


def test_the_calendar_has_what_the_list_has(enter: Enter, session: Session, cast: Cast) -> None:
    public_id = booked(session, cast, local(16))
    page = enter(cast.lin).text("/appointments")
    drawn = page[page.index('<svg class="calendar"') : page.index("</section>", page.index("calendar"))]
    assert f"/appointments/{public_id}" in drawn
    assert "王芳" in drawn
    assert "style=" not in page
    assert "day=2026-03-09&amp;time=15:00" in drawn  # an hour to come
    assert "day=2026-03-09&amp;time=14:00" not in drawn


def test_who_only_looks_taps_no_hour(enter: Enter, session: Session, cast: Cast) -> None:
    booked(session, cast, local(16))
    assert "/appointments/new" not in enter(cast.director).text("/appointments")


def test_mine_my_teams_and_everybodys(enter: Enter, session: Session, cast: Cast) -> None:
    for place, who in enumerate((cast.lin, cast.zhou, cast.ma)):
        booked(
            session,
            cast,
            local(16),
            actor=who,
            phone=f"+861380013800{place}",
            name=("甲", "乙", "丙")[place] + "客人",
        )
    lin = enter(cast.lin)
    seen = {
        whose: [
            name
            for name in ("甲客人", "乙客人", "丙客人")
            if name in lin.text(f"/appointments?whose={whose}")
        ]
        for whose in ("mine", "team", "all", "x")
    }
    assert seen == {
        "mine": ["甲客人"],
        "team": ["甲客人", "乙客人"],
        "all": ["甲客人", "乙客人", "丙客人"],
        "x": ["甲客人"],
    }


def test_bought_in_one_tap(enter: Enter, session: Session, cast: Cast) -> None:
    public_id = booked(session, cast, local(14))
    comes(session, cast, local(14))
    lin = enter(cast.lin)
    assert f'action="/appointments/{public_id}/outcome"' in lin.text("/appointments")
    lin.post(f"/appointments/{public_id}/outcome", page="/appointments", outcome="bought")
    assert line(session, cast, public_id).outcome is AppointmentOutcome.BOUGHT
    assert f'action="/appointments/{public_id}/outcome"' not in lin.text("/appointments")


def test_whoever_comes_again_is_booked_from_the_same_page(enter: Enter, session: Session, cast: Cast) -> None:
    public_id = booked(session, cast, local(14))
    comes(session, cast, local(14))
    lin, page = enter(cast.lin), f"/appointments/{public_id}"
    wrong = lin.post(f"{page}/outcome", page=page, outcome="be_back", next="set", day="x")
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert line(session, cast, public_id).outcome is None
    lin.post(f"{page}/outcome", page=page, outcome="be_back", next="set", day="2026-03-12", time="18:30")
    assert line(session, cast, public_id).outcome is AppointmentOutcome.BE_BACK
    (again,) = agenda.expected_of(session, cast.club.id, line(session, cast, public_id).person_id, AT.date())
    assert again.due_at == local(18, 30, day=12)


def test_whoever_comes_again_some_day_gets_a_next_step(enter: Enter, session: Session, cast: Cast) -> None:
    public_id = booked(session, cast, local(14))
    comes(session, cast, local(14))
    lin, page = enter(cast.lin), f"/appointments/{public_id}"
    answer = lin.post(f"{page}/outcome", page=page, outcome="be_back")
    assert answer.location == f"/leads/{line(session, cast, public_id).lead_public_id}/contact"


def test_whoever_is_lost_is_so_on_the_leads_page(enter: Enter, session: Session, cast: Cast) -> None:
    public_id = booked(session, cast, local(14))
    comes(session, cast, local(14))
    lin, page = enter(cast.lin), f"/appointments/{public_id}"
    answer = lin.post(f"{page}/outcome", page=page, outcome="lost")
    assert answer.location == f"/leads/{line(session, cast, public_id).lead_public_id}"


@pytest.mark.parametrize("fields", [{}, {"outcome": "x"}, {"outcome": "be_back", "next": "set"}])
def test_what_is_no_outcome_is_not_saved(
    enter: Enter, session: Session, cast: Cast, fields: dict[str, str]
) -> None:
    public_id = booked(session, cast, local(14))
    comes(session, cast, local(14))
    page = f"/appointments/{public_id}"
    answer = enter(cast.lin).post(f"{page}/outcome", page=page, **fields)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert line(session, cast, public_id).outcome is None


def test_a_no_show_gets_a_reason_and_is_booked_again_in_two_taps(
    enter: Enter, session: Session, cast: Cast
) -> None:
    public_id = booked(session, cast, local(18, 30))
    operations.mark_missed(session, local(0, day=10))
    session.commit()
    with time_machine.travel(local(10, day=10), tick=False):
        lin = enter(cast.lin)
        page = f"/appointments/{public_id}"
        assert lin.post(f"{page}/missed", page=page, because="x").status_code == 422
        lin.post(f"{page}/missed", page=page, because="forgot")
        assert line(session, cast, public_id).missed_because is MissedBecause.FORGOT
        index = lin.text("/appointments")
        assert "Forgot" in index
        (again,) = re.findall(r'href="(/appointments/new\?person=[^"]+)"', index)
        form = lin.text(again.replace("&amp;", "&"))
    assert 'name="day" value="2026-03-10" checked' in form
    assert 'name="time" value="18:30" checked' in form
    assert f'selected value="{line(session, cast, public_id).consultant_public_id}"' in form


def test_handed_on_to_another_consultant(enter: Enter, session: Session, cast: Cast) -> None:
    public_id = booked(session, cast, local(18))
    manager, page = enter(cast.manager), f"/appointments/{public_id}"
    zhou = profiles.get(session, cast.club.id, consultant_of(cast.zhou)).public_id
    assert manager.post(f"{page}/reassign", page=page).status_code == 422
    assert manager.post(f"{page}/reassign", page=page, consultant="x").status_code == 404
    manager.post(f"{page}/reassign", page=page, consultant=zhou)
    assert line(session, cast, public_id).consultant_name == "周倩"


def test_today_and_tomorrow_are_reminded(enter: Enter, session: Session, cast: Cast) -> None:
    today = booked(session, cast, local(18), phone="+8613800138001", name="今天")
    tomorrow = booked(session, cast, local(10, day=10), phone="+8613800138002", name="明天")
    booked(session, cast, local(10, day=11), phone="+8613800138003", name="后天")
    booked(session, cast, local(14), phone="+8613800138004", name="刚才")
    lin = enter(cast.lin)
    page = lin.text("/appointments/reminders")
    assert "2 guests not reminded yet" in page
    assert [name in page for name in ("今天", "明天", "后天", "刚才")] == [True, True, False, False]
    lin.post(f"/appointments/{today}/reminded", page="/appointments/reminders")
    assert line(session, cast, today).reminded_at == AT
    assert line(session, cast, tomorrow).reminded_at is None
    assert "1 guest not reminded yet" in lin.text("/appointments/reminders")


def test_a_reminder_says_who_when_and_to_whom_in_both_languages(
    enter: Enter, session: Session, cast: Cast
) -> None:
    page = enter(cast.lin).text(f"/appointments/{booked(session, cast, local(18, 30))}/reminder")
    texts = re.findall(r'data-copy="([^"]+)"', page)
    assert len(texts) == 2
    for text in texts:
        for word in ("王芳", "阳光店", "18:30", "林静"):
            assert word in text
    assert "Monday, March 9" in texts[0]
    assert "3月9日" in texts[1]


def test_phone_and_mail_go_to_whoever_may_see_them(enter: Enter, session: Session, cast: Cast) -> None:
    public_id = booked(session, cast, local(18))
    person_id = line(session, cast, public_id).person_id
    session.execute(
        sa.update(PersonRow).where(PersonRow.id == person_id).values(email="wang&fang@example.com")
    )
    session.commit()
    address = f"/appointments/{public_id}/reminder"

    def shown(browser: Browser) -> tuple[bool, bool]:
        pages = browser.text(address) + browser.text("/appointments/reminders?whose=all")
        return "13800138000" in pages, "mailto:wang%26fang@example.com?subject=" in pages

    assert shown(enter(cast.manager)) == (True, True)
    assert shown(enter(cast.lin)) == (False, False)
    claims.claim(
        session,
        person_id=person_id,
        consultant_id=consultant_of(cast.ma),
        actor=cast.ma,
        at=AT,
    )
    session.commit()
    assert shown(enter(cast.ma)) == (True, True)
    assert shown(enter(cast.lin)) == (False, False)


def test_the_file_for_the_guests_calendar(enter: Enter, session: Session, cast: Cast) -> None:
    public_id = booked(session, cast, local(18, 30))
    lin = enter(cast.lin)
    answer = lin.get(f"/appointments/{public_id}/invitation.ics?language=en")
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/calendar"
    assert 'filename="visit-2026-03-09.ics"' in answer.headers["Content-Disposition"]
    assert "DTSTART:20260309T103000Z" in text
    assert "DTEND:20260309T113000Z" in text
    assert f"UID:appointment-{public_id}@clubsales" in text
    assert "13800138000" not in text
    assert "王芳" not in text
    operations.cancel(session, public_id=public_id, reason="出差", actor=cast.lin, at=AT)
    session.commit()
    assert lin.get(f"/appointments/{public_id}/invitation.ics").status_code == HTTPStatus.NOT_FOUND


def test_another_club_reminds_nobody_of_ours(enter: Enter, session: Session, cast: Cast) -> None:
    public_id = booked(session, cast, local(18))
    stranger = enter(cast.other_manager)
    for page in ("reminder", "invitation.ics"):
        assert stranger.get(f"/appointments/{public_id}/{page}").status_code == HTTPStatus.NOT_FOUND
    for verb, fields in (
        ("outcome", {"outcome": "lost"}),
        ("missed", {"because": "ill"}),
        ("reminded", {}),
        ("reassign", {"consultant": "a2b3c4d5e6f7"}),
    ):
        answer = stranger.post(f"/appointments/{public_id}/{verb}", page="/appointments/new", **fields)
        assert answer.status_code == HTTPStatus.NOT_FOUND, verb
    assert "王芳" not in stranger.text("/appointments/reminders?whose=all")


def test_a_full_week_costs_as_many_statements_as_an_empty_one(
    enter: Enter, session: Session, cast: Cast
) -> None:
    lin = enter(cast.lin)

    def cost(address: str) -> int:
        with statements() as sent:
            assert lin.get(address).status_code == HTTPStatus.OK
        return len(sent)

    booked(session, cast, local(18))
    one = [cost(address) for address in ("/appointments?whose=all", "/appointments/reminders?whose=all")]
    for number in range(12):
        booked(
            session,
            cast,
            local(10 + number % 9, day=10),
            phone=f"+86138001381{number:02}",
            name=f"客{number}",
        )
    outcomes.remind(session, public_id=booked(session, cast, local(18)), actor=cast.lin, at=AT)
    session.commit()
    many = [cost(address) for address in ("/appointments?whose=all", "/appointments/reminders?whose=all")]
    assert many == one
    assert max(many) <= 9


def test_two_weeks_are_two_taps(enter: Enter, session: Session, cast: Cast) -> None:
    booked(session, cast, AT + timedelta(days=13))
    lin = enter(cast.lin)
    assert "王芳" not in lin.text("/appointments")
    assert "王芳" in lin.text("/appointments?from=2026-03-16")
