"""Going on post and leaving it, where several subjects meet: leave, the planned shift, the handover, the day's form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from clubsales.consultants.roster.rules import Off
from clubsales.consultants.shifts.rules import Override, ShiftRefused, Status
from clubsales.errors import Decision, allow, refuse
from clubsales.ids import ConsultantID

MINUTES_OF_A_DAY = 24 * 60
MOST_PLANNED = 999  # of anything, in a day: a slip of the hand is caught


class PostRefused(StrEnum):
    ON_LEAVE = "shift.on_leave"
    NEW_CHECKLIST = "shift.new_checklist"
    PLAN = "shift.plan"
    GUEST_WITH_HIM = "shift.guest_with_him"
    RELIEF_OFF_POST = "handover.relief_off_post"
    TO_ONESELF = "handover.to_oneself"
    NOT_FOR_YOU = "handover.not_for_you"
    WITHDRAWN = "handover.withdrawn"
    NO_TABLET = "handover.no_tablet"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """What a consultant sets out to do on a day (RPT-02)."""

    calls: int = 0
    visits: int = 0
    flyers: int = 0
    sales: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        if not all(0 <= each <= MOST_PLANNED for each in (self.calls, self.visits, self.flyers, self.sales)):
            refuse(PostRefused.PLAN, most=MOST_PLANNED).or_raise()


def may_come(off: Off | None, *, name: str, local: time) -> Decision:
    """Nobody opens a shift on a day of approved leave; half a day ends or begins at noon (ATT-03, AMB-61)."""
    if off is not None and off.holds_at(local):
        return refuse(PostRefused.ON_LEAVE, name=name)
    return allow()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveFacts:
    """Somebody changes where he is. `has_guest` counts a guest he has accepted."""

    now: Status
    wanted: Status
    has_guest: bool
    consultant: str
    override: Override | None = None


def may_leave_post(facts: LeaveFacts) -> Decision:
    """Nobody leaves his guest standing (ROT-05): busy he keeps his turn, off post he would lose it (AMB-16, ROT-03).

    A club manager may let him go, with a reason.
    """
    leaves = facts.now is Status.ON_POST and facts.wanted is not Status.ON_POST
    if not leaves or not facts.has_guest:
        return allow()
    if facts.override is None:
        return refuse(PostRefused.GUEST_WITH_HIM, consultant=facts.consultant)
    return allow() if facts.override.holds else refuse(ShiftRefused.OVERRIDE)


def nearest_shift(templates: Mapping[str, Sequence[str]], local: time) -> str:
    """The template that begins nearest to a time of day, forwards or backwards; of two as near the first."""

    def distance(name: str) -> int:
        start = time.fromisoformat(templates[name][0])
        apart = abs((start.hour * 60 + start.minute) - (local.hour * 60 + local.minute))
        return min(apart, MINUTES_OF_A_DAY - apart)

    return min(templates, key=distance)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFacts:
    """A handover is offered to somebody. No status: he is not on shift."""

    by: ConsultantID
    to: ConsultantID
    name: str
    relief_status: Status | None


def may_offer(facts: OfferFacts) -> Decision:
    """Only a colleague on post takes over (SHF-01, SHF-13)."""
    if facts.to == facts.by:
        return refuse(PostRefused.TO_ONESELF)
    if facts.relief_status is not Status.ON_POST:
        return refuse(PostRefused.RELIEF_OFF_POST, name=facts.name)
    return allow()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeFacts:
    """Somebody says that he has read a handover and takes over."""

    is_his: bool
    withdrawn: bool
    name: str
    status: Status | None


def may_acknowledge(facts: AcknowledgeFacts) -> Decision:
    """The relief himself, on post, while the handover stands (SHF-13)."""
    if not facts.is_his:
        return refuse(PostRefused.NOT_FOR_YOU)
    if facts.withdrawn:
        return refuse(PostRefused.WITHDRAWN)
    if facts.status is not Status.ON_POST:
        return refuse(PostRefused.RELIEF_OFF_POST, name=facts.name)
    return allow()
