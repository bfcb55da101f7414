"""Reads of the credit ledger."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, day_span, month_of, next_month
from clubsales.clubs import ClubRow
from clubsales.consultants.credits.models import CreditBasisRow, PostingRow
from clubsales.consultants.credits.rules import (
    Basis,
    Cause,
    Head,
    SaleLine,
    Share,
    sales_moved,
    sales_won,
    shared_ranks,
)
from clubsales.consultants.profiles.models import ConsultantRow, TeamRow
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import Reason
from clubsales.ids import ClubID, ConsultantID, PolicyVersionID, SaleID
from clubsales.money import Currency, Money

HEAD = (
    CreditBasisRow.currency,
    CreditBasisRow.basis,
    CreditBasisRow.contract_minor,
    CreditBasisRow.received_minor,
    CreditBasisRow.refunded_minor,
    CreditBasisRow.shares,
    CreditBasisRow.rule,
    CreditBasisRow.reason,
    CreditBasisRow.working,
    CreditBasisRow.policy_version_id,
    CreditBasisRow.held,
    CreditBasisRow.version,
)
_SALE_LINE = (
    PostingRow.sale_id,
    PostingRow.consultant_id,
    sa.func.sum(PostingRow.amount_minor).label("minor"),
    sa.func.min(PostingRow.sequence).label("first"),
    sa.func.max(PostingRow.sequence).label("last"),
)
_ARGUED = PostingRow.cause.in_([Cause.DISPUTE.value, Cause.RULING.value])


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RankRow:
    """A place in the month's ranking; who is level shares the place. A sale counts for its larger share (AMB-10)."""

    rank: int
    consultant_id: ConsultantID
    name: str
    team: str | None
    credit: Money
    sales_count: int


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


def month_credit(session: Session, club_id: ClubID, consultant_id: ConsultantID | None, month: date) -> Money:
    """A consultant's net credit in a month; nobody: the house's."""
    whose = PostingRow.consultant_id
    return _month_sum(
        session, club_id, month, whose.is_(None) if consultant_id is None else whose == consultant_id
    )


def club_credit(session: Session, club_id: ClubID, month: date) -> Money:
    """Everybody's net credit in a month, the house's included."""
    return _month_sum(session, club_id, month, sa.true())


def _month_sum(session: Session, club_id: ClubID, month: date, whose: sa.ColumnElement[bool]) -> Money:
    row = session.execute(
        sa.select(ClubRow.currency, sa.func.coalesce(sa.func.sum(PostingRow.amount_minor), 0).label("minor"))
        .join_from(
            ClubRow,
            PostingRow,
            sa.and_(
                PostingRow.club_id == ClubRow.id,
                PostingRow.month == month_of(month),
                whose,
            ),
            isouter=True,
        )
        .where(ClubRow.id == club_id)
        .group_by(ClubRow.currency)
    ).one()
    return Money(int(row.minor), Currency(row.currency))


def day_credit(session: Session, club: Club, day: date) -> dict[ConsultantID | None, Money]:
    """What each holder was credited on a club-local day; None is the house."""
    start, end = day_span(day, club.zone)
    rows = session.execute(
        sa.select(PostingRow.consultant_id, sa.func.sum(PostingRow.amount_minor).label("minor"))
        .where(
            PostingRow.club_id == club.id,
            PostingRow.month == month_of(day),
            PostingRow.at >= start,
            PostingRow.at < end,
        )
        .group_by(PostingRow.consultant_id)
    )
    return {row.consultant_id: Money(int(row.minor), club.currency) for row in rows}


def month_ranking(session: Session, club_id: ClubID, month: date, kind: Kind) -> list[RankRow]:
    """Everybody of a kind who was active in the month, by net credit; the level share a rank, zero included."""
    month = month_of(month)
    people = session.execute(
        sa.select(ConsultantRow.id, ConsultantRow.name, TeamRow.name.label("team"), ClubRow.currency)
        .join_from(ConsultantRow, ClubRow, ClubRow.id == ConsultantRow.club_id)
        .join(TeamRow, TeamRow.id == ConsultantRow.team_id, isouter=True)
        .where(
            ConsultantRow.club_id == club_id,
            ConsultantRow.kind == kind.value,
            ConsultantRow.active_from < next_month(month),
            sa.or_(ConsultantRow.active_until.is_(None), ConsultantRow.active_until >= month),
        )
    ).all()
    rows = session.execute(
        sa.select(*_SALE_LINE, sa.func.max(sa.case((_ARGUED, 1), else_=0)).label("argued"))
        .where(PostingRow.club_id == club_id, PostingRow.month == month)
        .group_by(PostingRow.sale_id, PostingRow.consultant_id)
    ).all()
    argued = {row.sale_id for row in rows if row.argued}
    credit: Counter[ConsultantID | None] = Counter()
    for row in rows:
        credit[row.consultant_id] += int(row.minor)
    sales = sales_won([_sale_line(row) for row in rows if row.sale_id not in argued])
    if argued:
        before, after = (_standing(session, argued, until) for until in (month, next_month(month)))
        sales.update(sales_moved(before, after))
    ordered = sorted(people, key=lambda person: (-credit[person.id], person.name, person.id))
    ranks = shared_ranks([credit[person.id] for person in ordered])
    return [
        RankRow(
            rank=rank,
            consultant_id=ConsultantID(person.id),
            name=person.name,
            team=person.team,
            credit=Money(credit[person.id], Currency(person.currency)),
            sales_count=sales[person.id],
        )
        for rank, person in zip(ranks, ordered, strict=True)
    ]


def _standing(session: Session, sale_ids: Collection[int], until: date) -> list[SaleLine]:
    """What stands in the ledger of some sales before a month."""
    rows = session.execute(
        sa.select(*_SALE_LINE)
        .where(PostingRow.sale_id.in_(sale_ids), PostingRow.month < until)
        .group_by(PostingRow.sale_id, PostingRow.consultant_id)
    )
    return [_sale_line(row) for row in rows]


def _sale_line(row: Any) -> SaleLine:
    return SaleLine(row.sale_id, row.consultant_id, int(row.minor), row.first, row.last)


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
