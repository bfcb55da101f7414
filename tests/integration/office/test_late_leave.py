"""Leave that is decided when its month is closed: the next open month deducts it, and both months say so (COM-11)."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.consultants.leave.models import LeaveRow
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.statements import extras, late_leave, line_queries
from clubsales.consultants.statements.facts import LateLeave
from clubsales.consultants.statements.frozen import ItemView, StatementView
from clubsales.consultants.statements.reckoning import month_reckoning
from clubsales.consultants.statements.rules import ItemKind
from clubsales.ids import ConsultantID
from tests.builders import Cast, local, yuan
from tests.integration.office.closing_support import AFTER_APRIL, APRIL, MARCH, MAY, Months

BEFORE_CLOSE, AFTER_CLOSE = local(9, day=20), local(9, month=4, day=3)
A_DAY = yuan("183.91")  # 4,000.00 / 21.75


@pytest.fixture
def months(session: Session, cast: Cast) -> Months:
    return Months(session, cast)


def on_leave(
    months: Months, first: date, last: date, half_days: int, *, decided: Instant, kind: str = "personal"
) -> LeaveRow:
    row = LeaveRow(
        club_id=months.cast.club.id,
        consultant_id=months.lin,
        kind=kind,
        first_day=first,
        last_day=last,
        half_days=half_days,
        status="approved",
        filed_at=local(8),
        filed_by=months.cast.lin.account_id,
        decided_at=decided,
        policy_version_id=months.books.policy_version_id,
    )
    months.session.add(row)
    months.session.flush()
    return row


def owed(months: Months, month: date, **only: ConsultantID) -> dict[ConsultantID, tuple[LateLeave, ...]]:
    session, club = months.session, months.cast.club
    forms = extras.unpaid_forms(session, club, late_leave.first_month(month), date(2026, 5, 31))
    return late_leave.late_leave(session, club, month, forms, **only)


def leave_items(statement: StatementView) -> list[ItemView]:
    return [item for item in statement.items if item.kind is ItemKind.LEAVE]


def test_leave_approved_after_the_close_is_deducted_by_the_next_month_once(months: Months) -> None:
    months.close()
    on_leave(months, date(2026, 3, 24), date(2026, 3, 24), 2, decided=AFTER_CLOSE)
    on_leave(months, date(2026, 4, 8), date(2026, 4, 8), 1, decided=AFTER_CLOSE)
    preview = month_reckoning(months.session, months.cast.club, APRIL).digest
    assert months.close(APRIL, AFTER_APRIL) == preview
    own, late = leave_items(months.statement(months.lin, APRIL))
    assert (own.reason.code, own.reason.facts["days"]) == ("pay.leave", "0.5")
    assert (late.amount, late.rule, late.reason.code) == (-A_DAY, "COM-11", "pay.leave_late")
    assert (late.reason.facts["month"], late.reason.facts["days"]) == ("2026-03", "1")
    assert leave_items(months.statement(months.lin)) == [], "the closed month stays as it was"
    months.close(MAY, local(10, month=6, day=2))
    assert leave_items(months.statement(months.lin, MAY)) == []
    assert months.faults() == []


def test_both_months_say_where_the_leave_was_deducted(months: Months) -> None:
    months.close()
    on_leave(months, date(2026, 3, 24), date(2026, 3, 24), 2, decided=AFTER_CLOSE)
    months.close(APRIL, AFTER_APRIL)
    march, april = months.statement(months.lin), months.statement(months.lin, APRIL)
    (later,) = line_queries.deducted_later(months.session, march)
    assert (later.month, later.public_id) == (APRIL, april.public_id)
    (of,) = line_queries.deducted_here(months.session, april)
    assert (of.month, of.public_id) == (MARCH, march.public_id)
    assert line_queries.deducted_later(months.session, april) == []
    assert line_queries.deducted_here(months.session, march) == []


def test_leave_known_at_the_close_is_not_deducted_again(months: Months) -> None:
    on_leave(months, date(2026, 3, 24), date(2026, 3, 24), 2, decided=local(9, month=4, day=1))
    months.close()
    assert [item.amount for item in leave_items(months.statement(months.lin))] == [-A_DAY]
    months.close(APRIL, AFTER_APRIL)
    assert leave_items(months.statement(months.lin, APRIL)) == []


def test_a_form_over_two_months_costs_each_its_days_whenever_it_is_decided(months: Months) -> None:
    """Monday 30 March to Thursday 2 April: two days of each month, all approved after March was closed."""
    months.close()
    on_leave(months, date(2026, 3, 30), date(2026, 4, 2), 8, decided=AFTER_CLOSE)
    months.close(APRIL, AFTER_APRIL)
    own, late = leave_items(months.statement(months.lin, APRIL))
    assert (own.reason.facts["days"], late.reason.facts["days"]) == ("2", "2")


def test_paid_leave_and_leave_of_colleagues_cost_nothing_late(months: Months) -> None:
    months.close()
    on_leave(months, date(2026, 3, 24), date(2026, 3, 24), 2, decided=AFTER_CLOSE, kind="annual")
    assert owed(months, APRIL) == {}
    on_leave(months, date(2026, 3, 25), date(2026, 3, 25), 2, decided=AFTER_CLOSE)
    (late,) = owed(months, APRIL)[months.lin]
    assert (late.month, late.halves, late.known_halves) == (MARCH, 2, 0)
    assert owed(months, APRIL, consultant_id=months.zhou) == {}
    assert owed(months, MAY) == {}, "April pays it, and April is open"


def test_leave_taken_back_after_it_was_deducted_late_comes_back(months: Months) -> None:
    months.close()
    row = on_leave(months, date(2026, 3, 24), date(2026, 3, 25), 4, decided=AFTER_CLOSE)
    months.close(APRIL, AFTER_APRIL)
    row.half_days, row.last_day = 2, date(2026, 3, 24)
    months.session.flush()
    months.close(MAY, local(10, month=6, day=2))
    (back,) = leave_items(months.statement(months.lin, MAY))
    assert (back.amount, back.reason.code) == (A_DAY, "pay.leave_back")


def leaves(months: Months, last_day: date) -> None:
    months.session.execute(
        sa.update(ConsultantRow).where(ConsultantRow.id == months.lin).values(active_until=last_day)
    )


def test_who_left_gets_back_what_his_last_statement_took_too_much(months: Months) -> None:
    """His last statement is out; the leave it deducted is shortened afterwards: that is his money, and it is paid once."""
    row = on_leave(months, date(2026, 3, 24), date(2026, 3, 25), 4, decided=BEFORE_CLOSE)
    leaves(months, date(2026, 3, 31))
    months.close()
    row.half_days, row.last_day, row.decided_at = 2, date(2026, 3, 24), AFTER_CLOSE
    months.session.flush()
    months.close(APRIL, AFTER_APRIL)
    april = months.statement(months.lin, APRIL)
    (back,) = leave_items(april)
    assert (back.amount, back.reason.code, april.pay) == (A_DAY, "pay.leave_back", A_DAY)
    months.close(MAY, local(10, month=6, day=2))
    with pytest.raises(NoResultFound):
        months.statement(months.lin, MAY)
    assert months.faults() == []


def test_who_left_has_no_base_that_late_leave_is_taken_off(months: Months) -> None:
    """Decided after his last statement it costs nothing, and shortened later it brings nothing."""
    leaves(months, date(2026, 3, 31))
    months.close()
    months.sale("100.00", local(10, month=4, day=3), months.lin)
    row = on_leave(months, date(2026, 3, 24), date(2026, 3, 25), 4, decided=AFTER_CLOSE)
    months.close(APRIL, AFTER_APRIL)
    april = months.statement(months.lin, APRIL)
    assert (leave_items(april), april.pay) == ([], yuan("3.00"))
    row.half_days, row.last_day = 2, date(2026, 3, 24)
    months.session.flush()
    months.sale("100.00", local(10, month=5, day=5), months.lin)
    months.close(MAY, local(10, month=6, day=2))
    assert months.statement(months.lin, MAY).pay == yuan("3.00")
