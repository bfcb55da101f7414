"""The pages of appointments: who comes when, one for a guest, and what became of it."""

from collections.abc import Mapping
from datetime import date, timedelta
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.auth import queries as auth
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.auth.queries import StaffLine
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused, allow
from clubsales.i18n import gettext as _
from clubsales.leads.appointments import operations, pages, queries
from clubsales.leads.appointments.forms import BookForm, CancelForm, ReportForm, WhenForm
from clubsales.leads.appointments.rules import FURTHEST, PhonePolicy, takes_reports
from clubsales.leads.people import operations as people
from clubsales.leads.people import queries as people_queries
from clubsales.leads.people.queries import PersonView
from clubsales.leads.people.rules import normalise_phone

bp = Blueprint("appointments", __name__)
SHOWN = timedelta(days=14)
MISSED = timedelta(days=7)


@bp.get("/appointments")
@requires(Permission.LEAD_SEE)
def index() -> ResponseReturnValue:
    """Two weeks of appointments, mine or everybody's."""
    actor, at = current_actor(), now()
    club, today = actor.club, local_day(at, actor.club.zone)
    has_own = _sells(actor)
    mine = has_own and request.args.get("whose") != "all"
    whose = actor.consultant_id if mine else None
    first = _asked_day(today)
    told = actor.account_id is not None and takes_reports(actor.roles)
    return render_template(
        "leads/appointments/index.html",
        days=pages.by_day(
            queries.in_club(
                db.session, club.id, first, first + SHOWN - timedelta(days=1), consultant_id=whose
            ),
            today,
        ),
        missed=queries.missed_since(db.session, club.id, today - MISSED, consultant_id=whose),
        reported=(
            queries.reported_to(db.session, club.id, actor.account_id, today)
            if told and actor.account_id is not None
            else []
        ),
        mine=mine,
        has_own=has_own,
        may_make=may(actor, Permission.APPOINTMENT_MAKE),
        first=first,
        today=today,
        earlier=max(first - SHOWN, today - FURTHEST) if first > today - FURTHEST else None,
        later=first + SHOWN if first + SHOWN <= today + FURTHEST else None,
        mask=_mask(actor, at),
    )


@bp.get("/appointments/new")
@requires(Permission.APPOINTMENT_MAKE)
def new() -> ResponseReturnValue:
    """Book a guest: somebody known, or by phone."""
    actor, at = current_actor(), now()
    form = BookForm(request.args)
    form.day.data = form.day.data or pages.first_day(actor.club, at)
    if not form.consultant.data and actor.consultant_id is not None and _sells(actor):
        form.consultant.data = profiles.get(db.session, actor.club.id, actor.consultant_id).public_id
    return _new(form, actor, at)


@bp.get("/appointments/who")
@requires(Permission.APPOINTMENT_MAKE)
def who() -> ResponseReturnValue:
    """Whose phone it is and when he is expected already, while it is being typed: empty until it is a phone."""
    actor, at = current_actor(), now()
    try:
        e164 = normalise_phone(request.args.get("phone", ""))
    except Refused:
        return ""
    person = people_queries.by_phone(db.session, actor.club.organisation_id, e164)
    return render_template(
        "leads/appointments/_who.html",
        person=person,
        coming=_coming(actor, person, at) if person is not None else [],
    )


