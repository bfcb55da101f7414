"""The pages of leave: asked for, decided, printed, withdrawn."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.auth import operations as auth
from clubsales.consultants.leave import operations, queries
from clubsales.consultants.leave.models import AuthorityAwayRow, LeaveRow
from clubsales.consultants.leave.queries import LeaveView
from clubsales.consultants.leave.rules import Kind, Status
from tests.builders import PASSWORD, Cast, a_colleague, consultant_of, local
from tests.integration.auth.support import Browser, let_in

FORM = {"kind": "annual", "first": "2026-03-10", "length": "1", "reason": "家里有事"}


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(local(10), tick=True):
        yield


@pytest.fixture
def boss(session: Session, cast: Cast) -> Actor:
    return a_colleague(session, cast.club, "zongjingli", "郑总", Role.GENERAL_MANAGER)


def window(client: FlaskClient, session: Session, who: Actor, username: str) -> Browser:
    let_in(session, who, at=local(10))
    browser = Browser(client.application.test_client(), {"Accept-Language": "en"})
    assert browser.sign_in(username).status_code == 303
    return browser


@pytest.fixture
def lin(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    return window(client, session, cast.lin, "linjing")


@pytest.fixture
def director(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    return window(client, session, cast.director, "heqiang")


def leave_of(session: Session, who: Actor) -> LeaveView:
    session.expire_all()
    (leave,) = queries.of_consultant(session, consultant_of(who))
    return leave


def filed(session: Session, who: Actor, *, last: int = 10) -> LeaveView:
    operations.file(
        session,
        consultant_id=consultant_of(who),
        kind=Kind.ANNUAL,
        first_day=date(2026, 3, 10),
        last_day=date(2026, 3, last),
        reason="家里有事",
        actor=who,
        at=local(9),
    )
    session.commit()
    return leave_of(session, who)


def test_leave_is_asked_for_with_chips(lin: Browser, session: Session, cast: Cast) -> None:
    assert lin.post("/leave", page="/leave", **FORM).status_code == 303
    leave = leave_of(session, cast.lin)
    assert (leave.first_day, leave.last_day, leave.half_days) == (date(2026, 3, 10), date(2026, 3, 10), 2)
    assert (leave.reason, leave.status) == ("家里有事", Status.FILED)
    page = lin.text("/leave")
    assert "Your request is filed (working days: 1). It waits for: Sales director, General manager." in page
    assert "Leave of up to 2 working days is decided by the sales director" in page
    assert "ATT-04" in page


def test_the_calendar_counts_before_the_chips(lin: Browser, session: Session, cast: Cast) -> None:
    typed = {
        **FORM,
        "other_first": "2026-03-20",
        "other_last": "2026-03-22",
        "from_noon": "y",
        "until_noon": "y",
    }
    assert lin.post("/leave", page="/leave", **typed).status_code == 303
    leave = leave_of(session, cast.lin)
    assert (leave.first_day, leave.last_day) == (date(2026, 3, 20), date(2026, 3, 22))
    assert (leave.from_noon, leave.until_noon, leave.half_days) == (True, True, 4)


def test_pressed_twice_is_one_request(lin: Browser, session: Session, cast: Cast) -> None:
    for _press in range(2):
        assert lin.post("/leave", page="/leave", **FORM).status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(LeaveRow)) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"first": "2026-03-09"}, "the first day can be Mar 10, 2026 at the earliest"),
        ({"other_first": "2026-03-01"}, "The first day is over."),
        ({"other_first": "2026-03-12", "other_last": "2026-03-11"}, "These days do not work for leave."),
        ({"from_noon": "y", "until_noon": "y"}, "These days do not work for leave."),
        ({"other_first": "2999-12-31"}, "This is more than two years ahead."),
    ],
)
def test_what_the_rules_refuse_is_said(
    lin: Browser, session: Session, changes: dict[str, str], said: str
) -> None:
    assert lin.post("/leave", page="/leave", **{**FORM, **changes}).status_code == 302
    assert said in lin.text("/leave")
    assert session.scalar(sa.select(sa.func.count()).select_from(LeaveRow)) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "holiday"},
        {"kind": ""},
        {"first": "2026-03-30"},
        {"first": ""},
        {"length": "0"},
        {"length": "x"},
        {"other_first": "tomorrow"},
        {"other_first": "0001-01-01"},
        {"other_last": "9999-12-31"},
        {"reason": "x" * 501},
    ],
)
def test_bad_input_is_shown_at_its_field(lin: Browser, session: Session, changes: dict[str, str]) -> None:
    answer = lin.post("/leave", page="/leave", **{**FORM, **changes})
    assert answer.status_code == 422
    assert "Nothing was saved yet" in answer.get_data(as_text=True)
    assert session.scalar(sa.select(sa.func.count()).select_from(LeaveRow)) == 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("length=2", "Working days: 2. It goes to: Sales director, General manager."),
        ("length=3", "Working days: 3. It goes to: General manager."),
        ("length=3&until_noon=y", "Working days: 2.5. It goes to: General manager."),
        ("length=1&other_first=2026-03-09", "the first day can be Mar 10, 2026 at the earliest"),
        ("length=1&other_last=2026-03-01", "These days do not work for leave."),
        ("length=77", "Not a valid choice"),
    ],
)
def test_the_form_says_at_once_what_it_costs_and_who_decides(lin: Browser, query: str, said: str) -> None:
    answer = lin.get(f"/leave/estimate?kind=annual&first=2026-03-10&{query}")
    assert answer.status_code == 200
    assert said in answer.get_data(as_text=True)


def test_whoever_has_no_place_here_is_told(client: FlaskClient, session: Session, cast: Cast) -> None:
    account_id = auth.create_account(
        session,
        organisation_id=cast.club.organisation_id,
        username="guwen",
        name="顾问公司",
        password=PASSWORD,
        actor=cast.system,
        at=local(9),
    )
    auth.grant_role(
        session, account_id=account_id, role=Role.OWNER, club=cast.club, actor=cast.system, at=local(9)
    )
    session.commit()
    visitor = Browser(client, {"Accept-Language": "en"})
    assert visitor.sign_in("guwen").status_code == 303
    assert "You do not work in this club" in visitor.text("/leave")
    assert visitor.post("/leave", page="/leave", **FORM).status_code == 404
    assert visitor.get("/leave/estimate?kind=annual&first=2026-03-10&length=1").status_code == 404


def test_director_approves_in_one_tap(director: Browser, session: Session, cast: Cast) -> None:
    leave = filed(session, cast.lin)
    page = director.text("/leave/inbox")
    assert "林静" in page
    assert "家里有事" in page
    for _press in range(2):
        answer = director.post(f"/leave/{leave.public_id}/decide", page="/leave/inbox", answer="approve")
        assert answer.status_code == 303
    assert leave_of(session, cast.lin).status is Status.APPROVED
    assert "Approved by 何总监 (Sales director)" in director.text("/leave/inbox")


def test_refusal_says_why(director: Browser, lin: Browser, session: Session, cast: Cast) -> None:
    leave = filed(session, cast.lin)
    address = f"/leave/{leave.public_id}/decide"
    assert director.post(address, page="/leave/inbox", answer="refuse").status_code == 302
    assert "A refusal needs a reason" in director.text("/leave/inbox")
    answer = director.post(address, page="/leave/inbox", answer="refuse", note="那天有活动")
    assert answer.status_code == 303
    assert "Refused by 何总监 (Sales director): 那天有活动" in lin.text("/leave")


def test_what_is_not_the_directors_waits_for_somebody_else(
    director: Browser, client: FlaskClient, session: Session, cast: Cast, boss: Actor
) -> None:
    leave = filed(session, cast.lin, last=12)
    page = director.text("/leave/inbox")
    assert "Waits for somebody else" in page
    assert f"/leave/{leave.public_id}/decide" not in page
    answer = director.post(f"/leave/{leave.public_id}/decide", page="/leave", answer="approve")
    assert answer.status_code == 302
    assert "beyond that the general manager" in director.text("/leave")
    upstairs = window(client, session, boss, "zongjingli")
    assert f"/leave/{leave.public_id}/decide" in upstairs.text("/leave/inbox")


def test_what_only_the_general_manager_can_decide_comes_first(
    client: FlaskClient, session: Session, cast: Cast, boss: Actor
) -> None:
    short = filed(session, cast.lin)
    upstairs = window(client, session, boss, "zongjingli")
    page = upstairs.text("/leave/inbox")
    assert page.index("Nothing is waiting for you") < page.index("You may decide these too")
    assert page.index("You may decide these too") < page.index(f"/leave/{short.public_id}/decide")
    long = filed(session, cast.zhou, last=12)
    page = upstairs.text("/leave/inbox")
    assert page.index(f"/leave/{long.public_id}/decide") < page.index("You may decide these too")
    assert page.index("You may decide these too") < page.index(f"/leave/{short.public_id}/decide")


def test_bad_decisions_are_none(director: Browser, session: Session, cast: Cast) -> None:
    leave = filed(session, cast.lin)
    for fields in ({"answer": "maybe"}, {}, {"answer": "approve", "note": "x" * 501}):
        answer = director.post(f"/leave/{leave.public_id}/decide", page="/leave", **fields)
        assert answer.status_code == 400
    assert director.post("/leave/aaaabbbbcccc/decide", page="/leave", answer="approve").status_code == 404
    assert leave_of(session, cast.lin).status is Status.FILED


@pytest.mark.parametrize("who", ["lin", "manager", "supervisor", "desk", "finance"])
def test_only_deciders_have_an_inbox(client: FlaskClient, session: Session, cast: Cast, who: str) -> None:
    names = {
        "lin": "linjing",
        "manager": "wujingli",
        "supervisor": "sunzhu",
        "desk": "qiantai",
        "finance": "caiwu",
    }
    leave = filed(session, cast.zhou)
    browser = window(client, session, getattr(cast, who), names[who])
    assert browser.get("/leave/inbox").status_code == 403
    answer = browser.post(f"/leave/{leave.public_id}/decide", page="/leave", answer="approve")
    assert answer.status_code == 403


def test_withdrawing_says_that_shifts_stay_freed(lin: Browser, session: Session, cast: Cast) -> None:
    leave = filed(session, cast.lin)
    for _press in range(2):
        assert lin.post(f"/leave/{leave.public_id}/withdraw", page="/leave").status_code == 303
    assert leave_of(session, cast.lin).status is Status.WITHDRAWN
    assert "do not come back by themselves" in lin.text("/leave")


def test_the_written_form_is_for_whom_it_concerns(
    lin: Browser, director: Browser, client: FlaskClient, session: Session, cast: Cast
) -> None:
    address = f"/leave/{filed(session, cast.lin).public_id}"
    for browser in (lin, director, window(client, session, cast.manager, "wujingli")):
        page = browser.text(address)
        assert "Leave form" in page
        assert "data-print" in page
        assert "林静" in page
    assert window(client, session, cast.zhou, "zhouqian").get(address).status_code == 404
    assert window(client, session, cast.other_manager, "biejia").get(address).status_code == 404
    assert lin.get("/leave/aaaabbbbcccc").status_code == 404


def test_the_top_marks_the_general_manager_absent_and_back(
    client: FlaskClient, session: Session, cast: Cast, boss: Actor
) -> None:
    browser = window(client, session, boss, "zongjingli")
    assert "Nobody is marked absent" in browser.text("/leave/away")
    days = {"first_day": "2026-03-09", "last_day": "2026-03-10"}
    for _press in range(2):
        assert browser.post("/leave/away", page="/leave/away", **days).status_code == 303
    assert session.scalar(sa.select(sa.func.count()).select_from(AuthorityAwayRow)) == 1
    assert "Absent now" in browser.text("/leave/away")
    assert "the deputy decides meanwhile" in browser.text("/leave/inbox")
    marked = queries.away_on(session, cast.club.id, Role.GENERAL_MANAGER, date(2026, 3, 9))
    assert marked is not None
    assert browser.post(f"/leave/away/{marked.public_id}/end", page="/leave/away").status_code == 303
    assert "Nobody is marked absent" in browser.text("/leave/away")
    assert browser.post("/leave/away/aaaabbbbcccc/end", page="/leave/away").status_code == 404
    for wrong in ({**days, "first_day": "x"}, {"first_day": "2026-03-09"}, {}):
        assert browser.post("/leave/away", page="/leave/away", **wrong).status_code == 422
    answer = browser.post("/leave/away", page="/leave/away", first_day="2026-03-10", last_day="2026-03-09")
    assert answer.status_code == 302


def test_club_manager_sees_the_absence_and_does_not_mark_it(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    browser = window(client, session, cast.manager, "wujingli")
    assert "Mark as absent" not in browser.text("/leave/away")
    answer = browser.post("/leave/away", page="/leave", first_day="2026-03-09", last_day="2026-03-10")
    assert answer.status_code == 302
    assert "Only the general manager, the deputy or the owner" in browser.text("/leave/away")


def test_club_page_leads_to_the_floors_settings(
    client: FlaskClient, session: Session, cast: Cast, boss: Actor
) -> None:
    page = window(client, session, cast.manager, "wujingli").text("/club")
    for address in ("/checklists", "/notices", "/targets", "/leave/away"):
        assert f'href="{address}"' in page
    assert 'href="/leave/inbox"' in window(client, session, boss, "zongjingli").text("/club")
