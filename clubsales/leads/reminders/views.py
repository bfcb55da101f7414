"""Reminding guests: who comes today and tomorrow, and the words to send."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, now
from clubsales.db import db
from clubsales.errors import allow
from clubsales.i18n import LOCALES, choose_locale
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.appointments import queries as booked
from clubsales.leads.appointments.one_views import mask
from clubsales.leads.appointments.pages import by_day
from clubsales.leads.appointments.rules import Status
from clubsales.leads.appointments.scope import asked_scope
from clubsales.leads.followups.beside import hours_end
from clubsales.leads.reminders import messages, queries

bp = Blueprint("reminders", __name__)


@bp.get("/appointments/reminders")
@requires(Permission.LEAD_SEE)
def index() -> ResponseReturnValue:
    """Who comes today and tomorrow, and who has not been reminded yet."""
    actor, at = current_actor(), now()
    today = local_day(at, actor.club.zone)
    scope = asked_scope(actor)
    lines = queries.to_come(db.session, actor, today, today + timedelta(days=1), **scope.of, at=at)
    locale = choose_locale()
    return render_template(
        "leads/reminders/index.html",
        days=by_day([line.appointment for line in lines], today),
        reminder_of={line.appointment.id: line for line in lines},
        message_of={
            line.appointment.id: messages.message(line.appointment, actor.club, locale) for line in lines
        },
        waiting=sum(line.appointment.reminded_at is None for line in lines),
        closed_until=hours_end(db.session, actor, at),
        whose=scope.whose,
        choices=scope.choices,
        may_note=lambda line: (
            may(actor, Permission.APPOINTMENT_MAKE) and appointments.may_be_changed_by(line, actor) == allow()
        ),
        mask=mask(actor, at),
    )


@bp.get("/appointments/<public_id>/reminder")
@requires(Permission.LEAD_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """The reminder of one appointment, in both languages, to copy or to send."""
    actor, at = current_actor(), now()
    found = queries.one(db.session, actor, public_id, at=at)
    line, closed_until = found.appointment, hours_end(db.session, actor, at)
    return render_template(
        "leads/reminders/show.html",
        reminder=found,
        line=line,
        messages=messages.messages(line, actor.club),
        closed_until=closed_until,
        may_call=closed_until is None and not found.no_calls,
        is_open=line.status is Status.BOOKED and line.due_at > at,
        may_note=may(actor, Permission.APPOINTMENT_MAKE)
        and appointments.may_be_changed_by(line, actor) == allow(),
        mask=mask(actor, at),
    )


@bp.get("/appointments/<public_id>/invitation.ics")
@requires(Permission.LEAD_SEE)
def invitation(public_id: str) -> ResponseReturnValue:
    """The appointment as a file for the guest's own calendar; only while the guest is expected."""
    actor, at = current_actor(), now()
    line = booked.line(db.session, actor.club.id, public_id)
    if line.status is not Status.BOOKED:
        abort(HTTPStatus.NOT_FOUND)
    locale = request.args.get("language", "")
    body = messages.invitation(line, actor.club, locale if locale in LOCALES else choose_locale(), at)
    name = f"visit-{line.local_day.isoformat()}.ics"
    return Response(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
