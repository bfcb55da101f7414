"""The ledger's writers. Nothing is changed once posted; the head says what the postings must add up to.

The head is moved by one UPDATE that returns it, so that two writers on one sale always meet at its row, and the target is
computed from what is stored, never from what a caller believes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day, month_of
from clubsales.consultants.credits.events import CreditDecided, CreditHeld, CreditReallocated, CreditRebated
from clubsales.consultants.credits.models import ClosedMonthRow, CreditBasisRow, PostingRow
from clubsales.consultants.credits.queries import HEAD, Booked, StoredHead, booked_of, stored_head
from clubsales.consultants.credits.rules import (
    RULED,
    Attribution,
    Basis,
    Cause,
    CreditRefused,
    Head,
    Share,
    postings_to_reach,
    target,
    whole,
)
from clubsales.db import table_of
from clubsales.errors import Reason, refuse
from clubsales.ids import PolicyVersionID, SaleID
from clubsales.money import Money
from clubsales.prepared import Prepared

INSERT_HEAD = Prepared(sa.insert(table_of(CreditBasisRow)))
CLOSED = table_of(ClosedMonthRow)
# A posting falls in the local month of its event or, when that is closed, in the earliest open one (AMB-65).
OPEN_MONTH = sa.func.coalesce(
    sa.select(sa.func.max(CLOSED.c.following))
    .where(
        CLOSED.c.club_id == sa.bindparam("of_club", type_=CLOSED.c.club_id.type),
        CLOSED.c.month >= sa.bindparam("of_month", type_=CLOSED.c.month.type),
    )
    .scalar_subquery(),
    sa.bindparam("of_month", type_=CLOSED.c.month.type),
)
INSERT_POSTING = Prepared(sa.insert(table_of(PostingRow)).values(month=OPEN_MONTH))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """What moves the ledger of one sale, and where that is found again."""

    sale_id: SaleID
    cause: Cause
    reference: str
    actor: Actor
    at: Instant


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
    """Decide whose a sale's credit is and post its first receipt.

    A second decision for one sale is stopped by the primary key (IntegrityError): somebody else was first.
    """
    _positive(amount)
    head = Head(Basis(basis), contract, amount, Money.zero(contract.currency), attribution.shares)
    stored = _write_head(session, sale_id, head, attribution, policy_version_id, actor=actor, at=at)
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


def rebate(
    session: Session, *, sale_id: SaleID, amount: Money, reference: str, actor: Actor, at: Instant
) -> None:
    """Part of the money was paid out again as a rebate: it is nobody's result (COM-08, AMB-26).

    `reference` says what for, on its posting; while a dispute holds the sale only the audit event tells of it.
    Raises Refused(CreditRefused.NOT_OPENED) or Refused(CreditRefused.REBATE_ABOVE_RECEIVED).
    """
    _move(
        session,
        amount,
        _Move(sale_id=sale_id, cause=Cause.REBATE, reference=reference, actor=actor, at=at),
    )
    audit.record(session, CreditRebated(sale_id, audit.money_fact(amount), reference), actor=actor, at=at)


def hold(
    session: Session, *, sale_id: SaleID, reference: str, reason: Reason, actor: Actor, at: Instant
) -> None:
    """A dispute runs: take the sale's credit out of the ledger, in the local month of `at` (DSP-10, AMB-12).

    `reference` is the dispute's public id. Until `reallocate` the money moves the head alone. What is held stays held.
    Raises Refused(CreditRefused.NOT_OPENED) before the first receipt.
    """
    head = CreditBasisRow
    moved = _change_head(session, sale_id, actor, {"held": True}, sa.not_(head.held))
    if moved is None:
        if stored_head(session, actor.club.id, sale_id) is None:
            refuse(CreditRefused.NOT_OPENED).or_raise()
        return
    move = _Move(sale_id=sale_id, cause=Cause.DISPUTE, reference=reference, actor=actor, at=at)
    stored = replace(moved, rule=RULED, reason=reason.stored())
    _post(session, move, stored, booked_of(session, sale_id))
    audit.record(session, CreditHeld(sale_id, reference), actor=actor, at=at)


def reallocate(
    session: Session,
    *,
    sale_id: SaleID,
    shares: Sequence[Share] | None,
    reason: Reason,
    reference: str,
    policy_version_id: PolicyVersionID,
    actor: Actor,
    at: Instant,
) -> None:
    """Somebody's word on whose the credit is: end the hold and post what is missing (DSP-08, DSP-10).

    No shares: as they stand, in their order, which the odd cent follows. Later receipts and refunds follow the ruling;
    how the rules came to their own result is kept. A posted month is not touched: all of it falls in that of `at`.
    Raises Refused(CreditRefused.NOT_OPENED), and ValueError for shares that are no whole.
    """
    values: dict[str, Any] = {
        "held": False,
        "rule": RULED,
        "reason": reason.stored(),
        "policy_version_id": policy_version_id,
        "decided_at": at,
    }
    if shares is not None:
        values["shares"] = _listed(whole(shares))
    stored = _change_head(session, sale_id, actor, values)
    if stored is None:
        refuse(CreditRefused.NOT_OPENED).or_raise()
    move = _Move(sale_id=sale_id, cause=Cause.RULING, reference=reference, actor=actor, at=at)
    _post(session, move, stored, booked_of(session, sale_id))
    event = CreditReallocated(
        sale_id=sale_id,
        rule=stored.rule,
        reason=reason.code,
        shares=_told(stored.head.shares),
        policy_version_id=policy_version_id,
        reference=reference,
    )
    audit.record(session, event, actor=actor, at=at)


def _positive(amount: Money) -> None:
    if amount.minor <= 0:
        raise ValueError(f"an amount moved must be positive: {amount}")


def _listed(shares: Sequence[Share]) -> list[list[int | None]]:
    return [[share.consultant_id, share.basis_points] for share in shares]


def _told(shares: Sequence[Share]) -> list[str]:
    return [f"{share.consultant_id or 'house'}:{share.basis_points}" for share in shares]


def _write_head(
    session: Session,
    sale_id: SaleID,
    head: Head,
    attribution: Attribution,
    policy_version_id: PolicyVersionID,
    *,
    actor: Actor,
    at: Instant,
) -> StoredHead:
    stored = StoredHead(
        head=head,
        rule=attribution.rule,
        reason=attribution.reason.stored(),
        working=[step.stored() for step in attribution.working],
        policy_version_id=policy_version_id,
        version=1,
    )
    INSERT_HEAD.run(
        session,
        {
            "sale_id": sale_id,
            "club_id": actor.club.id,
            "currency": head.contract.currency,
            "basis": head.basis.value,
            "contract_minor": head.contract.minor,
            "received_minor": head.received.minor,
            "refunded_minor": head.refunded.minor,
            "shares": _listed(head.shares),
            "rule": stored.rule,
            "reason": stored.reason,
            "working": stored.working,
            "policy_version_id": stored.policy_version_id,
            "decided_at": at,
            "held": head.held,
            "version": stored.version,
        },
    )
    event = CreditDecided(
        sale_id=sale_id,
        rule=stored.rule,
        reason=attribution.reason.code,
        shares=_told(head.shares),
        policy_version_id=policy_version_id,
    )
    audit.record(session, event, actor=actor, at=at)
    return stored


def _move(session: Session, amount: Money, move: _Move) -> None:
    _positive(amount)
    head, minor = CreditBasisRow, amount.minor
    conditions = [head.currency == amount.currency]
    values: dict[str, Any] = {"received_minor": head.received_minor + minor}
    if move.cause is Cause.REFUND:
        conditions.append(head.refunded_minor + minor <= head.received_minor)
        values = {"refunded_minor": head.refunded_minor + minor}
    elif move.cause is Cause.REBATE:
        conditions.append(head.rebated_minor + minor <= head.received_minor - head.refunded_minor)
        values = {"rebated_minor": head.rebated_minor + minor}
    stored = _change_head(session, move.sale_id, move.actor, values, *conditions)
    if stored is None:
        _refuse_move(session, amount, move)
    _post(session, move, stored, booked_of(session, move.sale_id))


def _change_head(
    session: Session,
    sale_id: SaleID,
    actor: Actor,
    values: Mapping[str, Any],
    *conditions: sa.ColumnElement[bool],
) -> StoredHead | None:
    """Change the head and lock it in the same statement; what comes back is what the database now holds."""
    head = CreditBasisRow
    row = session.execute(
        sa.update(head)
        .where(head.sale_id == sale_id, head.club_id == actor.club.id, *conditions)
        .values(**values, version=head.version + 1)
        .returning(*HEAD)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if row is None else StoredHead.of(row)


def _refuse_move(session: Session, amount: Money, move: _Move) -> NoReturn:
    if stored_head(session, move.actor.club.id, move.sale_id) is None:
        refuse(CreditRefused.NOT_OPENED).or_raise()
    is_rebate = move.cause is Cause.REBATE
    code = CreditRefused.REBATE_ABOVE_RECEIVED if is_rebate else CreditRefused.ABOVE_RECEIVED
    refuse(code, amount=amount).or_raise()


def _post(session: Session, move: _Move, stored: StoredHead, booked: Booked) -> None:
    postings = postings_to_reach(target(stored.head), booked.amounts)
    if not postings:
        return
    month = month_of(local_day(move.at, move.actor.club.zone))
    for sequence, posting in enumerate(postings, booked.last_sequence + 1):
        INSERT_POSTING.run(
            session,
            {
                "sale_id": move.sale_id,
                "sequence": sequence,
                "club_id": move.actor.club.id,
                "consultant_id": posting.consultant_id,
                "amount_minor": posting.amount.minor,
                "currency": posting.amount.currency,
                "at": move.at,
                "of_club": move.actor.club.id,
                "of_month": month,
                "rule": stored.rule,
                "cause": move.cause.value,
                "reference": move.reference,
                "reason": stored.reason,
                "policy_version_id": stored.policy_version_id,
            },
        )
