"""Days of payment and arrears through a browser, on both databases."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.leads.people import operations as people
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import operations, queries
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, consultant_of, local, yuan
from tests.integration.auth.support import Browser, let_in

AT = local(14, 20)


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(AT, tick=True) as clock:
        yield clock


@pytest.fixture
def sale(session: Session, cast: Cast) -> str:
    """Lin's, of which 2,980.00 is open."""
    buyer = people.find_or_add(session, e164="+8613800138000", name="陈晨", actor=cast.lin, at=AT)
    sale_id = operations.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        person_id=buyer,
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=AT,
    )
    operations.book_receipt(
        session, sale_id=sale_id, amount=yuan("1000.00"), method=Method.CASH, actor=cast.finance, at=AT
    )
    session.commit()
    return queries.get(session, cast.club.id, sale_id).public_id


def window(app: Flask, session: Session, who: object, username: str) -> Browser:
    let_in(session, who)  # type: ignore[arg-type]
    browser = Browser(app.test_client(), {"Accept-Language": "en"})
    browser.sign_in(username)
    return browser


def plan(browser: Browser, sale: str, *rows: tuple[str, str]) -> int:
    fields = {"submission_key": str(uuid.uuid4())}
    for place, (day, amount) in enumerate(rows):
        fields |= {f"parts-{place}-due_on": day, f"parts-{place}-amount": amount}
    page = f"/sales/{sale}/instalments"
    return browser.post(page, page=page, **fields).status_code


def test_three_months_are_offered_and_others_are_taken(
    app: Flask, session: Session, cast: Cast, sale: str
) -> None:
    lin = window(app, session, cast.lin, "linjing")
    page = f"/sales/{sale}/instalments"
    offered = re.findall(r'value="(2026-\d\d-\d\d|\d+\.\d\d)"', lin.text(page))
    assert offered == ["2026-04-09", "993.34", "2026-05-09", "993.33", "2026-06-09", "993.33"]
    assert plan(lin, sale, ("2026-03-10", "1000"), ("2026-03-20", "1,980.00"), ("", "")) == 302
    shown = lin.text(page)
    assert "Mar 10, 2026" in shown
    assert "Not due yet" in shown
    assert "next: ¥1,000.00 on Mar 10, 2026" in lin.text("/receivables")


def test_what_does_not_fit_is_said_and_kept(app: Flask, session: Session, cast: Cast, sale: str) -> None:
    lin = window(app, session, cast.lin, "linjing")
    for rows in (
        [("2026-03-10", "1000")],
        [("2026-03-10", "")],
        [("", "2980")],
        [("2026-03-08", "2980")],
        [("no day", "2980")],
        [("2026-03-10", "much")],
        [],
    ):
        assert plan(lin, sale, *rows) == 422, rows
    assert "no days of payment are agreed" in lin.text("/receivables")


def test_a_colleague_sees_but_does_not_agree(app: Flask, session: Session, cast: Cast, sale: str) -> None:
    zhou = window(app, session, cast.zhou, "zhouqian")
    assert "Agree on days" not in zhou.text(f"/sales/{sale}/instalments")
    assert "陈晨" not in zhou.text("/receivables")
    page = f"/sales/{sale}/instalments"
    fields = {"submission_key": str(uuid.uuid4()), "parts-0-due_on": "2026-03-10", "parts-0-amount": "2980"}
    assert zhou.post(page, page="/receivables", **fields).status_code == 302
    assert "This is a colleague" in zhou.text("/receivables")


def test_the_manager_confirms_what_is_late(
    app: Flask, session: Session, cast: Cast, sale: str, afternoon: time_machine.Traveller
) -> None:
    manager = window(app, session, cast.manager, "wujingli")
    assert plan(manager, sale, ("2026-03-10", "2980")) == 302
    afternoon.move_to(AT + timedelta(days=2))
    manager.sign_in("wujingli")
    page = f"/sales/{sale}/instalments"
    assert "overdue since Mar 10, 2026" in manager.text("/receivables")
    assert manager.post(f"/sales/{sale}/arrears", page=page).status_code == 302
    assert "confirmed as arrears by 吴经理" in manager.text(page)
    assert "Confirmed arrears" in manager.text("/receivables")
    assert "0 %" in manager.text("/receivables")
