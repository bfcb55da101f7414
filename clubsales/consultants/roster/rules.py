"""When a planned shift is, whether it may be planned, and how late is late (SHF-02, ATT-02, AMB-21, AMB-62)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clubsales.clock import Instant
from clubsales.errors import Decision, Refusal, allow, refuse
from clubsales.ids import RosterEntryID

PLANNED_AHEAD = timedelta(days=366)  # nobody plans further; a slip of the hand is caught
EARLY, LATE = "early", "late"
NOON = time(12)


class RosterRefused(StrEnum):
    UNKNOWN_SHIFT = "roster.unknown_shift"
    NOT_ACTIVE = "roster.not_active"
    TOO_FAR = "roster.too_far"
    OVER = "roster.over"
    BEGUN = "roster.begun"
    ON_LEAVE = "roster.on_leave"
    OVERLAP = "roster.overlap"
    SAME_WEEK = "roster.same_week"
    COPY_BEGUN = "roster.copy_begun"


class Withdrawn(StrEnum):
    """Why a planned shift no longer holds."""

    REPLACED = "replaced"
    REMOVED = "removed"
    SWAPPED = "swapped"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class RosterPolicy:
    """Section `shift`: the templates by name, each start and end as "HH:MM" (AMB-21), and the grace (AMB-62)."""

    templates: Mapping[str, list[str]]
    grace_minutes: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, its end not included."""

    starts_at: Instant
    ends_at: Instant

    def meets(self, other: "Span") -> bool:
        """Whether both cover some moment."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Off:
    """Approved leave on one day: `morning` and `afternoon` are the halves of whatever is planned (AMB-61)."""

    morning: bool
    afternoon: bool

    @property
    def whole_day(self) -> bool:
        return self.morning and self.afternoon

    def holds_at(self, local: time) -> bool:
        """Whether a time of day lies within it; half a day ends or begins at noon (AMB-61)."""
        return self.morning if local < NOON else self.afternoon


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A planned shift that holds."""

    id: RosterEntryID
    day: date
    shift: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """`replaced` are the entries of that day, `others` those around it; `span` is None for an unknown template."""

    name: str
    day: date
    shift: str
    shifts: tuple[str, ...]
    span: Span | None
    is_active: bool
    off: Off | None
    replaced: tuple[Entry, ...]
    others: tuple[Entry, ...]
    at: Instant


def days_of_week(monday: date) -> list[date]:
    """The seven days from a Monday on."""
    return [monday + timedelta(days=each) for each in range(7)]


def template_span(policy: RosterPolicy, shift: str, day: date, zone: ZoneInfo) -> Span | None:
    """When a template's shift of a local day is; one that ends before it starts ends on the next day."""
    times = policy.templates.get(shift)
    if times is None:
        return None
    start, end = (time.fromisoformat(each) for each in times)
    return span_of(day, start, end, zone)


def span_of(day: date, start: time, end: time, zone: ZoneInfo) -> Span:
    """From one time of a local day to another, of the next day when it is not later."""
    last_day = day if end > start else day + timedelta(days=1)
    return Span(_instant(day, start, zone), _instant(last_day, end, zone))


def worked_part(span: Span, off: Off | None) -> Span | None:
    """What half a day of leave leaves of a shift: the other half, cut at its middle; None when nothing is left."""
    if off is None or not (off.morning or off.afternoon):
        return span
    if off.whole_day:
        return None
    middle = span.starts_at + timedelta(minutes=(span.ends_at - span.starts_at) // timedelta(minutes=2))
    return Span(middle, span.ends_at) if off.morning else Span(span.starts_at, middle)


def off_on(day: date, *, first_day: date, last_day: date, from_noon: bool, until_noon: bool) -> Off | None:
    """What a leave takes of one day; None for a day outside of it."""
    if not first_day <= day <= last_day:
        return None
    works_first_half = from_noon and day == first_day
    works_second_half = until_noon and day == last_day
    return Off(morning=not works_first_half, afternoon=not works_second_half)


def may_plan_on(day: date, today: date) -> Decision:
    """Not a day long gone, and not further ahead than a year."""
    if day < today - timedelta(days=1):  # yesterday's shift may still run after midnight
        return refuse(RosterRefused.OVER, day=day)
    if day > today + PLANNED_AHEAD:
        return refuse(RosterRefused.TOO_FAR)
    return allow()


def decide_plan(facts: PlanFacts) -> Span | Refusal:
    """When the shift will be, or why it may not be planned.

    It is planned before it is over, on a day without leave, beside no other; what has begun stands. So nobody's
    absence or lateness can be planned away afterwards.
    """
    if facts.span is None:
        return refuse(RosterRefused.UNKNOWN_SHIFT, shift=facts.shift, shifts=list(facts.shifts))
    if not facts.is_active:
        return refuse(RosterRefused.NOT_ACTIVE, name=facts.name, day=facts.day)
    if facts.span.ends_at <= facts.at:
        return refuse(RosterRefused.OVER, day=facts.day)
    begun = may_change(facts.name, facts.replaced, facts.at)
    if isinstance(begun, Refusal):
        return begun
    wanted = planned_span(facts.span, facts.off, facts.at)
    if wanted is None:
        return refuse(RosterRefused.ON_LEAVE, name=facts.name, day=facts.day)
    beside = next((other for other in facts.others if other.span.meets(wanted)), None)
    if beside is not None:
        return refuse(
            RosterRefused.OVERLAP,
            name=facts.name,
            day=beside.day,
            starts_at=beside.span.starts_at,
            ends_at=beside.span.ends_at,
        )
    return wanted


def may_change(name: str, entries: Sequence[Entry], at: Instant) -> Decision:
    """What has begun stands as planned (SHF-02)."""
    begun = next((entry for entry in entries if entry.span.starts_at <= at), None)
    if begun is not None:
        return refuse(RosterRefused.BEGUN, name=name, day=begun.day, starts_at=begun.span.starts_at)
    return allow()


def planned_span(span: Span, off: Off | None, at: Instant) -> Span | None:
    """When a shift planned now is: without half a day of leave, and not before the minute it is planned in.

    Nobody is late for what nobody had said. None when nothing is left of it.
    """
    worked = worked_part(span, off)
    if worked is None:
        return None
    begins = max(worked.starts_at, at.replace(second=0, microsecond=0))
    return Span(begins, worked.ends_at) if begins < worked.ends_at else None


def already_planned(facts: PlanFacts) -> Entry | None:
    """The entry that is what is asked for already; one that has begun is, whenever it began."""
    if facts.span is None or len(facts.replaced) != 1 or facts.replaced[0].shift != facts.shift:
        return None
    entry = facts.replaced[0]
    wanted = planned_span(facts.span, facts.off, facts.at)
    return entry if entry.span == wanted or entry.span.starts_at <= facts.at < entry.span.ends_at else None


def late_minutes(planned_start: Instant, opened_at: Instant, grace_minutes: int) -> int:
    """Minutes of being late, counted from the planned start: 0 before the grace has passed (AMB-62).

    With 15 minutes of grace 09:14:59 is in time, 09:15:00 is 15 minutes late.
    """
    late_by = opened_at - planned_start
    if late_by <= timedelta(0) or late_by < timedelta(minutes=grace_minutes):
        return 0
    return late_by // timedelta(minutes=1)


def _instant(day: date, clock: time, zone: ZoneInfo) -> Instant:
    local = datetime.combine(day, clock, zone)
    # A time the clocks skip is not a moment; through UTC and back it becomes one.
    return local.astimezone(ZoneInfo("UTC"))
