"""The pages of a month: checks, preview, approvals in order, the close, the payroll, figures."""

import csv
import io
import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
import time_machine
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.consultants.credits import closing
from clubsales.consultants.statements import figures, reckoning
from clubsales.consultants.statements.entered import FigureKind
from clubsales.consultants.statements.rules import ItemKind
from clubsales.errors import NotFound, Refused
from clubsales.office.closing import operations
from clubsales.office.closing.checking import checks_of
from tests.builders import Cast, local, yuan
from tests.integration.auth.support import Browser, let_in
from tests.integration.office.closing_support import AFTER_MARCH, APRIL, MARCH, Months
from tests.journeys.sending import STAFF

SEEN = re.compile(r'name="seen" type="hidden" value="([0-9a-f]{64})"')
KEY = re.compile(r'name="submission_key" type="hidden" value="([^"]+)"')


@pytest.fixture(autouse=True)
def after_march() -> Iterator[None]:
    with time_machine.travel(AFTER_MARCH, tick=False):
        yield


@pytest.fixture
def months(session: Session, cast: Cast) -> Months:
    made = Months(session, cast)
    made.sale("30000.00", local(10), made.lin)
    session.commit()
    return made


def browser_of(app: Flask, session: Session, actor: Actor, name: str) -> Browser:
    let_in(session, actor, at=AFTER_MARCH)
    browser = Browser(app.test_client(), {"Accept-Language": "en"})
    assert browser.sign_in(STAFF[name]).status_code == HTTPStatus.SEE_OTHER
    return browser


@pytest.fixture
def manager(app: Flask, session: Session, cast: Cast) -> Browser:
    return browser_of(app, session, cast.manager, "manager")


@pytest.fixture
def finance(app: Flask, session: Session, cast: Cast) -> Browser:
    return browser_of(app, session, cast.finance, "finance")


def hidden(browser: Browser, address: str = "/months/2026-03") -> dict[str, str]:
    page = browser.text(address)
    seen, key = SEEN.search(page), KEY.search(page)
    return {"seen": seen[1] if seen else "", "submission_key": key[1] if key else ""}


def approve(browser: Browser) -> int:
    fields = hidden(browser)
    answer = browser.post("/months/2026-03/approve", page="/months/2026-03", seen=fields["seen"])
    return answer.status_code


def test_a_month_goes_from_its_checks_over_an_approval_to_its_statements(
    months: Months, manager: Browser, finance: Browser
) -> None:
    page = manager.text("/months/2026-03")
    assert "Assessments missing" in page
    assert "¥6,400.00" in page  # 4,000.00 and 8 % of 30,000.00
    assert "Close the month" not in page  # finance first
    assert approve(finance) == HTTPStatus.SEE_OTHER
    page = manager.text("/months/2026-03")
    assert "Close the month" in page
    fields = hidden(manager)
    refused = manager.post("/months/2026-03/close", page="/months/2026-03", **fields)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "still open" in refused.get_data(as_text=True)
    fields = {**hidden(manager), "reason": "考核下月补"}
    for _press in range(2):  # a second press is the same close
        closed = manager.post("/months/2026-03/close", page="/months", **fields)
        assert closed.status_code == HTTPStatus.SEE_OTHER, closed.get_data(as_text=True)
    page = manager.text("/months/2026-03")
    assert "考核下月补" in page
    assert "Closed over open checks" in page
    kept = closing.closed_month(months.session, months.cast.club.id, MARCH)
    assert kept is not None
    assert kept.reason == "考核下月补"
    assert {"check": "assessments", "count": 3} in kept.overridden
    assert months.faults() == []


def test_an_approval_is_void_when_anything_changes(
    months: Months, manager: Browser, finance: Browser
) -> None:
    seen = hidden(finance)["seen"]
    assert approve(finance) == HTTPStatus.SEE_OTHER
    months.books.refund(months.sale("100.00", local(11), months.zhou), "0.01", local(12))
    months.session.commit()
    page = manager.text("/months/2026-03")
    assert "1 approval no longer counts" in page
    assert "Close the month" not in page
    answer = finance.post("/months/2026-03/approve", page="/months/2026-03", seen=seen)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "has changed since" in answer.get_data(as_text=True)
    with pytest.raises(Refused) as refused:
        months.close(by_the_book=False, override_reason="x")
    assert refused.value.code == "month.approvals"


