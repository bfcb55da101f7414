"""A month is closed once, whole, and pays what its postings say; what comes later falls in the next."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales.consultants.credits import closing
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.statements import line_queries, queries, reckoning
from clubsales.consultants.statements.models import StatementItemRow, StatementLineRow, StatementRow
from clubsales.errors import NotFound, Refused
from tests.builders import Cast, local
from tests.integration.office.closing_support import AFTER_APRIL, AFTER_MARCH, APRIL, MARCH, Months


@pytest.fixture
def months(session: Session, cast: Cast) -> Months:
    return Months(session, cast)


def refused(work: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(Refused) as refusal:
        work(*args, **kwargs)  # type: ignore[operator]
    return refusal.value.code


def test_a_closed_month_pays_by_its_postings_and_every_line_is_there(months: Months) -> None:
    months.sale("58806.00", local(10), months.lin)
    months.sale("3980.00", local(11, day=12), months.ma, months.lin)
    digest = months.close()
    statement = months.statement(months.lin)
    assert str(statement.credit) == "60796.00"
    assert (statement.rate_bp, str(statement.commission)) == (1000, "6079.60")
    assert str(statement.base) == "4000.00"
    assert sum(item.amount.minor for item in statement.items) == statement.pay.minor
    lines = line_queries.lines_of_statement(months.session, statement.id)
    assert [(str(line.credit), str(line.commission)) for line in lines] == [
        ("58806.00", "5880.60"),
        ("1990.00", "199.00"),
    ]
    assert lines[0].payable_on == date(2026, 3, 16)  # seven days' cooling-off
    assert months.faults() == []
    kept = closing.closed_month(months.session, months.cast.club.id, MARCH)
    assert kept is not None
    assert kept.digest == digest


def test_the_same_preview_twice_is_the_same_to_the_byte_and_is_what_is_frozen(months: Months) -> None:
    months.sale("12000.01", local(10), months.lin, months.zhou, months.ma)
    first = reckoning.month_reckoning(months.session, months.cast.club, MARCH)
    assert reckoning.month_reckoning(months.session, months.cast.club, MARCH).digest == first.digest
    assert months.close() == first.digest
    assert reckoning.month_reckoning(months.session, months.cast.club, MARCH).digest == first.digest


def test_anything_posted_changes_the_digest(months: Months) -> None:
    sale = months.sale("1000.00", local(10), months.lin)
    first = reckoning.month_reckoning(months.session, months.cast.club, MARCH).digest
    months.books.refund(sale, "0.01")
    assert reckoning.month_reckoning(months.session, months.cast.club, MARCH).digest != first


def test_a_month_is_refused_by_a_wrong_role_too_early_twice_and_out_of_order(months: Months) -> None:
    assert refused(months.close, actor=months.cast.finance) == "month.role"
    assert refused(months.close, at=local(23, 59, day=31)) == "month.not_over"
    months.close(at=local(0, day=1, month=4))
    assert refused(months.close) == "month.closed"
    assert refused(months.close, month=date(2026, 2, 1)) == "month.closed"
    assert refused(months.close, month=date(2026, 5, 1), at=local(10, day=2, month=6)) == "month.order"


def test_a_refund_of_a_closed_month_falls_in_the_next_and_is_carried(months: Months) -> None:
    sale = months.sale("3980.00", local(10), months.lin)
    months.close()
    months.books.refund(sale, "3980.00", local(10, day=12, month=4))
    months.sale("500.00", local(11, day=12, month=4), months.lin)
    months.close(APRIL, AFTER_APRIL)
    april = months.statement(months.lin, APRIL)
    assert (str(april.credit), str(april.commission)) == ("-3480.00", "0.00")
    assert (str(april.carried), str(april.pay)) == ("-3480.00", "4000.00")
    assert str(months.statement(months.lin).commission) == "119.40"
    assert months.faults() == []
    # Both ways: March says what came later, April what it corrects.
    march = months.statement(months.lin)
    (later,) = line_queries.late_postings_of(months.session, march)
    assert (later.month, str(later.credit), later.statement_public_id) == (APRIL, "-3980.00", april.public_id)
    (earlier,) = line_queries.earlier_months_of(months.session, april)
    assert (earlier.month, str(earlier.credit), earlier.statement_public_id) == (
        MARCH,
        "3980.00",
        march.public_id,
    )


def test_what_is_carried_is_a_line_of_its_own_and_counts_for_the_tier(months: Months) -> None:
    sale = months.sale("3980.00", local(10), months.lin)
    months.close()
    months.books.refund(sale, "3980.00", local(10, day=12, month=4))
    months.close(APRIL, AFTER_APRIL)
    months.sale("33000.00", local(10, day=5, month=5), months.lin)
    months.close(date(2026, 5, 1), local(10, day=2, month=6))
    may = months.statement(months.lin, date(2026, 5, 1))
    assert (may.rate_bp, str(may.commission)) == (300, "870.60")  # 29,020.00 is below 30,000.00
    brought, own = line_queries.lines_of_statement(months.session, may.id)
    assert (brought.sale_id, str(brought.credit), str(brought.commission)) == (None, "-3980.00", "-119.40")
    assert str(own.commission) == "990.00"
    assert months.faults() == []


def test_a_receipt_paid_in_a_closed_month_is_posted_in_the_next(months: Months) -> None:
    months.close()
    months.sale("1000.00", local(23, 50, day=31), months.lin)
    assert str(months.books.month(months.lin, APRIL)) == "1000.00"
    assert months.faults() == []


def test_nothing_of_a_frozen_statement_can_be_changed(months: Months) -> None:
    months.sale("1000.00", local(10), months.lin)
    months.close()
    for table in (StatementRow, StatementItemRow, StatementLineRow):
        for change in (sa.delete(table), sa.update(table).values(id=table.id + 1)):
            with pytest.raises(DBAPIError, match="append-only"), months.session.begin_nested():
                months.session.execute(change)
    row = months.session.execute(sa.select(PostingRow.__table__).limit(1)).one()
    values = {**row._mapping, "id": row.id + 1, "sequence": 99}
    with pytest.raises(DBAPIError, match="closed"), months.session.begin_nested():
        months.session.execute(sa.insert(PostingRow), values)


def test_commission_waits_for_its_refund_window_and_becomes_payable_then(months: Months) -> None:
    months.sale("10000.00", local(10, day=31), months.lin)
    months.sale("20000.00", local(10, day=9), months.lin)
    months.close(at=AFTER_MARCH)
    statement = months.statement(months.lin)
    (due,) = statement.payable.later
    assert (due.day, due.amount_minor) == (date(2026, 4, 7), 80_000)
    assert statement.payable.now_minor == statement.pay.minor - 80_000
    club_id = months.cast.club.id
    found = queries.payable_between(
        months.session, club_id, after=date(2026, 4, 2), until=date(2026, 5, 2), before_month=APRIL
    )
    assert {holder: str(amount) for holder, amount in found.items()} == {months.lin: "800.00"}
    assert str(queries.payable_at(months.session, club_id, date(2026, 4, 6))[months.lin]) == "800.00"
    assert queries.payable_at(months.session, club_id, date(2026, 4, 7)) == {}


def test_another_clubs_statement_is_not_found(months: Months) -> None:
    months.close()
    statement = months.statement(months.lin)
    with pytest.raises(NotFound):
        queries.statement_of(months.session, months.cast.other_club.id, statement.public_id)


def test_a_month_with_nothing_in_it_pays_everybody_his_base(months: Months) -> None:
    months.close()
    found = queries.statements_of_month(months.session, months.cast.club.id, MARCH)
    assert {each.consultant_id: str(each.pay) for each in found} == {
        months.lin: "4000.00",
        months.zhou: "4000.00",
        months.ma: "4000.00",
    }
    assert months.faults() == []


def test_one_persons_month_is_what_everybodys_says(months: Months) -> None:
    months.sale("33333.33", local(10, day=30), months.lin, months.zhou, months.ma)
    whole = reckoning.month_reckoning(months.session, months.cast.club, MARCH)
    for person in (months.lin, months.zhou, months.ma):
        one = reckoning.reckoning_of(months.session, months.cast.club, MARCH, person, at=local(12, day=31))
        assert one is not None
        assert one.reckoning == whole.statements[person]
        assert sum(line.commission_minor for line in one.lines) == one.reckoning.commission_minor
        assert one.payable.later_minor == one.reckoning.commission_paid_minor


def test_somebody_who_left_still_gets_what_his_sales_bring(months: Months) -> None:
    months.sale("1000.00", local(10, day=30, month=3), months.lin)
    months.session.execute(
        sa.text("UPDATE consultant SET active_from = :day, active_until = :day WHERE id = :id"),
        {"day": str(MARCH - timedelta(days=1)), "id": months.lin},
    )
    months.close()
    statement = months.statement(months.lin)
    assert (str(statement.base), str(statement.pay)) == ("0.00", "30.00")
    assert months.faults() == []
