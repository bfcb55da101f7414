"""What belongs to a contract: its corrections, promises and copies, and the instalments of its sale."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.ids import AccountID, ContractID, SaleID
from clubsales.membership.contracts.models import ContractCorrectionRow, ContractPromiseRow
from clubsales.membership.contracts.rules import Change, Promise, PromiseKind
from clubsales.membership.receivables.models import InstalmentRow
from clubsales.membership.reservations.models import PaperCopyRow
from clubsales.membership.sales.models import SaleRow
from clubsales.money import Currency, Money

CORRECTION, PROMISE, COPY = (
    table_of(ContractCorrectionRow),
    table_of(ContractPromiseRow),
    table_of(PaperCopyRow),
)
SALE, INSTALMENT = table_of(SaleRow), table_of(InstalmentRow)


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


def correctors(session: Session, contract_ids: Sequence[ContractID]) -> dict[ContractID, set[AccountID]]:
    """Who corrected which forms: nobody approves what he wrote himself."""
    found: dict[ContractID, set[AccountID]] = {}
    if not contract_ids:
        return found
    rows = session.execute(
        sa.select(CORRECTION.c.contract_id, CORRECTION.c.by)
        .where(CORRECTION.c.contract_id.in_(contract_ids), CORRECTION.c.by.is_not(None))
        .distinct()
    )
    for row in rows:
        found.setdefault(ContractID(row.contract_id), set()).add(AccountID(row.by))
    return found


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


def plan_of_sale(session: Session, sale_id: SaleID) -> list[tuple[date, Money]]:
    """The instalments agreed for a sale, by their days; none: all at once."""
    rows = session.execute(
        sa.select(INSTALMENT.c.due_on, INSTALMENT.c.amount_minor, SALE.c.currency)
        .join_from(INSTALMENT, SALE, SALE.c.id == INSTALMENT.c.sale_id)
        .where(INSTALMENT.c.sale_id == sale_id, INSTALMENT.c.superseded_at.is_(None))
        .order_by(INSTALMENT.c.position)
    )
    return [(row.due_on, Money(row.amount_minor, Currency(row.currency))) for row in rows]
