"""When a month may be closed, and whose word it needs before (AMB-65, MTG-04): pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clubsales.actor import Role
from clubsales.errors import Decision, allow, refuse
from clubsales.ids import AccountID

LONGEST_REASON = 500  # characters


class ClosingRefused(StrEnum):
    ROLE = "month.role"
    NOT_OVER = "month.not_over"
    CHECKS = "month.checks"
    REASON = "month.reason"
    APPROVALS = "month.approvals"
    CHANGED = "month.changed"
    NOT_SEEN = "month.not_seen"
    NOT_ASKED = "month.not_asked"
    NOT_NEXT_STEP = "month.not_next_step"
    APPROVED_ALREADY = "month.approved_already"


class Severity(StrEnum):
    """What an open check means: the month cannot be closed, only with a reason, or it is good to know."""

    STOPS = "stops"
    OPEN = "open"
    NOTE = "note"


class CheckKind(StrEnum):
    """What is looked at before a month is closed."""

    NOT_OVER = "not_over"
    DISPUTES = "disputes"
    PAYMENTS = "payments"
    KEPT_ASIDE = "kept_aside"
    REFUNDS = "refunds"
    TILLS = "tills"
    SHIFTS = "shifts"
    ASSESSMENTS = "assessments"
    TARGETS = "targets"
    UNPAID = "unpaid"


SEVERITIES: Mapping[CheckKind, Severity] = {
    CheckKind.NOT_OVER: Severity.STOPS,
    CheckKind.DISPUTES: Severity.OPEN,
    CheckKind.PAYMENTS: Severity.OPEN,
    CheckKind.KEPT_ASIDE: Severity.OPEN,
    CheckKind.REFUNDS: Severity.OPEN,
    CheckKind.TILLS: Severity.OPEN,
    CheckKind.SHIFTS: Severity.OPEN,
    CheckKind.ASSESSMENTS: Severity.OPEN,
    CheckKind.TARGETS: Severity.NOTE,
    CheckKind.UNPAID: Severity.NOTE,
}


@dataclass(frozen=True, slots=True)
class Check:
    """What is still open of a month: how many, and whose or which, as far as names help."""

    kind: CheckKind
    count: int
    names: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """What it means when it is open."""
        return SEVERITIES[self.kind]

    @property
    def is_open(self) -> bool:
        """Whether anything is left."""
        return self.count > 0

    @property
    def needs_reason(self) -> bool:
        """Whether the month is closed over it only with a reason."""
        return self.is_open and self.severity is Severity.OPEN

    def stored(self) -> dict[str, object]:
        """As it is kept with the closed month."""
        return {"check": self.kind.value, "count": self.count}


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's word for a month as it stood then."""

    role: Role
    account_id: AccountID


class StepState(StrEnum):
    """Where a step of the approvals stands."""

    DONE = "done"
    NEXT = "next"
    LATER = "later"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Step:
    """A role whose word is asked for, in the policy's order. `by` has given it; `may` could."""

    role: Role
    state: StepState
    by: AccountID | None = None
    may: frozenset[AccountID] = frozenset()


def steps_of(
    roles: Sequence[Role], approvals: Collection[Approval], holders: Mapping[Role, Collection[AccountID]]
) -> tuple[Step, ...]:
    """The approvals of a month in order; the close itself, by the club manager, comes after them.

    A club manager at the end of the policy's list gives his word by closing. Nobody approves twice, nor closes what he
    has approved in another role: such a holder does not count. A role that nobody is left for is left out.
    """
    asked = list(roles[:-1] if roles and roles[-1] is Role.CLUB_MANAGER else roles)
    managers = frozenset(holders.get(Role.CLUB_MANAGER, ()))
    given = {approval.role: approval.account_id for approval in approvals}
    steps: list[Step] = []
    taken: set[AccountID] = set()
    is_next = True
    for role in asked:
        if role in given:
            steps.append(Step(role, StepState.DONE, given[role]))
            taken.add(given[role])
            continue
        others = frozenset() if role is Role.CLUB_MANAGER else managers
        may = frozenset(holders.get(role, ())) - taken - others
        if not may:
            steps.append(Step(role, StepState.LEFT_OUT))
            continue
        steps.append(Step(role, StepState.NEXT if is_next else StepState.LATER, may=may))
        is_next = False
    return tuple(steps)


def missing(steps: Sequence[Step]) -> list[Role]:
    """The roles whose word is still missing."""
    return [step.role for step in steps if step.state in (StepState.NEXT, StepState.LATER)]


def may_approve(steps: Sequence[Step], account_id: AccountID) -> Decision:
    """Only whoever is next, once, in the policy's order."""
    if any(step.by == account_id for step in steps):
        return refuse(ClosingRefused.APPROVED_ALREADY)
    following = next((step for step in steps if step.state is StepState.NEXT), None)
    if following is not None and account_id in following.may:
        return allow()
    if any(account_id in step.may for step in steps):
        return refuse(ClosingRefused.NOT_NEXT_STEP)
    return refuse(ClosingRefused.NOT_ASKED)


def may_close(*, is_manager: bool, month: date, following: date, today: date) -> Decision:
    """A club manager, when the month is over in the club's own time."""
    if not is_manager:
        return refuse(ClosingRefused.ROLE)
    if today < following:
        return refuse(ClosingRefused.NOT_OVER, month=f"{month:%Y-%m}", first=following)
    return allow()


def may_close_over(checks: Collection[Check], reason: str) -> Decision:
    """What stands open is overridden by a reason only."""
    if len(reason) > LONGEST_REASON:
        return refuse(ClosingRefused.REASON, longest=LONGEST_REASON)
    still_open = sum(check.needs_reason for check in checks)
    if still_open and not reason:
        return refuse(ClosingRefused.CHECKS, count=still_open)
    return allow()
