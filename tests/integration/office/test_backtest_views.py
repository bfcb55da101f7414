"""Trying a rule on past sales, in the browser of a head of the club."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Role
from clubsales.clock import Instant
from clubsales.frontdesk.posts.operations import open_shift
from clubsales.frontdesk.reception import operations as reception
from clubsales.ids import ReceptionID
from clubsales.leads.touches.rules import Signal, SignalKind
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from clubsales.office.backtest import operations, working
from clubsales.office.backtest.models import BackTestRow
from tests.builders import Cast, a_colleague, consultant_of, local, yuan
from tests.integration.auth.support import Browser, let_in

AT = local(15)
FORM = {
    "period": "days",
    "first_day": "2026-03-01",
    "last_day": "2026-03-09",
    "submission_key": "back-test-key-1",
}


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def browser(session: Session, cast: Cast, client: FlaskClient) -> Browser:
    """The manager's, in English."""
    let_in(session, cast.manager)
    session.commit()
    browser = Browser(client, {"Accept-Language": "en"})
    browser.sign_in("wujingli")
    return browser


def stored(session: Session) -> list[Any]:
    return list(session.execute(sa.select(BackTestRow.changes, BackTestRow.first_day, BackTestRow.last_day)))


def ask(browser: Browser, **fields: str) -> Any:
    return browser.post("/back-tests/new", page="/back-tests/new", **{**FORM, **fields})


def test_a_rule_is_asked_for_worked_on_and_shown(session: Session, cast: Cast, browser: Browser) -> None:
    named_guest_buys(session, cast)
    answer = ask(browser, shown_1="business_card", outside_share="66.5 %", valid_days="10天")
    assert answer.status_code == 302
    ((changes, first, last),) = stored(session)
    assert changes == {
        "credit": {"outside_share_bp": 6_650},
        "follow_up": {"valid_days": 10},
        "designation": {"precedence": ["business_card"]},
    }
    assert (first, last) == (date(2026, 3, 1), date(2026, 3, 9))
    page = answer.headers["Location"]
    waiting = browser.text(page)
    assert "Waiting for its turn" in waiting
    assert "No process does the work" in waiting
    live = browser.get(f"{page}/live")
    assert live.status_code == 200
    assert browser.get(f"{page}/live", **{"If-None-Match": live.headers["ETag"]}).status_code == 304
    working.carry_out_next(AT)
    assert browser.get(f"{page}/live").headers["HX-Redirect"] == page
    found = browser.text(page)
    assert "70\N{NO-BREAK SPACE}%" in found
    assert "66.5\N{NO-BREAK SPACE}%" in found
    assert "The guest asked for 马超 and paid the same day." in found
    assert re.search(r"林静</a></th>.*?¥0\.00.*?¥3,980\.00.*?\+¥3,980\.00", found, re.S)
    assert re.search(r"马超</a></th>.*?¥3,980\.00.*?¥0\.00.*?-¥3,980\.00", found, re.S)
    assert 'href="/sales/' in found
    assert "Done" in browser.text("/back-tests")


def named_guest_buys(session: Session, cast: Cast) -> None:
    """A guest who asked for Ma is received by Lin and buys a card of 3,980 yuan."""
    open_shift(session, consultant_id=consultant_of(cast.lin), checklist=None, actor=cast.lin, at=local(13))
    named = Signal(SignalKind.NAME, consultant_of(cast.ma))
    guest = reception.arrive(
        session, e164="+8613800138000", signals=(named,), came_with=None, actor=cast.desk, at=local(14)
    )
    buys(session, cast, reception_id=guest.reception_id, at=local(14, 30))
    session.commit()


def buys(
    session: Session,
    cast: Cast,
    *,
    reception_id: ReceptionID | None = None,
    amount: str = "3980.00",
    at: Instant,
) -> None:
    """An annual card on Lin, and so much of it in cash."""
    sale = sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        reception_id=reception_id,
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=at,
    )
    sales.book_receipt(session, sale_id=sale, amount=yuan(amount), method=Method.CASH, actor=cast.desk, at=at)


