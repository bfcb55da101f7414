"""Leads: the latest ones with quick capture, and the page of one."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.i18n import gettext as _
from clubsales.leads import texts
from clubsales.leads.appointments import queries as appointments
from clubsales.leads.claims import queries as claims
from clubsales.leads.claims import texts as claim_texts
from clubsales.leads.claims.history import whose
from clubsales.leads.disclosures.rules import PrivacyPolicy
from clubsales.leads.followups import queries as followups
from clubsales.leads.followups import texts as followup_texts
from clubsales.leads.followups.views import contact_form
from clubsales.leads.intake import operations, queries
from clubsales.leads.intake.forms import CaptureForm, LeadForm
from clubsales.leads.intake.pages import timeline
from clubsales.leads.intake.queries import LeadPage
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.leads.people import queries as people_queries
from clubsales.leads.people.rules import normalise_phone

bp = Blueprint("intake", __name__)
LEADS_ON_PAGE = 50
STEPS_ON_PAGE = 10
STEPS_AHEAD = 20


@bp.get("/leads")
@requires(Permission.LEAD_SEE)
def index() -> ResponseReturnValue:
    """The latest leads, mine or the club's."""
    return _index(CaptureForm(phone=request.args.get("phone", "")))


@bp.get("/leads/who")
@requires(Permission.LEAD_SEE)
def who() -> ResponseReturnValue:
    """Who has this phone, while it is being typed: a fragment, empty until it is a phone."""
    actor = current_actor()
    try:
        e164 = normalise_phone(request.args.get("phone", ""))
    except Refused:
        return ""
    person = people_queries.by_phone(db.session, actor.club.organisation_id, e164)
    lead = queries.line_of_person(db.session, actor, person.id, at=now()) if person is not None else None
    return render_template("leads/intake/_who.html", person=person, lead=lead, sources=texts.SOURCES)


@bp.post("/leads")
@requires(Permission.LEAD_CAPTURE)
def capture() -> ResponseReturnValue:
    """Capture a lead; a phone known already is a touch on the first one."""
    form = CaptureForm()
    if not form.is_valid():
        return _index(form), HTTPStatus.UNPROCESSABLE_ENTITY
    actor, at = current_actor(), now()
    public_id = transact(lambda session: _capture(session, form, actor, at))
    flash(_("The lead is saved."), "success")
    return redirect(url_for("intake.show", public_id=public_id))


@bp.get("/leads/<public_id>")
@requires(Permission.LEAD_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """A lead: the person, what is known, and every touch."""
    actor, at = current_actor(), now()
    page = queries.by_public_id(db.session, actor, public_id, at=at)
    form = LeadForm(
        name=page.lead.name,
        interest=page.lead.interest,
        grade=page.lead.grade.value if page.lead.grade else "",
        note=page.note,
        consent=page.consent_at is not None,
        birthday=people_queries.birthday_of(db.session, actor.club.organisation_id, page.lead.person_id),
    )
    return _show(page, form, actor, at)


@bp.post("/leads/<public_id>")
@requires(Permission.LEAD_CAPTURE)
def edit(public_id: str) -> ResponseReturnValue:
    """Correct what is known of a lead."""
    actor, at = current_actor(), now()
    form = LeadForm()
    if not form.is_valid():
        page = queries.by_public_id(db.session, actor, public_id, at=at)
        return _show(page, form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(lambda session: _edit(session, public_id, form, actor, at))
    flash(_("Saved."), "success")
    return redirect(url_for("intake.show", public_id=public_id))


def _capture(session: Session, form: CaptureForm, actor: Actor, at: Instant) -> str:
    person_id = people.find_or_add(session, e164=form.e164, name=form.name.data or "", actor=actor, at=at)
    lead_id = operations.capture(
        session,
        person_id=person_id,
        source=Source(form.source.data),
        interest=form.interest.data or "",
        grade=form.chosen_grade,
        note=form.note.data or "",
        consent=form.consent.data,
        actor=actor,
        at=at,
    )
    return queries.public_id_of(session, lead_id)


def _edit(session: Session, public_id: str, form: LeadForm, actor: Actor, at: Instant) -> None:
    operations.edit(
        session,
        lead_id=queries.id_of(session, actor.club.id, public_id),
        name=form.name.data or "",
        interest=form.interest.data or "",
        grade=form.chosen_grade,
        note=form.note.data or "",
        consent=form.consent.data,
        actor=actor,
        at=at,
    )
    person_id = claims.person_of_lead(session, actor.club.id, public_id)
    people.set_birthday(session, person_id=person_id, birthday=form.birthday.data, actor=actor, at=at)


def _index(form: CaptureForm) -> str:
    actor, at = current_actor(), now()
    mine = request.args.get("mine") == "1" and actor.consultant_id is not None
    own = actor.consultant_id if may(actor, Permission.FOLLOW_UP) else None
    today = local_day(at, actor.club.zone)
    before, due_after = request.args.get("before", ""), request.args.get("due_after", "")
    leads = queries.recent(
        db.session,
        actor,
        consultant_id=actor.consultant_id if mine else None,
        before=before,
        limit=LEADS_ON_PAGE + 1,
        at=at,
    )
    return render_template(
        "leads/intake/index.html",
        form=form,
        mine=mine,
        may_capture=may(actor, Permission.LEAD_CAPTURE),
        has_own=actor.consultant_id is not None,
        leads=leads[:LEADS_ON_PAGE],
        more=len(leads) > LEADS_ON_PAGE,
        before=before,
        due=followups.due_page(
            db.session,
            actor.club.id,
            own,
            today,
            limit=STEPS_ON_PAGE,
            after=due_after,
        )
        if own is not None
        else None,
        due_after=due_after,
        ahead=followups.ahead_of(db.session, actor.club.id, own, today, STEPS_AHEAD)
        if own is not None
        else [],
        today=today,
        mask=_mask(actor, at),
        sources=texts.SOURCES,
    )


def _show(page: LeadPage, form: LeadForm, actor: Actor, at: Instant) -> str:
    club, person_id = actor.club, page.lead.person_id
    sells = actor.consultant_id is not None
    return render_template(
        "leads/intake/show.html",
        page=page,
        form=form,
        mask=_mask(actor, at),
        may_edit=may(actor, Permission.LEAD_CAPTURE),
        may_sell=may(actor, Permission.SALE_OPEN),
        may_book=may(actor, Permission.APPOINTMENT_MAKE),
        sources=texts.SOURCES,
        grades=texts.GRADES,
        whose=whose(db.session, actor, person_id, at),
        contact_form=contact_form(actor, at) if sells and may(actor, Permission.FOLLOW_UP) else None,
        steps=followups.open_of_person(db.session, club.id, person_id),
        today=local_day(at, club.zone),
        moments=timeline(
            page.touches,
            followups.contacts_of(db.session, club.id, person_id),
            claims.of_person(db.session, club.id, person_id),
        ),
        contacts=followup_texts.CONTACTS,
        end_reasons=claim_texts.END_REASONS,
        appointments=appointments.of_person(db.session, club.organisation_id, club.id, person_id),
    )


def _mask(actor: Actor, at: Instant) -> Mapping[str, int]:
    """How much of a phone everybody sees, by the club's policy."""
    return _policy(actor, at).read("privacy", PrivacyPolicy).mask


def _policy(actor: Actor, at: Instant) -> policies.Policy:
    return policies.policy_on(db.session, actor.club, local_day(at, actor.club.zone))
