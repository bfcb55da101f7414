"""An assessment as its page shows it: items with their marks, the score with its reasons, whose turn it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.assessment import holding, keeping, queries
from clubsales.consultants.assessment.explaining import (
    band_reason,
    behaviour_reason,
    chance_reason,
    hundredths,
    reason_of,
    score_reasons,
)
from clubsales.consultants.assessment.flow import HEADS, Giver, Status
from clubsales.consultants.assessment.giving import BEHAVIOUR, found_for, heard, marks_by, without_extras
from clubsales.consultants.assessment.marking import (
    BONUS,
    Grade,
    Mark,
    missing,
    sales_grade,
    satisfaction_grade,
    tally,
)
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.queries import AssessmentView
from clubsales.consultants.assessment.rules import AssessmentPolicy, Band, Part, band_of, shown
from clubsales.consultants.assessment.sheets import Item, Source
from clubsales.consultants.assessment.working_days import Deadlines
from clubsales.consultants.credits import closing
from clubsales.errors import Reason

TONES = {
    Status.ISSUED: "plain",
    Status.SELF_ASSESSED: "plain",
    Status.ASSESSED: "info",
    Status.REVIEWED: "info",
    Status.SENT: "soon",
    Status.OBJECTED: "now",
    Status.CONFIRMED: "soon",
    Status.APPROVED: "fine",
}
UNSEEN = (Status.ISSUED, Status.SELF_ASSESSED, Status.ASSESSED, Status.REVIEWED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The next deadline of an assessment, and how many days are left; below zero it is late."""

    day: date
    days_left: int

    @property
    def is_late(self) -> bool:
        return self.days_left < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An item on the page. `given`: by giver, points as people write them; `counts`: the mark the score is made of."""

    number: int
    item: Item
    given: Mapping[Giver, str]
    counts: str
    points: int
    reason: Reason | None
    notes: Sequence[tuple[Giver, str]]
    grade: Grade | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An assessment with everything about it."""

    assessment: AssessmentView
    lines: Mapping[Part, Sequence[Line]]
    due: Due | None
    deadlines: Deadlines
    found: Mapping[str, Mark]
    manager: Mapping[str, Mark]
    supervisor: Mapping[str, Mark]
    own: Mapping[str, Mark]
    bonus: Mark | None
    behaviour: Mark | None
    reasons: Sequence[Reason]
    band: Band | None
    paid_by: Reason | None
    chance: Reason | None
    sees_marks: bool


def due_of(assessment: AssessmentView, deadlines: Deadlines, today: date) -> Due | None:
    """By when the present step has to be done (ASM-09)."""
    if assessment.status is Status.APPROVED:
        return None
    by = {Status.SENT: deadlines.confirm_by, Status.OBJECTED: deadlines.confirm_by}
    by |= {Status.CONFIRMED: deadlines.confirm_by, Status.REVIEWED: deadlines.send_by}
    day = by.get(assessment.status, deadlines.closes)
    return Due(day=day, days_left=(day - today).days)


def acts(actor: Actor, assessment: AssessmentView, *, approves: bool, team: str | None) -> bool:
    """Whether the next step of an assessment is this person's to do."""
    if assessment.account_id == actor.account_id:
        return assessment.status in (Status.ISSUED, Status.SENT)
    is_head = not actor.roles.isdisjoint(HEADS)
    if assessment.status is Status.CONFIRMED:
        return approves
    if assessment.status in (Status.ISSUED, Status.SELF_ASSESSED):
        return is_head or (team is not None and team == assessment.team)
    return is_head and assessment.status is not Status.SENT and assessment.status is not Status.APPROVED


def waiting_for(session: Session, actor: Actor, *, approves: bool, at: Instant) -> list[AssessmentView]:
    """What is over and waits for this person among those he leads."""
    today = local_day(at, actor.club.zone)
    open_ones = [each for each in queries.unfinished(session, actor.club.id) if each.stand.last_day <= today]
    if not open_ones:
        return []
    closed = closing.closed_through(session, actor.club.id)
    team = queries.team_of(session, actor.club.id, actor.consultant_id)
    is_head = not actor.roles.isdisjoint(HEADS)
    return [
        each
        for each in open_ones
        if not holding.is_left_open(each, closed)
        and (is_head or (team is not None and team == each.team))
        and acts(actor, each, approves=approves, team=team)
    ]


