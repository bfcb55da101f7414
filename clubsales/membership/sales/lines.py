"""A sale's lines: written once, every fact a copy, and read as they were sold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import insert_later, table_of
from clubsales.ids import CardTypeID, SaleID
from clubsales.membership.catalogue.models import CardTypeRow, PromotionRow
from clubsales.membership.catalogue.rules import CardKind, CardTerms
from clubsales.membership.sales.models import SaleLineRow, SaleRow
from clubsales.money import Currency, Money
from clubsales.prepared import Prepared

INSERT = Prepared(sa.insert(table_of(SaleLineRow)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line as it was sold; its prices are those of all its pieces. Lines that are no part add up to the sale's price."""

    line: int
    part_of: int | None
    card_type_id: CardTypeID
    title: str
    title_en: str
    kind: CardKind
    quantity: int
    list_price: Money | None
    price: Money
    is_gift: bool
    gift_reason: str
    promotion: str
    promotion_en: str
    days: int | None
    visits: int | None
    are_sessions: bool  # whether the visits are hours with a coach
    value: Money | None
    extra_days: int  # what the offer adds to the days and visits that are paid for
    extra_visits: int
    terms: CardTerms

    def title_in(self, language: str) -> str:
        """What was sold, in a language."""
        return self.title_en if language.startswith("en") and self.title_en else self.title

    def promotion_in(self, language: str) -> str:
        """The offer it was sold at or given by, in a language; empty without one."""
        return self.promotion_en if language.startswith("en") and self.promotion_en else self.promotion


def write_lines(session: Session, sale_id: SaleID, lines: Sequence[dict[str, Any]]) -> None:
    """Write a sale's lines, each made by `line_of`, at the end of the transaction."""
    for number, line in enumerate(lines, start=1):
        insert_later(session, INSERT, {"sale_id": sale_id, "line": number, **line})


def line_of(
    *, card_type_id: CardTypeID, name: str, kind: str, price_minor: int, **known: Any
) -> dict[str, Any]:
    """A line's values; what is not said is nothing."""
    return {
        "part_of": None,
        "card_type_id": card_type_id,
        "name": name,
        "name_en": "",
        "kind": kind,
        "quantity": 1,
        "list_price_minor": None,
        "price_minor": price_minor,
        "set_up_fee_minor": 0,
        "is_gift": False,
        "gift_reason": "",
        "promotion_id": None,
        "days": None,
        "visits": None,
        "value_minor": None,
        "terms": {},
        **known,
    }


def lines_of(session: Session, sale_id: SaleID) -> tuple[LineView, ...]:
    """A sale's lines in their order, each package before its parts."""
    statement: sa.Select[Any] = (
        sa.select(
            *table_of(SaleLineRow).columns,
            SaleRow.currency,
            CardTypeRow.are_sessions,
            sa.func.coalesce(PromotionRow.name, "").label("promotion"),
            sa.func.coalesce(PromotionRow.name_en, "").label("promotion_en"),
            PromotionRow.extra_days,
            PromotionRow.extra_visits,
        )
        .join(SaleRow, SaleRow.id == SaleLineRow.sale_id)
        .join(CardTypeRow, CardTypeRow.id == SaleLineRow.card_type_id)
        .outerjoin(PromotionRow, PromotionRow.id == SaleLineRow.promotion_id)
        .where(SaleLineRow.sale_id == sale_id)
        .order_by(SaleLineRow.line)
    )
    return tuple(_view(row) for row in session.execute(statement))


def _view(row: sa.Row[Any]) -> LineView:
    currency = Currency(row.currency)

    def extra(count: int | None, paid: int | None) -> int:
        """Of a promotion's days or visits those that come to this line: a gift has none, nor what has no term."""
        return 0 if paid is None or row.is_gift else count or 0

    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, currency)

    return LineView(
        line=row.line,
        part_of=row.part_of,
        card_type_id=CardTypeID(row.card_type_id),
        title=row.name,
        title_en=row.name_en,
        kind=CardKind(row.kind),
        quantity=row.quantity,
        list_price=money(row.list_price_minor),
        price=Money(row.price_minor, currency),
        is_gift=row.is_gift,
        gift_reason=row.gift_reason,
        promotion=row.promotion,
        promotion_en=row.promotion_en,
        days=row.days,
        visits=row.visits,
        are_sessions=row.are_sessions,
        value=money(row.value_minor),
        extra_days=extra(row.extra_days, row.days),
        extra_visits=extra(row.extra_visits, row.visits),
        terms=CardTerms.from_json(row.terms),
    )
