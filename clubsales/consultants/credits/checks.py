"""What must hold in every credit ledger; each check yields a sentence per fault. Run by `clubsales check`."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.consultants.credits.holding import RUNNING, dispute
from clubsales.consultants.credits.models import CreditBasisRow, PostingRow
from clubsales.consultants.credits.queries import HEAD, StoredHead
from clubsales.consultants.credits.rules import RULED, Cause, Head, target
from clubsales.ids import ConsultantID
from clubsales.money import WHOLE, Currency, Money

Ledger = tuple[int, StoredHead, dict[ConsultantID | None, Money]]


def postings_equal_the_target(session: Session) -> Iterator[str]:
    """The postings of each sale add up, holder by holder, to what its head says."""
    for sale_id, stored, booked in _ledgers(session):
        wanted = {holder: amount for holder, amount in target(stored.head).items() if amount}
        if wanted != {holder: amount for holder, amount in booked.items() if amount}:
            yield f"Sale {sale_id}: booked {_shown(booked)}, but its head says {_shown(wanted)}."


def fully_refunded_sales_are_zero(session: Session) -> Iterator[str]:
    """Postings of a fully refunded sale add up to zero, holder by holder."""
    for sale_id, stored, booked in _ledgers(session):
        if _fully_refunded(stored.head) and any(booked.values()):
            yield f"Sale {sale_id} is refunded in full, but {_shown(booked)} is still booked."


def heads_are_whole(session: Session) -> Iterator[str]:
    """A head never gives back or pays out again more than came in, and its shares add up to the whole."""
    for sale_id, stored, _booked in _ledgers(session):
        head = stored.head
        if not 0 <= head.refunded.minor <= head.received.minor:
            yield f"Sale {sale_id}: {head.refunded} refunded of {head.received} received."
        if not 0 <= head.rebated_minor <= head.received.minor:
            yield f"Sale {sale_id}: {head.rebated} paid out again of {head.received} received."
        if sum(share.basis_points for share in head.shares) != WHOLE:
            yield f"Sale {sale_id}: the shares do not add up to {WHOLE} basis points."


def postings_have_a_head(session: Session) -> Iterator[str]:
    """No credit without the decision it rests on, in the same club and currency."""
    orphans = session.execute(
        sa.select(PostingRow.sale_id)
        .join_from(
            PostingRow,
            CreditBasisRow,
            sa.and_(
                CreditBasisRow.sale_id == PostingRow.sale_id,
                CreditBasisRow.club_id == PostingRow.club_id,
                CreditBasisRow.currency == PostingRow.currency,
            ),
            isouter=True,
        )
        .where(CreditBasisRow.sale_id.is_(None))
        .distinct()
        .order_by(PostingRow.sale_id)
    )
    for row in orphans:
        yield f"Sale {row.sale_id} has postings, but no decision of this club and currency whose credit it is."


def sequences_have_no_gap(session: Session) -> Iterator[str]:
    """The lines of a sale are numbered from 1 without a gap: none was taken out."""
    rows = session.execute(
        sa.select(
            PostingRow.sale_id,
            sa.func.count().label("lines"),
            sa.func.min(PostingRow.sequence).label("first"),
            sa.func.max(PostingRow.sequence).label("last"),
        ).group_by(PostingRow.sale_id)
    )
    for row in rows:
        if row.first != 1 or row.last != row.lines:
            yield f"Sale {row.sale_id}: {row.lines} postings are numbered {row.first} to {row.last}."


def credit_in_dispute_is_held(session: Session) -> Iterator[str]:
    """While a dispute runs, nothing of the sale stands in the ledger; without one nothing is held back."""
    disputed = set(session.scalars(sa.select(dispute.c.sale_id).where(RUNNING)))
    for sale_id, stored, booked in _ledgers(session):
        if stored.held and any(booked.values()):
            yield f"Sale {sale_id} is held, but {_shown(booked)} is still booked."
        if stored.held and sale_id not in disputed:
            yield f"Sale {sale_id} is held, but no dispute over it runs."
        if not stored.held and sale_id in disputed:
            yield f"Sale {sale_id} is disputed, but its credit is not held."


def holds_take_all_out(session: Session) -> Iterator[str]:
    """When a dispute was opened, its postings took out all there was, holder by holder."""
    for sale_id, lines in groupby(_argued_lines(session), key=lambda line: int(line.sale_id)):
        standing: Counter[ConsultantID | None] = Counter()
        for cause, moved in groupby(lines, key=lambda line: str(line.cause)):
            for line in moved:
                standing[line.consultant_id] += line.amount_minor
            if cause == Cause.DISPUTE and any(standing.values()):
                yield f"Sale {sale_id}: a dispute left credit in the ledger."


def arguments_are_told_by_their_rule(session: Session) -> Iterator[str]:
    """Whatever a dispute moved says so, and a sale that was ruled on says so from then on."""
    argued = PostingRow.cause.in_([Cause.DISPUTE.value, Cause.RULING.value])
    for row in session.execute(
        sa.select(PostingRow.sale_id, PostingRow.sequence)
        .where(argued, PostingRow.rule != RULED)
        .order_by(PostingRow.sale_id, PostingRow.sequence)
    ):
        yield f"Sale {row.sale_id}: posting {row.sequence} is a dispute's, but not by {RULED}."
    forgotten = (
        sa.select(CreditBasisRow.sale_id)
        .where(
            CreditBasisRow.rule != RULED,
            sa.exists().where(
                PostingRow.sale_id == CreditBasisRow.sale_id, PostingRow.cause == Cause.RULING.value
            ),
        )
        .order_by(CreditBasisRow.sale_id)
    )
    for sale_id in session.scalars(forgotten):
        yield f"Sale {sale_id} was ruled on, but its head does not say so."


INVARIANTS: tuple[Callable[[Session], Iterator[str]], ...] = (
    postings_equal_the_target,
    fully_refunded_sales_are_zero,
    heads_are_whole,
    postings_have_a_head,
    sequences_have_no_gap,
    credit_in_dispute_is_held,
    holds_take_all_out,
    arguments_are_told_by_their_rule,
)


def _ledgers(session: Session) -> Iterator[Ledger]:
    """Every sale with its head and what is booked."""
    booked: dict[int, dict[ConsultantID | None, Money]] = {}
    sums = session.execute(
        sa.select(
            PostingRow.sale_id,
            PostingRow.consultant_id,
            PostingRow.currency,
            sa.func.sum(PostingRow.amount_minor).label("minor"),
        ).group_by(PostingRow.sale_id, PostingRow.consultant_id, PostingRow.currency)
    )
    for row in sums:
        amount = Money(int(row.minor), Currency(row.currency))
        booked.setdefault(row.sale_id, {})[row.consultant_id] = amount
    heads: Any = session.execute(sa.select(CreditBasisRow.sale_id, *HEAD).order_by(CreditBasisRow.sale_id))
    for row in heads:
        yield row.sale_id, StoredHead.of(row), booked.get(row.sale_id, {})


def _argued_lines(session: Session) -> Iterator[Any]:
    """The ledgers of the sales that were ever held, line by line."""
    held = sa.select(PostingRow.sale_id).where(PostingRow.cause == Cause.DISPUTE.value)
    yield from session.execute(
        sa.select(PostingRow.sale_id, PostingRow.cause, PostingRow.consultant_id, PostingRow.amount_minor)
        .where(PostingRow.sale_id.in_(held))
        .order_by(PostingRow.sale_id, PostingRow.sequence)
    )


def _fully_refunded(head: Head) -> bool:
    """All that was credited went back; a deposit returned does not undo a contract credited whole."""
    return (
        bool(head.received) and not head.held and sum(amount.minor for amount in target(head).values()) == 0
    )


def _shown(amounts: dict[ConsultantID | None, Money]) -> str:
    return ", ".join(f"{holder or 'house'} {amount}" for holder, amount in amounts.items()) or "nothing"
