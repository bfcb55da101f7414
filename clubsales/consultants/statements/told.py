"""Lines of pay as they are told: from what a posting earned back to the sale, its buyer and the reason."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.consultants.credits.naming import others_of
from clubsales.consultants.statements.lines import Line
from clubsales.consultants.statements.models import StatementLineRow
from clubsales.consultants.statements.tables import sale
from clubsales.db import Json, UtcDateTime, table_of
from clubsales.errors import Reason
from clubsales.ids import SaleID
from clubsales.money import Currency, Money

ON_PAGE = 50
LINE = table_of(StatementLineRow)
POSTING = sa.table(
    "posting",
    *(sa.column(name, sa.BigInteger) for name in ("id", "sale_id", "amount_minor")),
    *(sa.column(name, sa.String) for name in ("cause", "rule", "reference")),
    sa.column("at", UtcDateTime),
    sa.column("reason", Json),
)
PERSON = sa.table("person", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
SOLD = (
    POSTING.c.id.label("posting_id"),
    POSTING.c.at,
    POSTING.c.cause,
    POSTING.c.reason,
    sale.c.public_id.label("sale"),
    sale.c.card_type_name.label("title"),
    sale.c.card_type_name_en.label("title_en"),
    others_of(sale.c.id).label("others"),
    sa.func.coalesce(PERSON.c.name, "").label("buyer"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a posting earned. No sale: what was carried from the month before (`credit` is not zero), or a plan's limit."""

    credit: Money
    rate_bp: int
    factor_bp: int
    commission: Money
    payable_on: date
    sale: str
    title: str
    title_en: str
    others: int  # lines of the sale beside the first
    buyer: str
    at: Instant | None
    cause: str
    reason: Reason | None

    def title_in(self, language: str) -> str:
        """The first line that was sold, in a language; `texts.sold_name` says the whole."""
        return self.title_en if language.startswith("en") and self.title_en else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleNamed:
    """A sale as a page names it."""

    public_id: str
    title: str
    title_en: str
    others: int  # lines of the sale beside the first
    buyer: str

    def title_in(self, language: str) -> str:
        """The first line that was sold, in a language; `texts.sold_name` says the whole."""
        return self.title_en if language.startswith("en") and self.title_en else self.title


@dataclass(frozen=True, slots=True)
class Page:
    """So many lines of a statement, and which pages there are; the first is 1."""

    lines: tuple[Told, ...]
    number: int
    last: int


def page_of(session: Session, statement_id: int, currency: Currency, *, number: int) -> Page:
    """A page of a statement's lines in the order of the ledger; past the last one: the last."""
    count = session.execute(
        sa.select(sa.func.count()).select_from(LINE).where(LINE.c.statement_id == statement_id)
    ).scalar_one()
    last = max(1, -(-count // ON_PAGE))
    number = min(max(number, 1), last)
    lines = _lines(session, statement_id, currency, limit=ON_PAGE, offset=(number - 1) * ON_PAGE)
    return Page(lines, number, last)


def all_of(
    session: Session, statement_id: int, currency: Currency, *, limit: int | None = None
) -> tuple[Told, ...]:
    """A statement's lines in the order of the ledger, at most so many."""
    return _lines(session, statement_id, currency, limit=limit, offset=0)


def of_open_month(session: Session, lines: Sequence[Line], currency: Currency) -> tuple[Told, ...]:
    """Lines that are not frozen yet, told in the same order."""
    ids = [line.posting_id for line in lines if line.posting_id is not None]
    rows = session.execute(_sold().where(POSTING.c.id.in_(ids))) if ids else ()
    sold = {row.posting_id: row for row in rows}
    return tuple(
        _told(
            sold.get(line.posting_id),
            currency,
            credit=line.credit_minor,
            rate_bp=line.rate_bp,
            factor_bp=line.factor_bp,
            commission=line.commission_minor,
            payable_on=line.payable_on,
        )
        for line in lines
    )


def sales_named(session: Session, ids: Collection[SaleID]) -> dict[SaleID, SaleNamed]:
    """Sales by their id."""
    if not ids:
        return {}
    rows = session.execute(
        sa.select(
            *(sale.c.id, sale.c.public_id, sale.c.card_type_name, sale.c.card_type_name_en, PERSON.c.name),
            others_of(sale.c.id).label("others"),
        )
        .join_from(sale, PERSON, PERSON.c.id == sale.c.person_id, isouter=True)
        .where(sale.c.id.in_(set(ids)))
    )
    return {
        SaleID(row.id): SaleNamed(
            public_id=row.public_id,
            title=row.card_type_name,
            title_en=row.card_type_name_en,
            others=row.others,
            buyer=row.name or "",
        )
        for row in rows
    }


def _sold() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(*SOLD)
        .join_from(POSTING, sale, sale.c.id == POSTING.c.sale_id)
        .join(PERSON, PERSON.c.id == sale.c.person_id, isouter=True)
    )


def _lines(
    session: Session, statement_id: int, currency: Currency, *, limit: int | None, offset: int
) -> tuple[Told, ...]:
    rows = session.execute(
        sa.select(LINE, *SOLD)
        .join_from(LINE, POSTING, POSTING.c.id == LINE.c.posting_id, isouter=True)
        .join(sale, sale.c.id == POSTING.c.sale_id, isouter=True)
        .join(PERSON, PERSON.c.id == sale.c.person_id, isouter=True)
        .where(LINE.c.statement_id == statement_id)
        .order_by(LINE.c.id)
        .limit(limit)
        .offset(offset)
    )
    return tuple(
        _told(
            row,
            currency,
            credit=row.credit_minor,
            rate_bp=row.rate_bp,
            factor_bp=row.factor_bp,
            commission=row.commission_minor,
            payable_on=row.payable_on,
        )
        for row in rows
    )


def _told(
    row: Any,
    currency: Currency,
    *,
    credit: int,
    rate_bp: int,
    factor_bp: int,
    commission: int,
    payable_on: date,
) -> Told:
    return Told(
        credit=Money(credit, currency),
        rate_bp=rate_bp,
        factor_bp=factor_bp,
        commission=Money(commission, currency),
        payable_on=payable_on,
        sale=(row.sale if row else None) or "",
        title=(row.title if row else None) or "",
        title_en=(row.title_en if row else None) or "",
        others=(row.others if row else None) or 0,
        buyer=(row.buyer if row else None) or "",
        at=row.at if row else None,
        cause=(row.cause if row else None) or "",
        reason=Reason.restored(row.reason) if row and row.reason else None,
    )
