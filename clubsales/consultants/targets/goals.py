"""Reads of every target there is, each in its slot: the task of a month, and the wider goals around it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant, next_month
from clubsales.consultants.targets.models import GoalRow
from clubsales.consultants.targets.queries import ANSWER, ANSWERED, TARGET, account
from clubsales.consultants.targets.rules import GoalKind, Period, Scope, ScopeKind, Slot
from clubsales.db import table_of
from clubsales.ids import ClubID, ConsultantID

GOAL = table_of(GoalRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalView:
    """A target as it was issued, in the kind's units. `result`: what came of it, where that is typed.

    `seen_at`: its consultant has read it; only asked of the task of a month.
    """

    slot: Slot
    value: int
    result: int | None
    sequence: int
    reason: str
    issued_at: Instant
    issued_by: str | None
    seen_at: Instant | None


Goals = dict[Slot, list[GoalView]]  # the latest first


def goals_between(session: Session, club_id: ClubID, kind: GoalKind, first: date, last: date) -> Goals:
    """Everything issued for times that begin from one day to another, both included."""
    found = _read(session, _goals(club_id, kind).where(GOAL.c.starts_on.between(first, last)))
    if kind is GoalKind.SALES:
        found |= _read(session, _tasks(club_id).where(TARGET.c.month.between(first, last)))
    return found


def latest_goal(session: Session, club_id: ClubID, slot: Slot) -> GoalView | None:
    """What counts of one target."""
    if slot.is_task:
        whose = (TARGET.c.consultant_id == slot.scope.id, TARGET.c.month == slot.starts_on)
        statement = _tasks(club_id).where(*whose)
    else:
        statement = _goals(club_id, slot.kind).where(
            GOAL.c.starts_on == slot.starts_on,
            GOAL.c.period == slot.period.value,
            GOAL.c.scope == slot.scope.kind.value,
            *([GOAL.c.team_id == slot.scope.id] if slot.scope.kind is ScopeKind.TEAM else []),
            *([GOAL.c.consultant_id == slot.scope.id] if slot.scope.kind is ScopeKind.CONSULTANT else []),
        )
    row = session.execute(statement.limit(1)).one_or_none()
    return _view(row) if row is not None else None


def value_in(goals: Goals, slot: Slot) -> int | None:
    """The figure that counts of one of the goals read."""
    history = goals.get(slot)
    return history[0].value if history else None


def kinds_of(session: Session, club_id: ClubID, consultant_id: ConsultantID, month: date) -> list[GoalKind]:
    """What somebody has targets of in a month or its weeks; sales always."""
    found = session.scalars(
        sa.select(GOAL.c.kind)
        .where(
            GOAL.c.club_id == club_id,
            GOAL.c.consultant_id == consultant_id,
            GOAL.c.period.in_([Period.MONTH.value, Period.WEEK.value]),
            GOAL.c.starts_on >= month,
            GOAL.c.starts_on < next_month(month),
        )
        .distinct()
    )
    kinds = {GoalKind.SALES, *(GoalKind(kind) for kind in found)}
    return [kind for kind in GoalKind if kind in kinds]


def _goals(club_id: ClubID, kind: GoalKind) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            GOAL.c.scope,
            sa.func.coalesce(GOAL.c.team_id, GOAL.c.consultant_id).label("scope_id"),
            GOAL.c.period,
            GOAL.c.starts_on,
            GOAL.c.kind,
            GOAL.c.value,
            GOAL.c.result,
            GOAL.c.sequence,
            GOAL.c.reason,
            GOAL.c.issued_at,
            account.c.name.label("issued_by"),
            sa.null().label("seen_at"),
        )
        .join_from(GOAL, account, account.c.id == GOAL.c.issued_by, isouter=True)
        .where(GOAL.c.club_id == club_id, GOAL.c.kind == kind.value)
        .order_by(GOAL.c.sequence.desc(), GOAL.c.id.desc())
    )


def _tasks(club_id: ClubID) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            sa.literal(ScopeKind.CONSULTANT.value).label("scope"),
            TARGET.c.consultant_id.label("scope_id"),
            sa.literal(Period.MONTH.value).label("period"),
            TARGET.c.month.label("starts_on"),
            sa.literal(GoalKind.SALES.value).label("kind"),
            TARGET.c.amount_minor.label("value"),
            sa.null().label("result"),
            TARGET.c.sequence,
            TARGET.c.reason,
            TARGET.c.issued_at,
            account.c.name.label("issued_by"),
            ANSWER.c.at.label("seen_at"),
        )
        .join_from(TARGET, account, account.c.id == TARGET.c.issued_by, isouter=True)
        .join(ANSWER, ANSWERED, isouter=True)
        .where(TARGET.c.club_id == club_id)
        .order_by(TARGET.c.sequence.desc())
    )


def _read(session: Session, statement: sa.Select[*tuple[Any, ...]]) -> Goals:
    found: Goals = {}
    for row in session.execute(statement):
        view = _view(row)
        found.setdefault(view.slot, []).append(view)
    return found


def _view(row: Any) -> GoalView:
    scope = Scope(ScopeKind(row.scope), row.scope_id)
    return GoalView(
        slot=Slot(scope, Period(row.period), row.starts_on, GoalKind(row.kind)),
        value=row.value,
        result=row.result,
        sequence=row.sequence,
        reason=row.reason,
        issued_at=row.issued_at,
        issued_by=row.issued_by,
        seen_at=row.seen_at,
    )
