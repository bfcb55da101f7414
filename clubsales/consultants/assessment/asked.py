"""Whom the records are asked about, and what they answer: so many of so many."""

from dataclasses import dataclass
from datetime import date

from clubsales.actor import Club
from clubsales.clock import Instant, day_start
from clubsales.consultants.assessment.periods import Period, after, last_day
from clubsales.ids import ConsultantID


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom the data is asked about, and over which days; `at` is when it is asked."""

    club: Club
    consultant_id: ConsultantID
    period: Period
    start: date
    at: Instant

    @property
    def last(self) -> date:
        """The last day of the period."""
        return last_day(self.period, self.start)

    @property
    def span(self) -> tuple[Instant, Instant]:
        """The period as instants."""
        zone = self.club.zone
        return day_start(self.start, zone), day_start(after(self.period, self.start), zone)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many; nothing to judge by where the whole is nothing."""

    part: int
    whole: int
