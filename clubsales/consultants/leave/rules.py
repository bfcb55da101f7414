"""Leave: how many working days it costs, when it is asked for, who decides it (ATT-03 to ATT-05, AMB-61)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from clubsales.actor import Role
from clubsales.errors import Decision, allow, refuse

NOON = time(12)
HALVES = 2  # of a day
LONGEST_SPAN = timedelta(days=366)
FURTHEST_AHEAD = timedelta(days=730)
LONGEST_REASON = LONGEST_NOTE = 500  # characters
# Those who decide leave; the order is that of authority.
AUTHORITIES = (Role.SALES_DIRECTOR, Role.DEPUTY_GM, Role.GENERAL_MANAGER)
MAY_MARK_AWAY = frozenset({Role.GENERAL_MANAGER, Role.DEPUTY_GM, Role.OWNER})


class Kind(StrEnum):
    """What the leave is for; a day swap is time off for a day worked (ATT-03)."""

    ANNUAL = "annual"
    PERSONAL = "personal"
    SICK = "sick"
    DAY_SWAP = "day_swap"
    OTHER = "other"


class Status(StrEnum):
    """What became of a request; filed and approved ones are live."""

    FILED = "filed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


LIVE = frozenset({Status.FILED, Status.APPROVED})


class LeaveRefused(StrEnum):
    SPAN = "leave.span"
    TOO_FAR = "leave.too_far"
    NO_WORKING_DAY = "leave.no_working_day"
    REASON = "leave.reason"
    PAST = "leave.past"
    NOTICE = "leave.notice"
    OVERLAP = "leave.overlap"
    OWN = "leave.own"
    AUTHORITY = "leave.authority"
    NOTE = "leave.note"
    DECIDED = "leave.decided"
    BEGUN = "leave.begun"
    NOT_LIVE = "leave.not_live"
    AWAY_SPAN = "leave.away_span"
    AWAY_WHO = "leave.away_who"


@dataclass(frozen=True, slots=True)
class LeavePolicy:
    """Section `leave`: up to `short_days` working days the director decides; filed `notice_days` ahead."""

    short_days: int
    notice_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days of leave, both included. `from_noon`: the first day's morning is worked; `until_noon`: the last day's
    afternoon is."""

    first_day: date
    last_day: date
    from_noon: bool = False
    until_noon: bool = False

    def days(self) -> Iterator[date]:
        """Every day of it."""
        for ahead in range((self.last_day - self.first_day).days + 1):
            yield self.first_day + timedelta(days=ahead)

    def halves_of(self, day: date) -> int:
        """How many halves of a day it takes."""
        if not self.first_day <= day <= self.last_day:
            return 0
        return (
            HALVES - (self.from_noon and day == self.first_day) - (self.until_noon and day == self.last_day)
        )

    def covers(self, day: date, local: time) -> bool:
        """Whether somebody is on leave at a club-local time; a half day ends or begins at noon."""
        if not self.first_day <= day <= self.last_day:
            return False
        if self.from_noon and day == self.first_day and local < NOON:
            return False
        return not (self.until_noon and day == self.last_day and local >= NOON)

    def has_begun(self, day: date, local: time) -> bool:
        """Whether it has begun at a club-local time."""
        starts = NOON if self.from_noon else time.min
        return (day, local) >= (self.first_day, starts)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def working_halves(span: Span, planned_days: Collection[date]) -> int:
    """How many half working days a leave costs (AMB-61).

    A week in which anything is planned for him is made: there only planned days count, the others are rest. In a
    week not made yet every day counts. `planned_days` covers the whole weeks of the span.
    """
    planned = set(planned_days)
    made = {monday_of(day) for day in planned}
    return sum(span.halves_of(day) for day in span.days() if day in planned or monday_of(day) not in made)


def as_days(halves: int) -> str:
    """Half days as people write days: 5 is 2.5."""
    return f"{halves / HALVES:g}"


def may_span(span: Span, *, today: date) -> Decision:
    """Days that a leave can have: in order, not all halved away, no slip of the hand."""
    if span.last_day < span.first_day or span.last_day - span.first_day > LONGEST_SPAN:
        return refuse(LeaveRefused.SPAN)
    if span.first_day == span.last_day and span.from_noon and span.until_noon:
        return refuse(LeaveRefused.SPAN)
    if span.first_day > today + FURTHEST_AHEAD:
        return refuse(LeaveRefused.TOO_FAR)
    return allow()


