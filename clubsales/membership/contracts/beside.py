"""What belongs to a contract: its corrections, promises and copies, and the lines of its sale."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.ids import ContractID, SaleID
from clubsales.membership.contracts.models import ContractCorrectionRow, ContractPromiseRow
from clubsales.membership.contracts.rules import Change, Promise, PromiseKind
from clubsales.membership.receivables.models import InstalmentRow
from clubsales.membership.reservations.models import PaperCopyRow
from clubsales.membership.sales.models import SaleLineRow, SaleRow
from clubsales.money import Currency, Money

CORRECTION, PROMISE, COPY = (
    table_of(ContractCorrectionRow),
    table_of(ContractPromiseRow),
    table_of(PaperCopyRow),
)
SALE, LINE, INSTALMENT = table_of(SaleRow), table_of(SaleLineRow), table_of(InstalmentRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """A field that was changed after the form was submitted."""

    change: Change
    at: Instant
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseView:
    """A promise that was signed, and whether it was kept."""

    position: int
    promise: Promise
    kept_at: Instant | None
    kept_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyView:
    """A copy on paper: whose it is, and when he got it."""

    copy: int
    holder: str
    handed_at: Instant | None
    handed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """What a sale's line says, as it was sold."""

    name: str
    name_en: str
    kind: str
    quantity: int
    price: Money
    is_gift: bool
    is_part: bool  # of a package
    days: int | None
    visits: int | None
    value: Money | None
    set_up_fee: Money
    terms: Mapping[str, Any]

    def name_in(self, language: str) -> str:
        """The name in a language."""
        return self.name_en if language.startswith("en") and self.name_en else self.name


def corrections_of(session: Session, contract_id: ContractID) -> list[CorrectionView]:
    """The corrections of a form, in their order."""
    rows = session.execute(
        sa.select(CORRECTION, ACCOUNT.c.name)
        .join_from(CORRECTION, ACCOUNT, ACCOUNT.c.id == CORRECTION.c.by, isouter=True)
        .where(CORRECTION.c.contract_id == contract_id)
        .order_by(CORRECTION.c.sequence)
    )
    return [
        CorrectionView(change=Change(row.field, row.old, row.new), at=row.at, by=row.name or "")
        for row in rows
    ]


def promises_of(session: Session, contract_id: ContractID) -> list[PromiseView]:
    """The promises that were signed."""
    rows = session.execute(
        sa.select(PROMISE, ACCOUNT.c.name)
        .join_from(PROMISE, ACCOUNT, ACCOUNT.c.id == PROMISE.c.kept_by, isouter=True)
        .where(PROMISE.c.contract_id == contract_id)
        .order_by(PROMISE.c.position)
    )
    return [
        PromiseView(
            position=row.position,
            promise=Promise(kind=PromiseKind(row.kind), text=row.text, due_on=row.due_on),
            kept_at=row.kept_at,
            kept_by=row.name or "",
        )
        for row in rows
    ]


def copies_of(session: Session, contract_id: ContractID) -> list[CopyView]:
    """The copies of a signed contract."""
    rows = session.execute(
        sa.select(COPY, ACCOUNT.c.name)
        .join_from(COPY, ACCOUNT, ACCOUNT.c.id == COPY.c.handed_by, isouter=True)
        .where(COPY.c.form == "contract", COPY.c.form_id == contract_id)
        .order_by(COPY.c.copy)
    )
    return [
        CopyView(copy=row.copy, holder=row.holder, handed_at=row.handed_at, handed_by=row.name or "")
        for row in rows
    ]


def lines_of_sale(session: Session, sale_id: SaleID) -> list[LineView]:
    """What was sold, line by line."""
    rows = session.execute(
        sa.select(LINE, SALE.c.currency)
        .join_from(LINE, SALE, SALE.c.id == LINE.c.sale_id)
        .where(LINE.c.sale_id == sale_id)
        .order_by(LINE.c.line)
    )
    return [
        LineView(
            name=row.name,
            name_en=row.name_en,
            kind=row.kind,
            quantity=row.quantity,
            price=Money(row.price_minor, Currency(row.currency)),
            is_gift=row.is_gift,
            is_part=row.part_of is not None,
            days=row.days,
            visits=row.visits,
            value=None if row.value_minor is None else Money(row.value_minor, Currency(row.currency)),
            set_up_fee=Money(row.set_up_fee_minor, Currency(row.currency)),
            terms=row.terms,
        )
        for row in rows
    ]


def plan_of_sale(session: Session, sale_id: SaleID) -> list[tuple[date, Money]]:
    """The instalments agreed for a sale, by their days; none: all at once."""
    rows = session.execute(
        sa.select(INSTALMENT.c.due_on, INSTALMENT.c.amount_minor, SALE.c.currency)
        .join_from(INSTALMENT, SALE, SALE.c.id == INSTALMENT.c.sale_id)
        .where(INSTALMENT.c.sale_id == sale_id, INSTALMENT.c.superseded_at.is_(None))
        .order_by(INSTALMENT.c.position)
    )
    return [(row.due_on, Money(row.amount_minor, Currency(row.currency))) for row in rows]
