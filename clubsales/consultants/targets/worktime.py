"""Who works on which days: planned shifts and those that were opened, as far as the roster is made."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, local_day
from clubsales.consultants.shifts.models import ShiftRow
from clubsales.consultants.targets.pace import Days, weigh
from clubsales.consultants.targets.rules import ONE_DAY, WEEK
from clubsales.ids import ClubID

# The roster is a subject above, so its table is known by its name.
ENTRY = sa.table(
    "roster_entry",
    *(sa.column(name, sa.BigInteger) for name in ("club_id", "consultant_id")),
    sa.column("local_day", sa.Date),
    sa.column("withdrawn_at", sa.DateTime),
)


class WorkTime:
    """The working days of a club's people in a time."""

    def __init__(self, worked: set[tuple[int, date]], planned: set[tuple[int, date]], today: date) -> None:
        self._works: dict[int, set[date]] = {}
        for who, day in worked | planned:
            self._works.setdefault(who, set()).add(day)
        self._open_days = {day for _who, day in worked | planned if day <= today}
        self._weeks = {_monday(day) for _who, day in planned}
        self.is_planned = bool(planned)

    def of(self, consultant_id: int, days: Sequence[date]) -> Days:
        """What each day weighs for somebody. Known is a week that has a roster, and a day on which somebody worked."""
        known = [day for day in days if _monday(day) in self._weeks or day in self._open_days]
        return weigh(days, self._works.get(consultant_id, set()), known)

    def shifts(self, consultant_id: int, days: Iterable[date]) -> int:
        """On how many of the days somebody works."""
        return len(self._works.get(consultant_id, set()) & set(days))


def work_time(session: Session, club_id: ClubID, first: date, last: date, *, today: date) -> WorkTime:
    """Planned shifts and opened ones from one day to another; the weeks at both ends are looked at whole."""
    since, until = _monday(first), _monday(last) + WEEK - ONE_DAY
    planned = sa.select(ENTRY.c.consultant_id, ENTRY.c.local_day).where(
        ENTRY.c.club_id == club_id,
        ENTRY.c.local_day.between(since, until),
        ENTRY.c.withdrawn_at.is_(None),
    )
    worked = sa.select(ShiftRow.consultant_id, ShiftRow.local_day).where(
        ShiftRow.club_id == club_id, ShiftRow.local_day.between(since, until)
    )
    return WorkTime(
        {(row.consultant_id, row.local_day) for row in session.execute(worked)},
        {(row.consultant_id, row.local_day) for row in session.execute(planned)},
        today,
    )


def part_of_day(club: Club, at: Instant) -> Fraction:
    """The part of today's business hours that has gone by; past midnight, the day that began."""
    local = at.astimezone(club.zone)
    day = local_day(at, club.zone)
    opens = datetime.combine(day, club.opens, club.zone)
    closes = datetime.combine(day, club.closes, club.zone)
    if closes <= opens:
        closes += timedelta(days=1)
    gone, whole = (int((end - opens).total_seconds()) for end in (local, closes))
    return Fraction(min(max(gone, 0), whole), whole)


def _monday(day: date) -> date:
    return day - day.weekday() * ONE_DAY
