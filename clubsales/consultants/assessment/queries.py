"""Reads of assessments."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import month_of
from clubsales.consultants.assessment.models import AssessmentRow
from clubsales.consultants.assessment.rules import Score
from clubsales.ids import ClubID, ConsultantID


def scores_of(session: Session, club_id: ClubID, month: date) -> dict[ConsultantID, Score]:
    """The scores by which a month is paid: of approved assessments (ASM-10), and of those recorded by the book."""
    rows = session.execute(
        sa.select(AssessmentRow.consultant_id, AssessmentRow.score, AssessmentRow.behaviour_bp).where(
            AssessmentRow.club_id == club_id,
            AssessmentRow.month == month_of(month),
            AssessmentRow.period == "month",
            AssessmentRow.score.is_not(None),
            sa.or_(AssessmentRow.status == "approved", AssessmentRow.sheet_id.is_(None)),
        )
    )
    return {ConsultantID(row.consultant_id): Score(row.score, row.behaviour_bp) for row in rows}
