"""Paying online: a link for the guest's phone, and the provider's word on what became of it.

The provider is asked between two transactions (views, jobs); here is what comes before and after.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Actor, ActorKind
from clubsales.clock import Instant
from clubsales.errors import Allowed, refuse
from clubsales.ids import ClubID, PaymentID, PersonID, ReceptionID, RefundID, SaleID
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import TouchKind
from clubsales.membership.payments import operations as payments
from clubsales.membership.payments import queries as payment_queries
from clubsales.membership.payments.models import PaymentRow
from clubsales.membership.payments.queries import OpenRefund
from clubsales.membership.payments.rules import (
    PaymentNews,
    PaymentRefused,
    PaymentStatus,
    ProviderEvent,
    ProviderOutcome,
    RefundNews,
    RefundStatus,
)
from clubsales.membership.sales import queries
from clubsales.membership.sales.events import MoneyKeptAside, PaymentEnded, PaymentLinkMade
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.receipts import (
    Receipt,
    apply_receipt,
    count_receipt,
    lock_sale,
    trace_receipt,
)
from clubsales.membership.sales.refunds import settle_refund
from clubsales.membership.sales.rules import may_receive
from clubsales.money import Money


class EventOutcome(StrEnum):
    """What a provider's event led to; stored with it."""

    BOOKED = "booked"
    ENDED = "ended"
    WAITING = "waiting"
    REFUNDED = "refunded"
    DUPLICATE = "duplicate"  # this event was here before
    ALREADY_KNOWN = "already_known"  # another event said so before
    KEPT_ASIDE = "kept_aside"  # money that does not fit: a person must look
    UNMATCHED = "unmatched"  # about nothing of ours
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedPayment:
    """A link the guest pays by. `outdated` are the provider's pages it replaces: to be closed there."""

    payment_id: PaymentID
    payment: str  # public id
    link_token: str
    amount: Money
    outdated: tuple[str, ...] = ()


def start_online_payment(
    session: Session, *, sale_id: SaleID, amount: Money | None = None, actor: Actor, at: Instant
) -> StartedPayment:
    """Make the link for what is outstanding (or a part of it), or give the one that is still good.

    Raises NotFound, Refused(PaymentRefused.NOTHING_DUE) and what `may_receive` refuses.
    """
    sale = lock_sale(session, actor.club.id, sale_id)
    balance = queries.balance_of(sale)
    if not balance.outstanding:
        refuse(PaymentRefused.NOTHING_DUE).or_raise()
    wanted = balance.outstanding if amount is None else amount
    may_receive(wanted, balance, is_closed=sale.closed_at is not None).or_raise()
    live = [p for p in payment_queries.of_sale(session, sale_id) if p.status is PaymentStatus.STARTED]
    for payment in live:
        if payment.is_open(at) and payment.amount == wanted and payment.taken_by == actor.consultant_id:
            return StartedPayment(
                payment_id=payment.id,
                payment=payment.public_id,
                link_token=payment.link_token,
                amount=wanted,
            )
    payments.give_up_started(session, sale_id=sale_id)
    row = payments.start(session, sale_id=sale_id, amount=wanted, actor=actor, at=at)
    if actor.kind is not ActorKind.GUEST:  # his own link is part of his order
        touches.record(
            session,
            kind=TouchKind.PAYMENT_LINK,
            person_id=None if sale.person_id is None else PersonID(sale.person_id),
            consultant_id=actor.consultant_id,
            reception_id=None if sale.reception_id is None else ReceptionID(sale.reception_id),
            actor=actor,
            at=at,
        )
    event = PaymentLinkMade(sale_id, PaymentID(row.id), audit.money_fact(wanted))
    audit.record(session, event, actor=actor, at=at)
    return StartedPayment(
        payment_id=PaymentID(row.id),
        payment=row.public_id,
        link_token=row.link_token,
        amount=wanted,
        outdated=tuple(p.provider_session_id for p in live if p.provider_session_id is not None),
    )


def record_session(
    session: Session, *, payment_id: PaymentID, session_id: str, url: str, expires_at: Instant
) -> None:
    """Keep the provider's page that was opened for a payment. Raises NotFound."""
    payments.record_session(
        session, payment_id=payment_id, session_id=session_id, url=url, expires_at=expires_at
    )


def apply_provider_event(session: Session, *, event: ProviderEvent, at: Instant) -> EventOutcome:
    """Act on a delivery, once per event id, in whatever order they come."""
    new = payments.record_event(
        session,
        provider=event.provider,
        event_id=event.event_id,
        type_=event.type,
        outcome=EventOutcome.IGNORED.value,
        at=at,
    )
    if not new:
        return EventOutcome.DUPLICATE
    match event.news:
        case PaymentNews():
            outcome = apply_payment_news(session, news=event.news, at=at)
        case RefundNews():
            outcome = apply_refund_news(session, news=event.news, at=at)
        case None:
            return EventOutcome.IGNORED
    payments.set_event_outcome(
        session, provider=event.provider, event_id=event.event_id, outcome=outcome.value
    )
    return outcome


