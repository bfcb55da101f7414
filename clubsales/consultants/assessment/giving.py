"""Marks as they are written down, and what they add up to."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.assessment import data
from clubsales.consultants.assessment.asked import Subject
from clubsales.consultants.assessment.flow import Giver
from clubsales.consultants.assessment.marking import BONUS, Mark
from clubsales.consultants.assessment.models import AssessmentStepRow, MarkRow
from clubsales.consultants.assessment.queries import AssessmentView, Given

BEHAVIOUR = "behaviour"  # the item of the coefficient (ASM-12)


def found_for(session: Session, assessment: AssessmentView, *, actor: Actor, at: Instant) -> dict[str, Mark]:
    """What the data gives for an assessment as of now."""
    subject = Subject(
        club=actor.club,
        consultant_id=assessment.consultant_id,
        period=assessment.period,
        start=assessment.start,
        at=at,
    )
    return data.found(session, subject, assessment.items)


def write_marks(
    session: Session,
    assessment_id: int,
    giver: Giver,
    marks: Mapping[str, Mark],
    *,
    actor: Actor,
    at: Instant,
) -> None:
    """Add marks; what was given before stays on record."""
    session.add_all(
        MarkRow(
            assessment_id=assessment_id,
            source=giver.value,
            item=item,
            points=mark.points,
            note=mark.note,
            facts=dict(mark.facts),
            at=at,
            account_id=None if giver is Giver.DATA else actor.account_id,
        )
        for item, mark in marks.items()
    )
    session.flush()


def write_step(
    session: Session, assessment_id: int, kind: str, words: str = "", *, actor: Actor, at: Instant
) -> None:
    """Add a step to an assessment's log."""
    session.add(
        AssessmentStepRow(
            assessment_id=assessment_id, kind=kind, words=words, at=at, account_id=actor.account_id
        )
    )
    session.flush()


def marks_by(given: Sequence[Given], giver: Giver) -> dict[str, Mark]:
    """What a giver gave, by item; of peers see `heard`."""
    return {each.item: each.mark for each in given if each.giver is giver}


def heard(given: Sequence[Given], giver: Giver) -> dict[str, tuple[int, int]]:
    """The average points and the number of those who gave them, by item: nobody reads who said what (ASM-14)."""
    by_item: dict[str, list[int]] = {}
    for each in given:
        if each.giver is giver:
            by_item.setdefault(each.item, []).append(each.mark.points)
    return {item: (sum(points) // len(points), len(points)) for item, points in by_item.items()}


def without_extras(marks: Mapping[str, Mark]) -> dict[str, Mark]:
    """The marks of items only."""
    return {item: mark for item, mark in marks.items() if item not in (BONUS, BEHAVIOUR)}
