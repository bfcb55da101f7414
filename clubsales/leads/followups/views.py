"""Writing down a contact, and ticking off what was planned."""

import re
from http import HTTPStatus
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.answers import back_url
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import Instant, now
from clubsales.db import db, transact
from clubsales.i18n import format_local_date
from clubsales.i18n import gettext as _
from clubsales.ids import ConsultantID, PersonID
from clubsales.leads.claims import queries as claims
from clubsales.leads.followups import operations, queries
from clubsales.leads.followups.forms import ContactForm
from clubsales.leads.people import queries as people

bp = Blueprint("followups", __name__)
KEY = re.compile(r"[0-9A-Za-z-]{8,80}")


@bp.get("/leads/<public_id>/contact")
@requires(Permission.FOLLOW_UP)
def contact(public_id: str) -> ResponseReturnValue:
    """What happened with a lead, on a page of its own: from a list of what is due it is one tap away."""
    actor, at = current_actor(), now()
    _own(actor)
    return _page(public_id, contact_form(actor, at), actor)


@bp.post("/leads/<public_id>/contact")
@requires(Permission.FOLLOW_UP)
def log(public_id: str) -> ResponseReturnValue:
    """Write a contact down, with the next step."""
    actor, at = current_actor(), now()
    consultant_id = _own(actor)
    form = contact_form(actor, at)
    if not form.is_valid():
        return _page(public_id, form, actor), HTTPStatus.UNPROCESSABLE_ENTITY
    person_id = claims.person_of_lead(db.session, actor.club.id, public_id)
    transact(lambda session: _log_once(session, form, person_id, consultant_id, actor, at))
    flash(_("Saved. The next step is due on %(day)s.", day=format_local_date(form.due_on)), "success")
    return redirect(url_for("intake.show", public_id=public_id))


@bp.post("/follow-ups/<public_id>/done")
@requires(Permission.FOLLOW_UP)
def finish(public_id: str) -> ResponseReturnValue:
    """Tick a next step off."""
    actor, at = current_actor(), now()
    transact(lambda session: operations.finish(session, public_id=public_id, actor=actor, at=at))
    flash(_("Done."), "success")
    return redirect(back_url())


def contact_form(actor: Actor, at: Instant) -> ContactForm:
    """An empty form, or what was typed into it; with a key of its own where it brings none of ours."""
    form = ContactForm(at, actor.club.zone)
    if not KEY.fullmatch(form.submission_key.data or ""):
        form.submission_key.data = str(uuid4())
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
            next_on=form.due_on,
            next_what=form.next_what.data or "",
            actor=actor,
            at=at,
        )
        return str(contact_id)

    key = form.submission_key.data or ""
    inputs = {"person": person_id, **form.inputs}
    return idempotency.once(session, key=key, inputs=inputs, actor=actor, at=at, work=work)


def _page(public_id: str, form: ContactForm, actor: Actor) -> str:
    person_id = claims.person_of_lead(db.session, actor.club.id, public_id)
    person = people.get(db.session, actor.club.organisation_id, person_id)
    return render_template(
        "leads/followups/contact.html",
        form=form,
        lead_public_id=public_id,
        person=person,
        steps=queries.open_of_person(db.session, actor.club.id, person_id),
    )


def _own(actor: Actor) -> ConsultantID:
    if actor.consultant_id is None:
        abort(HTTPStatus.FORBIDDEN)
    return actor.consultant_id
