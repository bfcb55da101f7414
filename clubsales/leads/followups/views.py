"""Writing down a contact, and ticking off what was planned."""

from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.answers import back_url
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.i18n import choose_locale, format_local_date
from clubsales.i18n import gettext as _
from clubsales.ids import ConsultantID, PersonID
from clubsales.leads.claims import queries as claims
from clubsales.leads.followups import (
    correction_views,
    operations,
    peace_views,
    plan_views,
    proposing,
    queries,
    texts,
)
from clubsales.leads.followups.beside import beside, reach_of
from clubsales.leads.followups.blueprint import bp
from clubsales.leads.followups.forms import ContactForm, Proposal
from clubsales.leads.people import do_not_call
from clubsales.leads.people import queries as people
from clubsales.leads.scripts.texts import SITUATIONS

__all__ = ["bp"]
MORE_DOORS = (correction_views, peace_views, plan_views)  # on the same blueprint
PLAN = "plan"  # where one came from, and goes back to


@bp.get("/leads/<public_id>/contact")
@requires(Permission.FOLLOW_UP)
def contact(public_id: str) -> ResponseReturnValue:
    """What happened with a lead; `?did=` is what was tapped in a list, and the next step is filled in: one tap more.

    `?then=plan` leads back to the day's plan.
    """
    actor, at = current_actor(), now()
    _own(actor)
    form = contact_form(actor, at, _person_of(public_id, actor))
    asked = request.args.get("did", "")
    if asked in texts.CONTACTS:
        form.contact.data = asked
    form.then.data = PLAN if request.args.get("then") == PLAN else ""
    return _page(public_id, form, actor, at)


@bp.post("/leads/<public_id>/contact")
@requires(Permission.FOLLOW_UP)
def log(public_id: str) -> ResponseReturnValue:
    """Write a contact down, with the next step."""
    actor, at = current_actor(), now()
    consultant_id, person_id = _own(actor), _person_of(public_id, actor)
    form = contact_form(actor, at, person_id)
    if not form.is_valid():
        return _page(public_id, form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(lambda session: _log_once(session, form, person_id, consultant_id, actor, at))
    flash(_("Saved. The next step is due on %(day)s.", day=format_local_date(form.due_on)), "success")
    if form.then.data == PLAN:
        return redirect(url_for(".plan"))
    return redirect(url_for("intake.show", public_id=public_id))


@bp.post("/follow-ups/<public_id>/done")
@requires(Permission.FOLLOW_UP)
def finish(public_id: str) -> ResponseReturnValue:
    """Tick a next step off."""
    actor, at = current_actor(), now()
    transact(lambda session: operations.finish(session, public_id=public_id, actor=actor, at=at))
    flash(_("Done."), "success")
    return redirect(back_url())


def contact_form(actor: Actor, at: Instant, person_id: PersonID) -> ContactForm:
    """An empty form with the next step filled in, or what was typed; with a key of its own where it brings none."""
    club, consultant_id = actor.club, actor.consultant_id
    told = do_not_call.since(db.session, club.organisation_id, person_id)
    day = proposing.next_day_with(db.session, club, person_id, consultant_id, at) if consultant_id else None
    form = ContactForm(at, club.zone, Proposal(day=day, may_call=told is None))
    form.submission_key.data = idempotency.key_of(form.submission_key.data)
    return form


def _log_once(
    session: Session,
    form: ContactForm,
    person_id: PersonID,
    consultant_id: ConsultantID,
    actor: Actor,
    at: Instant,
) -> str:
    """Two presses are one contact."""

    def work() -> str:
        contact_id = operations.log_contact(
            session,
            person_id=person_id,
            consultant_id=consultant_id,
            channel=form.channel,
            outcome=form.outcome,
            contacted_at=form.contacted_at,
            note=form.note.data or "",
            aim_met=form.aim_met,
            next_on=form.due_on,
            next_what=form.next_what.data or "",
            next_channel=form.planned_channel,
            actor=actor,
            at=at,
        )
        return str(contact_id)

    key = form.submission_key.data or ""
    inputs = {"person": person_id, **form.inputs}
    return idempotency.once(session, key=key, inputs=inputs, actor=actor, at=at, work=work)


def _page(public_id: str, form: ContactForm, actor: Actor, at: Instant) -> str:
    person_id = _person_of(public_id, actor)
    person = people.get(db.session, actor.club.organisation_id, person_id)
    held = claims.holder_at(db.session, actor.club, person_id, at)
    is_mine = held is not None and held.consultant_id == actor.consultant_id
    return render_template(
        "leads/followups/contact.html",
        form=form,
        lead_public_id=public_id,
        person=person,
        steps=queries.open_of_person(db.session, actor.club.id, person_id),
        reach=reach_of(db.session, actor, person_id, person.e164 if is_mine else None, at),
        today=local_day(at, actor.club.zone),
        spoken=beside(db.session, actor, person_id, person.name, choose_locale(), at),
        situations=SITUATIONS,
    )


def _person_of(public_id: str, actor: Actor) -> PersonID:
    return claims.person_of_lead(db.session, actor.club.id, public_id)


def _own(actor: Actor) -> ConsultantID:
    if actor.consultant_id is None:
        abort(HTTPStatus.FORBIDDEN)
    return actor.consultant_id
