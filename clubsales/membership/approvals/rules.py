"""Whose word a form needs, and in which order (RSV-01, CTR-02, CTR-07). Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clubsales.actor import Role
from clubsales.errors import Decision, allow, refuse
from clubsales.ids import AccountID, PolicyVersionID

LONGEST_REASON = 500  # characters
# Who answers for a role that nobody in the club can answer in, the first who can (AMB-52).
STAND_INS = (
    *(Role.CLUB_MANAGER, Role.SALES_DIRECTOR),
    *(Role.GENERAL_MANAGER, Role.DEPUTY_GM, Role.OWNER),
)
Holders = Mapping[Role, Collection[AccountID]]


class ApprovalRefused(StrEnum):
    NOT_YOUR_TURN = "approval.not_your_turn"
    NOT_ASKED = "approval.not_asked"
    OWN = "approval.own"
    ANSWERED_ALREADY = "approval.answered_already"
    OVER = "approval.over"
    REASON = "approval.reason"


class Form(StrEnum):
    """What is approved step by step."""

    RESERVATION = "reservation"
    CONTRACT = "contract"
    REFUND = "refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A form that is being approved: in which round, and by the chain of which policy.

    Kept out are the filer, the deal's consultant and `others`, as those who wrote in the form.
    """

    form: Form
    form_id: int
    public_id: str
    round: int
    chain: Sequence[str]
    policy_version_id: PolicyVersionID
    filed_by: int | None
    consultant_account: AccountID | None
    others: Collection[AccountID] = ()

    @property
    def kept_out(self) -> frozenset[AccountID]:
        """Who may not answer."""
        concerned = (None if self.filed_by is None else AccountID(self.filed_by), self.consultant_account)
        return frozenset(each for each in (*concerned, *self.others) if each is not None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said at a step, counted from 0."""

    step: int
    role: Role
    account_id: AccountID
    approved: bool


@dataclass(frozen=True, slots=True)
class Step:
    """Whose word is waited for: the role the policy names, the one that answers for it here, and who that is."""

    position: int
    role: Role
    answered_by: Role
    may: frozenset[AccountID]


@dataclass(frozen=True, slots=True)
class ChainState:
    """Where a chain stands: refused by somebody, done, or waiting for `step`."""

    done: bool
    refused: bool
    step: Step | None

    @property
    def next_role(self) -> Role | None:
        """The role whose word is waited for, as the policy names it."""
        return self.step.role if self.step else None


def next_step(
    chain: Sequence[str],
    answers: Collection[Answer],
    *,
    holders: Holders,
    kept_out: Collection[AccountID] = (),
) -> Step | None:
    """The first step of the chain that waits for somebody; None where none is left.

    Nobody answers who is kept out (the filer, the deal's consultant) or has answered another step. A role that nobody
    can answer in goes to its stand-ins; where nobody in the club is left at all, the step is left out.
    """
    answered = {answer.step for answer in answers}
    out = set(kept_out) | {answer.account_id for answer in answers}
    for position, name in enumerate(chain):
        if position in answered:
            continue
        for role in (Role(name), *STAND_INS):
            may = frozenset(holders.get(role, ())) - out
            if may:
                return Step(position, Role(name), role, may)
    return None


def state_of(
    chain: Sequence[str],
    answers: Collection[Answer],
    *,
    holders: Holders,
    kept_out: Collection[AccountID] = (),
) -> ChainState:
    """Where the chain stands after these answers: one no ends it."""
    if any(not answer.approved for answer in answers):
        return ChainState(done=False, refused=True, step=None)
    step = next_step(chain, answers, holders=holders, kept_out=kept_out)
    return ChainState(done=step is None, refused=False, step=step)


def may_answer(
    state: ChainState,
    answers: Collection[Answer],
    account_id: AccountID | None,
    *,
    chain: Sequence[str],
    roles: Collection[Role],
    kept_out: Collection[AccountID],
    names: Mapping[AccountID, str],
) -> Decision:
    """Only whoever's turn it is (EX-01), once, and nobody about a form of his own."""
    if state.step is None:
        return refuse(ApprovalRefused.OVER)
    if account_id is not None and account_id in state.step.may:
        return allow()
    if account_id in kept_out:
        return refuse(ApprovalRefused.OWN)
    if any(answer.account_id == account_id for answer in answers):
        return refuse(ApprovalRefused.ANSWERED_ALREADY)
    waits_for = sorted(names.get(each, "") for each in state.step.may)
    comes_later = {Role(name) for name in chain[state.step.position + 1 :]} & set(roles)
    code = ApprovalRefused.NOT_YOUR_TURN if comes_later else ApprovalRefused.NOT_ASKED
    return refuse(code, names=waits_for, role=state.step.role.value)


def reasoned(*, approved: bool, reason: str) -> Decision:
    """A no says why."""
    if (not approved and not reason) or len(reason) > LONGEST_REASON:
        return refuse(ApprovalRefused.REASON, longest=LONGEST_REASON)
    return allow()
