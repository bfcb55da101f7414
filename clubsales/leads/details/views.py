"""A guest's phones, details and household: for whoever may see them whole (AMB-44)."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import Instant, now
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused, refuse
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.ids import PersonID
from clubsales.leads.details.forms import DetailsForm, HousemateForm, PhoneForm, WhichPhoneForm
from clubsales.leads.disclosures.rules import DisclosureRefused
from clubsales.leads.disclosures.views import note_probe
from clubsales.leads.intake import queries as leads
from clubsales.leads.intake.queries import LeadPage
from clubsales.leads.matches import operations as matches
from clubsales.leads.people import details, households, pages, queries
from clubsales.leads.people import operations as people
from clubsales.leads.people.rules import PersonRefused, PhoneLabel, Relation

bp = Blueprint("details", __name__)


@bp.get("/leads/<public_id>/details")
@requires(Permission.LEAD_CAPTURE)
def show(public_id: str) -> ResponseReturnValue:
    """Everything by which a guest is reached, to be corrected."""
    actor, at = current_actor(), now()
    return _page(_shown(public_id, actor, at), actor)


@bp.post("/leads/<public_id>/details")
@requires(Permission.LEAD_CAPTURE)
def change(public_id: str) -> ResponseReturnValue:
    """Write WeChat, e-mail and address."""
    actor, at, form = current_actor(), now(), DetailsForm()
    page = _shown(public_id, actor, at)
    if not form.is_valid():
        return _page(page, actor, details_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    person_id = page.lead.person_id
    transact(lambda s: details.change(s, person_id=person_id, details=form.details, actor=actor, at=at))
    return _back(public_id, _("Saved."))


@bp.post("/leads/<public_id>/phones")
@requires(Permission.LEAD_CAPTURE)
def add_phone(public_id: str) -> ResponseReturnValue:
    """Add a phone. One that somebody else has is refused, and a supervisor is asked to look at both."""
    actor, at, form = current_actor(), now(), PhoneForm()
    page = _shown(public_id, actor, at)
    if not form.is_valid() or not form.e164:
        return _page(page, actor, phone_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    person_id, label = page.lead.person_id, PhoneLabel(form.label.data)
    try:
        _ask(form.e164, person_id, actor, at)
        transact(
            lambda s: details.add_phone(
                s, person_id=person_id, e164=form.e164, label=label, actor=actor, at=at
            )
        )
    except Refused as refused:
        if refused.refusal.code is PersonRefused.PHONE_TAKEN:
            transact(lambda s: _propose_owner(s, person_id, form.e164, actor, at))
        elif refused.refusal.code is not DisclosureRefused.PROBES:
            raise
        form.phone.errors = (refusal_text(refused.refusal),)
        return _page(page, actor, phone_form=form), HTTPStatus.CONFLICT
    return _back(public_id, _("The phone is saved."))


@bp.post("/leads/<public_id>/phones/remove")
@requires(Permission.LEAD_CAPTURE)
def remove_phone(public_id: str) -> ResponseReturnValue:
    """Take back a phone."""
    return _with_phone(public_id, details.remove_phone, _("The phone is removed."))


@bp.post("/leads/<public_id>/phones/first")
@requires(Permission.LEAD_CAPTURE)
def show_first(public_id: str) -> ResponseReturnValue:
    """Show this phone first from now on."""
    return _with_phone(public_id, details.show_first, _("This phone is shown first now."))


@bp.post("/leads/<public_id>/household")
@requires(Permission.LEAD_CAPTURE)
def join(public_id: str) -> ResponseReturnValue:
    """Put somebody into the guest's household: found by phone, else new."""
    actor, at, form = current_actor(), now(), HousemateForm()
    page = _shown(public_id, actor, at)
    if not form.is_valid():
        return _page(page, actor, housemate_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        if form.e164:
            _ask(form.e164, page.lead.person_id, actor, at)
    except Refused as refused:
        form.phone.errors = (refusal_text(refused.refusal),)
        return _page(page, actor, housemate_form=form), HTTPStatus.CONFLICT
    transact(lambda s: _join(s, page.lead.person_id, form, actor, at))
    return _back(public_id, _("They are one household now."))


@bp.post("/leads/<public_id>/household/leave")
@requires(Permission.LEAD_CAPTURE)
def leave(public_id: str) -> ResponseReturnValue:
    """Take somebody of the household out of it."""
    actor, at = current_actor(), now()
    person_id = _shown(public_id, actor, at).lead.person_id
    wanted = request.form.get("person", "")
    mates = households.of_person(db.session, actor.club.id, person_id)
    who = next((mate.person_id for mate in mates if mate.person_public_id == wanted), None)
    if who is None:
        raise NotFound
    transact(lambda s: households.leave(s, person_id=who, actor=actor, at=at))
    return _back(public_id, _("Taken out of the household."))


def _ask(e164: str, person_id: PersonID, actor: Actor, at: Instant) -> None:
    """What is answered tells whose a phone is, unless it is the guest's own: that is asking (CFD-07)."""
    if e164 not in {phone.e164 for phone in queries.phones_of(db.session, person_id)}:
        note_probe(e164, actor, at, limited=True)


def _with_phone(public_id: str, change: Callable[..., None], done: str) -> ResponseReturnValue:
    """Do something with one of the guest's phones; one that is none is left alone."""
    actor, at, form = current_actor(), now(), WhichPhoneForm()
    person_id = _shown(public_id, actor, at).lead.person_id
    if not form.is_valid():
        return _back(public_id)
    transact(lambda s: change(s, person_id=person_id, e164=form.e164, actor=actor, at=at))
    return _back(public_id, done)


def _join(session: Session, person_id: PersonID, form: HousemateForm, actor: Actor, at: Instant) -> None:
    name, relation = form.name.data or "", Relation(form.relation.data)
    if not form.e164:
        households.add_somebody(
            session,
            person_id=person_id,
            name=name,
            birthday=form.birthday.data,
            relation=relation,
            actor=actor,
            at=at,
        )
        return
    found = queries.by_phone(session, actor.club.organisation_id, form.e164)
    who = people.find_or_add(session, e164=form.e164, name=name, actor=actor, at=at)
    if found is None and form.birthday.data is not None:
        people.set_birthday(session, person_id=who, birthday=form.birthday.data, actor=actor, at=at)
    households.put_together(session, person_id=person_id, with_id=who, relation=relation, actor=actor, at=at)


def _propose_owner(session: Session, person_id: PersonID, e164: str, actor: Actor, at: Instant) -> None:
    owner = queries.by_phone(session, actor.club.organisation_id, e164)
    if owner is not None:
        matches.claim_shared_phone(session, person_id=person_id, other_id=owner.id, actor=actor, at=at)


def _shown(public_id: str, actor: Actor, at: Instant) -> LeadPage:
    """The lead, for somebody who sees its details; raises NotFound and Refused(PersonRefused.HIDDEN)."""
    page = leads.by_public_id(db.session, actor, public_id, at=at)
    if not page.lead.phone_shown:
        refuse(PersonRefused.HIDDEN).or_raise()
    return page


def _page(
    page: LeadPage,
    actor: Actor,
    *,
    details_form: DetailsForm | None = None,
    phone_form: PhoneForm | None = None,
    housemate_form: HousemateForm | None = None,
) -> str:
    section = pages.section(db.session, actor, page.lead.person_id, shown=True)
    known = section.details
    return render_template(
        "leads/details/show.html",
        lead=page.lead,
        section=section,
        details_form=details_form
        or DetailsForm(formdata=None, wechat=known.wechat, email=known.email, address=known.address),
        phone_form=phone_form or PhoneForm(formdata=None),
        housemate_form=housemate_form or HousemateForm(formdata=None),
    )


def _back(public_id: str, done: str = "") -> ResponseReturnValue:
    if done:
        flash(done, "success")
    return redirect(url_for("details.show", public_id=public_id))
