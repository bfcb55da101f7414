"""Targets and how they hang together: whose, of which time, of what (TGT-01 to TGT-08)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clubsales.clock import month_of, next_month
from clubsales.errors import Decision, allow, refuse
from clubsales.money import Money

LARGEST_MAJOR = 100_000_000  # major units: anything above is a slip of the hand
LARGEST_COUNT = 1_000_000
WHOLE_BP = 10_000
LONGEST_REASON = 200
FIRST_MONTH, LAST_MONTH = date(2000, 1, 1), date(2999, 12, 1)
WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)


class TargetRefused(StrEnum):
    AMOUNT = "target.amount"
    CURRENCY = "target.currency"
    PERIOD = "target.period"
    MONTH_CLOSED = "target.month_closed"
    REASON = "target.reason"
    CHANGED = "target.changed"
    RESULT = "target.result"
    NO_GOAL = "target.no_goal"


class GoalKind(StrEnum):
    """What is aimed at (TGT-07)."""

    SALES = "sales"
    CUSTOMERS = "customers"  # who buys for the first time
    SATISFACTION = "satisfaction"  # basis points
    PROFIT = "profit"
    COLLECTIONS = "collections"  # money that came in

    @property
    def is_money(self) -> bool:
        return self in (GoalKind.SALES, GoalKind.PROFIT, GoalKind.COLLECTIONS)

    @property
    def adds_up(self) -> bool:
        """Whether the parts' figures together are the whole's; a share of content guests is none."""
        return self is not GoalKind.SATISFACTION

    @property
    def is_typed(self) -> bool:
        """Whether its result is typed: no record of the program's own says it."""
        return self in (GoalKind.SATISFACTION, GoalKind.PROFIT)


class Period(StrEnum):
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"  # of a month: from its Monday or the 1st to its Sunday or the last


class ScopeKind(StrEnum):
    CLUB = "club"
    TEAM = "team"
    CONSULTANT = "consultant"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose target it is; the id of the team or consultant."""

    kind: ScopeKind
    id: int | None = None


CLUB = Scope(ScopeKind.CLUB)


@dataclass(frozen=True, slots=True)
class Slot:
    """One target's place: whose, of which time, of what."""

    scope: Scope
    period: Period
    starts_on: date
    kind: GoalKind = GoalKind.SALES

    @property
    def is_task(self) -> bool:
        """A consultant's sales of a month: what awards and reviews are decided by."""
        return (self.scope.kind, self.period, self.kind) == (
            ScopeKind.CONSULTANT,
            Period.MONTH,
            GoalKind.SALES,
        )


@dataclass(frozen=True, slots=True)
class Week:
    """The part of a Monday week that lies in a month, both days included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return days_between(self.first, self.last)


def days_between(first: date, last: date) -> list[date]:
    """Every day from one to another, both included."""
    return [first + number * ONE_DAY for number in range((last - first).days + 1)]


def days_of_month(month: date) -> list[date]:
    """Every day of a month."""
    return days_between(month, next_month(month) - ONE_DAY)


def months_of_year(year: int) -> list[date]:
    """The twelve months of a year."""
    return [date(year, number, 1) for number in range(1, 13)]


def months_of_quarter(quarter: date) -> list[date]:
    """The three months of the quarter that begins with one."""
    return [date(quarter.year, quarter.month + number, 1) for number in range(3)]


def quarters_of_year(year: int) -> list[date]:
    """The first months of its quarters."""
    return [date(year, number, 1) for number in (1, 4, 7, 10)]


def weeks_of_month(month: date) -> list[Week]:
    """Monday weeks, cut at the month's ends so that they add up to it."""
    weeks: list[Week] = []
    first, end = month_of(month), next_month(month)
    while first < end:
        after = min(first + WEEK - first.weekday() * ONE_DAY, end)
        weeks.append(Week(first, after - ONE_DAY))
        first = after
    return weeks


def week_of(day: date) -> Week:
    """The week of its month that a day lies in."""
    return next(week for week in weeks_of_month(day) if day <= week.last)


def year_before(month: date) -> date:
    """The same month a year earlier."""
    return month.replace(year=month.year - 1)


def last_month_of(slot: Slot) -> date:
    """The last month a target's time reaches into."""
    match slot.period:
        case Period.YEAR:
            return slot.starts_on.replace(month=12)
        case Period.QUARTER:
            return months_of_quarter(slot.starts_on)[-1]
        case _:
            return month_of(slot.starts_on)


def begins_there(slot: Slot) -> bool:
    """Whether a time of this kind begins on this day."""
    day = slot.starts_on
    if not FIRST_MONTH <= month_of(day) <= LAST_MONTH:
        return False
    match slot.period:
        case Period.YEAR:
            return (day.month, day.day) == (1, 1)
        case Period.QUARTER:
            return day.day == 1 and day.month % 3 == 1
        case Period.MONTH:
            return day.day == 1
        case Period.WEEK:
            return week_of(day).first == day


def may_set(amount: Money, *, currency: str) -> Decision:
    """Not below zero, no slip of the hand, and in the club's currency."""
    if amount.currency != currency:
        return refuse(TargetRefused.CURRENCY, currency=currency)
    if not 0 <= amount.major <= LARGEST_MAJOR:
        return refuse(TargetRefused.AMOUNT)
    return allow()


def may_aim(slot: Slot, value: int, *, currency: str) -> Decision:
    """A figure of its kind, for a time that begins when such a time begins."""
    if not begins_there(slot):
        return refuse(TargetRefused.PERIOD)
    if slot.kind.is_money:
        return may_set(Money(value, currency), currency=currency)  # type: ignore[arg-type]
    largest = LARGEST_COUNT if slot.kind is GoalKind.CUSTOMERS else WHOLE_BP
    return allow() if 0 <= value <= largest else refuse(TargetRefused.AMOUNT)


def may_change(slot: Slot, *, issued_before: bool, reason: str, closed_through: date | None) -> Decision:
    """What belongs to closed months alone stays; what was issued before changes with a reason."""
    last = last_month_of(slot)
    if closed_through is not None and last <= closed_through:
        return refuse(TargetRefused.MONTH_CLOSED, day=last)
    if issued_before and not reason:
        return refuse(TargetRefused.REASON)
    return allow()


def may_state_result(slot: Slot, *, has_goal: bool, closed_through: date | None) -> Decision:
    """Only of what the program cannot reckon itself, and only beside a goal."""
    last = last_month_of(slot)
    if not slot.kind.is_typed:
        return refuse(TargetRefused.RESULT)
    if closed_through is not None and last <= closed_through:
        return refuse(TargetRefused.MONTH_CLOSED, day=last)
    return allow() if has_goal else refuse(TargetRefused.NO_GOAL)
