"""Guests who may be one: looked at side by side, merged, kept apart, parted again."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.errors import Refused, refuse
from clubsales.i18n import gettext as _
from clubsales.i18n import listed, refusal_text
from clubsales.leads.claims import queries as claims
from clubsales.leads.disclosures.views import note_probe
from clubsales.leads.intake import queries as leads
from clubsales.leads.intake.pages import mask
from clubsales.leads.matches import finding, merging, operations, queries, texts, undoing
from clubsales.leads.matches.comparing import COUNTED, Portrait, pair, portrait
from clubsales.leads.matches.fields import FIELDS, PHONE_FIELD, Side
from clubsales.leads.matches.rules import MergeRefused
from clubsales.leads.people import queries as people
from clubsales.leads.people.rules import normalise_phone

bp = Blueprint("matches", __name__)
ON_PAGE = 30
MERGES_ON_PAGE = 20


@bp.get("/leads/matches")
@requires(Permission.PERSON_MERGE)
def index() -> ResponseReturnValue:
    """Proposals, the likeliest first, and what was merged lately."""
    actor, before = current_actor(), request.args.get("before", "")
    found = queries.of_club(db.session, actor.club, before=before, limit=ON_PAGE + 1)
    return render_template(
        "leads/matches/index.html",
        matches=found[:ON_PAGE],
        more=len(found) > ON_PAGE,
        before=before,
        merges=queries.merges(db.session, actor.club, limit=MERGES_ON_PAGE),
        signs=texts.SIGNS,
        mask=mask(actor, now()),
    )


@bp.get("/leads/matches/<first>/<second>")
@requires(Permission.PERSON_MERGE)
def compare(first: str, second: str) -> ResponseReturnValue:
    """Two guests side by side."""
    actor, at = current_actor(), now()
    persons = pair(db.session, actor, first, second)
    if persons[0].id == persons[1].id:
        refuse(MergeRefused.SELF).or_raise()
    one, other = (portrait(db.session, actor, each, at=at) for each in persons)
    return render_template(
        "leads/matches/compare.html",
        pair=(one, other),
        found=finding.score_of(db.session, one.id, other.id),
        differing=[name for name in (*FIELDS, PHONE_FIELD) if _differs(name, one, other)],
        older=min((one, other), key=lambda each: (not each.is_member, each.created_at, each.id)).public_id,
        signs=texts.SIGNS,
        fields=texts.FIELDS,
        records={name: texts.RECORDS[name] for name in COUNTED},
        mask=mask(actor, at),
    )


@bp.post("/leads/matches/<first>/<second>/different")
@requires(Permission.PERSON_MERGE)
def different(first: str, second: str) -> ResponseReturnValue:
    """They are two, and stay two."""
    actor, at = current_actor(), now()
    one, other = pair(db.session, actor, first, second)
    if one.id == other.id:
        refuse(MergeRefused.SELF).or_raise()
    transact(lambda s: operations.dismiss(s, first_id=one.id, second_id=other.id, actor=actor, at=at))
    flash(_("Kept as two guests. They are proposed again only when more speaks for it."), "success")
    return redirect(url_for("matches.index"))


@bp.post("/leads/matches/<first>/<second>/merge")
@requires(Permission.PERSON_MERGE)
def merge(first: str, second: str) -> ResponseReturnValue:
    """Make them one: the one chosen stays."""
    actor, at = current_actor(), now()
    one, other = pair(db.session, actor, first, second)
    if one.id == other.id:
        refuse(MergeRefused.ALREADY).or_raise()
    kept, merged = (other, one) if request.form.get("keep") == other.public_id else (one, other)
    chosen: dict[str, Side] = {
        name: "merged"
        for name in (*FIELDS, PHONE_FIELD)
        if request.form.get(f"take-{name}") == merged.public_id
    }
    transact(
        lambda s: merging.merge(
            s,
            kept_id=kept.id,
            merged_id=merged.id,
            chosen=chosen,
            reason=request.form.get("reason", ""),
            double_booked=_("Booked twice: the guest stood in the files twice."),
            actor=actor,
            at=at,
        )
    )
    flash(_("They are one guest now. It can be undone on the page of matches."), "success")
    lead = leads.line_of_person(db.session, actor, kept.id, at=at)
    if lead is None:
        return redirect(url_for("matches.index"))
    return redirect(url_for("intake.show", public_id=lead.public_id))


@bp.get("/leads/matches/merges/<public_id>")
@requires(Permission.PERSON_MERGE)
def merged(public_id: str) -> ResponseReturnValue:
    """A merge, and what would go where if it were undone."""
    actor, at = current_actor(), now()
    line = queries.merge_by_public_id(db.session, actor.club, public_id)
    plan = undoing.plan(db.session, organisation_id=actor.club.organisation_id, merge_id=line.id, at=at)
    return render_template(
        "leads/matches/merged.html",
        merge=line,
        plan=plan,
        records=texts.RECORDS,
        back=listed(texts.FIELDS[name] for name in plan.fields),
        stays=listed(texts.FIELDS[name] for name in plan.kept_fields),
    )


@bp.post("/leads/matches/merges/<public_id>/undo")
@requires(Permission.PERSON_MERGE)
def undo(public_id: str) -> ResponseReturnValue:
    """Make two of one again."""
    actor, at = current_actor(), now()
    line = queries.merge_by_public_id(db.session, actor.club, public_id)
    transact(lambda s: undoing.undo(s, merge_id=line.id, actor=actor, at=at))
    flash(_("They are two guests again."), "success")
    return redirect(url_for("matches.index"))


@bp.get("/leads/matches/of/<public_id>")
@requires(Permission.PERSON_MERGE)
def of_lead(public_id: str) -> ResponseReturnValue:
    """Who may be this lead's guest: a piece of his page, looked up as it is opened."""
    actor = current_actor()
    person_id = claims.person_of_lead(db.session, actor.club.id, public_id)
    person = people.get(db.session, actor.club.organisation_id, person_id)
    return render_template(
        "leads/matches/_of_lead.html",
        person_public_id=person.public_id,
        lead_public_id=public_id,
        candidates=finding.candidates(db.session, actor.club.organisation_id, person_id),
        signs=texts.SIGNS,
        mask=mask(actor, now()),
    )


@bp.post("/leads/matches/of/<public_id>")
@requires(Permission.PERSON_MERGE)
def with_phone(public_id: str) -> ResponseReturnValue:
    """Compare a lead's guest with whoever has a phone."""
    actor = current_actor()
    person_id = claims.person_of_lead(db.session, actor.club.id, public_id)
    person = people.get(db.session, actor.club.organisation_id, person_id)
    try:
        e164 = normalise_phone(request.form.get("phone", ""))
        note_probe(e164, actor, now())
        other = people.by_phone(db.session, actor.club.organisation_id, e164)
        if other is None:
            refuse(MergeRefused.NOBODY).or_raise()
        if other.id == person.id:
            refuse(MergeRefused.SELF).or_raise()
    except Refused as refused:
        flash(refusal_text(refused.refusal), "refusal")
        return redirect(url_for("intake.show", public_id=public_id))
    return redirect(url_for("matches.compare", first=person.public_id, second=other.public_id))


def _differs(name: str, one: Portrait, other: Portrait) -> bool:
    """Whether there is something to choose: both say something, and not the same."""
    values: tuple[Any, Any] = (one.field(name), other.field(name))
    return all(values) and values[0] != values[1]
