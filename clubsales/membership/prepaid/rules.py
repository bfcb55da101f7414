"""The legal guard: what one buyer may have paid ahead over all cards, counting what is left of them. Pure.

Shanghai's trial measure is a policy (product.md, "Law as data"): dated, off by default, 0 for no limit.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse
from clubsales.money import Currency, Money

MONTHS = 12


class PrepaidRefused(StrEnum):
    MEMBERSHIP_AMOUNT = "prepaid.membership_amount"
    MEMBERSHIP_MONTHS = "prepaid.membership_months"
    SESSIONS_AMOUNT = "prepaid.sessions_amount"
    SESSIONS_COUNT = "prepaid.sessions_count"
    STORED_VALUE_AMOUNT = "prepaid.stored_value_amount"
    TOTAL_AMOUNT = "prepaid.total_amount"


class Sort(StrEnum):
    """What the law counts apart."""

    MEMBERSHIP = "membership"
    SESSIONS = "sessions"
    STORED_VALUE = "stored_value"


@dataclass(frozen=True, slots=True)
class PrepaidPolicy:
    """`prepaid` of the policy; amounts in major units as text, "0.00" and 0 for no limit, dates "" for none."""

    enabled: bool
    valid_from: str
    valid_to: str
    membership_amount: str
    membership_months: int
    sessions_amount: str
    sessions_count: int
    stored_value_amount: str
    total_amount: str

    def is_in_force(self, day: date) -> bool:
        """Whether it counts on a day; both its days are inside."""
        begun = not self.valid_from or date.fromisoformat(self.valid_from) <= day
        return self.enabled and begun and (not self.valid_to or day <= date.fromisoformat(self.valid_to))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidLine:
    """Something to be paid ahead: all of a line, its quantity reckoned in."""

    kind: str  # of the card type
    are_sessions: bool
    amount_minor: int
    days: int | None
    visits: int | None
    extra_days: int = 0  # an offer adds to what runs or is counted anyway
    extra_visits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """A card as it stands, and the money behind it."""

    kind: str
    are_sessions: bool
    paid_minor: int
    days: int | None  # granted in all; none: no end
    valid_until: date | None
    counts_from: (
        date | None
    )  # the first day it still has: today, the day it was frozen, or its start; none: not begun
    visits_total: int | None
    visits_left: int | None
    value_total_minor: int | None
    value_left_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What is paid ahead and unused: money by sort, days of membership, sessions."""

    membership_minor: int = 0
    sessions_minor: int = 0
    stored_value_minor: int = 0
    days: int = 0
    sessions: int = 0

    @property
    def total_minor(self) -> int:
        """All money paid ahead."""
        return self.membership_minor + self.sessions_minor + self.stored_value_minor

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            membership_minor=self.membership_minor + other.membership_minor,
            sessions_minor=self.sessions_minor + other.sessions_minor,
            stored_value_minor=self.stored_value_minor + other.stored_value_minor,
            days=self.days + other.days,
            sessions=self.sessions + other.sessions,
        )

    def __sub__(self, other: "Counted") -> "Counted":
        return Counted(
            membership_minor=self.membership_minor - other.membership_minor,
            sessions_minor=self.sessions_minor - other.sessions_minor,
            stored_value_minor=self.stored_value_minor - other.stored_value_minor,
            days=self.days - other.days,
            sessions=self.sessions - other.sessions,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """One limit of the law: `limit`, `remains` of other cards, `asked` now. Money in minor units, else days or sessions."""

    code: PrepaidRefused
    currency: Currency
    is_money: bool
    limit: int
    remains: int
    asked: int

    def money(self, minor: int) -> Money:
        """A number of this limit as money, where it is one."""
        return Money(minor, self.currency)

    @property
    def possible(self) -> int:
        """How much more could be sold."""
        return max(self.limit - self.remains, 0)

    @property
    def is_kept(self) -> bool:
        """Whether it holds. What is not asked for breaks nothing, however much there is already."""
        return self.asked <= 0 or self.remains + self.asked <= self.limit


def sort_of(kind: str, are_sessions: bool) -> Sort | None:
    """How the law counts a card; goods are handed over at once and are nothing paid ahead."""
    if kind == "goods":
        return None
    if are_sessions:
        return Sort.SESSIONS
    return Sort.STORED_VALUE if kind == "stored_value" else Sort.MEMBERSHIP


def counted_line(line: PrepaidLine) -> Counted:
    """A line that is about to be sold counts whole. What costs nothing is not paid ahead, but runs as long."""
    days = None if line.days is None else line.days + line.extra_days
    visits = None if line.visits is None else line.visits + line.extra_visits
    return _counted(sort_of(line.kind, line.are_sessions), line.amount_minor, days, visits)


def counted_card(card: CardFacts, day: date) -> Counted:
    """What of a card is paid and unused on a day: its share of value, of visits, else of days."""
    if card.valid_until is not None and card.valid_until < (card.counts_from or day):
        return Counted()
    days_left = _days_left(card)
    if card.value_total_minor is not None:
        left, whole = card.value_left_minor or 0, card.value_total_minor
    elif card.visits_total is not None:
        left, whole = card.visits_left or 0, card.visits_total
    elif card.days is not None:
        left, whole = days_left or 0, card.days
    else:
        left, whole = 1, 1  # no end, nothing to count: all of it is ahead
    share = card.paid_minor * min(left, whole) // whole if whole else 0
    return _counted(sort_of(card.kind, card.are_sessions), share, days_left, card.visits_left)


def caps(
    policy: PrepaidPolicy, *, remains: Counted, asked: Counted, currency: Currency, day: date
) -> tuple[Cap, ...]:
    """Every limit there is, in the order of the law."""

    def money(code: PrepaidRefused, limit: str, remaining: int, wanted: int) -> Cap:
        most = Money.parse(limit, currency).minor
        return Cap(code=code, currency=currency, is_money=True, limit=most, remains=remaining, asked=wanted)

    def pieces(code: PrepaidRefused, limit: int, remaining: int, wanted: int) -> Cap:
        return Cap(code=code, currency=currency, is_money=False, limit=limit, remains=remaining, asked=wanted)

    refused, most_days = PrepaidRefused, (_months_later(day, policy.membership_months) - day).days
    limits = (
        money(
            refused.MEMBERSHIP_AMOUNT,
            policy.membership_amount,
            remains.membership_minor,
            asked.membership_minor,
        ),
        pieces(refused.MEMBERSHIP_MONTHS, most_days, remains.days, asked.days),
        money(refused.SESSIONS_AMOUNT, policy.sessions_amount, remains.sessions_minor, asked.sessions_minor),
        pieces(refused.SESSIONS_COUNT, policy.sessions_count, remains.sessions, asked.sessions),
        money(
            refused.STORED_VALUE_AMOUNT,
            policy.stored_value_amount,
            remains.stored_value_minor,
            asked.stored_value_minor,
        ),
        money(refused.TOTAL_AMOUNT, policy.total_amount, remains.total_minor, asked.total_minor),
    )
    return tuple(cap for cap in limits if cap.limit)


def may_prepay(limits: Sequence[Cap], *, months: int, currency: Currency) -> Decision:
    """Every limit holds; the first that does not says what it is, what remains and what would be possible."""
    broken = next((cap for cap in limits if not cap.is_kept), None)
    if broken is None:
        return allow()
    if broken.is_money:
        return refuse(
            broken.code,
            limit=Money(broken.limit, currency),
            remains=Money(broken.remains, currency),
            asked=Money(broken.asked, currency),
            possible=Money(broken.possible, currency),
        )
    facts = {"limit": broken.limit, "remains": broken.remains, "asked": broken.asked}
    return refuse(broken.code, months=months, possible=broken.possible, **facts)


def _counted(sort: Sort | None, amount_minor: int, days: int | None, visits: int | None) -> Counted:
    if sort is Sort.SESSIONS:
        return Counted(sessions_minor=amount_minor, sessions=visits or 0)
    if sort is Sort.STORED_VALUE:
        return Counted(stored_value_minor=amount_minor)
    if sort is Sort.MEMBERSHIP:
        return Counted(membership_minor=amount_minor, days=days or 0)
    return Counted()


def _days_left(card: CardFacts) -> int | None:
    if card.counts_from is None or card.valid_until is None:
        return card.days
    return max((card.valid_until - card.counts_from).days + 1, 0)


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
