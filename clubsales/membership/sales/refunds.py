"""Giving money back, and what it does to a sale once it is there."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.credits import operations as credits_
from clubsales.errors import refuse
from clubsales.ids import PaymentID, RefundID, SaleID
from clubsales.membership.cards import operations as cards
from clubsales.membership.payments import operations as payments
from clubsales.membership.payments import queries as payment_queries
from clubsales.membership.payments.models import RefundRow
from clubsales.membership.payments.rules import RefundStatus, slice_refund
from clubsales.membership.sales import queries
from clubsales.membership.sales.closing import free, held_places
from clubsales.membership.sales.events import RefundSettled, RefundStarted
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.receipts import is_held, lock_sale
from clubsales.membership.sales.rules import SaleRefused, may_refund
from clubsales.money import Currency, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPart:
    """The part of a refund that goes back into one payment."""

    refund_id: RefundID
    refund: str  # public id
    payment_id: PaymentID
    amount: Money
    status: RefundStatus

    @classmethod
    def of(cls, row: RefundRow) -> "RefundPart":
        """A row as a value."""
        return cls(
            refund_id=RefundID(row.id),
            refund=row.public_id,
            payment_id=PaymentID(row.payment_id),
            amount=_amount(row),
            status=RefundStatus(row.status),
        )


def refund(
    session: Session,
    *,
    sale_id: SaleID,
    amount: Money | None,
    reason: str = "",
    event_id: str | None = None,
    is_back: bool = False,
    is_withdrawn: bool = False,
    actor: Actor,
    at: Instant,
) -> tuple[RefundPart, ...]:
    """Give money back (none: all that is left). Cash goes back at once; online parts are only started.

    `is_back`: the provider has paid its parts back already, as a history says. Empty: this event was booked before.
    A paid sale given back whole loses its cards. What holds a reservation goes back only when that is withdrawn
    (`is_withdrawn`), with the manager's consent (RSV-06).
    Raises NotFound and Refused(SaleRefused.REFUND_ROLE, ABOVE_PAID, REFUND_AMOUNT, CURRENCY, RESERVED).
    """
    sale = lock_sale(session, actor.club.id, sale_id)
    if event_id is not None and not payments.is_new(session, actor.club.id, event_id, "refund", at):
        return ()
    balance = queries.balance_of(sale)
    if not is_withdrawn and not balance.is_paid and is_held(session, sale_id):
        refuse(SaleRefused.RESERVED).or_raise()
    refundable = payment_queries.refundable(session, sale_id)
    left = Money(sum(payment.left.minor for payment in refundable), balance.price.currency)
    on_the_way = balance.kept - left
    wanted = amount if amount is not None else left
    may_refund(wanted, balance, on_the_way=on_the_way, roles=actor.roles).or_raise()
    rows = payments.start_refund(
        session,
        sale_id=sale_id,
        slices=slice_refund(wanted, refundable),
        reason=reason,
        actor=actor,
        at=at,
    )
    for row in rows:
        if row.status == RefundStatus.STARTED and is_back:
            _mark_back(session, row, at=at)
    back = [row for row in rows if row.status == RefundStatus.SUCCEEDED]
    if back:
        _settle(session, sale, back, actor=actor, at=at)
    for row in rows:
        if row.status == RefundStatus.STARTED:
            _started(session, sale, row, actor=actor, at=at)
    return tuple(RefundPart.of(row) for row in rows)


def _started(session: Session, sale: SaleRow, row: RefundRow, *, actor: Actor, at: Instant) -> None:
    """Leave the trace of a refund that the provider still has to make."""
    event = RefundStarted(
        SaleID(sale.id), RefundID(row.id), PaymentID(row.payment_id), audit.money_fact(_amount(row))
    )
    audit.record(session, event, actor=actor, at=at)


def _mark_back(session: Session, row: RefundRow, *, at: Instant) -> None:
    """A started refund's money is back: count it in its payment."""
    row.status, row.settled_at = RefundStatus.SUCCEEDED.value, at
    payments.count_refund(session, PaymentID(row.payment_id), _amount(row))


def _settle(session: Session, sale: SaleRow, rows: Sequence[RefundRow], *, actor: Actor, at: Instant) -> None:
    """Money is back with the guest: reverse the credit of all parts together.

    A sale given back whole loses its cards, and what it held of limited offers is free again.

    The sale is locked and the refunds succeeded; their payments have been counted.
    """
    amount = sum((_amount(row) for row in rows), Money.zero(Currency(sale.currency)))
    sale.refunded_minor += amount.minor
    sale_id = SaleID(sale.id)
    if not sale.is_fee:
        reference = rows[0].public_id
        credits_.refund(session, sale_id=sale_id, amount=amount, reference=reference, actor=actor, at=at)
    balance = queries.balance_of(sale)
    if balance.is_paid and not balance.kept:
        held = held_places(session, sale_id)  # less what cards given back one by one held
        cards.end_of_sale(session, sale_id=sale_id, actor=actor, at=at)
        free(session, held, actor=actor)
    for row in rows:
        _trace(session, sale_id, row, balance.refunded, actor=actor, at=at)


def settle_refund(
    session: Session,
    *,
    refund_id: RefundID,
    succeeded: bool,
    provider_refund_id: str | None,
    actor: Actor,
    at: Instant,
) -> bool:
    """Take the provider's word on a refund it was asked for; said twice, it counts once.

    False: nothing changed, because the refund was settled before. Raises NotFound.
    """
    sale = lock_sale(session, actor.club.id, payments.sale_of_refund_id(session, refund_id))
    row = payments.lock_refund(session, refund_id)
    row.provider_refund_id = provider_refund_id or row.provider_refund_id
    if row.status != RefundStatus.STARTED:
        return False
    if succeeded:
        _mark_back(session, row, at=at)
        _settle(session, sale, [row], actor=actor, at=at)
    else:
        row.status, row.settled_at = RefundStatus.FAILED.value, at
        _trace(session, SaleID(sale.id), row, queries.balance_of(sale).refunded, actor=actor, at=at)
    return True


def _trace(
    session: Session, sale_id: SaleID, row: RefundRow, refunded: Money, *, actor: Actor, at: Instant
) -> None:
    event = RefundSettled(
        sale_id, RefundID(row.id), audit.money_fact(_amount(row)), row.status, audit.money_fact(refunded)
    )
    audit.record(session, event, actor=actor, at=at)


def _amount(row: RefundRow) -> Money:
    return Money(row.amount_minor, Currency(row.currency))
