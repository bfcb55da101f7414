"""A month that is closed while money comes in: whatever was posted in it is in a line, and it is closed once."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.consultants.credits import closing, operations
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.statements import checks
from clubsales.consultants.statements.models import StatementLineRow, StatementRow
from clubsales.db import db
from clubsales.errors import Refused
from clubsales.ids import SaleID
from clubsales.money import WHOLE
from clubsales.office.closing import operations as months
from tests.builders import Cast, consultant_of, local, yuan
from tests.integration.consultants.books import Books
from tests.races.together import together

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
RECEIPTS = 16
Work = Callable[[Session], object]


def some_sales(cast: Cast, count: int) -> Sequence[SaleID]:
    """Sales with a first receipt in March, and more to come."""
    books = Books(db.session, cast)
    holder = (Share(consultant_of(cast.lin), WHOLE),)
    sale_ids = []
    for _each in range(count):
        sale_id = books.open("3980.00", shares=holder)
        books.receive(sale_id, "1000.00", local(10))
        sale_ids.append(sale_id)
    db.session.commit()
    return sale_ids


def receives(cast: Cast, sale_id: SaleID) -> Work:
    """Money that was paid in March and comes to be known while the month is closed."""
    return partial(
        operations.receive,
        sale_id=sale_id,
        amount=yuan("333.33"),
        reference="late",
        actor=cast.desk,
        at=local(23, 50, day=31),
    )


def closes(cast: Cast, month: date = MARCH) -> Work:
    return partial(
        months.close_month,
        month=month,
        by_the_book=True,
        actor=cast.manager,
        at=local(10, day=2, month=6),
    )


def faults() -> list[str]:
    return [fault for invariant in checks.INVARIANTS for fault in invariant(db.session)]


def test_receipts_that_race_a_close_are_in_a_line_or_in_the_next_month(
    race_app: Flask, race_cast: Cast
) -> None:
    with race_app.app_context():
        sales = some_sales(race_cast, RECEIPTS)
    work = [receives(race_cast, sale_id) for sale_id in sales]
    answers = together(race_app, *work[: RECEIPTS // 2], closes(race_cast), *work[RECEIPTS // 2 :])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    with race_app.app_context():
        assert faults() == []
        by_month = dict(
            db.session.execute(
                sa.select(PostingRow.month, sa.func.sum(PostingRow.amount_minor)).group_by(PostingRow.month)
            ).all()
        )
        assert sum(by_month.values()) == RECEIPTS * (100_000 + 33_333)
        assert set(by_month) <= {MARCH, APRIL}
        statement = db.session.scalars(
            sa.select(StatementRow).where(
                StatementRow.month == MARCH, StatementRow.consultant_id == consultant_of(race_cast.lin)
            )
        ).one()
        in_lines = db.session.execute(
            sa.select(sa.func.sum(StatementLineRow.credit_minor)).where(
                StatementLineRow.statement_id == statement.id
            )
        ).scalar_one()
        assert by_month[MARCH] == statement.credit_minor == in_lines


def test_a_month_closed_twice_at_once_is_closed_once(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        some_sales(race_cast, 3)
    answers = together(race_app, *[closes(race_cast)] * 3)
    refused = [answer.code for answer in answers if isinstance(answer, Refused)]
    assert refused == ["month.closed"] * 2
    assert len([answer for answer in answers if isinstance(answer, str)]) == 1
    with race_app.app_context():
        assert faults() == []
        assert closing.closed_through(db.session, race_cast.club.id) == MARCH
