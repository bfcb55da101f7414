"""The pages of assessment: everybody's of a period, one's own, and what is done with many at once."""

from datetime import date, timedelta
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, now
from clubsales.consultants.assessment import (
    calendar_views,
    colleague_views,
    holding,
    keeping,
    marking_views,
    operations,
    pages,
    queries,
    sheet_views,
    step_views,
    training,
    training_views,
    yearly,
)
from clubsales.consultants.assessment.blueprint import bp
from clubsales.consultants.assessment.flow import HEADS, Status
from clubsales.consultants.assessment.forms import month_typed, period_typed
from clubsales.consultants.assessment.periods import Period, after, before, last_day, start_of
from clubsales.consultants.assessment.queries import AssessmentView
from clubsales.consultants.assessment.words import words
from clubsales.consultants.credits import closing
from clubsales.db import db, transact
from clubsales.errors import NotFound
from clubsales.i18n import ngettext
from clubsales.web import render

__all__ = [
    "bp",
    "calendar_views",
    "colleague_views",
    "marking_views",
    "sheet_views",
    "step_views",
    "training_views",
]

WINDOW_OF_LAST = timedelta(days=20)  # so long the period that is over is what people come for


@bp.get("/assessments")
@requires(Permission.ASSESS)
def index() -> ResponseReturnValue:
    """Everybody's assessment of a period, and how far each is; a supervisor sees his team."""
    actor, at = current_actor(), now()
    today = local_day(at, actor.club.zone)
    period, start = _asked(actor)
    shown = _seen(actor, queries.of_period(db.session, actor.club.id, period, start))
    is_head = not actor.roles.isdisjoint(HEADS)
    deadlines = keeping.deadlines_of(db.session, actor.club, period, start)
    approves = may(actor, Permission.ASSESSMENT_APPROVE)
    sellers = queries.sellers(db.session, actor.club, start, last_day(period, start))
    closed = closing.closed_through(db.session, actor.club.id)
    left_open = {each.id for each in shown if holding.is_left_open(each, closed)}
    to_do = [each for each in shown if each.id not in left_open]
    return render(
        "consultants/assessment/index.html",
        period=period,
        start=start,
        before=before(period, start),
        after=after(period, start),
        assessments=shown,
        due={each.id: pages.due_of(each, deadlines, today) for each in to_do},
        left_open=left_open,
        deadlines=deadlines,
        today=today,
        not_issued=len(set(sellers) - {each.consultant_id for each in shown}) if is_head else 0,
        to_send=_of_others(actor, to_do, Status.REVIEWED) if is_head else [],
        to_approve=_of_others(actor, to_do, Status.CONFIRMED) if approves else [],
        waiting=pages.waiting_for(db.session, actor, approves=approves, at=at),
        may_edit=may(actor, Permission.SHEET_EDIT),
        scheme_is_due=may(actor, Permission.SHEET_EDIT)
        and yearly.is_due(keeping.versions(db.session, actor.club.id), actor.club, today),
        may_see_club=may(actor, Permission.CLUB_SETTINGS),
        all_periods=list(Period),
        **words(),
    )


@bp.post("/assessments/issue")
@requires(Permission.ASSESS)
def issue() -> ResponseReturnValue:
    """Hand out the forms of a period."""
    actor, at = current_actor(), now()
    period, start = _asked(actor)
    count = transact(lambda s: operations.issue(s, period=period, day=start, actor=actor, at=at))
    flash(ngettext("%(num)s form is issued.", "%(num)s forms are issued.", count), "success")
    return _back(period, start)


@bp.post("/assessments/send")
@requires(Permission.ASSESS)
def send_all() -> ResponseReturnValue:
    """Send every summary of a period that the manager has marked."""
    actor, at = current_actor(), now()
    period, start = _asked(actor)

    def work(session: Session) -> int:
        marked = queries.of_period(session, actor.club.id, period, start)
        ready = _of_others(actor, marked, Status.REVIEWED)
        for each in ready:
            operations.send(session, public_id=each.public_id, actor=actor, at=at)
        return len(ready)

    count = transact(work)
    flash(ngettext("%(num)s summary is sent.", "%(num)s summaries are sent.", count), "success")
    return _back(period, start)


@bp.post("/assessments/approve")
@requires(Permission.ASSESSMENT_APPROVE)
def approve_all() -> ResponseReturnValue:
    """Approve everything of a period that is confirmed, but one's own."""
    actor, at = current_actor(), now()
    period, start = _asked(actor)

    def work(session: Session) -> int:
        confirmed = queries.of_period(session, actor.club.id, period, start)
        ready = _of_others(actor, confirmed, Status.CONFIRMED)
        for each in ready:
            operations.approve(session, public_id=each.public_id, actor=actor, at=at)
        return len(ready)

    count = transact(work)
    said = ngettext(
        "%(num)s assessment is approved and in effect.",
        "%(num)s assessments are approved and in effect.",
        count,
    )
    flash(said, "success")
    return _back(period, start)


@bp.get("/assessments/mine")
@requires(Permission.PAY_SEE_OWN)
def mine() -> ResponseReturnValue:
    """My assessments, my training, and colleagues I am asked about."""
    actor, at = current_actor(), now()
    today = local_day(at, actor.club.zone)
    own = queries.of_consultant(db.session, actor.club.id, actor.consultant_id) if actor.consultant_id else []
    closed = closing.closed_through(db.session, actor.club.id)
    left_open = {each.id for each in own if holding.is_left_open(each, closed)}
    to_do = [each for each in own if each.id not in left_open and each.status is not Status.APPROVED]
    deadlines = {
        (each.period, each.start): keeping.deadlines_of(db.session, actor.club, each.period, each.start)
        for each in to_do
    }
    due = {each.id: pages.due_of(each, deadlines[each.period, each.start], today) for each in to_do}
    return render(
        "consultants/assessment/mine.html",
        assessments=own,
        due=due,
        left_open=left_open,
        today=today,
        unseen=pages.UNSEEN,
        peers=colleague_views.peers_asked(db.session, actor, today) if actor.consultant_id else [],
        plans=training.plans(db.session, actor.club.id, actor.consultant_id) if actor.consultant_id else [],
        **words(),
    )


def _asked(actor: Actor) -> tuple[Period, date]:
    """The period asked for; without one, the last month in its first weeks after, then the present one."""
    asked = request.values
    period, text = period_typed(asked.get("period", "")), asked.get("month", "")
    today = local_day(now(), actor.club.zone)
    if not text:
        return period, start_of(period, today - WINDOW_OF_LAST)
    month = month_typed(text)
    if month is None or not 2000 < month.year < 2999:
        raise NotFound
    return period, start_of(period, month)


def _seen(actor: Actor, assessments: list[AssessmentView]) -> list[AssessmentView]:
    """Those of whom the actor leads: of the whole club, or of his team."""
    if not actor.roles.isdisjoint(HEADS):
        return assessments
    team = queries.team_of(db.session, actor.club.id, actor.consultant_id)
    return [each for each in assessments if team is not None and each.team == team]


def _of_others(actor: Actor, assessments: list[AssessmentView], status: Status) -> list[AssessmentView]:
    return [each for each in assessments if each.status is status and each.account_id != actor.account_id]


def _back(period: Period, start: date) -> ResponseReturnValue:
    address = url_for("assessment.index", period=period.value, month=f"{start:%Y-%m}")
    return redirect(address, HTTPStatus.SEE_OTHER)
