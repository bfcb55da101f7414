"""One holder per lead: who may claim, how long it is protected, and when it is over (LED-11, OWN-02)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil
from zoneinfo import ZoneInfo

from clubsales.actor import Role
from clubsales.clock import Instant, day_start, local_day
from clubsales.errors import Decision, allow, refuse

FOR_EVER = date(9999, 12, 1)  # `until` of a claim that no day ends; whoever adds days to it still has a date
MAY_RELEASE_OTHERS = frozenset({Role.SUPERVISOR, Role.CLUB_MANAGER})


class Basis(StrEnum):
    """How somebody came to hold a lead."""

    POOL = "pool"  # nobody held it
    CAPTURE = "capture"  # he brought it in
    TURN = "turn"  # he received the guest by turn
    HAND_OVER = "hand_over"  # of a colleague who left or is away
    RETURNED = "returned"  # from such a hand-over
    MERGE = "merge"  # with the person it was merged into


# Nobody's free choice: what was given counts in no daily cap.
GIVEN = frozenset({Basis.HAND_OVER, Basis.RETURNED, Basis.MERGE})
# Whoever takes a lead he has not met has to answer in time; a guest by turn sits before him.
CLOCKED = frozenset({Basis.POOL, Basis.CAPTURE})


class EndReason(StrEnum):
    """Why a claim is over."""

    EXPIRED = "expired"
    RELEASED = "released"
    NO_RESPONSE = "no_response"
    HANDED_OVER = "handed_over"
    MERGED = "merged"


# It was taken from him: he need not wait to claim it again.
WITHOUT_COOLDOWN = frozenset({EndReason.HANDED_OVER, EndReason.MERGED})


class ClaimRefused(StrEnum):
    UNKNOWN = "lead.unknown"
    ANONYMOUS = "lead.anonymous"
    ALREADY_CLAIMED = "lead.already_claimed"
    OFF_SHIFT = "lead.off_shift"
    LIMIT = "lead.limit"
    DAILY_LIMIT = "lead.daily_limit"
    COOLDOWN = "lead.cooldown"
    NOT_HIS = "lead.not_his"


@dataclass(frozen=True, slots=True)
class ClaimPolicy:
    """Section `claims`, as far as this subject decides by it. 0 is no limit, no cool-down, no clock, no warning."""

    protection_days: int
    max_open: int
    max_per_day: int
    cooldown_days: int
    response_minutes: int
    warn_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """Who claims which lead: what the club's day looks like to him.

    `holder` holds the lead until `held_until`; `needs_shift` is true for an inside consultant; `last_ended_on` is
    the day his own last claim on this lead ended.
    """

    is_lead: bool
    today: date
    consultant: str
    holder: str | None
    held_until: date | None
    needs_shift: bool
    on_shift: bool
    open_claims: int
    claims_today: int
    last_ended_on: date | None
    is_anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A shift of the holder; an open one has no end."""

    opened_at: Instant
    closed_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What a running claim's end depends on. `shifts` and `response_minutes` matter until the first contact."""

    claimed_at: Instant
    until: date
    first_contact_at: Instant | None
    response_minutes: int = 0
    shifts: Sequence[Stretch] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a protection: days until the last one, and on that the hours, begun ones counted."""

    days: int
    hours: int


@dataclass(frozen=True, slots=True)
class End:
    """A claim is over: why, since when, and the club-local day the cool-down starts on."""

    reason: EndReason
    at: Instant
    day: date


def may_claim(facts: ClaimFacts, policy: ClaimPolicy) -> Decision:
    """Whether the lead may be claimed; the first rule that says no is the answer."""
    if not facts.is_lead:
        return refuse(ClaimRefused.UNKNOWN)
    if facts.is_anonymous:
        return refuse(ClaimRefused.ANONYMOUS)
    if facts.holder is not None:
        return refuse(ClaimRefused.ALREADY_CLAIMED, holder=facts.holder, until=facts.held_until)
    if facts.needs_shift and not facts.on_shift:
        return refuse(ClaimRefused.OFF_SHIFT, consultant=facts.consultant)
    if 0 < policy.max_open <= facts.open_claims:
        return refuse(ClaimRefused.LIMIT, consultant=facts.consultant, limit=policy.max_open)
    if 0 < policy.max_per_day <= facts.claims_today:
        return refuse(ClaimRefused.DAILY_LIMIT, consultant=facts.consultant, limit=policy.max_per_day)
    free_from = _free_from(facts.last_ended_on, policy)
    if free_from is not None and facts.today < free_from:
        return refuse(
            ClaimRefused.COOLDOWN, consultant=facts.consultant, day=free_from, days=policy.cooldown_days
        )
    return allow()


def may_release(*, is_holder: bool, roles: frozenset[Role], holder: str) -> Decision:
    """The holder gives a lead back; a supervisor or the club manager may do it for him."""
    if is_holder or not roles.isdisjoint(MAY_RELEASE_OTHERS):
        return allow()
    return refuse(ClaimRefused.NOT_HIS, holder=holder)


def protected_until(day: date, policy: ClaimPolicy) -> date:
    """The last protected day after a claim or an effective contact on `day`."""
    return day + timedelta(days=policy.protection_days) if policy.protection_days else FOR_EVER


def warned_through(today: date, policy: ClaimPolicy) -> date | None:
    """Protections that end by this day are about to end; None: the club warns of none."""
    return today + timedelta(days=policy.warn_days) if policy.warn_days else None


def left_of(until: date, *, at: Instant, zone: ZoneInfo) -> Left | None:
    """What is left of a protection that runs; None for one that no day ends."""
    if until == FOR_EVER:
        return None
    seconds = (day_start(until + timedelta(days=1), zone) - at).total_seconds()
    return Left(days=(until - local_day(at, zone)).days, hours=ceil(seconds / 3600))


def end_of(clock: Clock, *, at: Instant, zone: ZoneInfo) -> End | None:
    """How and since when a claim is over at `at`; None while it runs. Whatever ended it first counts."""
    ends = [end for end in (_expiry(clock, zone), _silence(clock, zone)) if end is not None and end.at <= at]
    return min(ends, key=lambda end: end.at, default=None)


def next_end(clock: Clock, zone: ZoneInfo) -> Instant | None:
    """When a running claim will be over if nothing happens; None: not before something does."""
    ends = [end.at for end in (_expiry(clock, zone), _silence(clock, zone)) if end is not None]
    return min(ends, default=None)


def _free_from(last_ended_on: date | None, policy: ClaimPolicy) -> date | None:
    if last_ended_on is None or not policy.cooldown_days:
        return None
    return last_ended_on + timedelta(days=policy.cooldown_days)


def _expiry(clock: Clock, zone: ZoneInfo) -> End | None:
    if clock.until == FOR_EVER:
        return None
    day = clock.until + timedelta(days=1)
    return End(EndReason.EXPIRED, day_start(day, zone), day)


def _silence(clock: Clock, zone: ZoneInfo) -> End | None:
    """The moment the holder's shift had been open for `response_minutes` without a contact."""
    if clock.first_contact_at is not None or not clock.response_minutes:
        return None
    left = timedelta(minutes=clock.response_minutes)
    for shift in sorted(clock.shifts, key=lambda shift: shift.opened_at):
        begin = max(shift.opened_at, clock.claimed_at)
        if shift.closed_at is None or begin + left <= shift.closed_at:
            end = begin + left
            return End(EndReason.NO_RESPONSE, end, local_day(end, zone))
        left -= max(shift.closed_at - begin, timedelta())
    return None
