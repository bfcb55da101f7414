"""Answering a step of a chain of approval."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.audit import Event
from clubsales.clock import Instant
from clubsales.ids import ContractID, RefundRequestID, ReservationID
from clubsales.membership.approvals import news
from clubsales.membership.approvals.events import ContractAnswered, RefundAnswered, ReservationAnswered
from clubsales.membership.approvals.queries import APPROVAL, Standing, answers
from clubsales.membership.approvals.rules import (
    Answer,
    Asked,
    ChainState,
    Form,
    Step,
    may_answer,
    reasoned,
    state_of,
)
from clubsales.typed import free_text


def answer(
    session: Session, *, asked: Asked, approved: bool, reason: str = "", actor: Actor, at: Instant
) -> ChainState:
    """Say yes or no at the step whose turn it is; what the chain came to with it. Whoever is next is told.

    The caller has locked the form's row. Raises Refused(ApprovalRefused.*).
    """
    reason = free_text(reason)
    reasoned(approved=approved, reason=reason).or_raise()
    standing = Standing(session, actor.club)
    given = [each.value for each in answers(session, asked.form, asked.form_id, asked.round)]
    state = state_of(asked.chain, given, holders=standing.holders, kept_out=asked.kept_out)
    may_answer(
        state,
        given,
        actor.account_id,
        chain=asked.chain,
        roles=actor.roles,
        kept_out=asked.kept_out,
        names=standing.names,
    ).or_raise()
    assert state.step is not None
    assert actor.account_id is not None
    session.execute(
        sa.insert(APPROVAL),
        {
            "club_id": actor.club.id,
            "form": asked.form.value,
            "form_id": asked.form_id,
            "round": asked.round,
            "step": state.step.position,
            "role": state.step.role.value,
            "approved": approved,
            "reason": reason,
            "at": at,
            "by": actor.account_id,
            "device_id": actor.device_id,
            "policy_version_id": asked.policy_version_id,
        },
    )
    audit.record(session, _event(asked, state.step, approved), actor=actor, at=at)
    given.append(Answer(state.step.position, state.step.role, actor.account_id, approved))
    return _standing(session, asked, given, standing, actor=actor, at=at)


def begin(session: Session, *, asked: Asked, actor: Actor, at: Instant) -> ChainState:
    """Where a form's chain stands when it is filed: done at once where nobody is asked or nobody is left to ask."""
    return _standing(session, asked, [], Standing(session, actor.club), actor=actor, at=at)


def _standing(
    session: Session, asked: Asked, given: list[Answer], standing: Standing, *, actor: Actor, at: Instant
) -> ChainState:
    state = state_of(asked.chain, given, holders=standing.holders, kept_out=asked.kept_out)
    if state.step is not None:
        news.call_next(session, asked, state.step, actor=actor, at=at)
    return state


def _event(asked: Asked, step: Step, approved: bool) -> Event:
    said = (asked.round, step.position, step.role.value, approved)
    if asked.form is Form.RESERVATION:
        return ReservationAnswered(ReservationID(asked.form_id), *said)
    if asked.form is Form.CONTRACT:
        return ContractAnswered(ContractID(asked.form_id), *said)
    return RefundAnswered(RefundRequestID(asked.form_id), *said)
