"""Where a consultant is during his shift, and the manager who lets somebody leave the post."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.answers import back_url
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import Instant, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.shifts.rules import Override, ShiftRefused, Status
from clubsales.db import db, transact
from clubsales.errors import refuse
from clubsales.frontdesk.posts import operations
from clubsales.frontdesk.posts.blueprint import bp
from clubsales.frontdesk.posts.forms import CLOSE, ReleaseForm, StatusForm
from clubsales.frontdesk.posts.queries import own_id
from clubsales.i18n import gettext as _


@bp.post("/floor/status")
@requires(Permission.FLOOR_WORK)
def change_status() -> ResponseReturnValue:
    """On post, at a meal, in a meeting, away."""
    actor, at = current_actor(), now()
    form = StatusForm()
    if not form.is_valid():
        flash(_("Choose one of the buttons."), "error")
        return redirect(url_for(".floor"))
    passed_on = transact(
        lambda s: operations.change_status(
            s, consultant_id=own_id(actor), status=Status(form.status.data), actor=actor, at=at
        )
    )
    if passed_on:
        flash(_("The guest offered to you has passed on. It counted as your turn."), "info")
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
    passed_on = transact(lambda s: _release(s, form, person, actor, at))
    flash(_("%(name)s may leave the post.", name=person.name), "success")
    if passed_on:
        flash(_("The guest offered to %(name)s has passed on.", name=person.name), "info")
    return redirect(back_url())


def _release(session: Session, form: ReleaseForm, person: ConsultantView, actor: Actor, at: Instant) -> bool:
    if actor.account_id is None:
        refuse(ShiftRefused.OVERRIDE).or_raise()
    override = Override(actor.account_id, actor.roles, form.reason.data or "")
    if form.into.data == CLOSE:
        return operations.close_shift(session, consultant_id=person.id, override=override, actor=actor, at=at)
    return operations.change_status(
        session,
        consultant_id=person.id,
        status=Status(form.into.data),
        override=override,
        actor=actor,
        at=at,
    )
