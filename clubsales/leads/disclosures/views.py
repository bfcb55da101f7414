"""The doors of confidentiality: asking about a phone, having a number shown, who looked."""

from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.errors import Refusal, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.ids import PersonID
from clubsales.leads.claims import queries as claims
from clubsales.leads.disclosures import looking, operations, pages, queries, texts
from clubsales.leads.disclosures.forms import ProbeForm
from clubsales.leads.disclosures.looking import Wanted
from clubsales.leads.disclosures.pages import ProbeAnswer
from clubsales.leads.disclosures.rules import DisclosureKind, phone_digest
from clubsales.leads.people import queries as people
from clubsales.settings import Settings

bp = Blueprint("disclosures", __name__)
LOOKS_ON_PAGE = 50


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


@bp.get("/leads/who-looked")
@requires(Permission.DISCLOSURE_SEE)
def index() -> ResponseReturnValue:
    """Who looked at whom: by person, by account, by kind and by day, the latest first."""
    actor, at = current_actor(), now()
    club_id, today = actor.club.id, local_day(at, actor.club.zone)
    chosen = {name: request.args.get(name, "") for name in ("person", "account", "kind", "day")}
    wanted = Wanted(
        person_id=claims.person_of_lead(db.session, club_id, chosen["person"]) if chosen["person"] else None,
        account_id=looking.account_in_log(db.session, club_id, chosen["account"])
        if chosen["account"]
        else None,
        kind=_kind(chosen["kind"]),
        day=_day(chosen["day"]),
        before=request.args.get("before", type=_number),
    )
    looks = looking.log(db.session, club_id, wanted, limit=LOOKS_ON_PAGE + 1)
    return render_template(
        "leads/disclosures/index.html",
        looks=looks[:LOOKS_ON_PAGE],
        more=len(looks) > LOOKS_ON_PAGE,
        before=wanted.before,
        chosen=chosen,
        filters={name: value for name, value in chosen.items() if value},
        person=people.get(db.session, actor.club.organisation_id, wanted.person_id)
        if wanted.person_id is not None
        else None,
        is_anonymous=wanted.person_id is not None and queries.is_anonymous(db.session, wanted.person_id),
        accounts=looking.accounts_of_log(db.session, club_id),
        lookers=looking.lookers(db.session, club_id, today),
        kinds=texts.KINDS,
    )


def note_probe(e164: str, actor: Actor, at: Instant, *, limited: bool = False) -> None:
    """Somebody typed a guest's phone where he works with guests, and sees whose it is: a line for it, once a day.

    `limited` where nobody need stand before him: raises Refused(DisclosureRefused.PROBES).
    """
    if actor.account_id is None:
        return
    settings: Settings = current_app.extensions["clubsales_settings"]
    person = people.by_phone(db.session, actor.club.organisation_id, e164)
    digest = phone_digest(actor.club.organisation_id, e164, secret=settings.secret_key)
    person_id = person.id if person is not None else None
    if not queries.asked_today(db.session, actor, person_id=person_id, digest=digest, at=at).this_one:
        transact(
            lambda session: operations.probe(
                session, e164=e164, secret=settings.secret_key, limited=limited, actor=actor, at=at
            )
        )


def note_view(person_id: PersonID, actor: Actor, at: Instant) -> None:
    """A person's page was opened: a line for it, once a day, after all that the page reads."""
    if actor.account_id is None or queries.has_today(
        db.session, actor, DisclosureKind.VIEW, person_id, at=at
    ):
        return
    transact(lambda session: operations.view(session, person_id=person_id, actor=actor, at=at))


def _kind(text: str) -> DisclosureKind | None:
    return DisclosureKind(text) if text in {kind.value for kind in DisclosureKind} else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int:
    """A line of the log; raises ValueError for what cannot be one."""
    number = int(text)
    if not 0 < number < 2**63:
        raise ValueError(text)
    return number


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
