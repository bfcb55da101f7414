"""Making a person anonymous, from the person's page."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.i18n import gettext as _
from clubsales.leads.claims import queries as claims
from clubsales.leads.people import queries as people
from clubsales.office.privacy import operations
from clubsales.office.privacy.forms import AnonymiseForm
from clubsales.office.privacy.rules import Because

bp = Blueprint("privacy", __name__)


@bp.get("/leads/<public_id>/anonymise")
@requires(Permission.PERSON_ANONYMISE, fresh_password=True)
def ask(public_id: str) -> ResponseReturnValue:
    """Say what goes and what stays, and ask why."""
    return _page(public_id, AnonymiseForm())


@bp.post("/leads/<public_id>/anonymise")
@requires(Permission.PERSON_ANONYMISE, fresh_password=True)
def anonymise(public_id: str) -> ResponseReturnValue:
    """Take away all that says who the person is."""
    form, actor, at = AnonymiseForm(), current_actor(), now()
    if not form.is_valid():
        return _page(public_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    person_id = claims.person_of_lead(db.session, actor.club.id, public_id)
    transact(
        lambda session: operations.anonymise(
            session, person_id=person_id, because=Because(form.because.data), actor=actor, at=at
        )
    )
    flash(_("The guest is anonymous now."), "success")
    return redirect(url_for("intake.show", public_id=public_id))


def _page(public_id: str, form: AnonymiseForm) -> str:
    club = current_actor().club
    person_id = claims.person_of_lead(db.session, club.id, public_id)
    return render_template(
        "office/privacy/anonymise.html",
        form=form,
        lead_public_id=public_id,
        person=people.get(db.session, club.organisation_id, person_id),
    )
