"""The doors of one guest: how it was decided, and everything that is done with him until he leaves."""

from collections.abc import Callable
from http import HTTPStatus

from flask import abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from clubsales.actor import Actor
from clubsales.answers import back_url, wants_json
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import db, transact
from clubsales.frontdesk import texts
from clubsales.frontdesk.reception import claiming, decisions, operations, queries
from clubsales.frontdesk.reception.blueprint import bp
from clubsales.frontdesk.reception.board_views import board_context, consultants, is_device
from clubsales.frontdesk.reception.forms import (
    AssignForm,
    ContestForm,
    IdentifyForm,
    OffDutyForm,
    ReceptionForm,
    SeeOutForm,
)
from clubsales.frontdesk.reception.rules import Outcome, Status
from clubsales.i18n import gettext as _
from clubsales.ids import ReceptionID

Work = Callable[[Session, ReceptionID, Actor, Instant], object]


@bp.get("/guests/<public_id>")
@requires(Permission.BOARD_SEE)
def decided(public_id: str) -> ResponseReturnValue:
    """How it was decided who receives a guest, for anyone on the floor to read; a screen on the wall does not."""
    actor, at = current_actor(), now()
    if is_device(actor):
        abort(HTTPStatus.FORBIDDEN)
    found = decisions.history(db.session, actor.club, public_id)
    is_his = found.guest.consultant_id is not None and found.guest.consultant_id == actor.consultant_id
    context = {
        "history": found,
        "bases": texts.BASES,
        "outcomes": texts.OUTCOMES,
        # Who has the guest need not say that he is his.
        "may_contest": may(actor, Permission.GUEST_CONTEST) and not is_his,
        "names_others": may(actor, Permission.GUEST_RECEIVE),
        "consultants": consultants(actor, at) if may(actor, Permission.GUEST_RECEIVE) else [],
        "back": url_for("reception.desk" if may(actor, Permission.GUEST_RECEIVE) else "reception.screen"),
    }
    if found.guest.status is Status.WAITING:
        context = {**board_context(actor, at), **context}
    return render_template("frontdesk/reception/decided.html", **context)


@bp.post("/guests/<public_id>/seen-out")
@requires(Permission.GUEST_SEE_OUT)
def see_out(public_id: str) -> ResponseReturnValue:
    """See a guest out; the longest waiting one is given to whoever is free."""
    form = SeeOutForm()
    if not form.is_valid():
        return _wrong(form, _("Choose how the visit ended, then see the guest out."))
    outcome, toured = Outcome(form.outcome.data), bool(form.toured.data)
    _do(
        public_id,
        lambda s, guest, actor, at: operations.see_out(
            s, reception_id=guest, outcome=outcome, toured=toured, actor=actor, at=at
        ),
    )
    if wants_json():
        return jsonify(reception=public_id, outcome=outcome.value, toured=toured)
    flash(_("The guest is seen out."), "success")
    return _back_from(public_id)


@bp.post("/guests/<public_id>/accept")
@requires(Permission.FLOOR_WORK)
def accept(public_id: str) -> ResponseReturnValue:
    """Take the guest offered to me."""
    _do(public_id, lambda s, guest, actor, at: operations.accept(s, reception_id=guest, actor=actor, at=at))
    if wants_json():
        return jsonify(reception=public_id, accepted=True)
    flash(_("The guest is yours."), "success")
    return redirect(back_url())


@bp.post("/guests/come-forward")
@requires(Permission.FLOOR_WORK)
def come_forward() -> ResponseReturnValue:
    """Take the guest who has waited longest."""
    actor, at = current_actor(), now()
    taken = transact(lambda s: operations.come_forward(s, actor=actor, at=at))
    guest = queries.get(db.session, actor.club.id, taken)
    if wants_json():
        return jsonify(reception=guest.public_id)
    flash(_("The guest is yours."), "success")
    return redirect(back_url())


@bp.post("/guests/<public_id>/assign")
@requires(Permission.GUEST_ASSIGN)
def assign(public_id: str) -> ResponseReturnValue:
    """Give a guest to somebody by hand, with a reason that everybody concerned sees (ROT-09)."""
    form, club_id = AssignForm(), current_actor().club.id
    if not form.is_valid():
        return _wrong(form, "")
    chosen = profiles.by_public_id(db.session, club_id, form.consultant.data)
    _do(
        public_id,
        lambda s, guest, actor, at: operations.assign_by_hand(
            s, reception_id=guest, consultant_id=chosen.id, reason=form.reason.data, actor=actor, at=at
        ),
    )
    if wants_json():
        return jsonify(reception=public_id, consultant=chosen.name)
    flash(_("%(name)s receives the guest.", name=chosen.name), "success")
    return redirect(back_url())


