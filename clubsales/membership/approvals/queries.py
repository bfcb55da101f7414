"""What was said about a form, and whose turn it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club, Role
from clubsales.auth import queries as accounts
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.ids import AccountID, PolicyVersionID
from clubsales.membership.approvals.models import ApprovalRow
from clubsales.membership.approvals.rules import Answer, ChainState, state_of

APPROVAL = table_of(ApprovalRow)


class StepState(StrEnum):
    """Where a step stands."""

    APPROVED = "approved"
    REFUSED = "refused"
    NEXT = "next"
    LATER = "later"
    LEFT_OUT = "left_out"  # somebody after it has answered, or nobody was there for it


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """What somebody said at a step of a round."""

    step: int
    role: Role
    account_id: AccountID
    name: str
    approved: bool
    reason: str
    at: Instant
    policy_version_id: PolicyVersionID  # whose chain was asked

    @property
    def value(self) -> Answer:
        """As the rules take it."""
        return Answer(self.step, self.role, self.account_id, self.approved)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step for the page: what was said at it, or who may answer it."""

    role: Role
    state: StepState
    answer: GivenAnswer | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainView:
    """A form's approvals for the page."""

    state: ChainState
    steps: tuple[StepView, ...]

    def waits_for(self, actor: Actor) -> bool:
        """Whether it is the actor's turn."""
        step = self.state.step
        return step is not None and actor.account_id is not None and actor.account_id in step.may


class Standing:
    """Who is active in a club with which roles, read once for any number of forms."""

    def __init__(self, session: Session, club: Club) -> None:
        staff = [line for line in accounts.staff(session, club=club) if line.active]
        self.names = {line.id: line.name for line in staff}
        self.holders: dict[Role, list[AccountID]] = {}
        for line in staff:
            for role in line.roles:
                self.holders.setdefault(role, []).append(line.id)


def answers(session: Session, form: str, form_id: int, round: int) -> list[GivenAnswer]:  # noqa: A002
    """What was said about a form in a round, in the order of its steps."""
    return answers_of(session, form, [form_id]).get((form_id, round), [])


def answers_of(
    session: Session, form: str, form_ids: Collection[int]
) -> dict[tuple[int, int], list[GivenAnswer]]:
    """What was said about several forms, by form and round."""
    found: dict[tuple[int, int], list[GivenAnswer]] = {}
    if not form_ids:
        return found
    rows = session.execute(
        sa.select(APPROVAL, ACCOUNT.c.name)
        .join_from(APPROVAL, ACCOUNT, ACCOUNT.c.id == APPROVAL.c.by)
        .where(APPROVAL.c.form == form, APPROVAL.c.form_id.in_(form_ids))
        .order_by(APPROVAL.c.step)
    )
    for row in rows:
        found.setdefault((row.form_id, row.round), []).append(
            GivenAnswer(
                step=row.step,
                role=Role(row.role),
                account_id=AccountID(row.by),
                name=row.name,
                approved=row.approved,
                reason=row.reason,
                at=row.at,
                policy_version_id=PolicyVersionID(row.policy_version_id),
            )
        )
    return found


def chain_view(
    standing: Standing,
    *,
    chain: Sequence[str],
    given: Sequence[GivenAnswer],
    kept_out: Collection[AccountID],
) -> ChainView:
    """A form's approvals for the page: every step of the policy's chain, with what was said."""
    state = state_of(chain, [each.value for each in given], holders=standing.holders, kept_out=kept_out)
    by_step = {each.step: each for each in given}
    return ChainView(
        state=state,
        steps=tuple(
            _step(Role(name), position, by_step.get(position), state, standing)
            for position, name in enumerate(chain)
        ),
    )


def kept_out(*accounts_: AccountID | None) -> frozenset[AccountID]:
    """Who may not answer: the filer and the deal's consultant, as far as there are any."""
    return frozenset(each for each in accounts_ if each is not None)


def _step(
    role: Role, position: int, answer: GivenAnswer | None, state: ChainState, standing: Standing
) -> StepView:
    names: tuple[str, ...] = ()
    if answer is not None:
        found = StepState.APPROVED if answer.approved else StepState.REFUSED
    elif state.step is not None and state.step.position == position:
        found = StepState.NEXT
        names = tuple(sorted(standing.names[each] for each in state.step.may))
    elif state.step is not None and state.step.position < position:
        found = StepState.LATER
    else:
        found = StepState.LEFT_OUT
    return StepView(role=role, state=found, answer=answer, names=names)
