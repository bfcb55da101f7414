"""The pages of passes."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from clubsales import qr
from clubsales.actor import Actor
from clubsales.clock import local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.frontdesk.reception.operations import arrive
from clubsales.leads.passes import operations, queries
from clubsales.leads.passes.queries import PassLine, PassView
from clubsales.leads.passes.rules import PassKind, PassState, Sight, scannable, worth
from clubsales.leads.people import operations as people
from tests.builders import Cast, consultant_of
from tests.integration.auth.support import Browser, account, let_in

Enter = Callable[[Actor], Browser]
TRIAL, COUPON, CARD = PassKind.TRIAL_PASS, PassKind.GIFT_COUPON, PassKind.BUSINESS_CARD
EVERYTHING = Sight(consultant_id=None, coupons=True, everything=True)


@pytest.fixture
def enter(client: FlaskClient, session: Session) -> Enter:
    def enter(actor: Actor) -> Browser:
        let_in(session, actor)
        browser = Browser(client, {"Accept-Language": "en"})
        browser.sign_in(account(session, actor).username)
        return browser

    return enter


@pytest.fixture
def today(cast: Cast) -> date:
    return local_day(now(), cast.club.zone)


def issued(session: Session, cast: Cast, state: PassState | None = None) -> list[PassLine]:
    session.expire_all()
    day = local_day(now(), cast.club.zone)
    return queries.lines(session, cast.club.id, EVERYTHING, today=day, state=state, limit=100)


def a_pass(session: Session, cast: Cast, kind: PassKind = TRIAL, **changes: object) -> PassView:
    values: dict[str, object] = {
        "consultant_id": None if kind is COUPON else consultant_of(cast.lin),
        "actor": cast.lin,
        **changes,
    }
    made = operations.issue(session, kind=kind, at=now(), **values)  # type: ignore[arg-type]
    session.commit()
    return made


def shown(session: Session, cast: Cast, guest_pass: PassView, today: date) -> None:
    """王芳 showed it at the desk."""
    phone = "+8613800138000"
    reception_id = arrive(session, e164=phone, name="王芳", actor=cast.desk, at=now()).reception_id
    person_id = people.find_or_add(session, e164=phone, name="", actor=cast.desk, at=now())
    operations.show(
        session,
        shown=guest_pass,
        worth=worth(guest_pass, person_id=person_id, is_member=False, day=today),
        reception_id=reception_id,
        person_id=person_id,
        actor=cast.desk,
        at=now(),
    )
    session.commit()


def hand_out(browser: Browser, what: str = "trial", **fields: str) -> TestResponse:
    form = {"count": "1", "days": "14", "submission_key": str(uuid4()), **fields}
    return browser.post(f"/passes/{what}", page="/passes", **form)


def test_one_trial_pass_is_shown_large_at_once(
    enter: Enter, session: Session, cast: Cast, today: date
) -> None:
    lin = enter(cast.lin)
    assert "Nothing handed out yet" in lin.text("/passes")
    answer = hand_out(lin)
    (made,) = issued(session, cast)
    assert (made.kind, made.consultant_id) == (TRIAL, consultant_of(cast.lin))
    assert made.valid_until == today + timedelta(days=14)
    assert answer.location == f"/passes/{made.public_id}"
    page = lin.text(answer.location)
    assert str(qr.svg(scannable(made.code))) in page
    assert f"{made.code[:4]} {made.code[4:]}" in page
    assert "林静" in page


def test_several_go_to_the_printer(enter: Enter, session: Session, cast: Cast) -> None:
    lin = enter(cast.lin)
    a_pass(session, cast)  # of another press
    answer = hand_out(lin, count="3", days="")
    made = [each for each in issued(session, cast) if each.valid_until is None and each.issued_by]
    page = lin.text(answer.location)
    assert answer.location.endswith("/sheet")
    assert page.count("card-print") == 3
    codes = [each.code for each in made]
    assert sum(f"{code[:4]} {code[4:]}" in page for code in codes) == 3
    assert "Ask for 林静" in page


def test_a_pass_shown_meanwhile_is_not_printed_again(
    enter: Enter, session: Session, cast: Cast, today: date
) -> None:
    lin = enter(cast.lin)
    address = hand_out(lin, count="2").location
    first, second = issued(session, cast)
    shown(session, cast, first, today)
    lin.post(f"/passes/{second.public_id}/revoke", page=f"/passes/{second.public_id}")
    assert "Nothing left to print" in lin.text(address)


def test_the_same_press_twice_hands_out_once(enter: Enter, session: Session, cast: Cast) -> None:
    lin, key = enter(cast.lin), str(uuid4())
    first, second = (hand_out(lin, count="5", submission_key=key) for _press in range(2))
    assert first.location == second.location
    assert len(issued(session, cast)) == 5


def test_a_typed_last_day_counts(enter: Enter, session: Session, cast: Cast, today: date) -> None:
    typed = today + timedelta(days=60)
    hand_out(enter(cast.lin), last_day=typed.isoformat())
    assert issued(session, cast)[0].valid_until == typed


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": "0"},
        {"count": "51"},
        {"count": "-1"},
        {"count": "x"},
        {"count": ""},
        {"count": "9" * 30},
        {"days": "3"},
        {"last_day": "x"},
        {"submission_key": ""},
        {"submission_key": "x" * 100},
    ],
)
def test_what_is_wrong_is_marked_and_nothing_issued(
    enter: Enter, session: Session, cast: Cast, wrong: dict[str, str]
) -> None:
    answer = hand_out(enter(cast.lin), **wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Please look at the marked fields" in answer.get_data(as_text=True)
    assert issued(session, cast) == []


@pytest.mark.parametrize("last_day", ["0001-01-01", "9999-12-31"])
def test_a_last_day_out_of_reach_is_refused_in_words(
    enter: Enter, session: Session, cast: Cast, last_day: str
) -> None:
    lin = enter(cast.lin)
    hand_out(lin, last_day=last_day)
    assert "Choose a last day" in lin.text("/passes")
    assert issued(session, cast) == []


def test_a_leader_issues_in_anybodys_name(enter: Enter, session: Session, cast: Cast) -> None:
    supervisor = enter(cast.supervisor)
    zhou = profiles.get(session, cast.club.id, consultant_of(cast.zhou)).public_id
    assert "周倩" in supervisor.text("/passes")
    hand_out(supervisor, consultant=zhou)
    hand_out(supervisor, consultant="nobody")
    assert {each.consultant_name for each in issued(session, cast)} == {"周倩", None}
    assert hand_out(supervisor, consultant="a2b3c4d5e6f7").status_code == HTTPStatus.NOT_FOUND


def test_a_consultant_issues_in_nobody_elses_name(enter: Enter, session: Session, cast: Cast) -> None:
    lin = enter(cast.lin)
    for name in (profiles.get(session, cast.club.id, consultant_of(cast.zhou)).public_id, "nobody"):
        hand_out(lin, consultant=name)
        assert "your own passes only" in lin.text("/passes")
    assert issued(session, cast) == []


def test_coupons_come_from_the_desk_and_name_nobody(enter: Enter, session: Session, cast: Cast) -> None:
    desk = enter(cast.desk)
    assert hand_out(desk, "coupons", count="2").status_code == HTTPStatus.FOUND
    assert [(each.kind, each.consultant_id) for each in issued(session, cast)] == [(COUPON, None)] * 2
    assert "Gift coupon" in desk.text("/passes")
    assert hand_out(desk, "trial").status_code == HTTPStatus.FORBIDDEN
    assert hand_out(enter(cast.lin), "coupons").status_code == HTTPStatus.FORBIDDEN


def test_my_card_is_made_once_and_again_after_its_withdrawal(
    enter: Enter, session: Session, cast: Cast
) -> None:
    lin = enter(cast.lin)
    first, again = (lin.post("/passes/card", page="/passes").location for _press in range(2))
    assert first == again
    assert "Show my card" in lin.text("/passes")
    assert "林静" in lin.text(f"{first}/printed")
    lin.post(f"{first}/revoke", page=first)
    assert "No longer valid" in lin.text(first)
    assert "Make my card" in lin.text("/passes")
    assert lin.post("/passes/card", page="/passes").location != first


def test_the_list_says_who_showed_it_and_when(
    enter: Enter, session: Session, cast: Cast, today: date
) -> None:
    guest_pass = a_pass(session, cast)
    shown(session, cast, guest_pass, today)
    lin = enter(cast.lin)
    assert "Shown by 王芳" in lin.text("/passes")
    page = lin.text(f"/passes/{guest_pass.public_id}")
    assert "Shown by 王芳" in page
    assert "It counted" in page


def test_the_list_is_filtered_by_where_passes_stand(
    enter: Enter, session: Session, cast: Cast, today: date
) -> None:
    made = {
        PassState.UNUSED: a_pass(session, cast),
        PassState.SHOWN: a_pass(session, cast, valid_until=today),
        PassState.EXPIRED: a_pass(session, cast, valid_until=today - timedelta(days=1)),
        PassState.REVOKED: a_pass(session, cast),
        PassState.IN_USE: a_pass(session, cast, CARD),
    }
    shown(session, cast, made[PassState.SHOWN], today)
    revoked = made[PassState.REVOKED].public_id
    operations.revoke(session, public_id=revoked, actor=cast.lin, at=now())
    session.commit()
    lin = enter(cast.lin)
    for state, guest_pass in made.items():
        assert [each.id for each in issued(session, cast, state)] == [guest_pass.id]
        assert issued(session, cast, state)[0].state(today) is state
        rows = re.findall(r'<li><a class="row grow" href="/passes/(\w+)"', lin.text(f"/passes?state={state}"))
        assert rows == [guest_pass.public_id]


def test_a_long_list_has_pages(enter: Enter, session: Session, cast: Cast) -> None:
    lin = enter(cast.lin)
    for count in ("50", "2"):
        hand_out(lin, count=count)
    rows = '<li><a class="row grow" href="/passes/'
    assert lin.text("/passes").count(rows) == 50
    assert lin.text("/passes?page=2").count(rows) == 2
    for asked in ("0", "-1", "x", "99999999999", "٣"):
        assert lin.get(f"/passes?page={asked}").status_code == HTTPStatus.OK


def test_colleagues_do_not_read_each_others_codes(enter: Enter, session: Session, cast: Cast) -> None:
    mine = a_pass(session, cast)
    coupon = a_pass(session, cast, COUPON)
    page, paper = f"/passes/{mine.public_id}", f"/passes/{mine.public_id}/printed"
    zhou = enter(cast.zhou)
    assert mine.public_id not in zhou.text("/passes?whose=all")
    for address in (page, paper, f"{page}/sheet", f"/passes/{coupon.public_id}"):
        assert zhou.get(address).status_code == HTTPStatus.NOT_FOUND
    desk = enter(cast.desk)
    assert desk.get(page).status_code == HTTPStatus.NOT_FOUND
    assert desk.get(f"/passes/{coupon.public_id}").status_code == HTTPStatus.OK
    for leader in (cast.supervisor, cast.manager, cast.director):
        assert mine.public_id in enter(leader).text("/passes?whose=all")


def test_another_club_finds_nothing(enter: Enter, session: Session, cast: Cast) -> None:
    guest_pass, coupon = a_pass(session, cast), a_pass(session, cast, COUPON)
    stranger = enter(cast.other_manager)
    for address in (guest_pass.public_id, coupon.public_id, "a2b3c4d5e6f7", "x"):
        for end in ("", "/printed", "/sheet"):
            assert stranger.get(f"/passes/{address}{end}").status_code == HTTPStatus.NOT_FOUND
    for door in (f"{guest_pass.public_id}/revoke", f"{coupon.public_id}/revoke-coupon"):
        assert stranger.post(f"/passes/{door}", page="/passes").status_code == HTTPStatus.NOT_FOUND
    assert issued(session, cast, PassState.REVOKED) == []


def test_who_withdraws_what(enter: Enter, session: Session, cast: Cast) -> None:
    guest_pass, coupon = a_pass(session, cast), a_pass(session, cast, COUPON)
    lin = enter(cast.lin)
    assert lin.post(f"/passes/{coupon.public_id}/revoke", page="/passes").status_code == HTTPStatus.NOT_FOUND
    assert (
        lin.post(f"/passes/{coupon.public_id}/revoke-coupon", page="/passes").status_code
        == HTTPStatus.FORBIDDEN
    )
    zhou = enter(cast.zhou)
    zhou.post(f"/passes/{guest_pass.public_id}/revoke", page="/passes")
    assert "your own passes only" in zhou.text("/passes")
    assert issued(session, cast, PassState.REVOKED) == []
    desk = enter(cast.desk)
    desk.post(f"/passes/{coupon.public_id}/revoke-coupon", page="/passes")
    assert [each.id for each in issued(session, cast, PassState.REVOKED)] == [coupon.id]


def test_who_may_look_may_not_always_issue(enter: Enter, session: Session, cast: Cast) -> None:
    guest_pass = a_pass(session, cast)
    director = enter(cast.director)
    assert "/passes/trial" not in director.text("/passes")
    assert "/revoke" not in director.text(f"/passes/{guest_pass.public_id}")
    assert enter(cast.finance).get("/passes").status_code == HTTPStatus.FORBIDDEN