@bp.post("/guests/<public_id>/let-others")
@requires(Permission.GUEST_RECEIVE)
def let_others(public_id: str) -> ResponseReturnValue:
    """A guest who waited for one consultant is content with another (AMB-04)."""
    _do(
        public_id,
        lambda s, guest, actor, at: operations.let_others_receive(s, reception_id=guest, actor=actor, at=at),
    )
    guest = queries.by_public_id(db.session, current_actor().club.id, public_id)
    if wants_json():
        return jsonify(reception=public_id, consultant=guest.consultant_name or None)
    if guest.status is Status.WAITING:
        flash(_("Whoever is free first receives the guest."), "success")
    else:
        flash(_("%(name)s receives the guest.", name=guest.consultant_name), "success")
    return redirect(back_url())


@bp.post("/guests/<public_id>/contest")
@requires(Permission.GUEST_CONTEST)
def contest(public_id: str) -> ResponseReturnValue:
    """Say quietly whose guest this is: it goes to the docket, nobody argues at the desk (DSP-09, SHF-14)."""
    form, club_id = ContestForm(), current_actor().club.id
    if not form.is_valid():
        return _wrong(form, "")
    named = form.consultant.data
    consultant_id = profiles.by_public_id(db.session, club_id, named).id if named else None
    _do(
        public_id,
        lambda s, guest, actor, at: operations.contest(
            s,
            reception_id=guest,
            consultant_id=consultant_id,
            note=form.note.data or "",
            actor=actor,
            at=at,
        ),
    )
    if wants_json():
        return jsonify(reception=public_id, noted=True)
    flash(_("Noted for the managers. Nothing changes for the guest now."), "info")
    return redirect(back_url())


@bp.post("/guests/<public_id>/off-duty")
@requires(Permission.OFF_DUTY_AUTHORISE)
def authorise_off_duty(public_id: str) -> ResponseReturnValue:
    """Let somebody off duty receive a waiting guest, with the reason (SHF-08)."""
    actor, at = current_actor(), now()
    form = OffDutyForm()
    form.consultant.choices = [
        SelectChoice(person.public_id, person.name) for person in consultants(actor, at)
    ]
    if not form.is_valid():
        return _wrong(form, _("Choose who receives the guest.") if form.consultant.errors else "")
    chosen = profiles.by_public_id(db.session, actor.club.id, form.consultant.data)
    _do(
        public_id,
        lambda s, guest, actor, at: operations.authorise_off_duty(
            s, consultant_id=chosen.id, reception_id=guest, reason=form.reason.data, actor=actor, at=at
        ),
    )
    if wants_json():
        return jsonify(reception=public_id, consultant=chosen.name)
    flash(_("%(name)s receives the guest.", name=chosen.name), "success")
    return redirect(back_url())


@bp.post("/guests/<public_id>/phone")
@requires(Permission.LEAD_CAPTURE)
def identify(public_id: str) -> ResponseReturnValue:
    """Write down the phone of a guest who came without one: from now on the guest is a lead."""
    form = IdentifyForm()
    if not form.is_valid():
        return _wrong(form, "")
    _do(
        public_id,
        lambda s, guest, actor, at: operations.identify(
            s, reception_id=guest, e164=form.e164, name=form.name.data or "", actor=actor, at=at
        ),
    )
    if wants_json():
        return jsonify(reception=public_id, known=True)
    flash(_("The phone is saved."), "success")
    return redirect(back_url())


@bp.post("/guests/<public_id>/claim")
@requires(Permission.LEAD_CLAIM)
def make_mine(public_id: str) -> ResponseReturnValue:
    """The guest with me becomes my lead; pressed twice it is still mine."""
    _do(
        public_id,
        lambda s, guest, actor, at: claiming.make_mine(s, reception_id=guest, actor=actor, at=at),
    )
    if wants_json():
        return jsonify(reception=public_id, claimed=True)
    flash(_("The lead is yours."), "success")
    return redirect(back_url())


def _do(public_id: str, work: Work) -> None:
    """One transaction for a guest of the club; raises NotFound."""
    actor, at = current_actor(), now()
    transact(lambda s: work(s, queries.id_of(s, actor.club.id, public_id), actor, at))


def _wrong(form: ReceptionForm, message: str) -> ResponseReturnValue:
    """What is wrong with the form: one sentence of our own, else the fields' own."""
    said = [message] if message else [str(error) for errors in form.errors.values() for error in errors]
    if wants_json():
        return (
            jsonify(code="invalid", message=" ".join(said), facts={}),
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    for sentence in said:
        flash(sentence, "error")
    return redirect(back_url())


def _back_from(public_id: str) -> ResponseReturnValue:
    """Back to where the button was, without naming the guest who has just left as the last one received."""
    address = back_url()
    return redirect(url_for("reception.desk") if f"received={public_id}" in address else address)
