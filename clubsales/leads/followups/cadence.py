"""When a guest is contacted next: the club's days by intention grade, paused on the consultant's days off (LED-06)."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta

UNGRADED = "B"  # nobody has judged this guest yet: he does not wait for a month
LOOKED_AHEAD = 366  # days; who is away longer than that plans the day himself
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CadencePolicy:
    """Section `follow_up`, as far as the next day goes: days by grade. 0: none is proposed."""

    cadence_days: Mapping[str, int]


def days_between(grade: str | None, policy: CadencePolicy) -> int:
    """How many days may lie between two contacts with a guest of this grade; 0: as many as one likes."""
    return policy.cadence_days[grade or UNGRADED]


def next_day(today: date, days: int, off: Set[date]) -> date | None:
    """The day of the next contact: `days` on from today, days off not counted; None where none is proposed."""
    left, day = days, today
    while left and day < today + LOOKED_AHEAD * DAY:
        day += DAY
        left -= day not in off
    return day if days and not left else None


def has_run_out(last_on: date, today: date, days: int, off: Set[date]) -> bool:
    """Whether the next contact should have been by today, days off since the last one not counted."""
    if not days:
        return False
    since = (today - last_on).days
    return sum(last_on + DAY * each not in off for each in range(1, since + 1)) >= days


def days_off(first: date, last: date, *, on_leave: Set[date], planned: Set[date]) -> frozenset[date]:
    """Which days a consultant does not work: whole days of leave, and those without a shift of a week with one.

    A week nobody has planned yet has no days off; neither has that of who stands on no roster.
    """
    weeks = {_monday(day) for day in planned}
    days = (first + DAY * each for each in range((last - first).days + 1))
    return frozenset(day for day in days if day in on_leave or (_monday(day) in weeks and day not in planned))


def _monday(day: date) -> date:
    return day - DAY * day.weekday()
