"""Time comes from outside: this is the only place that asks the machine for it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Instant = datetime  # aware, UTC; days are club-local dates


def now() -> Instant:
    """The present instant, in UTC. Called by views, commands and jobs, never by rules or operations."""
    return datetime.now(UTC)


def local_day(at: Instant, zone: ZoneInfo) -> date:
    """The club-local calendar day of an instant."""
    return at.astimezone(zone).date()


def local_time(at: Instant, zone: ZoneInfo) -> time:
    """The club-local time of day of an instant."""
    return at.astimezone(zone).time()


def month_of(day: date) -> date:
    """The first day of the month that a day belongs to."""
    return day.replace(day=1)


def day_start(day: date, zone: ZoneInfo) -> Instant:
    """The instant a club-local day begins."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def day_span(day: date, zone: ZoneInfo) -> tuple[Instant, Instant]:
    """A club-local day as instants: from its start, up to but not including the next day's."""
    return day_start(day, zone), day_start(day + timedelta(days=1), zone)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