def test_sent_twice_it_is_one_back_test(session: Session, browser: Browser) -> None:
    first, second = ask(browser, proxy_share="30"), ask(browser, proxy_share="30")
    assert first.headers["Location"] == second.headers["Location"]
    assert len(stored(session)) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Change at least one setting"),
        ({"outside_share": "101"}, "Type a percentage"),
        ({"outside_share": "much"}, "Type a percentage"),
        ({"valid_days": "-3"}, "Type days as a whole number"),
        ({"valid_days": "1.5"}, "Type days as a whole number"),
        ({"shown_1": "name", "shown_3": "name"}, "Name each of them once."),
        ({"proxy_share": "5", "last_day": ""}, "Choose the first and the last day."),
        ({"proxy_share": "5", "last_day": "2026-03-10"}, "These days are not over yet."),
        ({"proxy_share": "5", "first_day": "2024-03-01"}, "at most 366 days"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_said_at_its_place(
    session: Session, browser: Browser, fields: dict[str, str], sentence: str
) -> None:
    answer = ask(browser, **fields)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert stored(session) == []


def test_the_months_before_this_one_are_chosen_with_a_tap(session: Session, browser: Browser) -> None:
    ask(browser, period="quarter", coupon="off")
    assert stored(session) == [
        ({"gift_coupon": {"resets_tracking": False}}, date(2025, 12, 1), date(2026, 2, 28))
    ]


def test_a_list_of_sales_is_long_paged_and_taken_as_a_file(
    session: Session, cast: Cast, browser: Browser
) -> None:
    for _each in range(32):
        buys(session, cast, amount="1000.00", at=AT)
    session.commit()
    public_id = operations.ask(
        session,
        first_day=date(2026, 3, 1),
        last_day=date(2026, 3, 9),
        changes={"credit": {"basis": "contract_at_first_receipt"}},
        actor=cast.manager,
        at=AT,
    )
    operations.carry_out(session, public_id=public_id, actor=cast.manager, at=AT)
    session.commit()
    page = f"/back-tests/{public_id}"
    text = browser.text(page)
    assert "of 32" in text
    for odd in ("?page=2", "?page=-1", "?page=x", "?page=99999999999", "?who=nobody", f"?who={public_id}"):
        assert browser.get(page + odd).status_code == 200
    table = browser.get(f"{page}.csv")
    assert table.mimetype == "text/csv"
    lines = table.get_data(as_text=True).splitlines()
    assert lines[0].startswith("\ufeffSale,Day,Sold,Whose")
    assert len(lines) == 33
    assert "100,100,1000.00,3980.00,2980.00,DSP-03,DSP-03" in lines[1]


def test_of_many_sales_that_stay_it_says_how_many_are_listed(
    session: Session, cast: Cast, browser: Browser
) -> None:
    for _each in range(32):
        buys(session, cast, amount="1000.00", at=AT)
    session.execute(sa.text("UPDATE credit_basis SET held = TRUE"))
    public_id = operations.ask(
        session,
        first_day=date(2026, 3, 1),
        last_day=date(2026, 3, 9),
        changes={"credit": {"outside_share_bp": 100}},
        actor=cast.manager,
        at=AT,
    )
    operations.carry_out(session, public_id=public_id, actor=cast.manager, at=AT)
    session.commit()
    assert "The first 30 of 32." in browser.text(f"/back-tests/{public_id}")


def test_only_heads_of_the_club_try_rules(session: Session, cast: Cast, client: FlaskClient) -> None:
    owner = a_colleague(session, cast.club, "laoban", "老板", Role.OWNER)
    for actor, username, status in (
        (cast.lin, "linjing", 403),
        (cast.supervisor, "sunzhu", 403),
        (cast.finance, "caiwu", 403),
        (cast.director, "heqiang", 200),
        (owner, "laoban", 200),
    ):
        let_in(session, actor)
        session.commit()
        browser = Browser(client.application.test_client())
        browser.sign_in(username)
        assert browser.get("/back-tests").status_code == status, username
        assert browser.get("/back-tests/new").status_code == status, username
