"""One assessment, held until the end of what is done with it, and the step that is written down."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor, Role
from clubsales.clock import Instant, local_day
from clubsales.consultants.assessment import queries
from clubsales.consultants.assessment.events import AssessmentStepped
from clubsales.consultants.assessment.flow import HEADS, Doer, Status
from clubsales.consultants.assessment.giving import write_step
from clubsales.consultants.assessment.models import AssessmentRow
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.queries import AssessmentView
from clubsales.consultants.credits import closing
from clubsales.db import for_update
from clubsales.errors import NotFound


def locked(session: Session, public_id: str, actor: Actor) -> tuple[AssessmentView, AssessmentRow]:
    """The assessment as it stands, held until the end; raises NotFound."""
    known = queries.by_public_id(session, actor.club.id, public_id)
    row = session.scalars(
        for_update(sa.select(AssessmentRow).where(AssessmentRow.id == known.id)).execution_options(
            populate_existing=True
        )
    ).one()
    return queries.by_public_id(session, actor.club.id, public_id), row


def own(session: Session, public_id: str, actor: Actor) -> tuple[AssessmentView, AssessmentRow]:
    """The actor's own; raises NotFound for another's."""
    assessment, row = locked(session, public_id, actor)
    if assessment.account_id != actor.account_id:
        raise NotFound
    return assessment, row


def led(session: Session, public_id: str, actor: Actor) -> tuple[AssessmentView, AssessmentRow]:
    """Somebody's whom the actor leads: a head of the club everybody's, a supervisor his team's."""
    assessment, row = locked(session, public_id, actor)
    if not leads(session, actor, assessment):
        raise NotFound
    return assessment, row


def leads(session: Session, actor: Actor, assessment: AssessmentView) -> bool:
    """Whether somebody is assessed by the actor: a head of the club leads everybody, a supervisor his team."""
    return leads_team(session, actor, assessment.team)


def leads_team(session: Session, actor: Actor, team: str | None) -> bool:
    """Whether the actor leads a team: a head of the club every one and whoever is in none, a supervisor his own."""
    if not actor.roles.isdisjoint(HEADS):
        return True
    mine = queries.team_of(session, actor.club.id, actor.consultant_id)
    return actor.has_role(Role.SUPERVISOR) and mine is not None and mine == team


def doer(actor: Actor, at: Instant) -> Doer:
    """Who wants to do something, and on which club-local day."""
    return Doer(account_id=actor.account_id, roles=actor.roles, today=local_day(at, actor.club.zone))


def is_left_open(assessment: AssessmentView, closed_through: date | None) -> bool:
    """Whether its month was closed before the assessment took effect."""
    return (
        assessment.period is Period.MONTH
        and assessment.status is not Status.APPROVED
        and closed_through is not None
        and assessment.start <= closed_through
    )


def is_closed(session: Session, actor: Actor, month: date) -> bool:
    """Whether a month is closed."""
    closed = closing.closed_through(session, actor.club.id)
    return closed is not None and month <= closed


def step(
    session: Session, row: AssessmentRow, kind: str, words: str = "", *, actor: Actor, at: Instant
) -> None:
    """Write down what was done."""
    session.flush()
    write_step(session, row.id, kind, words, actor=actor, at=at)
    event = AssessmentStepped(row.id, row.consultant_id, kind, row.score)
    audit.record(session, event, actor=actor, at=at)
