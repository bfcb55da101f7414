"""Issue forms, send the summary, answer it, approve; marks are in `assessing`."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, month_of
from clubsales.consultants.assessment import keeping, queries
from clubsales.consultants.assessment.events import AssessmentRecorded
from clubsales.consultants.assessment.flow import (
    HEADS,
    AssessmentRefused,
    Status,
    may_answer,
    may_approve,
    may_send,
    with_words,
)
from clubsales.consultants.assessment.holding import doer, is_closed, locked, own, step
from clubsales.consultants.assessment.models import AssessmentRow
from clubsales.consultants.assessment.periods import Period, last_day, start_of
from clubsales.consultants.assessment.rules import AssessmentPolicy, Part, score_of
from clubsales.consultants.credits.closing import hold_closing
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import refuse
from clubsales.ids import ConsultantID
from clubsales.policies import policy_on


def issue(session: Session, *, period: Period, day: date, actor: Actor, at: Instant) -> int:
    """Hand out the forms of the period a day is in to everybody who sells and has none; how many (ASM-09).

    Raises Refused(AssessmentRefused.HEAD, MONTH_CLOSED).
    """
    if actor.roles.isdisjoint(HEADS):
        refuse(AssessmentRefused.HEAD).or_raise()
    start = start_of(period, day)
    if period is Period.MONTH and is_closed(session, actor, start):
        refuse(AssessmentRefused.MONTH_CLOSED).or_raise()
    policy = policy_on(session, actor.club, start)
    sheet_id = keeping.sheet_id_for(session, actor.club, start, at=at)
    there = {each.consultant_id for each in queries.of_period(session, actor.club.id, period, start)}
    issued = 0
    for consultant_id in queries.sellers(session, actor.club, start, last_day(period, start)):
        if consultant_id in there:
            continue
        row = AssessmentRow(
            club_id=actor.club.id,
            consultant_id=consultant_id,
            period=period.value,
            month=start,
            sheet_id=sheet_id,
            status=Status.ISSUED.value,
            issued_at=at,
            policy_version_id=policy.version_id,
        )
        session.add(row)
        session.flush()
        step(session, row, "issued", actor=actor, at=at)
        issued += 1
    return issued


def send(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """Send the summary to the person, for him to confirm or object (ASM-09)."""
    assessment, row = locked(session, public_id, actor)
    may_send(assessment.stand, doer(actor, at)).or_raise()
    row.status, row.sent_at = Status.SENT.value, at
    step(session, row, "sent", actor=actor, at=at)


def confirm(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """The person agrees with his summary; raises NotFound for another's."""
    assessment, row = own(session, public_id, actor)
    may_answer(assessment.stand).or_raise()
    row.status = Status.CONFIRMED.value
    step(session, row, "confirmed", actor=actor, at=at)


def object_to(session: Session, *, public_id: str, words: str, actor: Actor, at: Instant) -> None:
    """The person does not agree, and says with what (ASM-19); raises NotFound for another's."""
    assessment, row = own(session, public_id, actor)
    may_answer(assessment.stand).or_raise()
    with_words(words).or_raise()
    row.status = Status.OBJECTED.value
    step(session, row, "objected", words, actor=actor, at=at)


def approve(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """Make an assessment effective; nothing of it changes from now on (ASM-10).

    Raises Refused(AssessmentRefused.OWN, MONTH_CLOSED, STEP).
    """
    hold_closing(session)
    assessment, row = locked(session, public_id, actor)
    closed = is_closed(session, actor, assessment.start)
    may_approve(assessment.stand, doer(actor, at), is_closed=closed).or_raise()
    row.status, row.approved_at, row.approved_by = Status.APPROVED.value, at, actor.account_id
    step(session, row, "approved", actor=actor, at=at)


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
    if is_closed(session, actor, month):
        return
    policy = policy_on(session, actor.club, month)
    weights = policy.read("assessment", AssessmentPolicy).weights
    parts = {Part.RESULTS: results, Part.ABILITY: ability, Part.ATTITUDE: attitude}
    row = session.scalars(
        sa.select(AssessmentRow).where(
            AssessmentRow.consultant_id == consultant_id,
            AssessmentRow.period == Period.MONTH.value,
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
            status=Status.CONFIRMED.value,
            issued_at=at,
            policy_version_id=policy.version_id,
        )
        session.add(row)
    row.results, row.ability, row.attitude = results, ability, attitude
    row.score = score_of(parts, weights)
    session.flush()
    audit.record(session, AssessmentRecorded(row.id, consultant_id, month, row.score), actor=actor, at=at)
