"""What happened to a sale and its money."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event
from clubsales.ids import AccountID, CardID, CardTypeID, ConsultantID, PaymentID, PersonID, RefundID, SaleID


@dataclass(frozen=True, slots=True)
class SaleOpened(Event):
    tag: ClassVar[str] = "sale:opened"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    card_type_id: CardTypeID
    kind: str
    price: str
    list_price: str
    person_id: PersonID | None
    consultant_id: ConsultantID | None
    discount_approved_by: AccountID | None


@dataclass(frozen=True, slots=True)
class SoldAtOnce(Event):
    """Opened and paid in full in one go."""

    tag: ClassVar[str] = "sale:sold_at_once"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    card_type_id: CardTypeID
    kind: str
    price: str
    list_price: str
    person_id: PersonID | None
    consultant_id: ConsultantID | None
    payment_id: PaymentID
    method: str


@dataclass(frozen=True, slots=True)
class ReceiptBooked(Event):
    tag: ClassVar[str] = "sale:receipt_booked"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    payment_id: PaymentID
    amount: str
    method: str
    received: str  # everything so far
    paid_in_full: bool


@dataclass(frozen=True, slots=True)
class PaymentLinkMade(Event):
    tag: ClassVar[str] = "sale:payment_link_made"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    payment_id: PaymentID
    amount: str


@dataclass(frozen=True, slots=True)
class PaymentEnded(Event):
    tag: ClassVar[str] = "sale:payment_ended"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    payment_id: PaymentID
    status: str  # failed | expired


@dataclass(frozen=True, slots=True)
class MoneyKeptAside(Event):
    """The provider took money that fits no open amount: a person must look."""

    tag: ClassVar[str] = "sale:money_kept_aside"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    payment_id: PaymentID
    amount: str
    outstanding: str
    provider_payment_id: str | None


@dataclass(frozen=True, slots=True)
class WebsiteOrderLapsed(Event):
    """Somebody chose a card on the club's own page and did not pay it in time."""

    tag: ClassVar[str] = "sale:website_order_lapsed"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID


@dataclass(frozen=True, slots=True)
class RefundStarted(Event):
    tag: ClassVar[str] = "sale:refund_started"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    refund_id: RefundID
    payment_id: PaymentID
    amount: str


@dataclass(frozen=True, slots=True)
class RefundSettled(Event):
    tag: ClassVar[str] = "sale:refund_settled"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    refund_id: RefundID
    amount: str
    status: str  # succeeded | failed
    refunded: str  # everything so far


@dataclass(frozen=True, slots=True)
class FeeOpened(Event):
    """A fee for a service on a card: nobody's credit."""

    tag: ClassVar[str] = "sale:fee_opened"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    card_id: CardID
    what: str
    amount: str
    person_id: PersonID | None


@dataclass(frozen=True, slots=True)
class CardSaleOpened(Event):
    """What a card is renewed, upgraded or transferred for."""

    tag: ClassVar[str] = "sale:card_sale_opened"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    card_id: CardID
    kind: str
    price: str
    list_price: str
    trade_in: str
    person_id: PersonID | None
    consultant_id: ConsultantID | None


@dataclass(frozen=True, slots=True)
class SaleClosed(Event):
    """No money comes in any more."""

    tag: ClassVar[str] = "sale:closed"
    subject: ClassVar[str] = "sale_id"
    sale_id: SaleID
    closed_as: str  # withdrawn | forfeited | given_up
    received: str
