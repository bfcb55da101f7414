"""What somebody is to train after a poor result, and what came of it (ASM-22)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day
from clubsales.consultants.assessment import holding, queries
from clubsales.consultants.assessment.events import TrainingDone, TrainingPlanned
from clubsales.consultants.assessment.flow import AssessmentRefused
from clubsales.consultants.assessment.models import AssessmentRow, TrainingPlanRow
from clubsales.consultants.assessment.queries import AssessmentView
from clubsales.consultants.assessment.rules import POINT
from clubsales.consultants.profiles.models import ConsultantRow, TeamRow
from clubsales.errors import Decision, NotFound, allow, refuse
from clubsales.ids import AccountID, ClubID, ConsultantID

POOR = 60  # points: below it a plan is proposed
LONGEST_AIM, LONGEST_STEPS = 300, 2_000


class TrainingRefused(StrEnum):
    WORDS = "training.words"
    DUE = "training.due"
    DONE = "training.done"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A training plan."""

    public_id: str
    consultant_id: ConsultantID
    account_id: AccountID
    name: str
    team: str | None
    assessment: str  # its public id
    aim: str
    steps: str
    due_on: date
    made_at: Instant
    done_at: Instant | None
    outcome: str


def may_plan(aim: str, steps: str, due_on: date, *, today: date) -> Decision:
    """An aim, steps, and a day that is still to come."""
    if not aim or not steps or len(aim) > LONGEST_AIM or len(steps) > LONGEST_STEPS:
        return refuse(TrainingRefused.WORDS, aim=LONGEST_AIM, steps=LONGEST_STEPS)
    if due_on < today or (due_on - today).days > 366:
        return refuse(TrainingRefused.DUE)
    return allow()


def poor(session: Session, club_id: ClubID, *, below: int, since: date) -> list[AssessmentView]:
    """Assessments below a number of points that have been marked and have no plan yet, the latest first."""
    planned = sa.exists().where(TrainingPlanRow.assessment_id == AssessmentRow.id)
    statement = queries.OF_CLUB.where(
        queries.ASSESSMENT.c.sheet_id.is_not(None),
        queries.ASSESSMENT.c.score < below * POINT,
        queries.ASSESSMENT.c.month >= since,
        ~planned.correlate(queries.ASSESSMENT),
    ).order_by(queries.ASSESSMENT.c.month.desc(), queries.CONSULTANT.c.name)
    return [queries.view(row) for row in session.execute(statement, {"club_id": club_id})]


def plan(
    session: Session, *, public_id: str, aim: str, steps: str, due_on: date, actor: Actor, at: Instant
) -> str:
    """Agree on a training plan after an assessment; its public id.

    Raises NotFound for whom the actor does not lead, Refused(AssessmentRefused.OWN, STEP,
    TrainingRefused.WORDS, DUE).
    """
    assessment, _row = holding.led(session, public_id, actor)
    if assessment.account_id == actor.account_id:
        refuse(AssessmentRefused.OWN).or_raise()
    if assessment.score is None:
        refuse(AssessmentRefused.STEP).or_raise()
    may_plan(aim, steps, due_on, today=local_day(at, actor.club.zone)).or_raise()
    row = TrainingPlanRow(
        club_id=actor.club.id,
        consultant_id=assessment.consultant_id,
        assessment_id=assessment.id,
        aim=aim,
        steps=steps,
        due_on=due_on,
        made_at=at,
        made_by=actor.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(session, TrainingPlanned(row.id, assessment.consultant_id, due_on), actor=actor, at=at)
    return row.public_id


def finish(session: Session, *, public_id: str, outcome: str, actor: Actor, at: Instant) -> None:
    """Say what came of it; once. Raises NotFound for whom the actor does not lead, Refused(DONE, WORDS)."""
    found = by_public_id(session, actor.club.id, public_id)
    if not holding.leads_team(session, actor, found.team):
        raise NotFound
    if found.account_id == actor.account_id:
        refuse(AssessmentRefused.OWN).or_raise()
    if found.done_at is not None:
        refuse(TrainingRefused.DONE).or_raise()
    if not outcome or len(outcome) > LONGEST_STEPS:
        refuse(TrainingRefused.WORDS, aim=LONGEST_AIM, steps=LONGEST_STEPS).or_raise()
    row = session.scalars(sa.select(TrainingPlanRow).where(TrainingPlanRow.public_id == public_id)).one()
    row.done_at, row.outcome = at, outcome
    session.flush()
    audit.record(session, TrainingDone(row.id, row.consultant_id), actor=actor, at=at)


def plans(session: Session, club_id: ClubID, consultant_id: ConsultantID | None = None) -> list[PlanView]:
    """The club's plans, or one person's: those to do first, by when they are due."""
    statement = _of_club(club_id)
    if consultant_id is not None:
        statement = statement.where(TrainingPlanRow.consultant_id == consultant_id)
    ordered = statement.order_by(
        TrainingPlanRow.done_at.is_not(None), TrainingPlanRow.due_on, TrainingPlanRow.id
    )
    return _views(session.execute(ordered.limit(300)).all())


def of_assessment(session: Session, club_id: ClubID, assessment_id: int) -> list[PlanView]:
    """The plans made after an assessment."""
    statement = _of_club(club_id).where(TrainingPlanRow.assessment_id == assessment_id)
    return _views(session.execute(statement.order_by(TrainingPlanRow.id)).all())


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> PlanView:
    """One of the club's by what stands in its address; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    found = _views(session.execute(_of_club(club_id).where(TrainingPlanRow.public_id == public_id)).all())
    if not found:
        raise NotFound
    return found[0]


def _of_club(club_id: ClubID) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            TrainingPlanRow,
            ConsultantRow.name,
            ConsultantRow.account_id,
            TeamRow.name.label("team"),
            AssessmentRow.public_id.label("assessment"),
        )
        .join_from(TrainingPlanRow, ConsultantRow, ConsultantRow.id == TrainingPlanRow.consultant_id)
        .join(AssessmentRow, AssessmentRow.id == TrainingPlanRow.assessment_id)
        .join(TeamRow, TeamRow.id == ConsultantRow.team_id, isouter=True)
        .where(TrainingPlanRow.club_id == club_id)
    )


def _views(rows: Sequence[Any]) -> list[PlanView]:
    return [
        PlanView(
            public_id=row.TrainingPlanRow.public_id,
            consultant_id=ConsultantID(row.TrainingPlanRow.consultant_id),
            account_id=AccountID(row.account_id),
            name=row.name,
            team=row.team,
            assessment=row.assessment,
            aim=row.TrainingPlanRow.aim,
            steps=row.TrainingPlanRow.steps,
            due_on=row.TrainingPlanRow.due_on,
            made_at=row.TrainingPlanRow.made_at,
            done_at=row.TrainingPlanRow.done_at,
            outcome=row.TrainingPlanRow.outcome,
        )
        for row in rows
    ]
