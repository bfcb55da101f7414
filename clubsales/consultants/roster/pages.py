"""The week's page as plain values: people by days, what each cell may become, how each day is covered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Club
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.roster import queries, swaps
from clubsales.consultants.roster.attendance import Attendance, Status
from clubsales.consultants.roster.coverage import Coverage, business_hours, coverage
from clubsales.consultants.roster.load import Load, load
from clubsales.consultants.roster.rules import Off, RosterPolicy, Span, days_of_week, may_plan_on
from clubsales.consultants.shifts.rules import ShiftPolicy
from clubsales.errors import Refusal
from clubsales.ids import ConsultantID, RosterEntryID

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellShift:
    """A planned shift in its cell. `status` is empty where its reader has no business with it."""

    public_id: str
    shift: str
    span: Span
    status: Status | None
    late_minutes: int
    in_swap: bool
    may_ask: bool  # a shift of one's own, still to come


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One person's day. `off` is whole, morning, afternoon or empty."""

    key: str  # "<consultant>/<day>"
    day: date
    shifts: tuple[CellShift, ...]
    off: str
    unplanned: bool
    may_plan: bool

    @property
    def current(self) -> str:
        return self.shifts[0].shift if self.shifts else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    public_id: str
    name: str
    is_me: bool
    cells: tuple[Cell, ...]
    load: Load

    @property
    def may_plan(self) -> bool:
        return any(cell.may_plan for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    day: date
    is_today: bool
    hours: Span
    coverage: Coverage


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPage:
    """A week of the roster. `templates` are the shifts of its last day, each with its times."""

    monday: date
    today: date
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    templates: Mapping[str, list[str]]
    may_make: bool
    needed: int

    @property
    def sunday(self) -> date:
        return self.heads[-1].day

    @property
    def previous(self) -> date:
        return self.monday - WEEK

    @property
    def following(self) -> date:
        return self.monday + WEEK

    @property
    def is_this_week(self) -> bool:
        return self.monday <= self.today <= self.sunday

    @property
    def planned(self) -> int:
        return sum(len(cell.shifts) for row in self.rows for cell in row.cells)

    def only(self, public_ids: Sequence[str]) -> list[Row]:
        """The rows that changed."""
        return [row for row in self.rows if row.public_id in public_ids]


def week_page(
    session: Session, actor: Actor, monday: date, at: Instant, *, may_make: bool, sees_all: bool
) -> WeekPage:
    """The week from a Monday on, as this person may see it."""
    club, days = actor.club, days_of_week(monday)
    today = local_day(at, club.zone)
    attended = queries.attendance(session, club, days[0], days[-1], at)
    names = queries.public_ids(session, club.id, days[0], days[-1])
    off = queries.days_off(session, club.id, days[0], days[-1])
    swapped = {entry.id for swap in swaps.live_in_club(session, club.id, at) for entry in swap.entries}
    people = {person.id: person for person in profiles.all_in_club(session, club.id)}
    by_person: dict[ConsultantID, list[Attendance]] = {}
    for each in attended:
        by_person.setdefault(each.consultant_id, []).append(each)
    rows = []
    for consultant_id, person in people.items():
        mine = by_person.get(consultant_id)
        if mine is None:
            continue
        is_me = consultant_id == actor.consultant_id
        sight = _Sight(
            today=today,
            at=at,
            may_make=may_make,
            sees_status=sees_all or is_me,
            is_me=is_me,
            public_ids=names,
            swapped=swapped,
        )
        rows.append(_row(person, mine, days, off, sight))
    rows.sort(key=lambda row: not row.is_me)  # one's own first; the others stay by name
    policy = policies.policy_on(session, club, max(days[-1], today))
    needed = policy.read("shift", ShiftPolicy).min_on_post
    return WeekPage(
        monday=monday,
        today=today,
        heads=tuple(_head(club, day, today, attended, needed) for day in days),
        rows=tuple(rows),
        templates=policy.read("shift", RosterPolicy).templates,
        may_make=may_make and not isinstance(may_plan_on(days[-1], today), Refusal),
        needed=needed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """Who looks, and what at."""

    today: date
    at: Instant
    may_make: bool
    sees_status: bool
    is_me: bool
    public_ids: Mapping[RosterEntryID, str]
    swapped: set[RosterEntryID]


def _row(
    person: ConsultantView,
    attended: Sequence[Attendance],
    days: Sequence[date],
    off: Mapping[tuple[ConsultantID, date], Off],
    sight: _Sight,
) -> Row:
    here = {each.day for each in attended}
    return Row(
        public_id=person.public_id,
        name=person.name,
        is_me=sight.is_me,
        cells=tuple(
            _cell(
                person,
                day,
                [each for each in attended if each.day == day],
                off.get((person.id, day)),
                sight,
                is_active=day in here,
            )
            for day in days
        ),
        load=load(
            (each.day, Span(each.starts_at, each.ends_at))
            for each in attended
            if each.starts_at and each.ends_at
        ),
    )


def _cell(
    person: ConsultantView,
    day: date,
    attended: Sequence[Attendance],
    off: Off | None,
    sight: _Sight,
    *,
    is_active: bool,
) -> Cell:
    planned = [
        (each, each.entry_id, Span(each.starts_at, each.ends_at))
        for each in attended
        if each.entry_id and each.starts_at and each.ends_at
    ]
    taken = _taken(off)
    ahead = day >= sight.today and not isinstance(may_plan_on(day, sight.today), Refusal)
    begun = any(span.starts_at <= sight.at for _each, _entry_id, span in planned)
    return Cell(
        key=f"{person.public_id}/{day.isoformat()}",
        day=day,
        shifts=tuple(
            CellShift(
                public_id=sight.public_ids[entry_id],
                shift=each.shift,
                span=span,
                status=each.status if sight.sees_status else None,
                late_minutes=each.late_minutes if sight.sees_status else 0,
                in_swap=entry_id in sight.swapped,
                may_ask=sight.is_me and span.starts_at > sight.at,
            )
            for each, entry_id, span in planned
        ),
        off=taken,
        unplanned=sight.sees_status and any(each.status is Status.UNPLANNED for each in attended),
        may_plan=sight.may_make and is_active and ahead and not begun and taken != "whole",
    )


def _taken(off: Off | None) -> str:
    if off is None or not (off.morning or off.afternoon):
        return ""
    if off.whole_day:
        return "whole"
    return "morning" if off.morning else "afternoon"


def _head(club: Club, day: date, today: date, attended: Sequence[Attendance], needed: int) -> Head:
    hours = business_hours(club, day)
    planned = [Span(each.starts_at, each.ends_at) for each in attended if each.starts_at and each.ends_at]
    return Head(day=day, is_today=day == today, hours=hours, coverage=coverage(day, hours, planned, needed))
