"""What happened to a request for money back."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event
from clubsales.ids import CardID, RefundRequestID, SaleID


@dataclass(frozen=True, slots=True)
class ReturnAsked(Event):
    tag: ClassVar[str] = "refund_request:asked"
    subject: ClassVar[str] = "refund_request_id"
    refund_request_id: RefundRequestID
    card_id: CardID
    basis: str
    amount: str
    reckoned: str


@dataclass(frozen=True, slots=True)
class ReturnWithdrawn(Event):
    tag: ClassVar[str] = "refund_request:withdrawn"
    subject: ClassVar[str] = "refund_request_id"
    refund_request_id: RefundRequestID


@dataclass(frozen=True, slots=True)
class ReturnPaid(Event):
    tag: ClassVar[str] = "refund_request:paid"
    subject: ClassVar[str] = "refund_request_id"
    refund_request_id: RefundRequestID
    sale_id: SaleID
    amount: str
    ends_card: bool
