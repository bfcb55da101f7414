"""Opening and closing a shift, leaving the post: the post is never empty (SHF-01, SHF-09, AMB-20)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clubsales.actor import Role
from clubsales.errors import Decision, Refusal, allow, refuse
from clubsales.ids import AccountID


class Status(StrEnum):
    """Where a consultant is during a shift; off post means no turn (SHF-09)."""

    ON_POST = "on_post"
    MEAL = "meal"
    MEETING = "meeting"
    AWAY = "away"


class ShiftRefused(StrEnum):
    RELIEF_MISSING = "shift.relief_missing"
    HANDOVER_MISSING = "shift.handover_missing"
    OVERRIDE = "shift.override"
    ALREADY_OPEN = "shift.already_open"
    NOT_OPEN = "shift.not_open"
    CHECKLIST = "shift.checklist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """A version of a checklist, by the shift it is for, and what is ticked of its items (AMB-22)."""

    shift: str
    number: int
    items: tuple[str, ...]
    ticked: Mapping[str, object]

    @classmethod
    def whole(cls, *, shift: str, number: int, items: Sequence[str]) -> "Ticked":
        """Everything ticked."""
        return cls(shift=shift, number=number, items=tuple(items), ticked=dict.fromkeys(items, True))

    @property
    def missing(self) -> list[str]:
        """The items not ticked, in the list's order."""
        return [item for item in self.items if self.ticked.get(item) is not True]

    def stored(self) -> dict[str, object]:
        """The list as the shift keeps it."""
        done = {item: self.ticked.get(item) is True for item in self.items}
        return {"shift": self.shift, "number": self.number, "items": done}


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody with more authority says: do it anyway, and why."""

    account_id: AccountID
    roles: frozenset[Role]
    reason: str

    @property
    def holds(self) -> bool:
        """Only a club manager, and only with a reason (AMB-20)."""
        return Role.CLUB_MANAGER in self.roles and bool(self.reason.strip())


@dataclass(frozen=True, slots=True)
class ShiftPolicy:
    """Section `shift`."""

    min_on_post: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFacts:
    """`others_on_post` does not count the one who closes; guests make no difference. No list: nobody ticked one."""

    within_business_hours: bool
    others_on_post: int
    min_on_post: int
    acknowledged_on_post: bool
    closing_checklist: Ticked | None = None
    override: Override | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFacts:
    """`others_on_post` does not count the one who changes his status."""

    now: Status
    wanted: Status
    within_business_hours: bool
    others_on_post: int
    min_on_post: int
    override: Override | None = None


def may_open(checklist: Ticked) -> Decision:
    """The opening checklist comes before the post (SHF-04, SHF-05)."""
    return _all_done(checklist)


def may_close(facts: CloseFacts) -> Decision:
    """The closing checklist is done; within business hours somebody else keeps the post and has taken over (SHF-13).

    Outside business hours everybody may go (AMB-20).
    """
    if facts.closing_checklist is not None and facts.closing_checklist.missing:
        return _all_done(facts.closing_checklist)
    if not facts.within_business_hours:
        return allow()
    if facts.others_on_post < facts.min_on_post:
        return _unless_overridden(
            refuse(ShiftRefused.RELIEF_MISSING, needed=facts.min_on_post), facts.override
        )
    if not facts.acknowledged_on_post:
        return _unless_overridden(refuse(ShiftRefused.HANDOVER_MISSING), facts.override)
    return allow()


def may_change_status(facts: StatusFacts) -> Decision:
    """Whoever leaves the post within business hours leaves enough others on it."""
    leaves = facts.now is Status.ON_POST and facts.wanted is not Status.ON_POST
    if leaves and facts.within_business_hours and facts.others_on_post < facts.min_on_post:
        return _unless_overridden(
            refuse(ShiftRefused.RELIEF_MISSING, needed=facts.min_on_post), facts.override
        )
    return allow()


def _all_done(checklist: Ticked) -> Decision:
    missing = checklist.missing
    if missing:
        return refuse(ShiftRefused.CHECKLIST, count=len(missing), items=missing)
    return allow()


def _unless_overridden(refusal: Refusal, override: Override | None) -> Decision:
    if override is None:
        return refusal
    return allow() if override.holds else refuse(ShiftRefused.OVERRIDE)
