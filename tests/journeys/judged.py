"""Assessments at every step: of January and February, and of the quarter before."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Role
from clubsales.clock import Instant, local_day
from clubsales.consultants.assessment import assessing, keeping, operations, queries, training
from clubsales.consultants.assessment.marking import Mark
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.queries import AssessmentView
from clubsales.consultants.profiles.models import ConsultantRow
from tests.builders import Cast, a_colleague, consultant_of
from tests.integration.auth.support import let_in

LAST_SUMMER = date(2025, 7, 1)
JANUARY, FEBRUARY, OCTOBER = date(2026, 1, 1), date(2026, 2, 1), date(2025, 10, 1)
OWNER = "laoban"


@dataclass(frozen=True)
class Judged:
    """The public ids of it."""

    assessment: str  # Lin's of February, issued
    marked_assessment: str  # Zhou's of February, with a poor score
    sent_assessment: str  # Ma's of February
    silent_assessment: str  # Lin's of January, sent and never answered
    confirmed_assessment: str  # Zhou's of the quarter
    objected_assessment: str  # Ma's of January
    quarter_assessment: str  # Lin's
    training_plan: str  # Zhou's


def judge(session: Session, cast: Cast, *, at: Instant) -> Judged:
    """Whoever sells has been here since last summer and is assessed."""
    people = [consultant_of(who) for who in (cast.lin, cast.zhou, cast.ma)]
    session.execute(
        sa.update(ConsultantRow).where(ConsultantRow.id.in_(people)).values(active_from=LAST_SUMMER)
    )
    let_in(session, a_colleague(session, cast.club, OWNER, "老板", Role.OWNER), at=at)
    for period, day in (
        (Period.MONTH, JANUARY),
        (Period.MONTH, FEBRUARY),
        (Period.QUARTER, OCTOBER),
    ):
        operations.issue(session, period=period, day=day, actor=cast.manager, at=at)
    zhou, ma = _of(session, cast.zhou, FEBRUARY), _of(session, cast.ma, FEBRUARY)
    _review(session, cast, zhou, share=2, at=at)
    plan = training.plan(
        session,
        public_id=zhou.public_id,
        aim="带看成交率 30%",
        steps="每周两次跟班\n月底再看一次",
        due_on=local_day(at, cast.club.zone) + timedelta(days=40),
        actor=cast.manager,
        at=at,
    )
    _review(session, cast, ma, at=at)
    operations.send(session, public_id=ma.public_id, actor=cast.manager, at=at)
    january = [_of(session, who, JANUARY) for who in (cast.lin, cast.ma)]
    confirmed = _of(session, cast.zhou, OCTOBER, Period.QUARTER)
    for each in (*january, confirmed):
        _review(session, cast, each, at=at)
        operations.send(session, public_id=each.public_id, actor=cast.manager, at=at)
    operations.confirm(session, public_id=confirmed.public_id, actor=cast.zhou, at=at)
    operations.object_to(
        session, public_id=january[1].public_id, words="客户满意度的分数不对", actor=cast.ma, at=at
    )
    keeping.set_club_day(
        session, day=date(2026, 3, 13), is_worked=False, name="店庆", actor=cast.manager, at=at
    )
    return Judged(
        assessment=_of(session, cast.lin, FEBRUARY).public_id,
        marked_assessment=zhou.public_id,
        sent_assessment=ma.public_id,
        silent_assessment=january[0].public_id,
        confirmed_assessment=confirmed.public_id,
        objected_assessment=january[1].public_id,
        quarter_assessment=_of(session, cast.lin, OCTOBER, Period.QUARTER).public_id,
        training_plan=plan,
    )


def _of(session: Session, who: Actor, start: date, period: Period = Period.MONTH) -> AssessmentView:
    everybody = queries.of_period(session, who.club.id, period, start)
    return next(each for each in everybody if each.consultant_id == consultant_of(who))


def _review(session: Session, cast: Cast, each: AssessmentView, *, share: int = 1, at: Instant) -> None:
    """Every item has its points, or one part in `share` of them."""
    assessing.review(
        session,
        public_id=each.public_id,
        marks={item.code: Mark(item.most // share, note="看过记录") for item in each.items},
        bonus=Mark(100, note="主动带新人"),
        behaviour=None,
        words="继续努力",
        actor=cast.manager,
        at=at,
    )
