"""A week as a calendar: days beside each other, an appointment an hour high, those at the same time side by side.

Lengths across are percent of the width and down are pixels, so that the drawing fits any screen and words keep
their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from clubsales.actor import Club
from clubsales.clock import local_time
from clubsales.leads.appointments.queries import AppointmentLine
from clubsales.leads.appointments.rules import Status

DAYS = 7
HOUR = 60  # minutes; what is set aside for a guest
HOUR_HEIGHT = 56
HEAD_HEIGHT = 44
GUTTER = 5.5  # percent, for the hours at the left
MOST_BESIDE = 3  # more at the same time have no room for a finger: the last place then counts them
DAY_ENDS = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Place:
    """Which of how many lanes of a day something stands in."""

    lane: int
    lanes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """An appointment in the drawing; without a line it stands for `more` that have no room, to be read in the list."""

    line: AppointmentLine | None
    more: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """An hour of a day that a guest may be booked into."""

    value: str
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A day."""

    day: date
    is_today: bool
    x: float
    width: float
    blocks: tuple[Block, ...]
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """A line across all days."""

    label: str
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The drawing of a week."""

    columns: tuple[Column, ...]
    hours: tuple[Hour, ...]
    height: float
    now_y: float | None  # where the present time is, when it is a time of the drawing


def places(starts: Sequence[int], length: int = HOUR) -> list[Place]:
    """Where each of these stands, in the order given: what overlaps gets lanes of its own, as few as will do.

    Everything that hangs together, directly or through others, is equally wide.
    """
    placed: dict[int, Place] = {}
    order = sorted(range(len(starts)), key=lambda index: (starts[index], index))
    cluster: list[int] = []
    lanes: list[int] = []  # when each lane is free again

    def close() -> None:
        for index in cluster:
            placed[index] = Place(placed[index].lane, len(lanes))
        cluster.clear()
        lanes.clear()

    for index in order:
        start = starts[index]
        if lanes and start >= max(lanes):
            close()
        free = next((lane for lane, until in enumerate(lanes) if until <= start), None)
        if free is None:
            free = len(lanes)
            lanes.append(0)
        lanes[free] = start + length
        placed[index] = Place(free, 0)
        cluster.append(index)
    close()
    return [placed[index] for index in range(len(starts))]


def week(
    club: Club, lines: Sequence[AppointmentLine], first: date, *, today: date, clock: time, bookable: bool
) -> Calendar:
    """Seven days from `first`: the club's business hours, and more where somebody is booked outside of them.

    `clock` is the club-local time of day; `bookable`: hours to come can be tapped.
    """
    shown = [line for line in lines if line.status is not Status.CANCELLED]
    start = {line.id: _minutes(local_time(line.due_at, club.zone)) for line in shown}
    opens, closes = _hours(club, list(start.values()))
    width = (100 - GUTTER) / DAYS

    def y(minutes: int) -> float:
        return round(HEAD_HEIGHT + (minutes - opens) * HOUR_HEIGHT / HOUR, 1)

    columns = []
    for number in range(DAYS):
        day = first + timedelta(days=number)
        of_day = [line for line in shown if line.local_day == day]
        x = round(GUTTER + number * width, 3)
        columns.append(
            Column(
                day=day,
                is_today=day == today,
                x=x,
                width=round(width, 3),
                blocks=tuple(
                    _block(line, more, place, x, width, y(begins))
                    for line, more, place, begins in _roomy(of_day, [start[line.id] for line in of_day])
                ),
                slots=tuple(
                    Slot(value=f"{minutes // HOUR:02}:00", y=y(minutes))
                    for minutes in range(opens, closes, HOUR)
                    if bookable and _is_ahead(day, minutes, today, clock, club)
                ),
            )
        )
    present = _minutes(clock)
    return Calendar(
        columns=tuple(columns),
        hours=tuple(
            Hour(label=f"{minutes // HOUR:02}:00", y=y(minutes)) for minutes in range(opens, closes, HOUR)
        ),
        height=y(closes) + 4,
        now_y=y(present) if opens <= present <= closes else None,
    )


def _roomy(
    lines: Sequence[AppointmentLine], starts: Sequence[int]
) -> list[tuple[AppointmentLine | None, int, Place, int]]:
    """What is drawn of a day: of more than fit beside each other, the last lane only counts."""
    drawn: list[tuple[AppointmentLine | None, int, Place, int]] = []
    no_room: list[int] = []
    counted: list[list[int]] = []  # the starts of what has no room, an hour's together
    for line, begins, place in zip(lines, starts, places(starts), strict=True):
        if place.lanes <= MOST_BESIDE:
            drawn.append((line, 0, place, begins))
        elif place.lane < MOST_BESIDE - 1:
            drawn.append((line, 0, Place(place.lane, MOST_BESIDE), begins))
        else:
            no_room.append(begins)
    for begins in sorted(no_room):
        if counted and begins < counted[-1][0] + HOUR:
            counted[-1].append(begins)
        else:
            counted.append([begins])
    last = Place(MOST_BESIDE - 1, MOST_BESIDE)
    drawn += [(None, len(together), last, together[0]) for together in counted]
    return drawn


def _block(line: AppointmentLine | None, more: int, place: Place, x: float, width: float, y: float) -> Block:
    own = width / place.lanes
    return Block(
        line=line,
        more=more,
        x=round(x + place.lane * own, 3),
        y=y,
        width=round(own, 3),
        height=HOUR_HEIGHT,
    )


def _hours(club: Club, starts: Sequence[int]) -> tuple[int, int]:
    """From which to which minute of the day is drawn, whole hours."""
    opens, closes = _minutes(club.opens), _minutes(club.closes)
    if closes <= opens:  # past midnight
        opens, closes = 0, DAY_ENDS
    earliest = min([opens, *starts])
    latest = max([closes, *(begins + HOUR for begins in starts)])
    return earliest // HOUR * HOUR, min(-(-latest // HOUR) * HOUR, DAY_ENDS)


def _is_ahead(day: date, minutes: int, today: date, clock: time, club: Club) -> bool:
    begins = time(minutes // HOUR, minutes % HOUR)
    return club.is_business_time(begins) and (day > today or (day == today and begins > clock))


def _minutes(at: time) -> int:
    return at.hour * HOUR + at.minute
