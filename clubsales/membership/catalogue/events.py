"""What happened to the price list."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event
from clubsales.ids import CardTypeID, ClubID, PromotionID


@dataclass(frozen=True, slots=True)
class CardTypeAdded(Event):
    tag: ClassVar[str] = "card_type:added"
    subject: ClassVar[str] = "card_type_id"
    card_type_id: CardTypeID
    code: str
    kind: str
    price: str


@dataclass(frozen=True, slots=True)
class CardTypePaySet(Event):
    """What of it commission leaves out, and what whoever referred the buyer gets."""

    tag: ClassVar[str] = "card_type:pay_set"
    subject: ClassVar[str] = "card_type_id"
    card_type_id: CardTypeID
    old_set_up_fee: str
    set_up_fee: str
    old_referral: str
    referral: str


@dataclass(frozen=True, slots=True)
class CardTypeWithdrawn(Event):
    tag: ClassVar[str] = "card_type:withdrawn"
    subject: ClassVar[str] = "card_type_id"
    card_type_id: CardTypeID


@dataclass(frozen=True, slots=True)
class CardTypePutBack(Event):
    tag: ClassVar[str] = "card_type:put_back"
    subject: ClassVar[str] = "card_type_id"
    card_type_id: CardTypeID


@dataclass(frozen=True, slots=True)
class CardTypeSoldOnline(Event):
    """It stands on the club's own page from now on."""

    tag: ClassVar[str] = "card_type:sold_online"
    subject: ClassVar[str] = "card_type_id"
    card_type_id: CardTypeID


@dataclass(frozen=True, slots=True)
class CardTypeTakenOffline(Event):
    tag: ClassVar[str] = "card_type:taken_offline"
    subject: ClassVar[str] = "card_type_id"
    card_type_id: CardTypeID


@dataclass(frozen=True, slots=True)
class CardTypeRepriced(Event):
    tag: ClassVar[str] = "card_type:repriced"
    subject: ClassVar[str] = "card_type_id"
    card_type_id: CardTypeID
    old_price: str
    price: str
    old_floor_price: str
    floor_price: str
    old_renewal_price: str
    renewal_price: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class CardTypeEdited(Event):
    """What it grants, promises or holds; each change as "what: before -> after"."""

    tag: ClassVar[str] = "card_type:edited"
    subject: ClassVar[str] = "card_type_id"
    card_type_id: CardTypeID
    changed: list[str]


@dataclass(frozen=True, slots=True)
class FacilitiesChanged(Event):
    """The club's halls: `how` is begun, added, renamed, archived or put_back."""

    tag: ClassVar[str] = "facility:changed"
    subject: ClassVar[str] = "club_id"
    club_id: ClubID
    how: str
    codes: list[str]


@dataclass(frozen=True, slots=True)
class PromotionPublished(Event):
    tag: ClassVar[str] = "promotion:published"
    subject: ClassVar[str] = "promotion_id"
    promotion_id: PromotionID
    name: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class PromotionWithdrawn(Event):
    tag: ClassVar[str] = "promotion:withdrawn"
    subject: ClassVar[str] = "promotion_id"
    promotion_id: PromotionID
