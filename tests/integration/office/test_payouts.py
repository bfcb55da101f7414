"""What finance records as paid out of a closed month: who, when, once, and what stays payable later."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.consultants.statements import payouts
from clubsales.consultants.statements.models import StatementPayoutRow
from clubsales.consultants.statements.payable import LineState, state_of
from clubsales.errors import NotFound, Refused
from clubsales.ids import ConsultantID
from tests.builders import Cast, local, yuan
from tests.integration.auth.support import Browser
from tests.integration.office.closing_support import MARCH, Months
from tests.integration.office.test_month_pages import KEY, browser_of

SECOND, THIRD, LATE = date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 20)
ON_THIRD, ON_LATE = local(9, month=4, day=3), local(9, month=4, day=20)


@pytest.fixture(autouse=True)
def after_march() -> Iterator[None]:
    with time_machine.travel(ON_THIRD, tick=False):
        yield


@pytest.fixture
def months(session: Session, cast: Cast) -> Months:
    """Lin sold for 10,000.00 on 10 March and for as much on 30 March, whose refund window is open until 6 April."""
    made = Months(session, cast)
    for day in (10, 30):
        made.sale("10000.00", local(10, day=day), made.lin)
    session.commit()
    return made


def paid(months: Months, *whose: ConsultantID, on: date = SECOND, **changes: Any) -> None:
    statements = [months.statement(each) for each in whose]
    values: dict[str, Any] = {
        "due": {each.public_id: each.due_by(on).minor for each in statements},
        "paid_on": on,
        "reference": " 工资 0402 ",
        "actor": months.cast.finance,
        "at": ON_THIRD,
        **changes,
    }
    payouts.pay_out(months.session, **values)


def refusal(code: str) -> Any:
    return pytest.raises(Refused, match=rf"^\('payout.{code}'")


def test_what_is_payable_is_paid_once_and_the_rest_later(months: Months) -> None:
    months.close()
    lin = months.statement(months.lin)
    assert (lin.pay, lin.due_by(SECOND), lin.later_than(SECOND)) == (
        yuan("4600.00"),
        yuan("4300.00"),
        yuan("300.00"),
    )
    paid(months, months.lin)
    lin = months.statement(months.lin)
    assert (lin.paid, lin.paid_through, lin.due_by(THIRD)) == (yuan("4300.00"), SECOND, yuan("0.00"))
    with refusal("nothing_due"):
        paid(months, months.lin, on=THIRD)
    paid(months, months.lin, on=LATE, at=ON_LATE)
    lin = months.statement(months.lin)
    assert (lin.paid, lin.due_by(LATE), lin.later_than(LATE)) == (lin.pay, yuan("0.00"), yuan("0.00"))
    first, second = payouts.payouts_of(months.session, lin)
    assert (first.amount, first.reference, first.recorded_by) == (yuan("4300.00"), "工资 0402", "财务")
    assert (second.amount, second.paid_on) == (yuan("300.00"), LATE)
    assert months.faults() == []


def test_a_payout_is_in_the_audit(months: Months) -> None:
    months.close()
    paid(months, months.lin)
    facts = months.session.scalars(
        sa.select(AuditEvent.facts).where(AuditEvent.tag == "statement:paid_out")
    ).one()
    assert (facts["amount"], facts["paid_on"], facts["reference"]) == (
        "4300.00 CNY",
        "2026-04-02",
        "工资 0402",
    )


def test_a_payout_cannot_be_changed(months: Months) -> None:
    months.close()
    paid(months, months.lin)
    with pytest.raises(sa.exc.DatabaseError):
        months.session.execute(sa.update(StatementPayoutRow).values(amount_minor=1))


@pytest.mark.parametrize("day", [date(2026, 4, 1), date(2026, 4, 4)])
def test_nothing_is_paid_before_the_close_or_in_the_future(months: Months, day: date) -> None:
    months.close()
    with refusal("day"):
        paid(months, months.lin, on=day)


def test_a_payout_is_never_dated_before_the_last_one(months: Months) -> None:
    months.close()
    paid(months, months.lin, on=THIRD)
    with refusal("day"):
        paid(months, months.lin, on=SECOND)


def test_nobody_records_that_he_was_paid_himself(months: Months) -> None:
    months.close()
    himself = replace(months.cast.lin, roles=months.cast.finance.roles)
    with refusal("own"):
        paid(months, months.lin, actor=himself)
    with refusal("own"):
        paid(months, months.lin, months.zhou, actor=himself)
    paid(months, months.zhou, actor=himself)
    assert not months.statement(months.lin).paid


def test_all_that_were_chosen_are_paid_or_none(months: Months) -> None:
    months.close()
    paid(months, months.zhou)
    with refusal("nothing_due"):
        paid(months, months.lin, months.zhou)
    assert not months.statement(months.lin).paid
    with refusal("nobody"):
        paid(months)


def test_what_was_seen_is_what_is_paid(months: Months) -> None:
    months.close()
    public_id = months.statement(months.lin).public_id
    with refusal("changed"):
        paid(months, due={public_id: 1})


def test_another_clubs_statement_is_not_found(months: Months) -> None:
    months.close()
    public_id = months.statement(months.lin).public_id
    for values in ({"actor": months.cast.other_manager}, {"due": {public_id: 1, "0" * 12: 1}}):
        with pytest.raises(NotFound):
            paid(months, months.lin, **values)


def test_a_line_is_provisional_then_payable_then_paid() -> None:
    payable_on, closed_on = date(2026, 4, 6), SECOND
    assert state_of(payable_on, today=THIRD) is LineState.PROVISIONAL
    assert state_of(payable_on, today=payable_on) is LineState.PAYABLE
    through = {"closed_on": closed_on, "paid_through": date(2026, 4, 5)}
    assert state_of(payable_on, today=LATE, **through) is LineState.PAYABLE
    assert state_of(MARCH, today=LATE, **through) is LineState.PAID
    assert state_of(payable_on, today=LATE, closed_on=closed_on, paid_through=payable_on) is LineState.PAID


@pytest.fixture
def finance(app: Flask, months: Months) -> Browser:
    return browser_of(app, months.session, months.cast.finance, "finance")


@pytest.fixture
def closed(months: Months) -> Months:
    months.close()
    months.session.commit()
    return months


def press(browser: Browser, *values: str, day: str = "2026-04-03", **more: str) -> Any:
    page = browser.text("/months/2026-03/payout")
    key = KEY.search(page)
    fields: dict[str, Any] = {"day": day, "statement": list(values), **more}
    if key is not None:
        fields.setdefault("submission_key", key[1])
    return browser.post("/months/2026-03/payout", page="/months/2026-03/payout", **fields)


def test_the_page_shows_the_split_and_records_it_once(closed: Months, finance: Browser) -> None:
    page = finance.text("/months/2026-03/payout")
    assert "¥300.00 more is payable later, until 6 Apr 2026" in page.replace("Apr 6, 2026", "6 Apr 2026")
    lin, zhou = closed.statement(closed.lin), closed.statement(closed.zhou)
    values = [f"{each.public_id}.{each.due_by(THIRD).minor}" for each in (lin, zhou)]
    assert all(f'value="{value}"' in page for value in values)
    for _press in range(2):  # a second press is the same payout
        answer = press(finance, *values, reference="W-17", submission_key="payout-key-1")
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.get_data(as_text=True)
    assert closed.statement(closed.lin).paid == yuan("4300.00")
    again = press(finance, *values)
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Nothing of the statement of" in again.get_data(as_text=True)
    assert "paid out ¥4,300.00" in finance.text("/months/2026-03")
    read = finance.text(f"/money/statements/{lin.public_id}")
    assert "W-17" in read
    assert "provisional" in read
    assert "paid out" in read


def test_the_person_reads_what_is_due_and_what_was_paid(closed: Months, finance: Browser, app: Flask) -> None:
    lin = closed.statement(closed.lin)
    browser = browser_of(app, closed.session, closed.cast.lin, "lin")
    assert "payable" in browser.text("/money")
    assert press(finance, f"{lin.public_id}.{lin.due_by(THIRD).minor}").status_code == HTTPStatus.SEE_OTHER
    page = browser.text("/money")
    assert "¥4,300.00 paid out, the last on" in page


@pytest.mark.parametrize(
    ("values", "more", "status"),
    [
        ([], {}, 422),
        (["x"], {}, 404),
        (["abcdefghijkl.100"], {}, 404),
        (["abcdefghijkl.-1"], {}, 404),
        (["abcdefghijkl.100"], {"day": "yesterday"}, 422),
        (["abcdefghijkl.100"], {"day": ""}, 422),
        (["abcdefghijkl.100"], {"reference": "x" * 81}, 422),
    ],
)
def test_what_makes_no_sense_is_refused(
    closed: Months, finance: Browser, values: list[str], more: dict[str, str], status: int
) -> None:
    assert press(finance, *values, **more).status_code == status
    assert not closed.statement(closed.lin).paid


def test_a_month_that_is_not_closed_pays_nothing_out(months: Months, finance: Browser) -> None:
    answer = finance.get("/months/2026-03/payout")
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert "is not closed yet" in finance.text("/months/2026-03")
    sent = finance.post(
        "/months/2026-03/payout", page="/months/2026-03", day="2026-04-03", statement="abcdefghijkl.100"
    )
    assert sent.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "is not closed yet" in sent.get_data(as_text=True)
