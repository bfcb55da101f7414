"""Answering a step of a chain of approval."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.audit import Event
from clubsales.clock import Instant, local_day
from clubsales.ids import AccountID, ContractID, RefundRequestID, ReservationID
from clubsales.membership.approvals.events import ContractAnswered, RefundAnswered, ReservationAnswered
from clubsales.membership.approvals.queries import APPROVAL, Standing, answers, kept_out
from clubsales.membership.approvals.rules import (
    Answer,
    ChainState,
    Form,
    Step,
    may_answer,
    reasoned,
    state_of,
)
from clubsales.policies import policy_on
from clubsales.typed import free_text


def answer(
    session: Session,
    *,
    form: str,
    form_id: int,
    round: int,  # noqa: A002
    chain: Sequence[str],
    filed_by: AccountID | None,
    consultant_account: AccountID | None,
    others: Iterable[AccountID] = (),
    approved: bool,
    reason: str = "",
    actor: Actor,
    at: Instant,
) -> ChainState:
    """Say yes or no at the step whose turn it is; what the chain came to with it.

    Kept out are the filer, the deal's consultant and `others`, as those who wrote in the form. The caller has locked
    the form's row. Raises Refused(ApprovalRefused.*).
    """
    reason = free_text(reason)
    reasoned(approved=approved, reason=reason).or_raise()
    standing = Standing(session, actor.club)
    out = kept_out(filed_by, consultant_account, *others)
    given = [each.value for each in answers(session, form, form_id, round)]
    state = state_of(chain, given, holders=standing.holders, kept_out=out)
    may_answer(
        state,
        given,
        actor.account_id,
        chain=chain,
        roles=actor.roles,
        kept_out=out,
        names=standing.names,
    ).or_raise()
    assert state.step is not None
    assert actor.account_id is not None
    session.execute(
        sa.insert(APPROVAL),
        {
            "club_id": actor.club.id,
            "form": form,
            "form_id": form_id,
            "round": round,
            "step": state.step.position,
            "role": state.step.role.value,
            "approved": approved,
            "reason": reason,
            "at": at,
            "by": actor.account_id,
            "device_id": actor.device_id,
            "policy_version_id": policy_on(session, actor.club, local_day(at, actor.club.zone)).version_id,
        },
    )
    audit.record(session, _event(Form(form), form_id, round, state.step, approved), actor=actor, at=at)
    given.append(Answer(state.step.position, state.step.role, actor.account_id, approved))
    return state_of(chain, given, holders=standing.holders, kept_out=out)


def begin(
    session: Session,
    *,
    chain: Sequence[str],
    filed_by: AccountID | None,
    consultant_account: AccountID | None,
    others: Iterable[AccountID] = (),
    actor: Actor,
) -> ChainState:
    """Where a form's chain stands when it is filed: done at once where nobody is asked or nobody is left to ask."""
    holders = Standing(session, actor.club).holders
    return state_of(chain, (), holders=holders, kept_out=kept_out(filed_by, consultant_account, *others))


def _event(form: Form, form_id: int, round_: int, step: Step, approved: bool) -> Event:
    if form is Form.RESERVATION:
        return ReservationAnswered(ReservationID(form_id), round_, step.position, step.role.value, approved)
    if form is Form.CONTRACT:
        return ContractAnswered(ContractID(form_id), round_, step.position, step.role.value, approved)
    return RefundAnswered(RefundRequestID(form_id), round_, step.position, step.role.value, approved)
