"""The ledger's writers. Nothing is changed once posted; the head says what the postings must add up to.

The head is moved by one UPDATE that returns it, so that two writers on one sale always meet at its row, and the target is
computed from what is stored, never from what a caller believes.
"""

from dataclasses import dataclass
from typing import NoReturn

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day, month_of
from clubsales.consultants.credits.events import CreditDecided
from clubsales.consultants.credits.models import CreditBasisRow, PostingRow
from clubsales.consultants.credits.queries import HEAD, Booked, StoredHead, booked_of, stored_head
from clubsales.consultants.credits.rules import (
    Attribution,
    Basis,
    Cause,
    CreditRefused,
    Head,
    postings_to_reach,
    target,
)
from clubsales.db import table_of
from clubsales.errors import refuse
from clubsales.ids import PolicyVersionID, SaleID
from clubsales.money import Money

INSERT_HEAD = sa.insert(table_of(CreditBasisRow))
INSERT_POSTING = sa.insert(table_of(PostingRow))
NOTHING_POSTED = 1  # a head's version until its first posting


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """What moves the ledger of one sale, and where that is found again."""

    sale_id: SaleID
    cause: Cause
    reference: str
    actor: Actor
    at: Instant


def open_basis(
    session: Session,
    *,
    sale_id: SaleID,
    contract: Money,
    attribution: Attribution,
    basis: str,
    policy_version_id: PolicyVersionID,
    actor: Actor,
    at: Instant,
) -> None:
    """Decide whose a sale's credit is, before its first receipt is posted.

    A second decision for one sale is stopped by the primary key (IntegrityError): somebody else was first.
    """
    nothing = Money.zero(contract.currency)
    head = Head(Basis(basis), contract, nothing, nothing, attribution.shares)
    stored = _stored(head, attribution, policy_version_id, NOTHING_POSTED)
    _write_head(session, sale_id, stored, actor=actor, at=at)


def open_with_receipt(
    session: Session,
    *,
    sale_id: SaleID,
    contract: Money,
    attribution: Attribution,
    basis: str,
    amount: Money,
    reference: str,
    policy_version_id: PolicyVersionID,
    actor: Actor,
    at: Instant,
) -> None:
    """Decide whose a sale's credit is and post its first receipt: `open_basis` and `receive` in three statements."""
    _positive(amount)
    head = Head(Basis(basis), contract, amount, Money.zero(contract.currency), attribution.shares)
    stored = _stored(head, attribution, policy_version_id, NOTHING_POSTED + 1)
    _write_head(session, sale_id, stored, actor=actor, at=at)
    move = _Move(sale_id=sale_id, cause=Cause.RECEIPT, reference=reference, actor=actor, at=at)
    _post(session, move, stored, Booked({}, 0))


def receive(
    session: Session, *, sale_id: SaleID, amount: Money, reference: str, actor: Actor, at: Instant
) -> None:
    """Money came in for a sale: post what is missing, in the local month of `at`.

    Raises Refused(CreditRefused.NOT_OPENED) when nobody has decided yet whose it is.
    """
    _move(
        session,
        amount,
        _Move(sale_id=sale_id, cause=Cause.RECEIPT, reference=reference, actor=actor, at=at),
    )


def refund(
    session: Session, *, sale_id: SaleID, amount: Money, reference: str, actor: Actor, at: Instant
) -> None:
    """Money went back: reverse it under the rule it was earned by, in the local month of `at` (RFD-03, AMB-65).

    Raises Refused(CreditRefused.NOT_OPENED) or Refused(CreditRefused.ABOVE_RECEIVED).
    """
    _move(
        session,
        amount,
        _Move(sale_id=sale_id, cause=Cause.REFUND, reference=reference, actor=actor, at=at),
    )


def _positive(amount: Money) -> None:
    if amount.minor <= 0:
        raise ValueError(f"an amount moved must be positive: {amount}")


def _stored(
    head: Head, attribution: Attribution, policy_version_id: PolicyVersionID, version: int
) -> StoredHead:
    return StoredHead(head, attribution.rule, attribution.reason.stored(), policy_version_id, version)


def _write_head(session: Session, sale_id: SaleID, stored: StoredHead, *, actor: Actor, at: Instant) -> None:
    head = stored.head
    session.execute(
        INSERT_HEAD,
        {
            "sale_id": sale_id,
            "club_id": actor.club.id,
            "currency": head.contract.currency,
            "basis": head.basis.value,
            "contract_minor": head.contract.minor,
            "received_minor": head.received.minor,
            "refunded_minor": head.refunded.minor,
            "shares": [[share.consultant_id, share.basis_points] for share in head.shares],
            "rule": stored.rule,
            "reason": stored.reason,
            "policy_version_id": stored.policy_version_id,
            "decided_at": at,
            "version": stored.version,
        },
    )
    event = CreditDecided(
        sale_id=sale_id,
        rule=stored.rule,
        reason=str(stored.reason["code"]),
        shares=[f"{share.consultant_id or 'house'}:{share.basis_points}" for share in head.shares],
        policy_version_id=stored.policy_version_id,
    )
    audit.record(session, event, actor=actor, at=at)


def _move(session: Session, amount: Money, move: _Move) -> None:
    _positive(amount)
    stored = _move_head(session, amount, move)
    # A head at its second version has just been moved for the first time: nothing can be posted yet.
    first = stored.version == NOTHING_POSTED + 1
    _post(session, move, stored, Booked({}, 0) if first else booked_of(session, move.sale_id))


def _move_head(session: Session, amount: Money, move: _Move) -> StoredHead:
    """Add to the head and lock it in the same statement; what comes back is what the database now holds."""
    head, minor = CreditBasisRow, amount.minor
    statement = (
        sa.update(head)
        .where(
            head.sale_id == move.sale_id,
            head.club_id == move.actor.club.id,
            head.currency == amount.currency,
        )
        .returning(*HEAD)
        .execution_options(synchronize_session=False)
    )
    if move.cause is Cause.REFUND:
        statement = statement.where(head.refunded_minor + minor <= head.received_minor).values(
            refunded_minor=head.refunded_minor + minor, version=head.version + 1
        )
    else:
        statement = statement.values(received_minor=head.received_minor + minor, version=head.version + 1)
    row = session.execute(statement).one_or_none()
    if row is None:
        _refuse_move(session, amount, move)
    return StoredHead.of(row)


def _refuse_move(session: Session, amount: Money, move: _Move) -> NoReturn:
    if stored_head(session, move.actor.club.id, move.sale_id) is None:
        refuse(CreditRefused.NOT_OPENED).or_raise()
    refuse(CreditRefused.ABOVE_RECEIVED, amount=amount).or_raise()


def _post(session: Session, move: _Move, stored: StoredHead, booked: Booked) -> None:
    postings = postings_to_reach(target(stored.head), booked.amounts)
    if not postings:
        return
    month = month_of(local_day(move.at, move.actor.club.zone))
    session.execute(
        INSERT_POSTING,
        [
            {
                "sale_id": move.sale_id,
                "sequence": sequence,
                "club_id": move.actor.club.id,
                "consultant_id": posting.consultant_id,
                "amount_minor": posting.amount.minor,
                "currency": posting.amount.currency,
                "at": move.at,
                "month": month,
                "rule": stored.rule,
                "cause": move.cause.value,
                "reference": move.reference,
                "reason": stored.reason,
                "policy_version_id": stored.policy_version_id,
            }
            for sequence, posting in enumerate(postings, booked.last_sequence + 1)
        ],
    )
