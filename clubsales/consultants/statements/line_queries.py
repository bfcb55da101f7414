"""Reads of what was frozen, line by line, and of what came late."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.consultants.statements import late_leave
from clubsales.consultants.statements.frozen import StatementView
from clubsales.consultants.statements.models import StatementLineRow, StatementRow
from clubsales.consultants.statements.restored import facts_in
from clubsales.consultants.statements.tables import posting, sale
from clubsales.db import table_of
from clubsales.ids import SaleID
from clubsales.money import Currency, Money

STATEMENT, LINE = table_of(StatementRow), table_of(StatementLineRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """What a posting earned. No posting: what the month before carried (`credit` is not zero), or a cap."""

    id: int
    credit: Money
    rate_bp: int
    factor_bp: int
    commission: Money
    payable_on: date
    amount: Money | None  # of the posting, set-up fee included
    at: Instant | None
    cause: str
    rule: str
    sale_id: SaleID | None
    sale_public_id: str
    card_type_name: str
    card_type_name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherMonth:
    """What a sale also counts in another month of the same person. No statement: the month is not closed yet."""

    sale_id: SaleID
    month: date
    credit: Money
    statement_public_id: str | None


@dataclass(frozen=True, slots=True)
class OtherStatement:
    """A statement of the same person in which leave of a month was, or should have been, deducted."""

    month: date
    public_id: str


def lines_of_statement(
    session: Session, statement_id: int, *, after: int = 0, limit: int | None = None
) -> list[LineView]:
    """The lines of a statement in the order of the ledger; `after` is the id of the last one seen."""
    rows = session.execute(
        sa.select(
            LINE,
            STATEMENT.c.currency,
            *(posting.c.amount_minor, posting.c.at, posting.c.cause, posting.c.rule, posting.c.sale_id),
            *(sale.c.public_id, sale.c.card_type_name, sale.c.card_type_name_en),
        )
        .join_from(LINE, STATEMENT, STATEMENT.c.id == LINE.c.statement_id)
        .join(posting, posting.c.id == LINE.c.posting_id, isouter=True)
        .join(sale, sale.c.id == posting.c.sale_id, isouter=True)
        .where(LINE.c.statement_id == statement_id, LINE.c.id > after)
        .order_by(LINE.c.id)
        .limit(limit)
    )
    return [_line(row) for row in rows]


def earlier_months_of(session: Session, statement: StatementView) -> list[OtherMonth]:
    """For the sales in a statement: what they counted in months before it. A late fact is linked to what it corrects."""
    return _other_months(session, statement, posting.c.month < statement.month)


def late_postings_of(session: Session, statement: StatementView) -> list[OtherMonth]:
    """For the sales in a statement: what came after it was frozen and counts in a later month (AMB-65)."""
    return _other_months(session, statement, posting.c.month > statement.month)


def deducted_later(session: Session, statement: StatementView) -> list[OtherStatement]:
    """The statements of later months that deduct leave of this one."""
    return [
        OtherStatement(row.month, row.public_id)
        for row in late_leave.statements_since(session, statement.consultant_id, statement.month)
        if any(part.month == statement.month for part in facts_in(row.document).late_leave)
    ]


def deducted_here(session: Session, statement: StatementView) -> list[OtherStatement]:
    """The statements of earlier months whose leave this one deducts."""
    months = [part.month for part in facts_in(statement.document).late_leave]
    if not months:
        return []
    return [
        OtherStatement(row.month, row.public_id)
        for row in late_leave.statements_since(session, statement.consultant_id, min(months))
        if row.month in months
    ]


def _other_months(
    session: Session, statement: StatementView, when: sa.ColumnElement[bool]
) -> list[OtherMonth]:
    mine = posting.alias("mine")
    sales = (
        sa.select(mine.c.sale_id)
        .join_from(LINE, mine, mine.c.id == LINE.c.posting_id)
        .where(LINE.c.statement_id == statement.id)
    )
    of_month = STATEMENT.alias("of_month")
    rows = session.execute(
        sa.select(
            posting.c.sale_id,
            posting.c.month,
            sa.func.sum(posting.c.amount_minor).label("minor"),
            of_month.c.public_id,
        )
        .join_from(
            posting,
            of_month,
            sa.and_(
                of_month.c.consultant_id == posting.c.consultant_id,
                of_month.c.club_id == posting.c.club_id,
                of_month.c.month == posting.c.month,
            ),
            isouter=True,
        )
        .where(posting.c.consultant_id == statement.consultant_id, posting.c.sale_id.in_(sales), when)
        .group_by(posting.c.sale_id, posting.c.month, of_month.c.public_id)
        .order_by(posting.c.sale_id, posting.c.month)
    )
    return [
        OtherMonth(
            sale_id=SaleID(row.sale_id),
            month=row.month,
            credit=Money(int(row.minor), statement.pay.currency),
            statement_public_id=row.public_id,
        )
        for row in rows
    ]


def _line(row: Any) -> LineView:
    currency = Currency(row.currency)
    return LineView(
        id=row.id,
        credit=Money(row.credit_minor, currency),
        rate_bp=row.rate_bp,
        factor_bp=row.factor_bp,
        commission=Money(row.commission_minor, currency),
        payable_on=row.payable_on,
        amount=Money(row.amount_minor, currency) if row.amount_minor is not None else None,
        at=row.at,
        cause=row.cause or "",
        rule=row.rule or "",
        sale_id=SaleID(row.sale_id) if row.sale_id is not None else None,
        sale_public_id=row.public_id or "",
        card_type_name=row.card_type_name or "",
        card_type_name_en=row.card_type_name_en or "",
    )