def may_file(span: Span, kind: Kind, *, halves: int, reason: str, today: date, notice_days: int) -> Decision:
    """In time (ATT-03), and only what costs a working day; sick leave also on the day itself (AMB-61)."""
    may_be = may_span(span, today=today)
    if may_be != allow():
        return may_be
    if span.first_day < today:
        return refuse(LeaveRefused.PAST)
    earliest = today + timedelta(days=notice_days)
    if kind is not Kind.SICK and span.first_day < earliest:
        return refuse(LeaveRefused.NOTICE, earliest=earliest)
    if halves <= 0:
        return refuse(LeaveRefused.NO_WORKING_DAY)
    if len(reason) > LONGEST_REASON:
        return refuse(LeaveRefused.REASON, longest=LONGEST_REASON)
    return allow()


class Level(StrEnum):
    """Whose matter a request is (ATT-04)."""

    DIRECTOR = "director"  # short leave
    GENERAL_MANAGER = "general_manager"  # longer leave
    DEPUTY = "deputy"  # longer leave while the general manager is away
    SUPERIOR = "superior"  # leave of those who decide leave themselves
    SUPERIOR_DEPUTY = "superior_deputy"  # the same while the general manager is away, or her own


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What decides whose matter it is: `filer_roles` are those of whoever asks for leave."""

    halves: int
    short_days: int
    filer_roles: frozenset[Role]
    general_manager_away: bool

    @property
    def level(self) -> Level:
        """Whose matter it is first of all."""
        by_deputy = self.general_manager_away or Role.GENERAL_MANAGER in self.filer_roles
        if not self.filer_roles.isdisjoint(AUTHORITIES):
            return Level.SUPERIOR_DEPUTY if by_deputy else Level.SUPERIOR
        if self.halves <= self.short_days * HALVES:
            return Level.DIRECTOR
        return Level.DEPUTY if by_deputy else Level.GENERAL_MANAGER

    @property
    def roles(self) -> tuple[Role, ...]:
        """Who may decide, whose matter it is first.

        The general manager is above the director and may decide short leave too; her deputy stands in for her
        while she is marked absent, and decides her own leave.
        """
        general_manager = (Role.GENERAL_MANAGER,)
        deputy = (Role.DEPUTY_GM,)
        match self.level:
            case Level.DIRECTOR:
                more = deputy if self.general_manager_away else ()
                return (Role.SALES_DIRECTOR, *general_manager, *more)
            case Level.GENERAL_MANAGER | Level.SUPERIOR:
                return general_manager
            case Level.DEPUTY | Level.SUPERIOR_DEPUTY:
                return (*deputy, *general_manager)

    def is_first_for(self, roles: frozenset[Role]) -> bool:
        """Whether it is first of all the matter of somebody with these roles; others may decide it too."""
        return self.roles[0] in roles


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideFacts:
    """Who wants to decide what."""

    status: Status
    authority: Authority
    decider_roles: frozenset[Role]
    is_own: bool
    approve: bool
    note: str


def may_decide(facts: DecideFacts) -> Decision:
    """Nobody decides his own; whoever has the authority; a refusal says why (ATT-04, ATT-05)."""
    if facts.status is not Status.FILED:
        return refuse(LeaveRefused.DECIDED)
    if facts.is_own:
        return refuse(LeaveRefused.OWN)
    if facts.decider_roles.isdisjoint(facts.authority.roles):
        return refuse(
            LeaveRefused.AUTHORITY,
            days=as_days(facts.authority.halves),
            short_days=facts.authority.short_days,
        )
    if not facts.approve and not facts.note.strip():
        return refuse(LeaveRefused.NOTE, longest=LONGEST_NOTE)
    if len(facts.note) > LONGEST_NOTE:
        return refuse(LeaveRefused.NOTE, longest=LONGEST_NOTE)
    return allow()


def may_withdraw(span: Span, status: Status, *, today: date, local: time) -> Decision:
    """What is not decided at any time, what is approved before it begins."""
    if status not in LIVE:
        return refuse(LeaveRefused.NOT_LIVE)
    if status is Status.APPROVED and span.has_begun(today, local):
        return refuse(LeaveRefused.BEGUN)
    return allow()


def may_mark_away(roles: frozenset[Role], *, first_day: date, last_day: date, today: date) -> Decision:
    """The general manager herself, her deputy or the owner; for days of which one is still to come."""
    if roles.isdisjoint(MAY_MARK_AWAY):
        return refuse(LeaveRefused.AWAY_WHO)
    if last_day < max(first_day, today) or last_day - first_day > LONGEST_SPAN:
        return refuse(LeaveRefused.AWAY_SPAN)
    return allow()