def apply_payment_news(session: Session, *, news: PaymentNews, at: Instant) -> EventOutcome:
    """What the provider says about a payment, heard by event or by asking."""
    found = payments.sale_of_payment(session, news)
    if found is None:
        return EventOutcome.UNMATCHED
    club_id, sale_id = found
    actor = _provider(session, club_id)
    sale = lock_sale(session, club_id, sale_id)  # before the payment: everybody locks in this order
    payment = payments.lock_payment(session, news)
    if payment.status == PaymentStatus.SUCCEEDED:
        return EventOutcome.ALREADY_KNOWN
    if payment.provider_session_id is None:
        payment.provider_session_id = news.session_id
    match news.outcome:
        case ProviderOutcome.WAITING:
            return EventOutcome.WAITING
        case ProviderOutcome.FAILED | ProviderOutcome.EXPIRED:
            return _end(session, sale, payment, news.outcome, actor=actor, at=at)
        case ProviderOutcome.PAID:
            return _paid(session, sale, payment, news, actor=actor, at=at)


def apply_refund_news(session: Session, *, news: RefundNews, at: Instant) -> EventOutcome:
    """What the provider says about a refund."""
    found = payments.sale_of_refund(session, news)
    if found is None:
        return EventOutcome.UNMATCHED
    club_id, refund_id = found
    if news.status is RefundStatus.STARTED:
        return EventOutcome.WAITING
    return settle_provider_refund(session, club_id=club_id, refund_id=refund_id, news=news, at=at)


def settle_provider_refund(
    session: Session, *, club_id: ClubID, refund_id: RefundID, news: RefundNews, at: Instant
) -> EventOutcome:
    """Settle a refund of ours by the provider's word; not yet decided, it stays started."""
    if news.status is RefundStatus.STARTED:
        return EventOutcome.WAITING
    changed = settle_refund(
        session,
        refund_id=refund_id,
        succeeded=news.status is RefundStatus.SUCCEEDED,
        provider_refund_id=news.provider_refund_id,
        actor=_provider(session, club_id),
        at=news.happened_at,
    )
    return EventOutcome.REFUNDED if changed else EventOutcome.ALREADY_KNOWN


def fail_refund(session: Session, *, refund: OpenRefund, at: Instant) -> None:
    """The provider will not make this refund: it has failed, and its money can be refunded another way."""
    settle_refund(
        session,
        refund_id=refund.id,
        succeeded=False,
        provider_refund_id=None,
        actor=_provider(session, refund.club_id),
        at=at,
    )


def _paid(
    session: Session, sale: SaleRow, payment: PaymentRow, news: PaymentNews, *, actor: Actor, at: Instant
) -> EventOutcome:
    """Book the money when it is what we asked for and still fits; never anything else."""
    balance = queries.balance_of(sale)
    asked = Money(payment.amount_minor, balance.price.currency)
    payment.provider_payment_id = news.provider_payment_id
    fits = may_receive(asked, balance, is_closed=sale.closed_at is not None)
    if news.amount != asked or not isinstance(fits, Allowed):
        amount = news.amount or asked
        event = MoneyKeptAside(
            SaleID(sale.id),
            PaymentID(payment.id),
            audit.money_fact(amount),
            audit.money_fact(balance.outstanding),
            news.provider_payment_id,
        )
        audit.record(session, event, actor=actor, at=at)
        return EventOutcome.KEPT_ASIDE
    payment.status = PaymentStatus.SUCCEEDED.value
    payment.paid_at = news.happened_at
    is_first = sale.first_receipt_at is None
    count_receipt(sale, asked, news.happened_at)
    session.flush()
    receipt = Receipt.of(payment, asked, news.happened_at)
    apply_receipt(session, sale, receipt, is_first=is_first, actor=actor)
    trace_receipt(session, sale, receipt, actor=actor, at=at)
    return EventOutcome.BOOKED


def _end(
    session: Session,
    sale: SaleRow,
    payment: PaymentRow,
    outcome: ProviderOutcome,
    *,
    actor: Actor,
    at: Instant,
) -> EventOutcome:
    status = PaymentStatus.FAILED if outcome is ProviderOutcome.FAILED else PaymentStatus.EXPIRED
    if payment.status == status:
        return EventOutcome.ALREADY_KNOWN
    payment.status = status.value
    event = PaymentEnded(SaleID(sale.id), PaymentID(payment.id), status.value)
    audit.record(session, event, actor=actor, at=at)
    return EventOutcome.ENDED


def _provider(session: Session, club_id: ClubID) -> Actor:
    return Actor(kind=ActorKind.PROVIDER, club=clubs.get(session, club_id), name="stripe")
