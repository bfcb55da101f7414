"""What is asked for on the roster's pages: weeks, cells and brushes, out of text that may be anything."""

from dataclasses import dataclass
from datetime import date, timedelta

from clubsales.auth.rules import may_be_public_id
from clubsales.errors import NotFound
from clubsales.typed import free_text

EARLIEST, LATEST = date(2000, 1, 3), date(2100, 1, 1)
LONGEST_RANGE = timedelta(days=92)
LONGEST_NOTE = 500
NEXT, REST, SHIFT = "next", "rest", "shift:"


@dataclass(frozen=True, slots=True)
class CellKey:
    """A person's day, by public id."""

    person: str
    day: date


def day_of(text: str | None) -> date | None:
    """A day that a club may have; None for anything else."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def monday_of(text: str | None, today: date) -> date:
    """The Monday of the week asked for; of this week where nothing sensible was asked."""
    day = day_of(text) or today
    return day - timedelta(days=day.weekday())


def cell_of(text: str | None) -> CellKey:
    """A cell's key; raises NotFound."""
    person, _slash, day_text = (text or "").partition("/")
    day = day_of(day_text)
    if day is None or not may_be_public_id(person):
        raise NotFound
    return CellKey(person, day)


def range_of(first_text: str | None, last_text: str | None, today: date) -> tuple[date, date]:
    """The days of a report: this month so far where nothing was asked, three months at the most."""
    last = day_of(last_text) or today
    first = day_of(first_text) or last.replace(day=1)
    if first > last:
        first, last = last, first
    return max(first, last - LONGEST_RANGE), last


def brushed(brush: str | None, current: str, shifts: list[str]) -> str:
    """The shift a cell gets by a brush: the one it names, none ("") for rest, else the next one in turn."""
    if brush is not None and brush.startswith(SHIFT):
        return brush.removeprefix(SHIFT)
    if brush == REST:
        return ""
    turns = [*shifts, ""]
    return turns[(turns.index(current) + 1) % len(turns)] if current in turns else turns[0]


def note_of(text: str | None) -> str:
    """A note, cut where nobody reads on."""
    return free_text(text, LONGEST_NOTE)
