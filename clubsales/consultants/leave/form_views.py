"""The written form of one leave, and the door by which it ends early."""

from http import HTTPStatus

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires, requires_sign_in
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, local_time, now
from clubsales.consultants.leave import ending, queries
from clubsales.consultants.leave.blueprint import bp
from clubsales.consultants.leave.early import Half, half_at, is_running
from clubsales.consultants.leave.forms import EndForm
from clubsales.consultants.leave.lines import line_of, words
from clubsales.consultants.leave.queries import LeaveView
from clubsales.consultants.leave.rules import Status
from clubsales.db import db, transact
from clubsales.errors import NotFound
from clubsales.i18n import gettext as _
from clubsales.i18n import listed
from clubsales.typed import free_text
from clubsales.web import render


@bp.get("/leave/<public_id>")
@requires_sign_in
def form(public_id: str) -> ResponseReturnValue:
    """The written form, to print (ATT-05): for whoever asks, whoever decides, and the club's head."""
    actor, at = current_actor(), now()
    leave = queries.by_public_id(db.session, actor.club.id, public_id)
    others = may(actor, Permission.LEAVE_DECIDE) or may(actor, Permission.STAFF_MANAGE)
    if leave.consultant_id != actor.consultant_id and not others:
        raise NotFound
    return _page(leave, EndForm(now=_half(actor, at), formdata=None), actor, at)


@bp.post("/leave/<public_id>/end")
@requires(Permission.LEAVE_DECIDE)
def end(public_id: str) -> ResponseReturnValue:
    """Somebody is back before his leave is over: end it from half a day on, and say why."""
    actor, at = current_actor(), now()
    leave = queries.by_public_id(db.session, actor.club.id, public_id)
    form = EndForm(now=_half(actor, at))
    if not form.is_valid():
        return _page(leave, form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: ending.end(
            s,
            public_id=public_id,
            day=form.chosen_day,
            afternoon=form.afternoon,
            reason=free_text(form.reason.data),
            actor=actor,
            at=at,
        )
    )
    flash(
        _(
            "The leave of %(name)s is ended early. Shifts freed for it do not come back by themselves: "
            "have them planned on the roster.",
            name=leave.name,
        ),
        "success",
    )
    return redirect(url_for("leave.form", public_id=public_id), HTTPStatus.SEE_OTHER)


def _half(actor: Actor, at: Instant) -> Half:
    return half_at(local_day(at, actor.club.zone), local_time(at, actor.club.zone))


def _page(leave: LeaveView, form: EndForm, actor: Actor, at: Instant) -> str:
    is_mine = leave.consultant_id == actor.consultant_id
    running = leave.status is Status.APPROVED and is_running(leave.span, _half(actor, at))
    form.show_until(leave.last_day)
    return render(
        "consultants/leave/form.html",
        line=line_of(actor, leave, at),
        club=actor.club,
        is_mine=is_mine,
        may_decide=may(actor, Permission.LEAVE_DECIDE),
        ended=ending.ended(db.session, leave),
        form=form,
        may_end=may(actor, Permission.LEAVE_DECIDE) and ending.can_end(db.session, leave, actor, at),
        to_ask=listed(ending.who_can_end(db.session, leave, actor, at)) if is_mine and running else "",
        **words(),
    )
