"""The story of one sale's credit: whose it is, why, and all that was posted."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.consultants.credits import queries
from clubsales.consultants.credits.holding import SOLD, Held, Sold, dispute, held_sales, person, sale, total
from clubsales.consultants.credits.models import CreditBasisRow, PostingRow
from clubsales.consultants.credits.queries import PostingView, SaleCredit
from clubsales.consultants.credits.rules import RULED, Cause, Head
from clubsales.errors import NotFound, Reason
from clubsales.ids import ConsultantID, SaleID
from clubsales.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one event posted: a receipt, a refund, a rebate, a hold or a ruling."""

    cause: Cause
    at: Instant
    month: date
    rule: str
    reason: Reason
    case: str | None
    note: str  # what a rebate was paid for
    lines: tuple[PostingView, ...]
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLedger:
    """The story of a sale's credit. No head: nothing has been paid yet."""

    sold: Sold
    head: Head | None
    credit: SaleCredit | None
    decided_at: Instant | None
    entries: tuple[Entry, ...]
    posted: Money | None
    held_by: Held | None
    readable_cases: frozenset[
        str
    ]  # public ids of the disputes over it that the reader is a party of, or oversees

    @property
    def is_ruled(self) -> bool:
        """Whether somebody's decision has taken the place of what the rules said."""
        return self.credit is not None and self.credit.rule == RULED


def of_sale(session: Session, actor: Actor, public_id: str) -> SaleLedger:
    """The ledger of one sale; raises NotFound for whoever has nothing to do with its credit."""
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.execute(
        sa.select(*SOLD, sale.c.consultant_id, CreditBasisRow.decided_at)
        .join_from(sale, person, person.c.id == sale.c.person_id, isouter=True)
        .join(CreditBasisRow, CreditBasisRow.sale_id == sale.c.id, isouter=True)
        .where(sale.c.public_id == public_id, sale.c.club_id == actor.club.id)
    ).one_or_none()
    if row is None:
        raise NotFound
    sold = Sold.of(row)
    stored = queries.stored_head(session, actor.club.id, sold.sale_id)
    postings = queries.postings_of_sale(session, actor.club.id, sold.sale_id)
    shares = stored.head.shares if stored else ()
    held = {share.consultant_id for share in shares} | {posting.consultant_id for posting in postings}
    cases = _opened(session, sold.sale_id)
    if not _may_read(actor, held | {row.consultant_id} | set(cases.values())):
        raise NotFound
    entries = tuple(_entries(postings))
    return SaleLedger(
        sold=sold,
        head=stored.head if stored else None,
        credit=queries.credit_of_sale(session, actor.club.id, sold.sale_id) if stored else None,
        decided_at=row.decided_at,
        entries=entries,
        posted=total((entry.total for entry in entries), stored.head.contract.currency) if stored else None,
        held_by=next(iter(held_sales(session, actor.club.id, sold.sale_id)), None)
        if stored and stored.held
        else None,
        readable_cases=frozenset(
            public_id for public_id, opener in cases.items() if _reads_case(actor, held | {opener})
        ),
    )


def may_read(
    session: Session, actor: Actor, *, sale_id: SaleID, seller: ConsultantID | None, credit: SaleCredit
) -> bool:
    """Whether the ledger of a sale opens for somebody, before he presses; one statement for who has no share."""
    if _may_read(actor, {seller, *(share.consultant_id for share in credit.shares)}):
        return True
    me = actor.consultant_id
    if me is None or not may(actor, Permission.CREDIT_SEE_OWN):
        return False
    had = sa.exists().where(PostingRow.sale_id == sale_id, PostingRow.consultant_id == me)
    argued = sa.exists().where(dispute.c.sale_id == sale_id, dispute.c.opened_by == me)
    return bool(session.scalar(sa.select(sa.or_(had, argued))))


def _opened(session: Session, sale_id: SaleID) -> dict[str, int]:
    """The disputes over a sale, and which consultant opened each."""
    rows = session.execute(
        sa.select(dispute.c.public_id, dispute.c.opened_by).where(dispute.c.sale_id == sale_id)
    )
    return {row.public_id: row.opened_by for row in rows}


def _may_read(actor: Actor, concerned: Collection[int | None]) -> bool:
    """Overseers; whoever has or had a share, stands on the sale, or argued about it."""
    if may(actor, Permission.CREDIT_SEE_ALL):
        return True
    me = actor.consultant_id
    return me is not None and may(actor, Permission.CREDIT_SEE_OWN) and me in concerned


def _reads_case(actor: Actor, parties: Collection[int | None]) -> bool:
    """Whether a link to a dispute leads somewhere: finance reads ledgers but no cases."""
    if not may(actor, Permission.DISPUTE_SEE):
        return False
    me = actor.consultant_id
    return may(actor, Permission.CREDIT_SEE_ALL) or (me is not None and me in parties)


def _entries(postings: Sequence[PostingView]) -> Iterator[Entry]:
    """Postings of one event stand together; each has its lines one after another."""
    for (cause, reference, at), group in groupby(
        postings, key=lambda one: (one.cause, one.reference, one.at)
    ):
        lines = tuple(group)
        first = lines[0]
        yield Entry(
            cause=Cause(cause),
            at=at,
            month=first.month,
            rule=first.rule,
            reason=first.reason,
            case=reference if cause in (Cause.DISPUTE, Cause.RULING) else None,
            note=reference if cause == Cause.REBATE else "",
            lines=lines,
            total=total((line.amount for line in lines), first.amount.currency),
        )
