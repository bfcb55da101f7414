"""Handing over the leads of somebody who leaves or is away: chosen, looked at, done, and taken back."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.db import db, transact
from clubsales.errors import Refusal, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import listed, ngettext, refusal_text
from clubsales.ids import ConsultantID
from clubsales.leads import texts as lead_texts
from clubsales.leads.handovers import holders, operations, queries, texts
from clubsales.leads.handovers.forms import HandOverForm
from clubsales.leads.handovers.holders import Colleague
from clubsales.leads.handovers.proposal import Proposal, propose, to_rearrange
from clubsales.leads.handovers.rules import State, may_hand_over
from clubsales.web import render

bp = Blueprint("handovers", __name__)
DO_IT = "hand_over"  # the button after the preview
CHOSEN = "hand_over_chosen"


@bp.get("/leads/hand-over")
@requires(Permission.LEAD_HAND_OVER)
def index() -> ResponseReturnValue:
    """Who holds leads, and the hand-overs there were."""
    actor, at = current_actor(), now()
    today = local_day(at, actor.club.zone)
    everybody = holders.colleagues(db.session, actor.club, today, at=at)
    return render(
        "leads/handovers/index.html",
        holders=[each for each in everybody if each.open_claims],
        made=queries.latest(db.session, actor.club.id),
        states=texts.STATES,
        tones=TONES,
    )


@bp.get("/leads/hand-over/from/<consultant>")
@requires(Permission.LEAD_HAND_OVER)
def make_page(consultant: str) -> ResponseReturnValue:
    """Ask why, from when, and to whom; everybody who is not away is ticked. What was chosen is shown as it would be."""
    actor, at = current_actor(), now()
    giver = profiles.by_public_id(db.session, actor.club.id, consultant)
    today = local_day(at, actor.club.zone)
    chosen = cookie.get(CHOSEN, {})
    if "chosen" in request.args and chosen.get("from") == giver.public_id:
        form = HandOverForm(formdata=MultiDict(chosen))
        return _page(giver, form, _proposal(giver, form, actor, at), actor, at)
    form = HandOverForm(formdata=None, starts_on=today)
    form.to.data = [
        each.public_id
        for each in holders.colleagues(db.session, actor.club, today, at=at)
        if _takes(each, giver) and not each.is_away
    ]
    return _page(giver, form, None, actor, at)


@bp.post("/leads/hand-over/from/<consultant>")
@requires(Permission.LEAD_HAND_OVER)
def make(consultant: str) -> ResponseReturnValue:
    """Lead to who would receive what; with the button below that, do it."""
    actor, at = current_actor(), now()
    giver = profiles.by_public_id(db.session, actor.club.id, consultant)
    form = HandOverForm()
    if not form.is_valid():
        return _page(giver, form, None, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    if request.form.get("step") != DO_IT:
        if _proposal(giver, form, actor, at) is None:
            return _page(giver, form, None, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
        # Not in the address: why somebody is away is not for a log. A step back finds a page and no sent form.
        cookie[CHOSEN] = {
            "from": giver.public_id,
            "submission_key": form.submission_key.data,
            "reason": form.reason.data,
            "starts_on": form.starts_on.data.isoformat(),
            "ends_on": form.ends_on.data.isoformat() if form.ends_on.data else "",
            "to": form.to.data,
        }
        there = url_for("handovers.make_page", consultant=giver.public_id, chosen=1)
        return redirect(there, HTTPStatus.SEE_OTHER)
    to = _recipients(form, actor)
    try:
        public_id = transact(lambda session: _make(session, giver, form, to, actor, at))
    except Refused as refused:
        form.refuse(refusal_text(refused.refusal))
        return _page(giver, form, None, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    made = queries.by_public_id(db.session, actor.club.id, public_id)
    if made.state is State.PLANNED:
        flash(_("Planned. The leads go to colleagues when that day begins."), "success")
    else:
        said = ngettext("%(num)s lead was handed over.", "%(num)s leads were handed over.", made.count)
        flash(said, "success")
    return redirect(url_for("handovers.show", public_id=public_id), HTTPStatus.SEE_OTHER)


@bp.get("/leads/hand-over/<public_id>")
@requires(Permission.LEAD_HAND_OVER)
def show(public_id: str) -> ResponseReturnValue:
    """A hand-over: who has what by it, what went back, and which appointments somebody has to see to."""
    actor, at = current_actor(), now()
    made = queries.by_public_id(db.session, actor.club.id, public_id)
    names = profiles.names(db.session, made.to_consultants)
    is_open = made.state in (State.PLANNED, State.DEALT)
    handed = queries.handed(db.session, actor.club.id, made.id)
    return render(
        "leads/handovers/show.html",
        made=made,
        handed=handed,
        left=len(holders.held_leads(db.session, actor.club, made.from_consultant_id, at))
        if made.state is State.DEALT
        else 0,
        recipients=listed(names[each] for each in made.to_consultants),
        appointments=to_rearrange(
            db.session, actor, made.from_consultant_id, made.starts_on, made.ends_on, at
        )
        if is_open
        else [],
        is_open=is_open,
        states=texts.STATES,
        tones=TONES,
        kept=texts.KEPT,
        grades=lead_texts.GRADES,
    )


@bp.post("/leads/hand-over/<public_id>/undo")
@requires(Permission.LEAD_HAND_OVER)
def undo(public_id: str) -> ResponseReturnValue:
    """Take a hand-over back, as far as that is still possible; pressed twice it is done once."""
    actor, at = current_actor(), now()
    transact(lambda session: operations.undo(session, public_id=public_id, actor=actor, at=at))
    made = queries.by_public_id(db.session, actor.club.id, public_id)
    handed = queries.handed(db.session, actor.club.id, made.id)
    kept = sum(each.kept_because is not None for each in handed)
    if made.state is State.CANCELLED:
        flash(_("Cancelled. Nothing has changed hands."), "success")
    elif kept:
        said = ngettext(
            "Undone. %(num)s lead stays where it is; the list says why.",
            "Undone. %(num)s leads stay where they are; the list says why.",
            kept,
        )
        flash(said, "warning")
    else:
        flash(_("Undone. Every lead is back."), "success")
    return redirect(url_for("handovers.show", public_id=public_id), HTTPStatus.SEE_OTHER)


TONES = {
    State.PLANNED: "info",
    State.DEALT: "fine",
    State.RETURNED: "plain",
    State.UNDONE: "plain",
    State.CANCELLED: "plain",
}


def _takes(colleague: Colleague, giver: ConsultantView) -> bool:
    return colleague.works_here and colleague.sells and colleague.consultant_id != giver.id


def _recipients(form: HandOverForm, actor: Actor) -> list[ConsultantID]:
    """Whom the form names; raises NotFound for anybody else."""
    return [profiles.by_public_id(db.session, actor.club.id, each).id for each in form.to.data or ()]


def _proposal(giver: ConsultantView, form: HandOverForm, actor: Actor, at: Instant) -> Proposal | None:
    """How the leads would be dealt; None where that may not be, which the form says then."""
    proposal = propose(
        db.session,
        from_consultant=giver.id,
        to_consultants=_recipients(form, actor),
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        reason=form.reason.data,
        actor=actor,
        at=at,
    )
    decision = may_hand_over(proposal.facts)
    if isinstance(decision, Refusal):
        form.refuse(refusal_text(decision))
        return None
    return proposal


def _make(
    session: Session,
    giver: ConsultantView,
    form: HandOverForm,
    to: list[ConsultantID],
    actor: Actor,
    at: Instant,
) -> str:
    """The same form sent twice is one hand-over."""
    values = {"starts_on": form.starts_on.data, "ends_on": form.ends_on.data, "reason": form.reason.data}
    return idempotency.once(
        session,
        key=form.submission_key.data,
        inputs={"from": giver.id, "to": sorted(to), **values},
        actor=actor,
        at=at,
        work=lambda: operations.hand_over(
            session, from_consultant=giver.id, to_consultants=to, actor=actor, at=at, **values
        ),
    )


def _page(
    giver: ConsultantView, form: HandOverForm, proposal: Proposal | None, actor: Actor, at: Instant
) -> str:
    today = local_day(at, actor.club.zone)
    day = max(form.starts_on.data or today, today)
    everybody = holders.colleagues(db.session, actor.club, day, at=at)
    held = holders.held_leads(db.session, actor.club, giver.id, at)
    return render(
        "leads/handovers/make.html",
        giver=giver,
        form=form,
        colleagues=[each for each in everybody if _takes(each, giver)],
        held=len(held),
        proposal=proposal,
        appointments=to_rearrange(db.session, actor, giver.id, day, form.ends_on.data, at),
        grades=lead_texts.GRADES,
        today=today,
        do_it=DO_IT,
    )
