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
    valid_from: date | None  # none: with its first use
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class CardCancelled(Event):
    tag: ClassVar[str] = "card:cancelled"
    subject: ClassVar[str] = "card_id"
    card_id: int
    sale_id: int
    ended_as: str


@dataclass(frozen=True, slots=True)
class CardFrozen(Event):
    tag: ClassVar[str] = "card:frozen"
    subject: ClassVar[str] = "card_id"
    card_id: int
    first_day: date
    last_day: date | None


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


@dataclass(frozen=True, slots=True)
class CardBegun(Event):
    tag: ClassVar[str] = "card:begun"
    subject: ClassVar[str] = "card_id"
    card_id: int
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class CardExtended(Event):
    tag: ClassVar[str] = "card:extended"
    subject: ClassVar[str] = "card_id"
    card_id: int
    days: int
    visits: int
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class CardRenewed(Event):
    tag: ClassVar[str] = "card:renewed"
    subject: ClassVar[str] = "card_id"
    card_id: int
    sale_id: int
    days: int | None
    visits: int | None
    value_minor: int | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class CardReduced(Event):
    tag: ClassVar[str] = "card:reduced"
    subject: ClassVar[str] = "card_id"
    card_id: int
    days: int
    visits: int
    value_minor: int
    paid_minor: int
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class CardUpgraded(Event):
    tag: ClassVar[str] = "card:upgraded"
    subject: ClassVar[str] = "card_id"
    card_id: int
    new_card_id: int
    sale_id: int
    trade_in_minor: int


@dataclass(frozen=True, slots=True)
class CardTransferred(Event):
    tag: ClassVar[str] = "card:transferred"
    subject: ClassVar[str] = "card_id"
    card_id: int
    new_card_id: int
    person_id: int
    days: int | None
    visits: int | None
    value_minor: int | None
    paid_minor: int


@dataclass(frozen=True, slots=True)
class CardMoved(Event):
    tag: ClassVar[str] = "card:moved"
    subject: ClassVar[str] = "card_id"
    card_id: int
    old_club_id: int
    club_id: int


@dataclass(frozen=True, slots=True)
class CardReissued(Event):
    tag: ClassVar[str] = "card:reissued"
    subject: ClassVar[str] = "card_id"
    card_id: int


@dataclass(frozen=True, slots=True)
class CardShared(Event):
    tag: ClassVar[str] = "card:shared"
    subject: ClassVar[str] = "card_id"
    card_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class CardUnshared(Event):
    tag: ClassVar[str] = "card:unshared"
    subject: ClassVar[str] = "card_id"
    card_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class CardServiceDone(Event):
    tag: ClassVar[str] = "card:service_done"
    subject: ClassVar[str] = "card_id"
    card_id: int
    service_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class ValueLoaded(Event):
    tag: ClassVar[str] = "card:value_loaded"
    subject: ClassVar[str] = "card_id"
    card_id: int
    amount_minor: int
    left_minor: int


@dataclass(frozen=True, slots=True)
class ValueUsed(Event):
    tag: ClassVar[str] = "card:value_used"
    subject: ClassVar[str] = "card_id"
    card_id: int
    amount_minor: int
    left_minor: int
    what: str


@dataclass(frozen=True, slots=True)
class ValueUndone(Event):
    tag: ClassVar[str] = "card:value_undone"
    subject: ClassVar[str] = "card_id"
    card_id: int
    amount_minor: int
    left_minor: int


@dataclass(frozen=True, slots=True)
class VisitsTaken(Event):
    tag: ClassVar[str] = "card:visits_taken"
    subject: ClassVar[str] = "card_id"
    card_id: int
    visits: int
    left: int
    what: str


@dataclass(frozen=True, slots=True)
class VisitsUndone(Event):
    tag: ClassVar[str] = "card:visits_undone"
    subject: ClassVar[str] = "card_id"
    card_id: int
    visits: int
    left: int
