"""What happened to something asked for a card."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event
from clubsales.ids import CardID, SaleID, ServiceID


@dataclass(frozen=True, slots=True)
class ServiceAsked(Event):
    tag: ClassVar[str] = "card_service:asked"
    subject: ClassVar[str] = "card_id"
    card_id: CardID
    service_id: ServiceID
    kind: str


@dataclass(frozen=True, slots=True)
class ServiceOpened(Event):
    """It was taken up at the desk, with what is to be paid for it."""

    tag: ClassVar[str] = "card_service:opened"
    subject: ClassVar[str] = "card_id"
    card_id: CardID
    service_id: ServiceID
    kind: str
    fee: str
    sale_id: SaleID | None
    fee_sale_id: SaleID | None


@dataclass(frozen=True, slots=True)
class ServiceEnded(Event):
    """It was refused by the club, or taken back."""

    tag: ClassVar[str] = "card_service:ended"
    subject: ClassVar[str] = "card_id"
    card_id: CardID
    service_id: ServiceID
    kind: str
    state: str
