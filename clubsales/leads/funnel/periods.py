"""The days on which the leads of a funnel were captured."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clubsales.clock import Instant, day_start, month_of, next_month

EARLIEST = date(2000, 1, 3)  # a Monday; before it nobody captured anything here
LONGEST = timedelta(days=366)


class By(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    DAYS = "days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Club-local days, the last included."""

    by: By
    first: date
    last: date
    today: date

    @property
    def previous(self) -> "Period":
        """As many days, or the week, month or quarter, before."""
        before = self.first - timedelta(days=1)
        return period(self.by, before - (self.last - self.first), before, self.today)

    @property
    def following(self) -> "Period | None":
        """The one after; None when that has not begun."""
        after = self.last + timedelta(days=1)
        if after > self.today:
            return None
        return period(self.by, after, after + (self.last - self.first), self.today)

    def span(self, zone: ZoneInfo) -> tuple[Instant, Instant]:
        """Its instants: from the first local midnight, up to but not including the one after its last day."""
        return day_start(self.first, zone), day_start(self.last + timedelta(days=1), zone)


def period(by: By, first: date, last: date, today: date) -> Period:
    """The week from Monday, the month or the quarter that `last` belongs to; or the days from first to last.

    A day to come is today, one of before our time the first of it; more than a year of days is cut to its latest.
    """
    last = max(EARLIEST, min(last, today))
    if by is By.WEEK:
        first = last - timedelta(days=last.weekday())
        last = first + timedelta(days=6)
    elif by is By.MONTH:
        first = month_of(last)
        last = next_month(first) - timedelta(days=1)
    elif by is By.QUARTER:
        first = date(last.year, (last.month - 1) // 3 * 3 + 1, 1)
        last = next_month(next_month(next_month(first))) - timedelta(days=1)
    else:
        first = max(EARLIEST, last - LONGEST, min(first, last))
    return Period(by=by, first=first, last=last, today=today)
