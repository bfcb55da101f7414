"""Who is back before his leave is over: from which half day on, and what is left of the leave (ATT-04, AMB-61)."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum

from clubsales.actor import Role
from clubsales.consultants.leave.rules import (
    LONGEST_NOTE,
    NOON,
    Authority,
    LeaveRefused,
    Span,
    Status,
    as_days,
)
from clubsales.errors import Decision, allow, refuse

ONE_DAY = timedelta(days=1)


class EndRefused(StrEnum):
    NOT_APPROVED = "leave.not_approved"
    NOT_BEGUN = "leave.not_begun"
    OVER = "leave.over"
    BACK = "leave.back"
    WHY = "leave.end_reason"


@dataclass(frozen=True, slots=True, order=True)
class Half:
    """Half a local day."""

    day: date
    afternoon: bool = False

    @property
    def begins(self) -> time:
        """The local time from which it counts."""
        return NOON if self.afternoon else time.min


def half_at(day: date, local: time) -> Half:
    """The half day that a club-local time lies in."""
    return Half(day, afternoon=local >= NOON)


def is_running(span: Span, now: Half) -> bool:
    """Whether a leave has begun and is not over."""
    return span.has_begun(now.day, now.begins) and now <= last_half(span)


def last_half(span: Span) -> Half:
    """The last half day that a leave takes."""
    return Half(span.last_day, afternoon=not span.until_noon)


def until(span: Span, back: Half) -> Span | None:
    """What is left of a leave when somebody is back from a half day of it on; None when that is nothing."""
    if back.afternoon:
        if span.from_noon and back.day == span.first_day:
            return None
        return replace(span, last_day=back.day, until_noon=True)
    if back.day == span.first_day:
        return None
    return replace(span, last_day=back.day - ONE_DAY, until_noon=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndFacts:
    """Somebody ends a leave: `back` is the first half day that is worked again, `now` the present one."""

    name: str
    span: Span
    status: Status
    back: Half
    now: Half
    authority: Authority
    roles: frozenset[Role]
    is_own: bool
    reason: str


def may_be_ended(facts: EndFacts) -> Decision:
    """Whose leave runs may be called back by whoever may approve it, and by nobody for himself (ATT-04)."""
    if facts.status is not Status.APPROVED:
        return refuse(EndRefused.NOT_APPROVED)
    if facts.is_own:
        return refuse(LeaveRefused.OWN)
    if facts.roles.isdisjoint(facts.authority.roles):
        return refuse(
            LeaveRefused.AUTHORITY,
            days=as_days(facts.authority.halves),
            short_days=facts.authority.short_days,
        )
    if not facts.span.has_begun(facts.now.day, facts.now.begins):
        return refuse(EndRefused.NOT_BEGUN, name=facts.name)
    if facts.now > last_half(facts.span):
        return refuse(EndRefused.OVER)
    return allow()


def may_end(facts: EndFacts) -> Decision:
    """From a half day on that is not over and is one of the leave, and with a reason."""
    decision = may_be_ended(facts)
    if decision != allow():
        return decision
    if not facts.now <= facts.back <= last_half(facts.span):
        return refuse(EndRefused.BACK, last=facts.span.last_day)
    if not facts.reason.strip() or len(facts.reason) > LONGEST_NOTE:
        return refuse(EndRefused.WHY, longest=LONGEST_NOTE)
    return allow()
