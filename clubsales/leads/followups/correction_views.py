"""Correcting a contact: what was written stays, and what it should have said stands beside it."""

from http import HTTPStatus
from uuid import uuid4

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import Instant, local_day, local_time, now
from clubsales.db import db, transact
from clubsales.i18n import gettext as _
from clubsales.leads.followups import operations, queries, texts
from clubsales.leads.followups.blueprint import bp
from clubsales.leads.followups.forms import NO, YES, RecordForm
from clubsales.leads.followups.queries import ContactView
from clubsales.leads.followups.records import reader
from clubsales.leads.people import queries as people


@bp.get("/contacts/<public_id>/correct")
@requires(Permission.FOLLOW_UP)
def correction(public_id: str) -> ResponseReturnValue:
    """What was written, to be written rightly."""
    actor, at = current_actor(), now()
    old = queries.contact_by_public_id(db.session, actor.club.id, public_id)
    zone = actor.club.zone
    was_earlier = old.contacted_at != old.at
    form = RecordForm(
        at,
        zone,
        contact=f"{old.channel.value}-{old.outcome.value}",
        note=old.note,
        aim=None if old.aim_met is None else (YES if old.aim_met else NO),
        earlier_on=local_day(old.contacted_at, zone) if was_earlier else None,
        earlier_at=local_time(old.contacted_at, zone) if was_earlier else None,
    )
    form.submission_key.data = str(uuid4())
    return _page(old, form, actor, at)


@bp.post("/contacts/<public_id>/correct")
@requires(Permission.FOLLOW_UP)
def correct(public_id: str) -> ResponseReturnValue:
    """Write it rightly."""
    actor, at = current_actor(), now()
    old = queries.contact_by_public_id(db.session, actor.club.id, public_id)
    form = RecordForm(at, actor.club.zone)
    form.submission_key.data = idempotency.key_of(form.submission_key.data)
    if not form.is_valid():
        return _page(old, form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY

    def work() -> str:
        contact_id = operations.correct(
            db.session,
            public_id=public_id,
            channel=form.channel,
            outcome=form.outcome,
            contacted_at=form.contacted_at,
            note=form.note.data or "",
            aim_met=form.aim_met,
            actor=actor,
            at=at,
        )
        return str(contact_id)

    key, inputs = form.submission_key.data or "", {"contact": public_id, **form.inputs}
    transact(lambda session: idempotency.once(session, key=key, inputs=inputs, actor=actor, at=at, work=work))
    flash(_("Corrected. What was written before stands beside it."), "success")
    lead = queries.lead_of(db.session, actor.club.id, old.person_id)
    return redirect(url_for("intake.show", public_id=lead) if lead else url_for("intake.index"))


def _page(old: ContactView, form: RecordForm, actor: Actor, at: Instant) -> str:
    return render_template(
        "leads/followups/correct.html",
        old=old,
        form=form,
        person=people.get(db.session, actor.club.organisation_id, old.person_id),
        lead_public_id=queries.lead_of(db.session, actor.club.id, old.person_id),
        contacts=texts.CONTACTS,
        may_correct=reader(actor, at).may_correct(old),
    )
