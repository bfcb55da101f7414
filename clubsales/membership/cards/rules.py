"""When a card opens the door, and what may be done with it. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse


class CardStatus(StrEnum):
    """Where a card stands: pending until its sale is paid."""

    PENDING = "pending"
    ACTIVE = "active"
    FROZEN = "frozen"
    CANCELLED = "cancelled"


class CardRefused(StrEnum):
    """Why a card does not open, or cannot be changed."""

    UNKNOWN = "card.unknown"
    CANCELLED = "card.cancelled"
    UNPAID = "card.unpaid"
    FROZEN = "card.frozen"
    NOT_YET = "card.not_yet"
    EXPIRED = "card.expired"
    USED_UP = "card.used_up"
    OTHER_CLUB = "card.other_club"
    NOT_FROZEN = "card.not_frozen"
    NO_CODE = "card.no_code"


class CodeRefused(StrEnum):
    """Why a code proves nothing."""

    UNREADABLE = "code.unreadable"
    ALTERED = "code.altered"
    STALE = "code.expired"
    REVOKED = "code.revoked"
    REUSED = "code.reused"


@dataclass(frozen=True, slots=True)
class CodePolicy:
    """The setting of `[check_in]` that a card page needs: the life of a moving code, in seconds."""

    code_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """What a door asks of a card. `today` is the door's local day; days are inclusive.

    `visit_needed` is false for whoever is inside on a visit already counted.
    """

    status: CardStatus
    valid_from: date | None
    valid_until: date | None
    visits_left: int | None
    opens_here: bool
    home_club: str
    today: date
    visit_needed: bool = True


def may_enter(facts: EntryFacts) -> Decision:
    """A card opens when it is paid, running, has a visit left and is good for this club (CRD-12)."""
    if facts.status is CardStatus.CANCELLED:
        return refuse(CardRefused.CANCELLED)
    if facts.status is CardStatus.PENDING:
        return refuse(CardRefused.UNPAID)
    if facts.status is CardStatus.FROZEN:
        return refuse(CardRefused.FROZEN)
    if facts.valid_from is not None and facts.today < facts.valid_from:
        return refuse(CardRefused.NOT_YET, valid_from=facts.valid_from)
    if facts.valid_until is not None and facts.today > facts.valid_until:
        return refuse(CardRefused.EXPIRED, valid_until=facts.valid_until)
    if facts.visit_needed and facts.visits_left is not None and facts.visits_left <= 0:
        return refuse(CardRefused.USED_UP)
    if not facts.opens_here:
        return refuse(CardRefused.OTHER_CLUB, club=facts.home_club)
    return allow()


def last_day(first_day: date, days: int | None) -> date | None:
    """The last day of a card of so many days, the first included; None for a card without a term."""
    return None if days is None else first_day + timedelta(days=days - 1)


def days_left(valid_until: date | None, today: date) -> int | None:
    """Days a card still opens, today included; None without a term, never negative."""
    return None if valid_until is None else max(0, (valid_until - today).days + 1)


def after_freeze(valid_until: date | None, *, frozen_on: date, today: date) -> date | None:
    """The last day once the frozen days are given back."""
    return None if valid_until is None else valid_until + (today - frozen_on)


def may_freeze(status: CardStatus) -> Decision:
    """Only a running card can be frozen."""
    match status:
        case CardStatus.ACTIVE:
            return allow()
        case CardStatus.FROZEN:
            return refuse(CardRefused.FROZEN)
        case CardStatus.PENDING:
            return refuse(CardRefused.UNPAID)
        case CardStatus.CANCELLED:
            return refuse(CardRefused.CANCELLED)


def may_unfreeze(status: CardStatus) -> Decision:
    """Only a frozen card can go on."""
    return allow() if status is CardStatus.FROZEN else refuse(CardRefused.NOT_FROZEN)


def may_have_code(status: CardStatus) -> Decision:
    """A code is printed for a card that is paid and not cancelled."""
    match status:
        case CardStatus.ACTIVE | CardStatus.FROZEN:
            return allow()
        case CardStatus.PENDING:
            return refuse(CardRefused.UNPAID)
        case CardStatus.CANCELLED:
            return refuse(CardRefused.CANCELLED)
