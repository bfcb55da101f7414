"""Issue targets, say that one has read his, state what came of a goal."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, month_of
from clubsales.consultants.credits.closing import closed_through, hold_closing
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.models import TeamRow
from clubsales.consultants.targets import queries
from clubsales.consultants.targets.events import GoalIssued, GoalResultStated, TargetSeen, TargetSet
from clubsales.consultants.targets.goals import latest_goal
from clubsales.consultants.targets.models import GoalRow, TargetAnswerRow, TargetRow
from clubsales.consultants.targets.rules import (
    LONGEST_REASON,
    GoalKind,
    Period,
    Scope,
    ScopeKind,
    Slot,
    TargetRefused,
    may_aim,
    may_change,
    may_set,
    may_state_result,
)
from clubsales.errors import NotFound, refuse
from clubsales.ids import ConsultantID
from clubsales.money import Money
from clubsales.typed import one_line

RULES = {Period.WEEK: "TGT-02", Period.YEAR: "TGT-01", Period.QUARTER: "TGT-01"}


def set_target(
    session: Session,
    *,
    consultant_id: ConsultantID,
    month: date,
    amount: Money,
    reason: str = "",
    by_the_book: bool = False,
    actor: Actor,
    at: Instant,
) -> None:
    """Issue a consultant's target of a month (TGT-04); what was set before is kept, the same again is nothing new.

    `by_the_book`: a line of a replayed history, which counts as given, without a reason and whatever is closed.
    Raises NotFound for somebody of another club, Refused(TargetRefused.AMOUNT, CURRENCY, MONTH_CLOSED, REASON).
    """
    profiles.get(session, actor.club.id, consultant_id)
    may_set(amount, currency=actor.club.currency).or_raise()
    before = queries.latest_of(session, actor.club.id, consultant_id, month)
    if before is not None and before.amount == amount:
        return
    slot = Slot(Scope(ScopeKind.CONSULTANT, consultant_id), Period.MONTH, month_of(month))
    said = _said(reason)
    if not by_the_book:
        hold_closing(session)
        closed = closed_through(session, actor.club.id)
        may_change(slot, issued_before=before is not None, reason=said, closed_through=closed).or_raise()
    session.add(
        TargetRow(
            club_id=actor.club.id,
            consultant_id=consultant_id,
            month=slot.starts_on,
            sequence=before.sequence + 1 if before else 1,
            currency=amount.currency,
            amount_minor=amount.minor,
            issued_at=at,
            issued_by=actor.account_id,
            reason=said,
        )
    )
    session.flush()
    event = TargetSet(
        consultant_id,
        slot.starts_on,
        audit.money_fact(amount),
        audit.money_fact(before.amount) if before else None,
        reason=said,
    )
    audit.record(session, event, actor=actor, at=at)


def issue(
    session: Session, *, targets: Mapping[Slot, int], reason: str = "", actor: Actor, at: Instant
) -> int:
    """Issue targets of any kind, figures in their units; says how many were new or changed.

    Raises NotFound for somebody of another club, Refused(TargetRefused.AMOUNT, PERIOD, MONTH_CLOSED, REASON).
    """
    changed = 0
    for slot, value in targets.items():
        may_aim(slot, value, currency=actor.club.currency).or_raise()
        before = latest_goal(session, actor.club.id, slot)
        if before is not None and before.value == value:
            continue
        changed += 1
        if slot.is_task:
            set_target(
                session,
                consultant_id=ConsultantID(slot.scope.id or 0),
                month=slot.starts_on,
                amount=Money(value, actor.club.currency),
                reason=reason,
                actor=actor,
                at=at,
            )
            continue
        _is_ours(session, slot.scope, actor)
        hold_closing(session)
        said, closed = _said(reason), closed_through(session, actor.club.id)
        may_change(slot, issued_before=before is not None, reason=said, closed_through=closed).or_raise()
        row = _goal(slot, value, before.sequence + 1 if before else 1, said, actor, at)
        row.result = before.result if before else None
        session.add(row)
        session.flush()
        event = GoalIssued(
            row.id,
            slot.scope.kind.value,
            slot.scope.id,
            slot.period.value,
            slot.starts_on,
            slot.kind.value,
            value,
            before.value if before else None,
            said,
            RULES.get(slot.period, "TGT-03") if slot.kind is GoalKind.SALES else "TGT-07",
        )
        audit.record(session, event, actor=actor, at=at)
    return changed


def state_result(session: Session, *, slot: Slot, result: int, actor: Actor, at: Instant) -> None:
    """Write down what came of a goal that no record says (TGT-07); what was said before is kept.

    Raises Refused(TargetRefused.RESULT, MONTH_CLOSED, NO_GOAL, AMOUNT).
    """
    hold_closing(session)
    before = latest_goal(session, actor.club.id, slot)
    closed = closed_through(session, actor.club.id)
    may_state_result(slot, has_goal=before is not None, closed_through=closed).or_raise()
    # A loss is a result too; its size is bounded as a goal's is.
    loss = slot.kind is GoalKind.PROFIT and result < 0
    may_aim(slot, -result if loss else result, currency=actor.club.currency).or_raise()
    if before is None or before.result == result:
        return
    row = _goal(slot, before.value, before.sequence + 1, before.reason, actor, at)
    row.result = result
    session.add(row)
    session.flush()
    audit.record(session, GoalResultStated(row.id, result, before.result), actor=actor, at=at)


def acknowledge(session: Session, *, month: date, sequence: int, actor: Actor, at: Instant) -> None:
    """Say that one has read his target of a month; once is enough, and a changed target asks anew (TGT-04).

    Raises NotFound where he has none, Refused(TargetRefused.CHANGED) when it is another one by now.
    """
    if actor.consultant_id is None:
        raise NotFound
    target = queries.latest_of(session, actor.club.id, actor.consultant_id, month)
    if target is None:
        raise NotFound
    if target.sequence != sequence:
        refuse(TargetRefused.CHANGED).or_raise()
    if target.seen_at is not None:
        return
    session.add(
        TargetAnswerRow(
            club_id=actor.club.id,
            consultant_id=actor.consultant_id,
            month=month_of(month),
            sequence=sequence,
            at=at,
        )
    )
    session.flush()
    event = TargetSeen(actor.consultant_id, month_of(month), sequence)
    audit.record(session, event, actor=actor, at=at)


def _said(reason: str) -> str:
    return one_line(reason, LONGEST_REASON)


def _is_ours(session: Session, scope: Scope, actor: Actor) -> None:
    """Raises NotFound for a team or consultant of another club."""
    if scope.kind is ScopeKind.CONSULTANT:
        profiles.get(session, actor.club.id, ConsultantID(scope.id or 0))
    elif scope.kind is ScopeKind.TEAM:
        ours = sa.select(TeamRow.id).where(TeamRow.id == scope.id, TeamRow.club_id == actor.club.id)
        if session.execute(ours).one_or_none() is None:
            raise NotFound


def _goal(slot: Slot, value: int, sequence: int, reason: str, actor: Actor, at: Instant) -> GoalRow:
    scope = slot.scope
    return GoalRow(
        club_id=actor.club.id,
        scope=scope.kind.value,
        team_id=scope.id if scope.kind is ScopeKind.TEAM else None,
        consultant_id=scope.id if scope.kind is ScopeKind.CONSULTANT else None,
        period=slot.period.value,
        starts_on=slot.starts_on,
        kind=slot.kind.value,
        value=value,
        currency=actor.club.currency,
        sequence=sequence,
        reason=reason,
        issued_at=at,
        issued_by=actor.account_id,
    )
