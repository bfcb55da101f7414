"""Selling: open a deal, take money, give it back."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import refuse
from clubsales.ids import (
    CardTypeID,
    ConsultantID,
    PaymentID,
    PersonID,
    ReceptionID,
    SaleID,
)
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.payments import operations as payments
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import queries
from clubsales.membership.sales.card_sales import open_fee, open_service_sale
from clubsales.membership.sales.closing import close_sale
from clubsales.membership.sales.deals import Approver, new_deal, trace_deal, write_deal
from clubsales.membership.sales.events import SoldAtOnce
from clubsales.membership.sales.online import (
    EventOutcome,
    StartedPayment,
    apply_payment_news,
    apply_provider_event,
    apply_refund_news,
    fail_refund,
    record_session,
    settle_provider_refund,
    start_online_payment,
)
from clubsales.membership.sales.receipts import (
    Known,
    Receipt,
    apply_receipt,
    complete,
    count_receipt,
    lock_sale,
    trace_receipt,
)
from clubsales.membership.sales.refunds import RefundPart, refund, settle_refund
from clubsales.membership.sales.rules import SaleKind, SaleRefused, may_receive
from clubsales.money import Money
from clubsales.policies import policy_on

__all__ = [
    "Approver",
    "Buyer",
    "EventOutcome",
    "RefundPart",
    "Seller",
    "Sold",
    "StartedPayment",
    "apply_payment_news",
    "apply_provider_event",
    "apply_refund_news",
    "book_receipt",
    "close_sale",
    "fail_refund",
    "open_fee",
    "open_sale",
    "open_service_sale",
    "record_session",
    "refund",
    "sell_for_cash",
    "settle_provider_refund",
    "settle_refund",
    "start_online_payment",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A sale and the money it came with."""

    sale_id: SaleID
    sale: str  # public id
    payment: str  # public id


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who buys: a person, a guest in the house, or both. `is_member` only where it is known already."""

    person_id: PersonID | None = None
    reception_id: ReceptionID | None = None
    is_member: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """The consultant on a sale."""

    id: ConsultantID
    name: str


def open_sale(
    session: Session,
    *,
    card_type_id: CardTypeID,
    price: Money | None,
    kind: SaleKind,
    person_id: PersonID | None = None,
    reception_id: ReceptionID | None = None,
    consultant_id: ConsultantID | None,
    discount_approved_by: Approver | None = None,
    actor: Actor,
    at: Instant,
) -> SaleID:
    """Open a deal at a price (none: the list price) and prepare its card.

    Raises NotFound, Refused(CatalogueRefused.DISCOUNT, ABOVE_LIST, NOT_ON_SALE) and Refused(SaleRefused.CURRENCY).
    """
    policy = policy_on(session, actor.club, local_day(at, actor.club.zone))
    card_type = catalogue.get(session, actor.club.id, card_type_id, day=local_day(at, actor.club.zone))
    sale = new_deal(
        card_type,
        price=price,
        kind=kind,
        policy=policy,
        approver=discount_approved_by,
        actor=actor,
        at=at,
    )
    sale.person_id = person_id or _person(session, reception_id, actor)
    sale.reception_id = reception_id
    sale.consultant_id = _seller(session, consultant_id, actor)
    if not sale.price_minor:
        sale.paid_at = at
    write_deal(session, sale, card_type, actor, at)
    trace_deal(session, sale, card_type, actor, at)
    if not sale.price_minor:
        complete(session, sale, actor=actor, at=at)
    return SaleID(sale.id)


def book_receipt(
    session: Session,
    *,
    sale_id: SaleID,
    amount: Money,
    method: Method,
    taken_by: ConsultantID | None = None,
    terminal_reference: str = "",
    event_id: str | None = None,
    is_deposit: bool = False,
    actor: Actor,
    at: Instant,
    paid_at: Instant | None = None,
) -> PaymentID | None:
    """Take money that is here into a sale; a deposit is a receipt that holds a reservation. None: booked before.

    An online receipt no consultant took is received by whoever made the sale's last payment link.
    Raises NotFound and Refused(SaleRefused.ABOVE_PRICE, RECEIPT_AMOUNT, RECEIPT_IN_FUTURE, CURRENCY, CLOSED).
    """
    sale = lock_sale(session, actor.club.id, sale_id)
    if event_id is not None and not payments.is_new(session, actor.club.id, event_id, "receipt", at):
        return None
    paid_at = paid_at or at
    if at < paid_at:
        refuse(SaleRefused.RECEIPT_IN_FUTURE).or_raise()
    may_receive(amount, queries.balance_of(sale), is_closed=sale.closed_at is not None).or_raise()
    if method is Method.ONLINE and not _sells(session, taken_by, actor):
        link = payments.latest_link(session, sale_id)
        if link is not None and link.taken_by is not None:
            taken_by = ConsultantID(link.taken_by)
    is_first = sale.first_receipt_at is None
    count_receipt(sale, amount, paid_at)
    row = payments.receive(
        session,
        sale_id=sale_id,
        amount=amount,
        method=method,
        taken_by=taken_by,
        terminal_reference=terminal_reference,
        paid_at=paid_at,
        is_deposit=is_deposit,
        actor=actor,
        at=at,
    )
    receipt = Receipt.of(row, amount, paid_at)
    apply_receipt(session, sale, receipt, is_first=is_first, actor=actor)
    trace_receipt(session, sale, receipt, actor=actor, at=at)
    if queries.balance_of(sale).is_paid:
        payments.give_up_started(session, sale_id=sale_id)
    return receipt.payment_id


def sell_for_cash(
    session: Session,
    *,
    card_type: CardTypeView,
    price: Money | None,
    kind: SaleKind,
    method: Method = Method.CASH,
    buyer: Buyer,
    seller: Seller | None,
    terminal_reference: str = "",
    actor: Actor,
    at: Instant,
) -> Sold:
    """Open a sale, book all its money and start its card, in one go: `open_sale` and `book_receipt` together.

    The caller has read card type, buyer and seller in this club; whoever books is no receiver (AMB-64).
    Raises as those two do.
    """
    policy = policy_on(session, actor.club, local_day(at, actor.club.zone))
    sale = new_deal(card_type, price=price, kind=kind, policy=policy, approver=None, actor=actor, at=at)
    sale.person_id, sale.reception_id = buyer.person_id, buyer.reception_id
    sale.consultant_id = seller.id if seller else None
    balance = queries.balance_of(sale)
    may_receive(balance.price, balance).or_raise()
    count_receipt(sale, balance.price, at)  # before the row is written: one INSERT, no UPDATE
    card_id = write_deal(session, sale, card_type, actor, at, is_paid=True)
    row = payments.receive(
        session,
        sale_id=SaleID(sale.id),
        amount=balance.price,
        method=method,
        taken_by=None,
        terminal_reference=terminal_reference,
        paid_at=at,
        actor=actor,
        at=at,
    )
    receipt = Receipt.of(row, balance.price, at)
    known = Known(
        policy=policy,
        buyer_is_member=buyer.is_member,
        names={seller.id: seller.name} if seller else {},
        started_card=card_id,
    )
    apply_receipt(session, sale, receipt, is_first=True, known=known, actor=actor)
    event = SoldAtOnce(
        SaleID(sale.id),
        card_type.id,
        sale.kind,
        audit.money_fact(balance.price),
        "" if card_type.price is None else audit.money_fact(card_type.price),
        buyer.person_id,
        seller.id if seller else None,
        receipt.payment_id,
        method.value,
    )
    audit.record(session, event, actor=actor, at=at)
    return Sold(sale_id=SaleID(sale.id), sale=sale.public_id, payment=row.public_id)


def _person(session: Session, reception_id: ReceptionID | None, actor: Actor) -> PersonID | None:
    if reception_id is None:
        return None
    return queries.person_of_reception(session, actor.club.id, reception_id)


def _sells(session: Session, consultant_id: ConsultantID | None, actor: Actor) -> bool:
    """Whether this is somebody who sells, and not the desk's or a manager's hand."""
    return consultant_id is not None and profiles.get(session, actor.club.id, consultant_id).kind is not None


def _seller(session: Session, consultant_id: ConsultantID | None, actor: Actor) -> ConsultantID | None:
    if consultant_id is None or consultant_id == actor.consultant_id:
        return consultant_id
    return profiles.get(session, actor.club.id, consultant_id).id
