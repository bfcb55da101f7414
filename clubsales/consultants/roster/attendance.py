"""Who came when: plan and punched shifts side by side (ATT-01, ATT-02, ATT-05, SHF-02). Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clubsales.clock import Instant
from clubsales.consultants.roster.rules import Entry, Off, Span, late_minutes
from clubsales.errors import Reason
from clubsales.ids import ConsultantID, RosterEntryID

MINUTE = timedelta(minutes=1)


class Status(StrEnum):
    """What became of a planned shift, or of a day without one."""

    ON_TIME = "on_time"
    LATE = "late"
    LEFT_EARLY = "left_early"
    ABSENT = "absent"
    LEAVE = "leave"
    WORKING = "working"
    PLANNED = "planned"
    UNPLANNED = "unplanned"  # worked, and nothing was planned
    DAY_OFF = "day_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Punch:
    """A shift as it was opened and closed by server time (ATT-01)."""

    day: date
    opened_at: Instant
    closed_at: Instant | None
    entry_id: RosterEntryID | None
    late_minutes: int | None  # as decided at the opening

    def span(self, at: Instant) -> Span:
        return Span(self.opened_at, self.closed_at or max(at, self.opened_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """One planned shift of a person's day, one that nobody planned, a day of leave or off.

    `late_minutes` of a shift still to be opened are those gone by so far.
    """

    consultant_id: ConsultantID
    name: str
    day: date
    status: Status
    entry_id: RosterEntryID | None = None
    shift: str = ""
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    opened_at: Instant | None = None
    closed_at: Instant | None = None
    late_minutes: int = 0
    left_early_minutes: int = 0
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """One person's plan and punches around the days asked for.

    `unapproved_swaps` are the entries somebody wanted to give away without the supervisor's word, `unapproved_leave`
    the days of forms not approved.
    """

    consultant_id: ConsultantID
    name: str
    entries: Sequence[Entry]
    punches: Sequence[Punch]
    off: Mapping[date, Off]
    unapproved_swaps: frozenset[RosterEntryID]
    unapproved_leave: frozenset[date]


def attended(
    facts: PersonFacts, days: Sequence[date], grace: Callable[[date], int], at: Instant
) -> list[Attendance]:
    """What a person's days were, in order: his shifts, and days without one."""
    matched = _matched(facts, at)
    found = [
        _of_entry(facts, entry, matched.get(entry.id, ()), grace, at)
        for entry in facts.entries
        if entry.day in days
    ]
    taken = {id(punch) for punches in matched.values() for punch in punches}
    found += [
        _unplanned(facts, punch) for punch in facts.punches if id(punch) not in taken and punch.day in days
    ]
    busy = {each.day for each in found}
    found += [_without_shift(facts, day) for day in days if day not in busy]
    return sorted(found, key=lambda each: (each.day, each.starts_at or each.opened_at or at))


def _matched(facts: PersonFacts, at: Instant) -> dict[RosterEntryID, list[Punch]]:
    """The punches of each planned shift: opened for it, or worked while it was planned."""
    found: dict[RosterEntryID, list[Punch]] = {}
    planned = {entry.id for entry in facts.entries}
    for punch in sorted(facts.punches, key=lambda each: each.opened_at):
        entry_id = punch.entry_id if punch.entry_id in planned else None
        if entry_id is None:
            span = punch.span(at)
            entry_id = next((entry.id for entry in facts.entries if entry.span.meets(span)), None)
        if entry_id is not None:
            found.setdefault(entry_id, []).append(punch)
    return found