def page_of(session: Session, assessment: AssessmentView, actor: Actor, at: Instant) -> Page:
    """The page of an assessment, as whoever looks may see it: the person sees marks once they are sent to him."""
    policy = keeping.policy_of(session, actor.club, assessment.start)
    due = keeping.deadlines_of(session, actor.club, assessment.period, assessment.start)
    given = queries.given(session, assessment.id)
    is_own = assessment.account_id == actor.account_id
    sees_marks = (not is_own and holding.leads(session, actor, assessment)) or (
        assessment.status not in UNSEEN and is_own
    )
    manager = marks_by(given, Giver.MANAGER) if sees_marks else {}
    fixed = assessment.status not in UNSEEN or bool(manager)
    found = marks_by(given, Giver.DATA) if fixed else found_for(session, assessment, actor=actor, at=at)
    columns: dict[Giver, Mapping[str, Mark]] = {
        Giver.DATA: found,
        Giver.SELF: marks_by(given, Giver.SELF),
        Giver.SUPERVISOR: marks_by(given, Giver.SUPERVISOR) if sees_marks else {},
        Giver.MANAGER: without_extras(manager),
    }
    others = {each: heard(given, each) if sees_marks else {} for each in (Giver.PEER, Giver.CUSTOMER)}
    lines: dict[Part, list[Line]] = {part: [] for part in Part}
    satisfied = queries.satisfied_before(session, actor.club.id, assessment.consultant_id, assessment.start)
    for number, item in enumerate(assessment.items, 1):
        lines[item.part].append(_line(number, item, columns, others, satisfied))
    reached = None
    if manager and not missing(assessment.items, manager):
        reached = tally(assessment.items, manager, policy.weights)
    return Page(
        assessment=assessment,
        lines=lines,
        due=due_of(assessment, due, local_day(at, actor.club.zone)),
        deadlines=due,
        found=found,
        manager=manager,
        supervisor=columns[Giver.SUPERVISOR],
        own=columns[Giver.SELF],
        bonus=manager.get(BONUS),
        behaviour=manager.get(BEHAVIOUR) if assessment.behaviour_bp is not None else None,
        reasons=score_reasons(reached, policy) if reached is not None else (),
        band=band_of(reached.score, policy) if reached is not None else None,
        paid_by=_paid_by(reached.score, assessment, policy) if reached is not None else None,
        chance=chance_reason(reached) if reached is not None else None,
        sees_marks=sees_marks,
    )


def behaviour_line(page: Page, policy: AssessmentPolicy) -> Reason | None:
    """The coefficient, where there is one."""
    if page.behaviour is None:
        return None
    return behaviour_reason(page.behaviour.points, multiplies=policy.behaviour_multiplier)


def score_text(assessment: AssessmentView) -> str:
    """The score with two decimals, or nothing yet."""
    return shown(assessment.score) if assessment.score is not None else ""


def _paid_by(score: int, assessment: AssessmentView, policy: AssessmentPolicy) -> Reason | None:
    if assessment.period is not Period.MONTH:
        return None
    return band_reason(score, band_of(score, policy), policy)


def _line(
    number: int,
    item: Item,
    columns: Mapping[Giver, Mapping[str, Mark]],
    others: Mapping[Giver, Mapping[str, tuple[int, int]]],
    satisfied: Sequence[int],
) -> Line:
    given = {
        giver: hundredths(marks[item.code].points) for giver, marks in columns.items() if item.code in marks
    }
    given |= {
        giver: f"{hundredths(points[item.code][0])} × {points[item.code][1]}"
        for giver, points in others.items()
        if item.code in points
    }
    order = (Giver.MANAGER, Giver.DATA, Giver.SUPERVISOR)
    marks = [columns[giver][item.code] for giver in order if item.code in columns[giver]]
    counts = columns[Giver.MANAGER].get(item.code)
    said = next((reason for mark in marks if (reason := reason_of(item, mark)) is not None), None)
    return Line(
        number=number,
        item=item,
        given=given,
        counts=hundredths(counts.points) if counts is not None else "",
        points=counts.points if counts is not None else 0,
        reason=said,
        notes=[
            (giver, columns[giver][item.code].note)
            for giver in (Giver.SELF, Giver.SUPERVISOR, Giver.MANAGER)
            if item.code in columns[giver] and columns[giver][item.code].note
        ],
        grade=_grade(item, marks, satisfied),
    )


def _grade(item: Item, marks: Sequence[Mark], satisfied: Sequence[int]) -> Grade | None:
    """The gradings of ASM-11 and SAT-03, shown on the sheet (AMB-45, AMB-67)."""
    for mark in marks:
        if item.source is Source.COMPLETION and "whole" in mark.facts:
            return sales_grade(
                mark.facts["part"], mark.facts["whole"], others_met=mark.facts.get("others_met", True)
            )
        if item.source is Source.SATISFACTION and "percent" in mark.facts:
            return satisfaction_grade([mark.facts["percent"], *satisfied])
    return None
