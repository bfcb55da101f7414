"""The pages of appointments: who comes when and to whom, and one for a guest."""

from datetime import date, timedelta
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth import queries as auth
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, local_day, local_time, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import db, transact
from clubsales.errors import NotFound
from clubsales.i18n import gettext as _
from clubsales.ids import PersonID
from clubsales.leads.appointments import (
    agenda,
    calendar,
    one_views,
    operations,
    outcomes,
    pages,
    queries,
    texts,
)
from clubsales.leads.appointments.blueprint import bp
from clubsales.leads.appointments.forms import BookForm
from clubsales.leads.appointments.one_views import leaders, mask, sellers
from clubsales.leads.appointments.rules import FURTHEST, takes_reports
from clubsales.leads.appointments.scope import asked_scope, own_profile
from clubsales.leads.people import operations as people
from clubsales.leads.people import queries as people_queries
from clubsales.leads.people.queries import PersonView

__all__ = ["bp", "one_views"]
SHOWN = timedelta(days=calendar.DAYS)
MISSED = timedelta(days=7)


@bp.get("/appointments")
@requires(Permission.LEAD_SEE)
def index() -> ResponseReturnValue:
    """A week of appointments, mine, my team's or everybody's: a calendar where there is room, else day by day."""
    actor, at = current_actor(), now()
    club, today = actor.club, local_day(at, actor.club.zone)
    scope = asked_scope(actor)
    first = _asked_day(today)
    makes = may(actor, Permission.APPOINTMENT_MAKE)
    lines = agenda.in_club(db.session, club.id, first, first + SHOWN - timedelta(days=1), **scope.of)
    told = actor.account_id is not None and takes_reports(actor.roles)
    return render_template(
        "leads/appointments/index.html",
        calendar=calendar.week(
            club, lines, first, today=today, clock=local_time(at, club.zone), bookable=makes
        ),
        days=pages.by_day(lines, today),
        day_label=lambda day: pages.day_label(day, today),
        missed=agenda.missed_since(db.session, club.id, today - MISSED, **scope.of),
        reported=(
            agenda.reported_to(db.session, club.id, actor.account_id, today)
            if told and actor.account_id is not None
            else []
        ),
        whose=scope.whose,
        choices=scope.choices,
        may_make=makes,
        first=first,
        today=today,
        earlier=max(first - SHOWN, today - FURTHEST) if first > today - FURTHEST else None,
        later=first + SHOWN if first + SHOWN <= today + FURTHEST else None,
        mask=mask(actor, at),
        outcomes=texts.OUTCOMES,
        missed_words=texts.MISSED,
        may_conclude=lambda line: makes and outcomes.may_be_concluded_by(line, actor),
        may_explain=lambda line: makes and outcomes.may_be_explained_by(line, actor, at),
    )


@bp.get("/appointments/new")
@requires(Permission.APPOINTMENT_MAKE)
def new() -> ResponseReturnValue:
    """Book a guest: somebody known, or by phone."""
    actor, at = current_actor(), now()
    form = BookForm(request.args)
    form.day.data = form.day.data or pages.first_day(actor.club, at)
    if not form.consultant.data and (own := own_profile(actor)) is not None and own.kind is not None:
        form.consultant.data = own.public_id
    return _new(form, actor, at)


@bp.post("/appointments")
@requires(Permission.APPOINTMENT_MAKE)
def make() -> ResponseReturnValue:
    """Book the guest; the same guest with the same consultant on the same day changes the time."""
    actor, at = current_actor(), now()
    form = BookForm()
    if not form.is_valid():
        return _new(form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    person_id = transact(lambda session: _make(session, form, actor, at))
    flash(_("The appointment is booked."), "success")
    if len(_coming(actor, person_id, at)) > 1:
        flash(_("This guest has more than one appointment. On one day, the one made first counts."), "info")
    return redirect(url_for(".index"))


def _make(session: Session, form: BookForm, actor: Actor, at: Instant) -> PersonID:
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
    return person_id


def _new(form: BookForm, actor: Actor, at: Instant) -> str:
    today = local_day(at, actor.club.zone)
    person = _person(db.session, actor, form.person.data) if form.person.data else None
    form.offer(sellers(actor, at), leaders(actor))
    return render_template(
        "leads/appointments/new.html",
        form=form,
        person=person,
        coming=_coming(actor, person.id, at) if person is not None else [],
        day_chips=pages.day_chips(today),
        time_chips=pages.time_chips(actor.club),
        mask=mask(actor, at),
    )


def _coming(actor: Actor, person_id: PersonID, at: Instant) -> list[queries.AppointmentLine]:
    """When this guest is expected already."""
    today = local_day(at, actor.club.zone)
    return agenda.expected_of(db.session, actor.club.id, person_id, today)


def _person(session: Session, actor: Actor, public_id: str) -> PersonView:
    if not may_be_public_id(public_id):
        raise NotFound
    return people_queries.by_public_id(session, actor.club.organisation_id, public_id)


def _asked_day(today: date) -> date:
    """The first day to show; anything that is none, or too far away, is today."""
    try:
        asked = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        return today
    return asked if today - FURTHEST <= asked <= today + FURTHEST else today
