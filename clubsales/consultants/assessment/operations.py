"""Assess, answer, approve."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, month_of
from clubsales.consultants.assessment.events import AssessmentRecorded
from clubsales.consultants.assessment.models import AssessmentRow
from clubsales.consultants.assessment.rules import AssessmentPolicy, Part, score_of
from clubsales.consultants.credits import closing
from clubsales.consultants.profiles import queries as profiles
from clubsales.ids import ConsultantID
from clubsales.policies import policy_on


def record_by_the_book(
    session: Session,
    *,
    consultant_id: ConsultantID,
    month: date,
    results: int,
    ability: int,
    attitude: int,
    actor: Actor,
    at: Instant,
) -> None:
    """Take a month's assessment as given, in hundredths of a point: for histories that are replayed.

    The last one before the month is closed counts; it needs no sheet and no approval. A closed month stays as it is.
    Raises NotFound for somebody of another club.
    """
    profiles.get(session, actor.club.id, consultant_id)
    month = month_of(month)
    closed = closing.closed_through(session, actor.club.id)
    if closed is not None and month <= closed:
        return
    policy = policy_on(session, actor.club, month)
    weights = policy.read("assessment", AssessmentPolicy).weights
    parts = {Part.RESULTS: results, Part.ABILITY: ability, Part.ATTITUDE: attitude}
    row = session.scalars(
        sa.select(AssessmentRow).where(
            AssessmentRow.consultant_id == consultant_id,
            AssessmentRow.period == "month",
            AssessmentRow.month == month,
            AssessmentRow.sheet_id.is_(None),
        )
    ).one_or_none()
    if row is None:
        row = AssessmentRow(
            club_id=actor.club.id,
            consultant_id=consultant_id,
            month=month,
            sheet_id=None,
            status="confirmed",
            issued_at=at,
            policy_version_id=policy.version_id,
        )
        session.add(row)
    row.results, row.ability, row.attitude = results, ability, attitude
    row.score = score_of(parts, weights)
    session.flush()
    audit.record(session, AssessmentRecorded(row.id, consultant_id, month, row.score), actor=actor, at=at)