def _of_entry(
    facts: PersonFacts,
    entry: Entry,
    punches: Sequence[Punch],
    grace: Callable[[date], int],
    at: Instant,
) -> Attendance:
    starts_at, ends_at = entry.span.starts_at, entry.span.ends_at
    if not punches:
        is_over = ends_at <= at
        late = late_minutes(starts_at, min(at, ends_at), grace(entry.day)) if not is_over else 0
        return _row(
            facts,
            entry,
            status=Status.ABSENT if is_over else Status.PLANNED,
            late_minutes=late,
            reason=_absence(facts, entry) if is_over else None,
        )
    first, last = punches[0], punches[-1]
    late = late_minutes(starts_at, first.opened_at, grace(entry.day))
    if first.entry_id == entry.id and first.late_minutes is not None:
        late = first.late_minutes
    early = 0
    if last.closed_at is not None:
        early = max(0, (ends_at - last.closed_at) // MINUTE)
    status, reason = Status.ON_TIME, None
    if last.closed_at is None:
        status = Status.WORKING
    elif late:
        status = Status.LATE
    elif early:
        status = Status.LEFT_EARLY
        reason = Reason(
            "ATT-01",
            "roster.left_early",
            {"ends_at": ends_at, "closed_at": last.closed_at, "minutes": early},
        )
    if late:
        reason = Reason(
            "ATT-02",
            "roster.late",
            {
                "starts_at": starts_at,
                "opened_at": first.opened_at,
                "minutes": late,
                "grace": grace(entry.day),
            },
        )
    return _row(
        facts,
        entry,
        status=status,
        opened_at=first.opened_at,
        closed_at=last.closed_at,
        late_minutes=late,
        left_early_minutes=early,
        reason=reason,
    )


def _absence(facts: PersonFacts, entry: Entry) -> Reason:
    """Absence without leave: nobody had arranged it (SHF-02), or the leave was not approved (ATT-05)."""
    if entry.id in facts.unapproved_swaps:
        return Reason("SHF-02", "roster.absent_swap", {})
    if entry.day in facts.unapproved_leave:
        return Reason("ATT-05", "roster.absent_leave", {})
    return Reason("SHF-02", "roster.absent", {})


def _row(facts: PersonFacts, entry: Entry, **values: object) -> Attendance:
    return Attendance(
        consultant_id=facts.consultant_id,
        name=facts.name,
        day=entry.day,
        entry_id=entry.id,
        shift=entry.shift,
        starts_at=entry.span.starts_at,
        ends_at=entry.span.ends_at,
        **values,  # type: ignore[arg-type]
    )


def _unplanned(facts: PersonFacts, punch: Punch) -> Attendance:
    return Attendance(
        consultant_id=facts.consultant_id,
        name=facts.name,
        day=punch.day,
        status=Status.UNPLANNED,
        opened_at=punch.opened_at,
        closed_at=punch.closed_at,
    )


def _without_shift(facts: PersonFacts, day: date) -> Attendance:
    off = facts.off.get(day)
    on_leave = off is not None and (off.morning or off.afternoon)
    return Attendance(
        consultant_id=facts.consultant_id,
        name=facts.name,
        day=day,
        status=Status.LEAVE if on_leave else Status.DAY_OFF,
        reason=Reason("ATT-04", "roster.leave", {}) if on_leave else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A person's days added up."""

    consultant_id: ConsultantID
    name: str
    worked: int
    late: int
    late_minutes: int
    left_early: int
    absent: int
    leave: int
    unplanned: int


def totals(rows: Iterable[Attendance]) -> list[Totals]:
    """Each person once, in the order of the rows."""
    by_person: dict[ConsultantID, list[Attendance]] = {}
    for row in rows:
        by_person.setdefault(row.consultant_id, []).append(row)
    return [_total(person) for person in by_person.values()]


def _total(rows: Sequence[Attendance]) -> Totals:
    def count(*statuses: Status) -> int:
        return sum(row.status in statuses for row in rows)

    came = [row for row in rows if row.opened_at is not None]
    return Totals(
        consultant_id=rows[0].consultant_id,
        name=rows[0].name,
        worked=len(came),
        late=sum(row.late_minutes > 0 for row in came),
        late_minutes=sum(row.late_minutes for row in came),
        left_early=sum(row.left_early_minutes > 0 for row in came),
        absent=count(Status.ABSENT),
        leave=count(Status.LEAVE),
        unplanned=count(Status.UNPLANNED),
    )
