"""Working days, and by when an assessment has to be where (ASM-07, ASM-09, AMB-43). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays

from clubsales.consultants.assessment.periods import Period, after
from clubsales.consultants.assessment.rules import AssessmentPolicy

DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """A country's working days, or Monday to Friday for "", and the days on which the club differs (True: worked)."""

    country: str
    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether the day is worked; days that a country makes good for a holiday are."""
        if day in self.exceptions:
            return self.exceptions[day]
        return _national(self.country).is_working_day(day) if self.country else day.weekday() < SATURDAY

    def moved(self, day: date) -> date:
        """The day itself, or the next working day after it."""
        while not self.is_working(day):
            day += DAY
        return day

    def working_day_after(self, day: date, count: int) -> date:
        """The count-th working day after a day."""
        for _each in range(count):
            day = self.moved(day + DAY)
        return day


@lru_cache(maxsize=8)
def _national(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """The days of one assessment: marked within the window, sent by, confirmed by."""

    opens: date
    closes: date
    send_by: date
    confirm_by: date


def deadlines(period: Period, start: date, policy: AssessmentPolicy, calendar: Calendar) -> Deadlines:
    """The window in the month after the period, its last day moved to a working day; then by working days (AMB-43)."""
    month = after(period, start)
    window = policy.month_window if period is Period.MONTH else policy.quarter_window
    opens, closes = (month.replace(day=number) for number in window)
    closes = calendar.moved(closes)
    send, confirm = policy.confirm_days
    return Deadlines(
        opens=opens,
        closes=closes,
        send_by=calendar.working_day_after(closes, send),
        confirm_by=calendar.working_day_after(closes, confirm),
    )
