"""A lead's page: the person, what is known, whose lead it is, and everything that happened."""

from dataclasses import replace
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refusal
from clubsales.i18n import gettext as _
from clubsales.leads import texts
from clubsales.leads.appointments import queries as appointments
from clubsales.leads.claims import queries as claims
from clubsales.leads.claims.history import whose
from clubsales.leads.disclosures.pages import privacy
from clubsales.leads.disclosures.views import note_view
from clubsales.leads.followups import queries as followups
from clubsales.leads.followups import texts as followup_texts
from clubsales.leads.followups.beside import reach_of
from clubsales.leads.followups.queries import FollowUpView
from clubsales.leads.followups.records import reader
from clubsales.leads.followups.rules import may_finish
from clubsales.leads.intake import capture_views, editing, enquiry_views, qualifying, queries, timeline
from clubsales.leads.intake.blueprint import bp
from clubsales.leads.intake.forms import LeadForm, LostForm, with_sources
from clubsales.leads.intake.pages import mask, own_source
from clubsales.leads.intake.queries import LeadLine, LeadPage
from clubsales.leads.intake.rules import LostReason, Source
from clubsales.leads.people import merges
from clubsales.leads.people import operations as people
from clubsales.leads.people import pages as person_pages
from clubsales.leads.people import queries as people_queries
from clubsales.leads.sources import queries as sources
from clubsales.leads.sources.words import kind_names

__all__ = ["bp"]
MORE_DOORS = (capture_views, enquiry_views)  # on the same blueprint