def test_what_is_closed_is_what_was_seen(months: Months, finance: Browser) -> None:
    assert approve(finance) == HTTPStatus.SEE_OTHER
    with pytest.raises(Refused) as refused:
        months.close(by_the_book=False, override_reason="x", seen="0" * 64)
    assert refused.value.code == "month.changed"


@pytest.mark.parametrize("door", ["close", "approve"])
@pytest.mark.parametrize("seen", [{}, {"seen": ""}, {"seen": "guess"}])
def test_a_month_is_neither_closed_nor_approved_unseen(
    months: Months, manager: Browser, finance: Browser, door: str, seen: dict[str, str]
) -> None:
    browser = manager if door == "close" else finance
    answer = browser.post(f"/months/2026-03/{door}", page="/months/2026-03", reason="x", **seen)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "It was not said which state of the month this is about" in answer.get_data(as_text=True)
    assert closing.closed_month(months.session, months.cast.club.id, MARCH) is None


def test_approvals_come_in_the_policys_order_and_once(months: Months) -> None:
    session, cast = months.session, months.cast
    approvals = ["finance_clerk", "sales_director", "club_manager"]
    policies.publish(
        session,
        changes={"month": {"approvals": approvals}},
        valid_from=MARCH,
        actor=cast.system,
        at=AFTER_MARCH,
    )

    def gives(actor: Actor) -> str:
        seen = reckoning.month_reckoning(session, cast.club, MARCH).digest
        try:
            operations.approve(session, month=MARCH, seen=seen, actor=actor, at=AFTER_MARCH)
        except Refused as refused:
            return refused.code
        return "given"

    assert gives(cast.director) == "month.not_next_step"
    assert gives(cast.manager) == "month.not_asked"
    assert gives(cast.finance) == "given"
    assert gives(cast.finance) == "month.approved_already"
    assert gives(cast.director) == "given"
    months.close(by_the_book=False, override_reason="x")


def test_a_role_nobody_holds_is_left_out(months: Months) -> None:
    policies.publish(
        months.session,
        changes={"month": {"approvals": ["deputy_gm", "owner"]}},
        valid_from=MARCH,
        actor=months.cast.system,
        at=AFTER_MARCH,
    )
    months.close(by_the_book=False, override_reason="x")


def test_a_month_that_runs_is_shown_and_not_closed(months: Months, manager: Browser) -> None:
    page = manager.text("/months/2026-04")
    assert "Cannot be closed" in page
    assert manager.get("/months/2026-05").status_code == HTTPStatus.NOT_FOUND
    assert manager.get("/months/1999-13").status_code == HTTPStatus.NOT_FOUND


def test_the_list_says_which_month_is_next(months: Months, manager: Browser) -> None:
    assert "To close" in manager.text("/months")
    months.close()
    months.session.commit()
    page = manager.text("/months")
    assert "To close" not in page
    assert "Closed on" in page


def test_the_payroll_is_numbers_and_adds_up(months: Months, finance: Browser) -> None:
    months.sale("10000.00", local(9, day=31), months.zhou)
    months.close()
    months.session.commit()
    text = finance.get("/months/2026-03/payroll.csv").get_data(as_text=True).removeprefix("\ufeff")
    rows = {row["Name"]: row for row in csv.DictReader(io.StringIO(text))}
    zhou = rows[months.cast.zhou.name]
    assert (zhou["Pay of the month"], zhou["Payable now"], zhou["Payable later"]) == (
        "4300.00",
        "4000.00",
        "300.00",
    )
    assert zhou["Payable later until"] == "2026-04-07"
    book = finance.get("/months/2026-03/payroll.xlsx").get_data()
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    heading = sheet[0]
    by_name = {row[1]: dict(zip(heading, row, strict=True)) for row in sheet[1:]}
    assert by_name[months.cast.lin.name]["Pay of the month"] == 6400.0
    assert finance.get("/months/2026-04/payroll.csv").status_code == HTTPStatus.NOT_FOUND


