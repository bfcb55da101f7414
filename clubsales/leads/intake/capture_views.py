"""The leads' home: quick capture, what is due, the latest leads."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, now
from clubsales.consultants.shifts import queries as shifts
from clubsales.db import db, transact
from clubsales.errors import Refusal, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.leads.followups.plan_views import due_piece
from clubsales.leads.intake import capturing, queries
from clubsales.leads.intake.blueprint import bp
from clubsales.leads.intake.forms import CaptureForm, with_sources
from clubsales.leads.intake.pages import mask
from clubsales.leads.intake.places import places_of
from clubsales.leads.intake.rules import LeadRefused, Source
from clubsales.leads.sources import queries as sources
from clubsales.leads.sources.queries import KindView
from clubsales.leads.sources.words import kind_names

LEADS_ON_PAGE = 5
ASKED_ON_PAGE = 10
AT_THE_REFERRER = (LeadRefused.REFERRER_UNKNOWN, LeadRefused.REFERRED_BY_HIMSELF)


@bp.get("/leads")
@requires(Permission.LEAD_SEE)
def index() -> ResponseReturnValue:
    """Capture somebody, see what is due, and the latest leads, mine or the club's."""
    actor = current_actor()
    kinds = _kinds(actor)
    form = with_sources(CaptureForm, kinds, phone=request.args.get("phone", ""), mine=_is_on_shift(actor))
    return _index(form, kinds)


@bp.post("/leads")
@requires(Permission.LEAD_CAPTURE)
def capture() -> ResponseReturnValue:
    """Capture a lead; a phone known already is a touch on the first one."""
    actor, at = current_actor(), now()
    kinds = _kinds(actor)
    form = with_sources(CaptureForm, kinds)
    if not form.is_valid():
        return _index(form, kinds), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        public_id, known, not_mine = transact(lambda session: _capture_once(session, form, actor, at))
    except Refused as refused:
        if refused.refusal.code not in AT_THE_REFERRER:
            raise
        form.referrer.errors = (refusal_text(refused.refusal),)
        return _index(form, kinds), HTTPStatus.UNPROCESSABLE_ENTITY
    if known is not None:
        flash(
            _("%(name)s was known here already. This is one more touch; what is new was added.", name=known),
            "success",
        )
    else:
        flash(_("The lead is saved."), "success")
    if not_mine is not None:
        flash(refusal_text(not_mine), "warning")
    return redirect(url_for("intake.show", public_id=public_id))


def _capture_once(
    session: Session, form: CaptureForm, actor: Actor, at: Instant
) -> tuple[str, str | None, Refusal | None]:
    """Two presses are one capture. The lead is saved even where it may not be claimed: then with why not.

    In between: the name of a lead that was known before.
    """
    known: str | None = None
    not_mine: Refusal | None = None

    def work() -> str:
        nonlocal known, not_mine
        person_id = capturing.take_in(
            session,
            e164=form.e164,
            name=form.name.data or "",
            source=Source(form.source.data),
            source_id=form.chosen_own,
            referrer_e164=form.referrer_e164,
            interest=form.interest.data or "",
            grade=form.chosen_grade,
            note=form.note.data or "",
            consent=form.consent.data,
            actor=actor,
            at=at,
        )
        known = queries.was_known(session, actor.club.id, person_id, at)
        if form.mine.data and may(actor, Permission.LEAD_CLAIM):
            not_mine = capturing.make_mine(session, person_id=person_id, actor=actor, at=at)
        return queries.public_id_of_person(session, actor.club.id, person_id)

    key = form.submission_key.data or ""
    done = idempotency.once(session, key=key, inputs=form.inputs, actor=actor, at=at, work=work)
    return done, known, not_mine


def _kinds(actor: Actor) -> list[KindView]:
    """The club's sources, those of the latest leads first."""
    used = sources.used_lately(db.session, actor.club.id)
    kinds = sources.of_club(db.session, actor.club.id)
    return sorted(kinds, key=lambda each: -used.get(each.kind, 0))


def _is_on_shift(actor: Actor) -> bool:
    return (
        actor.consultant_id is not None and shifts.open_shift_of(db.session, actor.consultant_id) is not None
    )


def _index(form: CaptureForm, kinds: list[KindView]) -> str:
    actor, at = current_actor(), now()
    mine = request.args.get("mine") == "1" and actor.consultant_id is not None
    own = actor.consultant_id if may(actor, Permission.FOLLOW_UP) else None
    before = request.args.get("before", "")
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
        places=places_of(actor),
        mine=mine,
        may_capture=may(actor, Permission.LEAD_CAPTURE),
        may_claim=may(actor, Permission.LEAD_CLAIM) and actor.consultant_id is not None,
        has_own=actor.consultant_id is not None,
        leads=leads[:LEADS_ON_PAGE],
        more=len(leads) > LEADS_ON_PAGE,
        before=before,
        asked=queries.asked_for_a_call(db.session, actor, at=at, limit=ASKED_ON_PAGE)
        if not mine and not before
        else [],
        due=due_piece(db.session, actor, own, at) if own is not None else None,
        due_more=url_for("followups.plan"),
        mask=mask(actor, at),
        sources=kind_names(kinds),
    )
