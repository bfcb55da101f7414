"""The days a report is about."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clubsales.clock import day_start, month_of, next_month
from clubsales.frontdesk.fairness.rules import Span

EARLIEST = date(2000, 1, 3)  # a Monday; before it nobody kept a ledger of turns


class By(StrEnum):
    """How long a report's period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Club-local days, the last included."""

    by: By
    first: date
    last: date
    today: date

    @property
    def previous(self) -> date:
        """A day of the period before."""
        return self.first - timedelta(days=1)

    @property
    def following(self) -> date | None:
        """A day of the period after; None when that has not begun."""
        after = self.last + timedelta(days=1)
        return after if after <= self.today else None

    @property
    def has_today(self) -> bool:
        return self.first <= self.today <= self.last

    @property
    def days(self) -> tuple[date, ...]:
        """Its days, as far as they have come."""
        count = (min(self.last, self.today) - self.first).days + 1
        return tuple(self.first + timedelta(days=number) for number in range(count))

    def span(self, zone: ZoneInfo) -> Span:
        """Its instants: local midnight to local midnight, whatever the clocks do between."""
        return Span(day_start(self.first, zone), day_start(self.last + timedelta(days=1), zone))


def period(by: By, on: date, today: date) -> Period:
    """The day, the week from Monday, or the month that a day belongs to. A day to come is today, one
    of before our time the first of it."""
    on = max(EARLIEST, min(on, today))
    if by is By.DAY:
        first = last = on
    elif by is By.WEEK:
        first = on - timedelta(days=on.weekday())
        last = first + timedelta(days=6)
    else:
        first = month_of(on)
        last = next_month(on) - timedelta(days=1)
    return Period(by=by, first=first, last=last, today=today)