def test_what_becomes_payable_later_is_paid_out_with_the_next_month(months: Months, finance: Browser) -> None:
    months.sale("10000.00", local(9, day=31), months.zhou)
    months.close()
    months.close(APRIL, local(10, day=2, month=5))
    months.session.commit()
    text = finance.get("/months/2026-04/payroll.csv").get_data(as_text=True).removeprefix("\ufeff")
    rows = {row["Name"]: row for row in csv.DictReader(io.StringIO(text))}
    zhou = rows[months.cast.zhou.name]
    assert zhou["Payable now from earlier months"] == "300.00"
    assert zhou["To pay out"] == "4300.00"


def test_figures_are_typed_kept_with_their_history_and_paid(months: Months, finance: Browser) -> None:
    ma = reckoning.month_reckoning(months.session, months.cast.club, MARCH).people[months.ma].person.public_id
    address, page = "/months/figures", "/months/figures?month=2026-03"
    name = f"benefit-{ma}"
    wrong = finance.post(address, page=page, month="2026-03", **{name: "viel"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for amount in ("200", "300.00"):
        done = finance.post(address, page=page, month="2026-03", **{name: amount, f"note-{name}": "餐补"})
        assert done.status_code == HTTPStatus.SEE_OTHER
    assert "Changed 1 time" in finance.text(page)
    pay = reckoning.month_reckoning(months.session, months.cast.club, MARCH).statements[months.ma].pay
    assert str(pay) == "4300.00"
    months.close()
    months.session.commit()
    late = finance.post(address, page=page, month="2026-03", **{name: "1"})
    assert late.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "closed" in late.get_data(as_text=True)


def test_a_bonus_is_paid_under_what_it_is_for(months: Months, finance: Browser) -> None:
    """COM-09, COM-10: the kinds of the rule book are offered; what was chosen stands on the statement as its reason."""
    ma = reckoning.month_reckoning(months.session, months.cast.club, MARCH).people[months.ma].person.public_id
    address, page, name = "/months/figures", "/months/figures?month=2026-03", f"benefit-{ma}"
    shown = finance.text(page)
    for what in (
        "the target",
        "new customers",
        "satisfied customers",
        "the team",
        "personal growth",
        "exceeded",
    ):
        assert re.search(f'<option value="[^"]*{what}"', shown), what
    chosen = "Award for a target reached early or exceeded"
    assert f'<option value="{chosen}"' in shown
    finance.post(address, page=page, month="2026-03", **{name: "500.00", f"note-{name}": chosen})
    months.close()
    (item,) = [each for each in months.statement(months.ma).items if each.kind is ItemKind.BENEFIT]
    assert (str(item.amount), item.reason.facts["note"]) == ("500.00", chosen)


def test_figures_of_another_club_are_not_found(months: Months) -> None:
    with pytest.raises(NotFound):
        figures.set_figure(
            months.session,
            consultant_id=months.lin,
            month=MARCH,
            kind=FigureKind.BENEFIT,
            amount=yuan("1.00"),
            actor=months.cast.other_manager,
            at=AFTER_MARCH,
        )


def test_open_checks_are_counted(months: Months) -> None:
    found = {
        check.kind.value: check.count
        for check in checks_of(months.session, months.cast.club, MARCH, at=AFTER_MARCH)
    }
    assert found["not_over"] == 0
    assert found["assessments"] == found["targets"] == 3
    sale = months.sale("500.00", local(9), months.lin)
    months.books.hold(sale)
    assert {
        check.kind.value
        for check in checks_of(months.session, months.cast.club, MARCH, at=local(10, day=31))
        if check.is_open
    } >= {"not_over", "assessments"}
