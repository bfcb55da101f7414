"""Where a card stands, and what may be done with it. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Self

from clubsales.errors import Decision, Refusal, allow, refuse
from clubsales.membership.catalogue.terms import CardTerms, StartRule

DATED = frozenset({"starts_on", "start_by"})
CARDLESS_KINDS = frozenset({"goods"})


class CardStatus(StrEnum):
    """Where a card stands: pending until its sale is paid."""

    PENDING = "pending"
    ACTIVE = "active"
    FROZEN = "frozen"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldLine:
    """One card as it was sold: every fact is a copy, money in minor units. `line` is its number on the sale.

    `starts_on` is the buyer's wish, `start_by` the day it starts by itself. A promotion's extra days and visits are
    granted beside what was paid for. `terms` and `windows` are as the price list stores them.
    """

    card_type_id: int | None
    name: str
    kind: str
    paid_minor: int
    currency: str
    line: int = 1
    name_en: str = ""
    days: int | None = None
    visits: int | None = None
    value_minor: int | None = None
    are_sessions: bool = False
    people_max: int = 1
    start_rule: str = StartRule.PAYMENT.value
    starts_on: date | None = None
    start_by: date | None = None
    facilities: tuple[str, ...] = ()
    windows: tuple[Mapping[str, Any], ...] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)
    all_clubs: bool = False
    extra_days: int = 0
    extra_visits: int = 0

    @property
    def makes_card(self) -> bool:
        """Goods open no door."""
        return self.kind not in CARDLESS_KINDS

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """A line as a service keeps it until its money is there."""
        known = {each.name: document[each.name] for each in fields(cls) if each.name in document}
        for name in DATED & known.keys():
            known[name] = None if known[name] is None else date.fromisoformat(known[name])
        for name in ("facilities", "windows"):
            known[name] = tuple(known.get(name) or ())
        return cls(**known)

    def to_json(self) -> dict[str, Any]:
        """The line as JSON, for `from_json`."""
        told = {name: value.isoformat() for name in DATED if (value := getattr(self, name)) is not None}
        lists = {"facilities": list(self.facilities), "windows": [dict(each) for each in self.windows]}
        return {**asdict(self), **dict.fromkeys(DATED), **told, **lists, "terms": dict(self.terms)}


class ServiceKind(StrEnum):
    """What can be asked for a card."""

    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    TRANSFER = "transfer"
    EXTENSION = "extension"
    REISSUE = "reissue"
    UPGRADE = "upgrade"
    RENEWAL = "renewal"
    REFUND = "refund"


class ServiceState(StrEnum):
    """Where something asked stands."""

    ASKED = "asked"
    TO_PAY = "to_pay"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


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
    OTHER_HALL = "card.other_hall"
    OUTSIDE_HOURS = "card.outside_hours"
    BY_HAND = "card.by_hand"
    VALUE_ONLY = "card.value_only"
    NOT_FROZEN = "card.not_frozen"
    NO_CODE = "card.no_code"
    FREEZE_NOT_ALLOWED = "card.freeze_not_allowed"
    FREEZE_TIMES = "card.freeze_times"
    FREEZE_SHORT = "card.freeze_short"
    FREEZE_LONG = "card.freeze_long"
    FREEZE_FEE = "card.freeze_fee"
    FREEZE_OPEN_END = "card.freeze_open_end"
    NOT_BEGUN = "card.not_begun"
    NOTHING_GIVEN = "card.nothing_given"
    OTHER_KIND = "card.other_kind"
    TRANSFER_NOT_ALLOWED = "card.transfer_not_allowed"
    TRANSFERS_MAX = "card.transfers_max"
    TO_ITSELF = "card.to_itself"
    PEOPLE_FULL = "card.people_full"
    SHARES_ALREADY = "card.shares_already"
    VALUE_SHORT = "card.value_short"
    VALUE_AMOUNT = "card.value_amount"
    NO_VALUE = "card.no_value"
    NO_VISITS = "card.no_visits"
    UNDONE = "card.undone"
    KEY_REUSED = "card.key_reused"
    TAKEN_BACK = "card.taken_back"
    WORTH_LESS = "card.worth_less"


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


def refused_by_status(status: CardStatus) -> CardRefused | None:
    """Why a card that stands like this opens nothing; None: it runs."""
    match status:
        case CardStatus.CANCELLED:
            return CardRefused.CANCELLED
        case CardStatus.PENDING:
            return CardRefused.UNPAID
        case CardStatus.FROZEN:
            return CardRefused.FROZEN
        case CardStatus.ACTIVE:
            return None


def last_day(first_day: date, days: int | None) -> date | None:
    """The last day of a card of so many days, the first included; None for a card without a term."""
    return None if days is None else first_day + timedelta(days=days - 1)


def days_left(valid_until: date | None, today: date, *, valid_from: date | None = None) -> int | None:
    """Days a card still opens, today included once it has begun; None without a term, never negative."""
    first = today if valid_from is None else max(today, valid_from)
    return None if valid_until is None else max(0, (valid_until - first).days + 1)


def first_day(rule: StartRule, *, wish: date | None, today: date) -> date | None:
    """The day on which a card that is paid today begins; None: with its first use. No day is given away unpaid."""
    match rule:
        case StartRule.FIRST_USE:
            return None
        case StartRule.CHOSEN:
            return max(today, wish or today)
        case StartRule.PAYMENT:
            return today


def latest_start(terms: Mapping[str, Any], today: date) -> date | None:
    """The day on which a card paid today begins though nobody has used it; None: it waits for as long as it takes."""
    within = CardTerms.from_json(terms).start_within_days
    return today + timedelta(days=within) if within else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeFacts:
    """A card that is to stand still from `today`, until `last_day` (inclusive; none: until somebody asks).

    `times` and `days` are those of the freezes before.
    """

    status: CardStatus
    valid_from: date | None
    valid_until: date | None
    today: date
    last_day: date | None
    times: int
    days: int
    terms: CardTerms


def may_freeze(facts: FreezeFacts) -> Decision:
    """Only a running card stands still, as often and as long as its terms allow (CRD-03)."""
    refused = refused_by_status(facts.status)
    if refused is not None:
        return refuse(refused)
    if not facts.terms.freeze_allowed:
        return refuse(CardRefused.FREEZE_NOT_ALLOWED)
    if facts.valid_from is None or facts.today < facts.valid_from:
        return refuse(CardRefused.NOT_BEGUN)
    if facts.valid_until is not None and facts.today > facts.valid_until:
        return refuse(CardRefused.EXPIRED, valid_until=facts.valid_until)
    if 0 < facts.terms.freeze_times_max <= facts.times:
        return refuse(CardRefused.FREEZE_TIMES, times=facts.terms.freeze_times_max)
    return _freeze_length(facts)


def _freeze_length(facts: FreezeFacts) -> Decision:
    terms = facts.terms
    left = terms.freeze_days_max - facts.days
    if terms.freeze_days_max and left < max(1, terms.freeze_days_min):
        return refuse(CardRefused.FREEZE_LONG, days=terms.freeze_days_max, left=max(0, left))
    if facts.last_day is None:
        limited = terms.freeze_days_max > 0
        return refuse(CardRefused.FREEZE_OPEN_END, left=left) if limited else allow()
    asked = (facts.last_day - facts.today).days + 1
    if asked < max(1, terms.freeze_days_min):
        return refuse(CardRefused.FREEZE_SHORT, days=max(1, terms.freeze_days_min))
    if terms.freeze_days_max and asked > left:
        return refuse(CardRefused.FREEZE_LONG, days=terms.freeze_days_max, left=left)
    return allow()


def may_unfreeze(status: CardStatus) -> Decision:
    """Only a frozen card can go on."""
    return allow() if status is CardStatus.FROZEN else refuse(CardRefused.NOT_FROZEN)


def may_have_code(status: CardStatus) -> Decision:
    """A code is printed for a card that is paid and not cancelled."""
    return must_live(status)


def must_live(status: CardStatus) -> Decision:
    """A card that is paid and has not ended; it may stand frozen."""
    refused = refused_by_status(status)
    if refused in (None, CardRefused.FROZEN):
        return allow()
    assert refused is not None
    return refuse(refused)


def may_transfer(status: CardStatus, terms: CardTerms, *, transfers: int) -> Decision:
    """A card goes to somebody else, as often as its terms allow along its whole chain (CRD-03, CRD-04)."""
    alive = must_live(status)
    if isinstance(alive, Refusal):
        return alive
    if not terms.transfer_allowed:
        return refuse(CardRefused.TRANSFER_NOT_ALLOWED)
    if 0 < terms.transfers_max <= transfers:
        return refuse(CardRefused.TRANSFERS_MAX, times=terms.transfers_max)
    return allow()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What kinds of things a card counts."""

    days: bool
    visits: bool
    value: bool
    currency: str


def may_renew(card: Measure, line: Measure) -> Decision:
    """A renewal gives more of what the card counts already (CRD-04); something else is an upgrade or a card of its own."""
    return allow() if card == line else refuse(CardRefused.OTHER_KIND)
