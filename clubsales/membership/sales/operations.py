"""Selling: open a deal, take money, give it back."""

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import refuse
from clubsales.ids import ConsultantID, PaymentID, SaleID
from clubsales.membership.discounts.rules import Approver
from clubsales.membership.payments import operations as payments
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import queries
from clubsales.membership.sales.baskets import LineWish
from clubsales.membership.sales.card_sales import open_fee, open_service_sale
from clubsales.membership.sales.closing import close_sale, give_up
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
from clubsales.membership.sales.opening import (
    Buyer,
    Seller,
    Sold,
    ask_ahead,
    open_deal,
    open_sale,
    sell_deal,
    sell_for_cash,
)
from clubsales.membership.sales.receipts import (
    Receipt,
    apply_receipt,
    count_receipt,
    lock_sale,
    trace_receipt,
)
from clubsales.membership.sales.refunds import RefundPart, refund, settle_refund
from clubsales.membership.sales.rules import SaleRefused, may_receive
from clubsales.money import Money

__all__ = [
    "Approver",
    "Buyer",
    "EventOutcome",
    "LineWish",
    "RefundPart",
    "Seller",
    "Sold",
    "StartedPayment",
    "apply_payment_news",
    "apply_provider_event",
    "apply_refund_news",
    "ask_ahead",
    "book_receipt",
    "close_sale",
    "fail_refund",
    "give_up",
    "open_deal",
    "open_fee",
    "open_sale",
    "open_service_sale",
    "record_session",
    "refund",
    "sell_deal",
    "sell_for_cash",
    "settle_provider_refund",
    "settle_refund",
    "start_online_payment",
]


def book_receipt(
    session: Session,
    *,
    sale_id: SaleID,
    amount: Money,
    method: Method,
    taken_by: ConsultantID | None = None,
    terminal_reference: str = "",
    event_id: str | None = None,
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
        actor=actor,
        at=at,
    )
    receipt = Receipt.of(row, amount, paid_at)
    apply_receipt(session, sale, receipt, is_first=is_first, actor=actor)
    trace_receipt(session, sale, receipt, actor=actor, at=at)
    if queries.balance_of(sale).is_paid:
        payments.give_up_started(session, sale_id=sale_id)
    return receipt.payment_id


def _sells(session: Session, consultant_id: ConsultantID | None, actor: Actor) -> bool:
    """Whether this is somebody who sells, and not the desk's or a manager's hand."""
    return consultant_id is not None and profiles.get(session, actor.club.id, consultant_id).kind is not None
