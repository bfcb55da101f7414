"""What happened to silent discounts."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event
from clubsales.ids import CardTypeID, DiscountRequestID, SaleID


@dataclass(frozen=True, slots=True)
class DiscountAsked(Event):
    tag: ClassVar[str] = "discount:asked"
    subject: ClassVar[str] = "discount_request_id"
    discount_request_id: DiscountRequestID
    card_type_id: CardTypeID
    list_price: str
    price: str


@dataclass(frozen=True, slots=True)
class DiscountApproved(Event):
    tag: ClassVar[str] = "discount:approved"
    subject: ClassVar[str] = "discount_request_id"
    discount_request_id: DiscountRequestID
    asked: str
    granted: str


@dataclass(frozen=True, slots=True)
class DiscountTurnedDown(Event):
    tag: ClassVar[str] = "discount:refused"
    subject: ClassVar[str] = "discount_request_id"
    discount_request_id: DiscountRequestID
    asked: str


@dataclass(frozen=True, slots=True)
class DiscountWithdrawn(Event):
    tag: ClassVar[str] = "discount:withdrawn"
    subject: ClassVar[str] = "discount_request_id"
    discount_request_id: DiscountRequestID


@dataclass(frozen=True, slots=True)
class DiscountUsed(Event):
    tag: ClassVar[str] = "discount:used"
    subject: ClassVar[str] = "discount_request_id"
    discount_request_id: DiscountRequestID
    sale_id: SaleID
