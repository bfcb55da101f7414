"""My floor: the shift, the status, the place in the queue, the guest now, the month so far."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import Instant, local_time, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.queries import ShiftView
from clubsales.consultants.shifts.rules import Override, ShiftRefused, Status
from clubsales.db import db, transact
from clubsales.errors import refuse
from clubsales.frontdesk.posts import operations, queries
from clubsales.frontdesk.posts.forms import CLOSE, ClosingForm, OpeningForm, ReleaseForm, StatusForm
from clubsales.frontdesk.posts.queries import own_id
from clubsales.frontdesk.reception.views import board_context, live
from clubsales.i18n import gettext as _
from clubsales.web import back_url

bp = Blueprint("posts", __name__)


@bp.get("/floor")
@requires(Permission.FLOOR_WORK)
def floor() -> ResponseReturnValue:
    """My floor; before the shift, the opening checklist."""
    return _floor(OpeningForm(), current_actor(), now())


@bp.get("/floor/live")
@requires(Permission.FLOOR_WORK)
def floor_live() -> ResponseReturnValue:
    """What moves on my floor, a fragment; 304 while nothing has changed."""
    actor, at = current_actor(), now()
    return live("frontdesk/posts/_floor.html", actor, at, me=own_id(actor))


@bp.post("/floor/shift")
@requires(Permission.FLOOR_WORK)
def open_shift() -> ResponseReturnValue:
    """Go on post with the checklist done; stand in the queue."""
    actor, at = current_actor(), now()
    form = OpeningForm()
    if not form.is_valid():
        return _floor(form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: operations.open_shift(
            s, consultant_id=own_id(actor), checklist=form.checklist, actor=actor, at=at
        )
    )
    flash(_("You are on post."), "success")
    return redirect(url_for(".floor"))


@bp.post("/floor/status")
@requires(Permission.FLOOR_WORK)
def change_status() -> ResponseReturnValue:
    """On post, at a meal, in a meeting, away."""
    actor, at = current_actor(), now()
    form = StatusForm()
    if not form.is_valid():
        flash(_("Choose one of the buttons."), "error")
        return redirect(url_for(".floor"))
    transact(
        lambda s: operations.change_status(
            s, consultant_id=own_id(actor), status=Status(form.status.data), actor=actor, at=at
        )
    )
    return redirect(url_for(".floor"))


@bp.get("/floor/closing")
@requires(Permission.FLOOR_WORK)
def closing() -> ResponseReturnValue:
    """Close my shift: checklist, handover, who takes over."""
    actor, at = current_actor(), now()
    shift = shifts.open_shift_of(db.session, own_id(actor))
    if shift is None:
        flash(_("Your shift is closed already."), "info")
        return redirect(url_for(".floor"))
    return _closing(ClosingForm(), shift, actor, at)


@bp.post("/floor/closing")
@requires(Permission.FLOOR_WORK)
def close_shift() -> ResponseReturnValue:
    """Go off post and out of the queue."""
    actor, at = current_actor(), now()
    form = ClosingForm()
    shift = shifts.open_shift_of(db.session, own_id(actor))
    if shift is not None and not form.is_valid():
        return _closing(form, shift, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(lambda s: _close(s, form, actor, at))
    flash(_("Your shift is closed. Have a good rest."), "success")
    return redirect(url_for(".floor"))


@bp.post("/floor/<public_id>/release")
@requires(Permission.SHIFT_OVERRIDE)
def release(public_id: str) -> ResponseReturnValue:
    """Let somebody leave the post although nobody stays, with a reason."""
    actor, at = current_actor(), now()
    form = ReleaseForm()
    if not form.is_valid():
        for message in (*form.into.errors, *form.reason.errors):
            flash(str(message), "error")
        return redirect(back_url())
    person = profiles.by_public_id(db.session, actor.club.id, public_id)
    transact(lambda s: _release(s, form, person, actor, at))
    flash(_("%(name)s may leave the post.", name=person.name), "success")
    return redirect(back_url())


def _close(session: Session, form: ClosingForm, actor: Actor, at: Instant) -> None:
    chosen = form.acknowledged_by.data
    relief = profiles.by_public_id(session, actor.club.id, chosen).id if chosen else None
    operations.close_shift(
        session,
        consultant_id=own_id(actor),
        acknowledged_by=relief,
        handover_note=form.handover_note.data or "",
        closing_checklist=form.checklist,
        actor=actor,
        at=at,
    )


def _release(session: Session, form: ReleaseForm, person: ConsultantView, actor: Actor, at: Instant) -> None:
    if actor.account_id is None:
        refuse(ShiftRefused.OVERRIDE).or_raise()
    override = Override(actor.account_id, actor.roles, form.reason.data or "")
    if form.into.data == CLOSE:
        operations.close_shift(session, consultant_id=person.id, override=override, actor=actor, at=at)
    else:
        operations.change_status(
            session,
            consultant_id=person.id,
            status=Status(form.into.data),
            override=override,
            actor=actor,
            at=at,
        )


def _floor(form: OpeningForm, actor: Actor, at: Instant) -> str:
    return render_template(
        "frontdesk/posts/floor.html",
        page=queries.my_floor(db.session, actor, at),
        form=form,
        me=own_id(actor),
        local_hour=local_time(at, actor.club.zone).hour,
        **board_context(actor, at),
    )


def _closing(form: ClosingForm, shift: ShiftView, actor: Actor, at: Instant) -> str:
    within_hours = actor.club.is_business_time(local_time(at, actor.club.zone))
    form.offer(queries.reliefs(db.session, actor), may_be_nobody=not within_hours)
    return render_template("frontdesk/posts/closing.html", form=form, shift=shift, within_hours=within_hours)
