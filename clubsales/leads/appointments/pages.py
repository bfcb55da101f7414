"""What the pages of appointments show, as plain values: the days and times to tap, and who is expected when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby

from babel.dates import format_skeleton
from flask_babel import get_locale

from clubsales.actor import Club
from clubsales.clock import Instant, local_day, local_time
from clubsales.i18n import gettext as _
from clubsales.leads.appointments.queries import AppointmentLine
from clubsales.leads.appointments.rules import Status

DAYS_OFFERED = 7
NOON, EVENING = time(12), time(18)


@dataclass(frozen=True, slots=True)
class Chip:
    """One tap: what is sent, and what people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """The half hours of a morning, an afternoon or an evening."""

    label: str
    chips: list[Chip]


@dataclass(frozen=True, slots=True)
class Day:
    """A club-local day and who is expected on it, by time."""

    day: date
    label: str
    lines: list[AppointmentLine]

    @property
    def expected(self) -> int:
        return sum(line.status is Status.BOOKED for line in self.lines)


def day_label(day: date, today: date) -> str:
    """Today, tomorrow, or the weekday with its date."""
    if day == today:
        return _("Today")
    if day == today + timedelta(days=1):
        return _("Tomorrow")
    return format_skeleton("MMMEd", day, locale=get_locale())


def first_day(club: Club, at: Instant) -> date:
    """The day that is tapped already: today while a half hour of it is still to come, else tomorrow."""
    today, clock = local_day(at, club.zone), local_time(at, club.zone)
    return today if any(half > clock for half in _halves(club)) else today + timedelta(days=1)


def day_chips(today: date) -> list[Chip]:
    """The next days to tap."""
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_OFFERED)]
    return [Chip(day.isoformat(), day_label(day, today)) for day in days]


def time_chips(club: Club) -> list[PartOfDay]:
    """The half hours of the club's business hours."""
    open_at = _halves(club)
    parts = (
        (_("Morning"), [half for half in open_at if half < NOON]),
        (_("Afternoon"), [half for half in open_at if NOON <= half < EVENING]),
        (_("Evening"), [half for half in open_at if half >= EVENING]),
    )
    return [
        PartOfDay(label, [Chip(f"{half:%H:%M}", f"{half:%H:%M}") for half in of_part])
        for label, of_part in parts
        if of_part
    ]


def by_day(lines: Sequence[AppointmentLine], today: date) -> list[Day]:
    """Appointments in the order of time, day by day."""
    return [
        Day(day, day_label(day, today), list(of_day))
        for day, of_day in groupby(lines, lambda line: line.local_day)
    ]


def _halves(club: Club) -> list[time]:
    halves = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
    return [half for half in halves if club.is_business_time(half)]
