"""Reads of the credit ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.consultants.credits.models import CreditBasisRow, PostingRow
from clubsales.consultants.credits.rules import (
    Basis,
    Head,
    Share,
)
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.errors import Reason
from clubsales.ids import ClubID, ConsultantID, PolicyVersionID, SaleID
from clubsales.money import Currency, Money

HEAD = (
    CreditBasisRow.currency,
    CreditBasisRow.basis,
    CreditBasisRow.contract_minor,
    CreditBasisRow.received_minor,
    CreditBasisRow.refunded_minor,
    CreditBasisRow.rebated_minor,
    CreditBasisRow.shares,
    CreditBasisRow.rule,
    CreditBasisRow.reason,
    CreditBasisRow.working,
    CreditBasisRow.policy_version_id,
    CreditBasisRow.held,
    CreditBasisRow.version,
)


@dataclass(frozen=True, slots=True)
class StoredHead:
    """A sale's head as the database holds it, with the decision it rests on; reasons as they are stored."""

    head: Head
    rule: str
    reason: Mapping[str, Any]
    working: Sequence[Mapping[str, Any]]
    policy_version_id: PolicyVersionID
    version: int

    @property
    def held(self) -> bool:
        """Whether a dispute has taken the credit out."""
        return self.head.held

    @classmethod
    def of(cls, row: Any) -> "StoredHead":
        """From a row of the columns of HEAD."""
        currency = Currency(row.currency)
        head = Head(
            basis=Basis(row.basis),
            contract=Money(row.contract_minor, currency),
            received=Money(row.received_minor, currency),
            refunded=Money(row.refunded_minor, currency),
            shares=tuple(Share(holder, points) for holder, points in row.shares),
            held=row.held,
            rebated_minor=row.rebated_minor,
        )
        return cls(
            head, row.rule, row.reason, row.working, PolicyVersionID(row.policy_version_id), row.version
        )


@dataclass(frozen=True, slots=True)
class Booked:
    """What a sale's postings add up to by holder, and the number of the last one."""

    amounts: Mapping[ConsultantID | None, Money]
    last_sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareView:
    """Somebody's share of a sale; no consultant: the house."""

    consultant_id: ConsultantID | None
    name: str | None
    basis_points: int
    credit: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleCredit:
    """Whose a sale's credit is, why, how the rules came to it, and what is booked so far: nothing while it is held."""

    shares: tuple[ShareView, ...]
    rule: str
    reason: Reason
    working: tuple[Reason, ...]
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingView:
    """One line of the ledger; no consultant: the house."""

    sale_id: SaleID
    sequence: int
    consultant_id: ConsultantID | None
    name: str | None
    amount: Money
    at: Instant
    month: date
    rule: str
    cause: str
    reference: str
    reason: Reason


def stored_head(session: Session, club_id: ClubID, sale_id: SaleID) -> StoredHead | None:
    """A sale's head, if its shares are decided."""
    row = session.execute(
        sa.select(*HEAD).where(CreditBasisRow.sale_id == sale_id, CreditBasisRow.club_id == club_id)
    ).one_or_none()
    return StoredHead.of(row) if row is not None else None


def booked_of(session: Session, sale_id: SaleID) -> Booked:
    """What is posted for a sale."""
    rows = session.execute(
        sa.select(
            PostingRow.consultant_id,
            PostingRow.currency,
            sa.func.sum(PostingRow.amount_minor).label("minor"),
            sa.func.max(PostingRow.sequence).label("sequence"),
        )
        .where(PostingRow.sale_id == sale_id)
        .group_by(PostingRow.consultant_id, PostingRow.currency)
    ).all()
    return Booked(
        {row.consultant_id: Money(int(row.minor), Currency(row.currency)) for row in rows},
        max((row.sequence for row in rows), default=0),
    )


def credit_of_sale(session: Session, club_id: ClubID, sale_id: SaleID) -> SaleCredit | None:
    """Whose a sale's credit is and why; None before its first receipt."""
    stored = stored_head(session, club_id, sale_id)
    if stored is None:
        return None
    booked = booked_of(session, sale_id).amounts
    holders = [share.consultant_id for share in stored.head.shares]
    found = session.execute(
        sa.select(ConsultantRow.id, ConsultantRow.name).where(
            ConsultantRow.id.in_([holder for holder in holders if holder is not None])
        )
    )
    names = {row.id: row.name for row in found}
    nothing = Money.zero(stored.head.contract.currency)
    return SaleCredit(
        shares=tuple(
            ShareView(
                consultant_id=share.consultant_id,
                name=names.get(share.consultant_id),
                basis_points=share.basis_points,
                credit=booked.get(share.consultant_id, nothing),
            )
            for share in stored.head.shares
        ),
        rule=stored.rule,
        reason=Reason.restored(stored.reason),
        working=tuple(Reason.restored(step) for step in stored.working),
        held=stored.held,
    )


def postings_of_sale(session: Session, club_id: ClubID, sale_id: SaleID) -> list[PostingView]:
    """A sale's ledger, line by line."""
    statement = _postings(club_id).where(PostingRow.sale_id == sale_id).order_by(PostingRow.sequence)
    return [_posting(row) for row in session.execute(statement)]


def all_postings(session: Session, club_id: ClubID) -> list[PostingView]:
    """A club's whole ledger in the order it was written (for a replay's answer)."""
    return [_posting(row) for row in session.execute(_postings(club_id).order_by(PostingRow.id))]


def _postings(club_id: ClubID) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            PostingRow.sale_id,
            PostingRow.sequence,
            PostingRow.consultant_id,
            ConsultantRow.name,
            PostingRow.amount_minor,
            PostingRow.currency,
            PostingRow.at,
            PostingRow.month,
            PostingRow.rule,
            PostingRow.cause,
            PostingRow.reference,
            PostingRow.reason,
        )
        .join_from(PostingRow, ConsultantRow, ConsultantRow.id == PostingRow.consultant_id, isouter=True)
        .where(PostingRow.club_id == club_id)
    )


def _posting(row: Any) -> PostingView:
    return PostingView(
        sale_id=SaleID(row.sale_id),
        sequence=row.sequence,
        consultant_id=row.consultant_id,
        name=row.name,
        amount=Money(row.amount_minor, Currency(row.currency)),
        at=row.at,
        month=row.month,
        rule=row.rule,
        cause=row.cause,
        reference=row.reference,
        reason=Reason.restored(row.reason),
    )
