"""My floor: the briefing and the checklist before the shift, the queue and the plan during it."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_time, now
from clubsales.consultants.leave import texts as leave_texts
from clubsales.db import db, transact
from clubsales.frontdesk.posts import (
    closing_views,
    dayplans,
    form_views,
    handover_views,
    handovers,
    operations,
    queries,
    status_views,
    texts,
)
from clubsales.frontdesk.posts.beginning import beginning
from clubsales.frontdesk.posts.blueprint import bp
from clubsales.frontdesk.posts.forms import OpeningForm, PlanForm
from clubsales.frontdesk.posts.queries import own_id
from clubsales.frontdesk.reception.board_views import board_context, live
from clubsales.frontdesk.reception.claiming import leads_of_guests
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag, listed

__all__ = ["bp", "closing_views", "form_views", "handover_views", "status_views"]


@bp.get("/floor")
@requires(Permission.FLOOR_WORK)
def floor() -> ResponseReturnValue:
    """My floor; before the shift, the briefing and the opening checklist of `?shift=`, where none is planned."""
    form = OpeningForm()
    form.shift.data = request.args.get("shift", "")[:20]
    return _floor(form, current_actor(), now())


@bp.get("/floor/live")
@requires(Permission.FLOOR_WORK)
def floor_live() -> ResponseReturnValue:
    """What moves on my floor, a fragment; 304 while nothing has changed."""
    actor, at = current_actor(), now()
    return live(
        "frontdesk/posts/_floor.html",
        actor,
        at,
        me=own_id(actor),
        offered=_Offered(actor),
        lead_of=leads_of_guests(db.session, actor, at),
    )


@bp.post("/floor/shift")
@requires(Permission.FLOOR_WORK)
def open_shift() -> ResponseReturnValue:
    """Go on post with the checklist done; stand in the queue."""
    actor, at = current_actor(), now()
    form = OpeningForm()
    form.ask(beginning(db.session, own_id(actor), actor, at, chosen=form.shift.data).checklist)
    if not form.is_valid():
        return _floor(form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: operations.open_shift(
            s,
            consultant_id=own_id(actor),
            checklist=form.ticked,
            number=form.version,
            shift=form.shift.data or None,
            plan=form.plan,
            actor=actor,
            at=at,
        )
    )
    flash(_("You are on post."), "success")
    return redirect(url_for(".floor"))


@bp.post("/floor/plan")
@requires(Permission.FLOOR_WORK)
def set_plan() -> ResponseReturnValue:
    """What I set out to do today (RPT-02)."""
    actor, at = current_actor(), now()
    form = PlanForm()
    if not form.is_valid():
        for messages in form.errors.values():
            flash(str(messages[0]), "error")
        return redirect(url_for(".floor"))
    plan = form.plan
    if plan is not None:
        transact(lambda s: dayplans.set_plan(s, consultant_id=own_id(actor), plan=plan, actor=actor, at=at))
        flash(_("Today's plan is set."), "success")
    return redirect(url_for(".floor"))


class _Offered:
    """What waits for me to be acknowledged, looked up only when the page is really drawn."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def __call__(self) -> list[handovers.HandoverView]:
        return handovers.offered_to(db.session, self._actor.club.id, own_id(self._actor))


def _places(actor: Actor) -> list[tuple[str, str]]:
    """Where else a consultant works: endpoint and label."""
    everywhere = (
        (Permission.ROSTER_SEE, "roster.week", _("Roster")),
        (Permission.ROSTER_SEE, "leave.mine", _("Leave")),
        (Permission.APPOINTMENT_MAKE, "appointments.index", _("Appointments")),
        (Permission.PASS_ISSUE, "passes.index", _("Passes")),
        (Permission.FAIRNESS_SEE, "fairness.report", _("Fairness")),
        (Permission.DISPUTE_SEE, "disputes.index", _("Disputes")),
        (Permission.TAKINGS_COUNT, "takings.index", _("Takings count")),
        (Permission.DAY_SEE, "posts.day_forms", _("Everybody's day forms")),
    )
    return [(endpoint, label) for permission, endpoint, label in everywhere if may(actor, permission)]


def _floor(form: OpeningForm, actor: Actor, at: Instant) -> str:
    page = queries.my_floor(db.session, actor, at, chosen=form.shift.data)
    if page.briefing is not None:
        begins = page.briefing.beginning
        form.ask(begins.checklist)
        form.number.data, form.shift.data = str(begins.checklist.number), begins.shift
        form.show(page.briefing.plan)
    plan_form = PlanForm(formdata=None)
    if page.today is not None:
        plan_form.show(page.today.plan)
    return render_template(
        "frontdesk/posts/floor.html",
        page=page,
        form=form,
        plan_form=plan_form,
        me=own_id(actor),
        offered=_Offered(actor),
        lead_of=leads_of_guests(db.session, actor, at),
        local_hour=local_time(at, actor.club.zone).hour,
        at=at,
        language=language_tag(),
        shift_names=texts.SHIFTS,
        authorities=leave_texts.AUTHORITIES,
        ends_leave=listed(page.briefing.ends_leave) if page.briefing is not None else "",
        places=_places(actor),
        **board_context(actor, at),
    )
