"""How much of a week somebody is planned for, with a plain hint where it is a lot. Pure.

No rule of the house says how much is too much, so nothing is refused by it. The hint is what labour law in China
holds to: 44 hours a week on average, and a day of rest in seven.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from clubsales.consultants.roster.rules import Span

MINUTE = timedelta(minutes=1)
LONG_WEEK_HOURS = 44
DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Load:
    """Somebody's planned minutes of a week, meals included, and on how many of its days they are."""

    minutes: int
    days: int

    @property
    def is_long(self) -> bool:
        return self.minutes > LONG_WEEK_HOURS * 60

    @property
    def without_rest(self) -> bool:
        return self.days >= DAYS_OF_A_WEEK


def load(shifts: Iterable[tuple[date, Span]]) -> Load:
    """What the shifts of a week add up to."""
    planned = list(shifts)
    minutes = sum((span.ends_at - span.starts_at) // MINUTE for _day, span in planned)
    return Load(minutes, len({day for day, _span in planned}))