@bp.get("/leads/<public_id>")
@requires(Permission.LEAD_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """A lead; `?before=` is where its timeline goes on."""
    actor, at = current_actor(), now()
    try:
        page = queries.by_public_id(db.session, actor, public_id, at=at)
    except NotFound:
        stays = merges.lead_now(db.session, actor.club.id, public_id)
        if stays is None:
            raise
        return redirect(url_for("intake.show", public_id=stays))
    shown = _show(page, actor, at)
    note_view(page.lead.person_id, actor, at)
    return shown


@bp.get("/leads/<public_id>/timeline")
@requires(Permission.LEAD_SEE)
def earlier(public_id: str) -> ResponseReturnValue:
    """More of the timeline: a piece of the page."""
    actor = current_actor()
    person_id = claims.person_of_lead(db.session, actor.club.id, public_id)
    return render_template(
        "leads/intake/_timeline.html",
        lead_public_id=public_id,
        timeline=timeline.page_of(
            db.session, actor.club.id, person_id, before=request.args.get("before", "")
        ),
        contacts=followup_texts.CONTACTS,
        reader=reader(actor, now()),
    )


@bp.get("/leads/<public_id>/edit")
@requires(Permission.LEAD_CAPTURE)
def edit_page(public_id: str) -> ResponseReturnValue:
    """What is known of a lead, to be corrected; and giving it up."""
    actor, at = current_actor(), now()
    page = queries.by_public_id(db.session, actor, public_id, at=at)
    lead, club = page.lead, actor.club
    form = with_sources(
        LeadForm,
        sources.of_club(db.session, club.id),
        kind=lead.source,
        own=page.source_id,
        name=lead.name,
        interest=lead.interest,
        grade=lead.grade.value if lead.grade else "",
        urgency=page.urgency.value if page.urgency else "",
        budget=page.budget,
        decides=page.decides,
        note=page.note,
        consent=page.consent_at is not None,
        seen=editing.seen_of(page),
        birthday=people_queries.birthday_of(db.session, club.organisation_id, lead.person_id)
        if lead.phone_shown
        else None,
    )
    return _edit_page(page, form)


@bp.post("/leads/<public_id>")
@requires(Permission.LEAD_CAPTURE)
def edit(public_id: str) -> ResponseReturnValue:
    """Correct what is known of a lead."""
    actor, at = current_actor(), now()
    page = queries.by_public_id(db.session, actor, public_id, at=at)
    kinds = sources.of_club(db.session, actor.club.id)
    form = with_sources(LeadForm, kinds, kind=page.lead.source, own=page.source_id, note=page.note)
    if not form.is_valid():
        return _edit_page(page, form), HTTPStatus.UNPROCESSABLE_ENTITY
    if editing.was_changed(form, page):
        return _edit_page(page, form), HTTPStatus.CONFLICT
    transact(lambda session: _edit(session, page.lead, form, actor, at))
    flash(_("Saved."), "success")
    return redirect(url_for("intake.show", public_id=public_id))


@bp.post("/leads/<public_id>/lost")
@requires(Permission.LEAD_CAPTURE)
def lose(public_id: str) -> ResponseReturnValue:
    """Give a lead up, and say why."""
    actor, at, form = current_actor(), now(), LostForm()
    lead_id = queries.id_of(db.session, actor.club.id, public_id)
    if form.is_valid():
        reason = LostReason(form.reason.data)
        transact(lambda s: qualifying.lose(s, lead_id=lead_id, reason=reason, actor=actor, at=at))
        flash(_("Marked as lost. Should the guest come again, the lead is taken back by itself."), "success")
    else:
        flash(_("Choose why the lead is lost."), "refusal")
    return redirect(url_for("intake.show", public_id=public_id))


@bp.post("/leads/<public_id>/regain")
@requires(Permission.LEAD_CAPTURE)
def regain(public_id: str) -> ResponseReturnValue:
    """Take a lost lead back."""
    actor, at = current_actor(), now()
    lead_id = queries.id_of(db.session, actor.club.id, public_id)
    transact(lambda s: qualifying.regain(s, lead_id=lead_id, actor=actor, at=at))
    flash(_("The lead is taken back."), "success")
    return redirect(url_for("intake.show", public_id=public_id))


def _edit_page(page: LeadPage, form: LeadForm) -> str:
    return render_template("leads/intake/edit.html", page=page, form=form, lost_form=LostForm())


def _edit(session: Session, lead: LeadLine, form: LeadForm, actor: Actor, at: Instant) -> None:
    """The birthday is a detail like the phone: who does not see it does not write it either (CFD-07)."""
    qualifying.edit(
        session,
        lead_id=lead.id,
        name=form.name.data or "",
        interest=form.interest.data or "",
        grade=form.chosen_grade,
        urgency=form.chosen_urgency,
        budget=form.budget.data or "",
        decides=form.decides.data or "",
        source=Source(form.source.data),
        source_id=form.chosen_own,
        note=form.note.data or "",
        consent=form.consent.data,
        actor=actor,
        at=at,
    )
    if lead.phone_shown:
        people.set_birthday(
            session, person_id=lead.person_id, birthday=form.birthday.data, actor=actor, at=at
        )


def _show(page: LeadPage, actor: Actor, at: Instant) -> str:
    club, lead = actor.club, page.lead
    person_id = lead.person_id
    kinds = sources.of_club(db.session, club.id)
    private = privacy(db.session, person_id, phone_shown=lead.phone_shown, actor=actor, at=at)
    is_known = not private.is_anonymous  # nothing is done with whom nobody knows any more
    held = whose(db.session, actor, person_id, at)
    return render_template(
        "leads/intake/show.html",
        page=page,
        details=person_pages.section(db.session, actor, person_id, shown=lead.phone_shown),
        privacy=private,
        birthday=people_queries.birthday_of(db.session, club.organisation_id, person_id)
        if lead.phone_shown
        else None,
        mask=mask(actor, at),
        may_edit=is_known and may(actor, Permission.LEAD_CAPTURE),
        may_sell=is_known and may(actor, Permission.SALE_OPEN),
        may_book=is_known and may(actor, Permission.APPOINTMENT_MAKE),
        sources=kind_names(kinds),
        own_source=own_source(kinds, page.source_id),
        grades=texts.GRADES,
        urgencies=texts.URGENCIES,
        lost_reasons=texts.LOST_REASONS,
        whose=replace(held, may_claim=is_known and held.may_claim),
        may_log=is_known and actor.consultant_id is not None and may(actor, Permission.FOLLOW_UP),
        reach=reach_of(db.session, actor, person_id, lead.e164 if lead.phone_shown else None, at),
        reader=reader(actor, at),
        steps=followups.open_of_person(db.session, club.id, person_id),
        may_finish=lambda step: _may_finish(step, actor),
        today=local_day(at, club.zone),
        timeline=timeline.page_of(db.session, club.id, person_id, before=request.args.get("before", "")),
        is_earlier="before" in request.args,
        contacts=followup_texts.CONTACTS,
        appointments=appointments.of_person(db.session, club.organisation_id, club.id, person_id),
    )


def _may_finish(step: FollowUpView, actor: Actor) -> bool:
    is_his = step.consultant_id == actor.consultant_id
    return not isinstance(may_finish(is_his=is_his, roles=actor.roles, consultant=step.consultant), Refusal)