@bp.post("/appointments")
@requires(Permission.APPOINTMENT_MAKE)
def make() -> ResponseReturnValue:
    """Book the guest; the same guest with the same consultant on the same day changes the time."""
    actor, at = current_actor(), now()
    form = BookForm()
    if not form.is_valid():
        return _new(form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(lambda session: _make(session, form, actor, at))
    flash(_("The appointment is booked."), "success")
    return redirect(url_for(".index"))


@bp.get("/appointments/<public_id>")
@requires(Permission.LEAD_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """An appointment, and what can be done with it."""
    return _show(public_id)


@bp.post("/appointments/<public_id>/move")
@requires(Permission.APPOINTMENT_MAKE)
def move(public_id: str) -> ResponseReturnValue:
    """Another time."""
    actor, at = current_actor(), now()
    form = WhenForm()
    if not form.is_valid():
        return _show(public_id, when=form), HTTPStatus.UNPROCESSABLE_ENTITY
    due_at = form.due_at(actor.club.zone)
    transact(lambda s: operations.move(s, public_id=public_id, due_at=due_at, actor=actor, at=at))
    flash(_("The guest is expected at the new time."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/appointments/<public_id>/report")
@requires(Permission.APPOINTMENT_MAKE)
def report(public_id: str) -> ResponseReturnValue:
    """Tell a supervisor or the manager that the guest comes while the consultant is off duty."""
    actor, at = current_actor(), now()
    form = ReportForm()
    if not form.is_valid():
        return _show(public_id, report_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    to = auth.account_id_of(db.session, club=actor.club, public_id=form.to.data)
    transact(lambda s: operations.report(s, public_id=public_id, to=to, actor=actor, at=at))
    flash(_("Reported. The guest is yours even while you are off duty."), "success")
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/appointments/<public_id>/cancel")
@requires(Permission.APPOINTMENT_MAKE)
def cancel(public_id: str) -> ResponseReturnValue:
    """The guest does not come after all."""
    actor, at = current_actor(), now()
    form = CancelForm()
    if not form.is_valid():
        return _show(public_id, cancel_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    reason = form.reason.data or ""
    transact(lambda s: operations.cancel(s, public_id=public_id, reason=reason, actor=actor, at=at))
    flash(_("The appointment is cancelled."), "success")
    return redirect(url_for(".show", public_id=public_id))


def _make(session: Session, form: BookForm, actor: Actor, at: Instant) -> None:
    club = actor.club
    if form.person.data:
        person_id = _person(session, actor, form.person.data).id
    else:
        person_id = people.find_or_add(session, e164=form.e164, name=form.name.data or "", actor=actor, at=at)
    told = form.report_to.data
    operations.make(
        session,
        consultant_id=profiles.by_public_id(session, club.id, form.consultant.data).id,
        person_id=person_id,
        due_at=form.due_at(club.zone),
        note=form.note.data or "",
        reported_to=auth.account_id_of(session, club=club, public_id=told) if told else None,
        actor=actor,
        at=at,
    )


def _new(form: BookForm, actor: Actor, at: Instant) -> str:
    today = local_day(at, actor.club.zone)
    person = _person(db.session, actor, form.person.data) if form.person.data else None
    sellers = [
        consultant
        for consultant in profiles.all_in_club(db.session, actor.club.id, on_day=today)
        if consultant.kind is not None
    ]
    form.offer(sellers, _leaders(actor))
    return render_template(
        "leads/appointments/new.html",
        form=form,
        person=person,
        coming=_coming(actor, person, at) if person is not None else [],
        day_chips=pages.day_chips(today),
        time_chips=pages.time_chips(actor.club),
        mask=_mask(actor, at),
    )


def _show(
    public_id: str,
    *,
    when: WhenForm | None = None,
    report_form: ReportForm | None = None,
    cancel_form: CancelForm | None = None,
) -> str:
    actor, at = current_actor(), now()
    line = queries.line(db.session, actor.club.id, public_id)
    tells = report_form or ReportForm()
    tells.offer(_leaders(actor))
    return render_template(
        "leads/appointments/show.html",
        line=line,
        may_make=may(actor, Permission.APPOINTMENT_MAKE),
        may_change=(
            may(actor, Permission.APPOINTMENT_MAKE) and operations.may_be_changed_by(line, actor) == allow()
        ),
        when=when or WhenForm(day=line.local_day),
        report_form=tells,
        cancel_form=cancel_form or CancelForm(),
        day_chips=pages.day_chips(local_day(at, actor.club.zone)),
        time_chips=pages.time_chips(actor.club),
        mask=_mask(actor, at),
    )


def _coming(actor: Actor, person: PersonView, at: Instant) -> list[queries.AppointmentLine]:
    """When this guest is expected already."""
    today = local_day(at, actor.club.zone)
    return queries.expected_of(db.session, actor.club.id, person.id, today)


def _person(session: Session, actor: Actor, public_id: str) -> PersonView:
    if not may_be_public_id(public_id):
        raise NotFound
    return people_queries.by_public_id(session, actor.club.organisation_id, public_id)


def _sells(actor: Actor) -> bool:
    """Guests come to him."""
    if actor.consultant_id is None or not may(actor, Permission.FLOOR_WORK):
        return False
    return profiles.get(db.session, actor.club.id, actor.consultant_id).kind is not None


def _leaders(actor: Actor) -> list[StaffLine]:
    """Whom an off-duty consultant tells (SHF-07)."""
    return [
        one
        for one in auth.staff(db.session, club=actor.club)
        if one.active and takes_reports(one.roles) and one.id != actor.account_id
    ]


def _asked_day(today: date) -> date:
    """The first day to show; anything that is none, or too far away, is today."""
    try:
        asked = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        return today
    return asked if today - FURTHEST <= asked <= today + FURTHEST else today


def _mask(actor: Actor, at: Instant) -> Mapping[str, int]:
    """How much of a phone everybody sees, by the club's policy."""
    policy = policies.policy_on(db.session, actor.club, local_day(at, actor.club.zone))
    return policy.read("privacy", PhonePolicy).mask
