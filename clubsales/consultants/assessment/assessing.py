"""Marks: one's own, the supervisor's, others who are heard, and the manager's, which count."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.assessment import keeping
from clubsales.consultants.assessment.flow import (
    Giver,
    Status,
    asked_of,
    may_count,
    may_give,
    may_hear,
    may_mark,
    may_reconfirm,
    may_review,
    may_self_assess,
    with_words,
)
from clubsales.consultants.assessment.giving import BEHAVIOUR, found_for, write_marks
from clubsales.consultants.assessment.holding import doer, led, locked, own, step
from clubsales.consultants.assessment.marking import BONUS, Mark, settled, tally
from clubsales.consultants.assessment.models import AssessmentRow
from clubsales.consultants.assessment.queries import AssessmentView
from clubsales.consultants.assessment.rules import Part


def self_assess(
    session: Session, *, public_id: str, marks: Mapping[str, Mark], words: str, actor: Actor, at: Instant
) -> None:
    """The person says himself how it went; it counts for nothing but being heard. Raises NotFound for another's."""
    assessment, row = own(session, public_id, actor)
    may_self_assess(assessment.stand, doer(actor, at)).or_raise()
    _write(session, assessment, Giver.SELF, marks, actor=actor, at=at)
    if row.status == Status.ISSUED.value:
        row.status = Status.SELF_ASSESSED.value
    step(session, row, "self_assessed", words, actor=actor, at=at)


def mark(
    session: Session, *, public_id: str, marks: Mapping[str, Mark], words: str, actor: Actor, at: Instant
) -> None:
    """The supervisor's marks, for his own team; raises NotFound for another."""
    assessment, row = led(session, public_id, actor)
    may_mark(assessment.stand, doer(actor, at)).or_raise()
    _write(session, assessment, Giver.SUPERVISOR, marks, actor=actor, at=at)
    row.status = Status.ASSESSED.value
    step(session, row, "assessed", words, actor=actor, at=at)


def hear(
    session: Session,
    *,
    public_id: str,
    giver: Giver,
    marks: Mapping[str, Mark],
    words: str,
    actor: Actor,
    at: Instant,
) -> None:
    """What a colleague says, or customers do by the hand of who leads him; of quarters and years only (ASM-14)."""
    look = led if giver is Giver.CUSTOMER else locked
    assessment, row = look(session, public_id, actor)
    may_hear(assessment.stand, doer(actor, at), giver).or_raise()
    _write(session, assessment, giver, marks, actor=actor, at=at)
    step(session, row, giver.value, words, actor=actor, at=at)


def review(
    session: Session,
    *,
    public_id: str,
    marks: Mapping[str, Mark],
    bonus: Mark | None,
    behaviour: Mark | None,
    words: str,
    actor: Actor,
    at: Instant,
) -> None:
    """The manager's marks: the ones that count. What he leaves out is as the data has it (ASM-10).

    Raises Refused(AssessmentRefused.OWN, HEAD, STEP, TOO_EARLY, POINTS, COUNT, NOTE, INCOMPLETE, BONUS, BEHAVIOUR,
    BEHAVIOUR_REASON).
    """
    assessment, row = locked(session, public_id, actor)
    may_review(assessment.stand, doer(actor, at)).or_raise()
    _count(session, assessment, row, marks, bonus, behaviour, actor=actor, at=at)
    row.status = Status.REVIEWED.value
    step(session, row, "reviewed", words, actor=actor, at=at)


def reconfirm(
    session: Session,
    *,
    public_id: str,
    marks: Mapping[str, Mark] | None,
    bonus: Mark | None,
    behaviour: Mark | None,
    words: str,
    actor: Actor,
    at: Instant,
) -> None:
    """The manager has looked again, with other marks or the same, and answers (ASM-09).

    Where the person said nothing until the last day to confirm, this is how it goes on. Raises what `review` does,
    and Refused(AssessmentRefused.STILL_TIME, WORDS).
    """
    assessment, row = locked(session, public_id, actor)
    due = keeping.deadlines_of(session, actor.club, assessment.period, assessment.start)
    may_reconfirm(assessment.stand, doer(actor, at), confirm_by=due.confirm_by).or_raise()
    is_silent = assessment.status is Status.SENT
    if not is_silent:
        with_words(words).or_raise()
    if marks is not None:
        _count(session, assessment, row, marks, bonus, behaviour, actor=actor, at=at)
    row.status = Status.CONFIRMED.value
    step(session, row, "silent" if is_silent else "reconfirmed", words, actor=actor, at=at)


def _count(
    session: Session,
    assessment: AssessmentView,
    row: AssessmentRow,
    marks: Mapping[str, Mark],
    bonus: Mark | None,
    behaviour: Mark | None,
    *,
    actor: Actor,
    at: Instant,
) -> None:
    """Write marks that count and what they add up to."""
    found = found_for(session, assessment, actor=actor, at=at)
    together = found | _settled(session, assessment, marks, actor)
    counted = {item.code: together[item.code] for item in assessment.items if item.code in together}
    may_give(assessment.items, counted, found).or_raise()
    may_count(assessment.items, counted, bonus=bonus, behaviour=behaviour).or_raise()
    write_marks(session, assessment.id, Giver.DATA, found, actor=actor, at=at)
    # A bonus that is taken back is none, whatever was given before.
    given = {BONUS: bonus if bonus is not None else Mark(0)}
    if behaviour is not None:
        given[BEHAVIOUR] = behaviour
    write_marks(session, assessment.id, Giver.MANAGER, counted | given, actor=actor, at=at)
    weights = keeping.policy_of(session, actor.club, assessment.start).weights
    reached = tally(assessment.items, counted | given, weights)
    row.results = reached.parts[Part.RESULTS]
    row.ability = reached.parts[Part.ABILITY]
    row.attitude = reached.parts[Part.ATTITUDE]
    row.score = reached.score
    row.behaviour_bp = behaviour.points if behaviour is not None else None


def _write(
    session: Session,
    assessment: AssessmentView,
    giver: Giver,
    marks: Mapping[str, Mark],
    *,
    actor: Actor,
    at: Instant,
) -> None:
    """Write the marks of somebody who is heard, for the items he is asked about."""
    asked = asked_of(giver, assessment.items)
    given = _settled(session, assessment, marks, actor)
    kept = {item.code: given[item.code] for item in asked if item.code in given}
    may_give(assessment.items, kept, {}).or_raise()
    write_marks(session, assessment.id, giver, kept, actor=actor, at=at)


def _settled(
    session: Session, assessment: AssessmentView, marks: Mapping[str, Mark], actor: Actor
) -> dict[str, Mark]:
    """Marks of the sheet's items, with the points that follow from what was counted."""
    off = keeping.points_off(session, actor.club, assessment.start)
    return {
        item.code: settled(item, marks[item.code], points_off=off)
        for item in assessment.items
        if item.code in marks
    }
