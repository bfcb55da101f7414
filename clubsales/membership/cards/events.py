"""What happened to a card."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class CardActivated(Event):
    tag: ClassVar[str] = "card:activated"
    subject: ClassVar[str] = "card_id"
    card_id: int
    sale_id: int
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class CardCancelled(Event):
    tag: ClassVar[str] = "card:cancelled"
    subject: ClassVar[str] = "card_id"
    card_id: int
    sale_id: int


@dataclass(frozen=True, slots=True)
class CardFrozen(Event):
    tag: ClassVar[str] = "card:frozen"
    subject: ClassVar[str] = "card_id"
    card_id: int


@dataclass(frozen=True, slots=True)
class CardUnfrozen(Event):
    tag: ClassVar[str] = "card:unfrozen"
    subject: ClassVar[str] = "card_id"
    card_id: int
    old_valid_until: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class CardLinkRenewed(Event):
    tag: ClassVar[str] = "card:link_renewed"
    subject: ClassVar[str] = "card_id"
    card_id: int


@dataclass(frozen=True, slots=True)
class CardCodeIssued(Event):
    tag: ClassVar[str] = "card:code_issued"
    subject: ClassVar[str] = "card_id"
    card_id: int
    serial: str


@dataclass(frozen=True, slots=True)
class CardCodeRevoked(Event):
    tag: ClassVar[str] = "card:code_revoked"
    subject: ClassVar[str] = "card_id"
    card_id: int
    serial: str
