"""The doors of confidentiality: asking about a phone, having a number shown, who looked."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.errors import Refusal, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.leads.claims import queries as claims
from clubsales.leads.disclosures import operations, pages, texts
from clubsales.leads.disclosures.forms import ProbeForm
from clubsales.leads.disclosures.pages import ProbeAnswer
from clubsales.settings import Settings

bp = Blueprint("disclosures", __name__)


@bp.get("/leads/probe")
@requires(Permission.LEAD_PROBE)
def probe_page() -> ResponseReturnValue:
    """Ask whether one may take somebody, by phone."""
    return _probe_page(ProbeForm())


@bp.post("/leads/probe")
@requires(Permission.LEAD_PROBE)
def probe() -> ResponseReturnValue:
    """Whose a phone is: a fragment while it is being typed, empty until it is a phone; else the page."""
    form = ProbeForm()
    as_fragment = "HX-Request" in request.headers
    if not form.is_valid():
        return "" if as_fragment else (_probe_page(form), HTTPStatus.UNPROCESSABLE_ENTITY)
    actor, at = current_actor(), now()
    settings: Settings = current_app.extensions["clubsales_settings"]
    found: ProbeAnswer | None = None
    refusal: Refusal | None = None
    try:
        transact(
            lambda s: operations.probe(s, e164=form.e164, secret=settings.secret_key, actor=actor, at=at)
        )
    except Refused as refused:
        refusal = refused.refusal
    else:
        found = pages.answer(db.session, e164=form.e164, actor=actor, at=at)
    if as_fragment:
        return render_template("leads/disclosures/_answer.html", **_answer(found, refusal))
    return _probe_page(form, found, refusal)


@bp.post("/leads/<public_id>/reveal")
@requires(Permission.PHONE_REVEAL)
def reveal(public_id: str) -> ResponseReturnValue:
    """Show a guest's number and details until the day ends."""
    actor, at = current_actor(), now()
    person_id = claims.person_of_lead(db.session, actor.club.id, public_id)
    transact(lambda session: operations.reveal(session, person_id=person_id, actor=actor, at=at))
    flash(
        _("The number is shown to you until the end of the day. It is written down that you asked."), "info"
    )
    return redirect(url_for("intake.show", public_id=public_id))


def _probe_page(form: ProbeForm, found: ProbeAnswer | None = None, refusal: Refusal | None = None) -> str:
    return render_template("leads/disclosures/probe.html", form=form, **_answer(found, refusal))


def _answer(found: ProbeAnswer | None, refusal: Refusal | None) -> dict[str, Any]:
    """What the fragment shows: an answer, or why there is none."""
    no_claim = found.no_claim if found is not None else None
    return {
        "found": found,
        "no_claim": refusal_text(no_claim) if no_claim is not None else "",
        "refusal": refusal_text(refusal) if refusal is not None else "",
        "standings": texts.STANDINGS,
    }
