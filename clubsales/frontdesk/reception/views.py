"""The desk: who comes in and who takes them."""

from http import HTTPStatus
from uuid import uuid4

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.answers import wants_json
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import Instant, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import db, transact
from clubsales.frontdesk import texts
from clubsales.frontdesk.reception import board_views, guest_views, operations, pages, queries, scans
from clubsales.frontdesk.reception.blueprint import bp
from clubsales.frontdesk.reception.board_views import board_context, consultants, live
from clubsales.frontdesk.reception.forms import GuestForm
from clubsales.frontdesk.reception.operations import Arrival
from clubsales.frontdesk.reception.pages import Preview
from clubsales.frontdesk.reception.queries import ReceptionView
from clubsales.frontdesk.reception.rules import Status
from clubsales.i18n import gettext as _
from clubsales.i18n import reason_text, refusal_text
from clubsales.ids import ReceptionID
from clubsales.leads.disclosures.views import note_probe
from clubsales.leads.passes import texts as pass_texts
from clubsales.leads.touches.rules import Signal
from clubsales.membership.cards.tokens import CardKeys

__all__ = ["board_context", "board_views", "bp", "guest_views", "live"]


@bp.get("/desk")
@requires(Permission.GUEST_RECEIVE)
def desk() -> ResponseReturnValue:
    """The desk: a new guest, who is received, who waits, the queue. `received` names the guest just given away."""
    actor, at = current_actor(), now()
    received = request.args.get("received", "")
    guest = queries.by_public_id(db.session, actor.club.id, received) if received else None
    return _desk(GuestForm(), actor, at, guest=guest)


@bp.get("/desk/preview")
@requires(Permission.GUEST_RECEIVE)
def preview() -> ResponseReturnValue:
    """Who this is and who would take the guest, while the desk is typing: a fragment; only the question is written."""
    actor, at = current_actor(), now()
    form = GuestForm(MultiDict(request.args), meta={"csrf": False})
    form.is_valid()  # a phone half typed is no phone yet
    typed = form.e164
    _read_code(form, actor, at)
    shown = render_template(
        "frontdesk/reception/_preview.html", **_preview_of(form, actor, at), statuses=texts.STATUSES
    )
    if typed is not None:
        note_probe(typed, actor, at)
    return shown


@bp.post("/desk/guests")
@requires(Permission.GUEST_RECEIVE)
def receive() -> ResponseReturnValue:
    """Give a guest to whose turn it is, to whom he came for, or to the waiting list."""
    actor, at = current_actor(), now()
    form = GuestForm()
    if not (form.is_valid() and _read_code(form, actor, at)):
        if wants_json():
            said = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return jsonify(code="invalid", message=said, facts={}), HTTPStatus.UNPROCESSABLE_ENTITY
        return _desk(form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    arrival = transact(lambda s: _receive_once(s, form, actor, at))
    return _arrived(arrival, actor)


def _desk(form: GuestForm, actor: Actor, at: Instant, *, guest: ReceptionView | None = None) -> str:
    guests = [guest for guest in queries.present(db.session, actor.club.id) if guest.status is Status.OPEN]
    form.offer(consultants(actor, at), guests)
    if not form.submission_key.data:
        form.submission_key.data = str(uuid4())
    return render_template(
        "frontdesk/reception/desk.html",
        form=form,
        guest=guest,
        somebody_present=bool(guests),
        **_preview_of(form, actor, at),
        **board_context(actor, at),
    )


def _read_code(form: GuestForm, actor: Actor, at: Instant) -> bool:
    """Read what was scanned into `e164` and `codes`; False with the sentence at the field.

    Who was read before stays, also when his moving code has run out meanwhile. Raises NotFound.
    """
    form.codes = scans.known_codes(form.passes.data or ())
    if form.person.data:
        form.e164 = scans.holder(db.session, actor.club, form.person.data).e164
    text = (form.code.data or "").strip()
    if not text:
        return True
    keys = CardKeys.from_settings(current_app.extensions["clubsales_settings"])
    scan = scans.read(db.session, actor.club, text, keys=keys, at=at)
    if scan.holder is not None:
        form.person.data, form.e164 = scan.holder.public_id, scan.holder.e164
    elif scan.pass_code is not None:
        form.codes = scans.known_codes((*form.codes, scan.pass_code))
    elif scan.refusal is not None:
        form.code.errors = (refusal_text(scan.refusal),)
        return False
    return True


def _preview_of(form: GuestForm, actor: Actor, at: Instant) -> dict[str, object]:
    """Everything the preview shows of the form as it stands."""
    known = _shown(form, actor, at)
    return {
        "preview": known,
        "person": form.person.data or "",
        "phone_error": next(iter(form.phone.errors), "") if not form.e164 else "",
        "code_error": next(iter(form.code.errors), ""),
        "code_taken": bool(form.code.data) and not form.code.errors,
        "kinds": pass_texts.KINDS,
        "answers": texts.PASS_ANSWERS,
    }


def _shown(form: GuestForm, actor: Actor, at: Instant) -> Preview:
    return pages.preview(
        db.session,
        e164=form.e164,
        signals=_signals(db.session, form, actor),
        passes=form.codes,
        came_with=_company(db.session, form, actor),
        actor=actor,
        at=at,
    )


def _receive_once(session: Session, form: GuestForm, actor: Actor, at: Instant) -> Arrival:
    """Two presses are one guest: a phone says so itself, without one the form's key does."""
    key = form.submission_key.data
    if form.e164 is not None or not key:
        return _arrive(session, form, actor, at)
    decided: list[Arrival] = []

    def work() -> str:
        decided.append(_arrive(session, form, actor, at))
        return decided[0].public_id

    inputs = {
        "name": form.name.data,
        "shown": form.shown,
        "passes": form.codes,
        "came_with": form.came_with.data,
        "wait": form.wait.data,
    }
    public_id = idempotency.once(session, key=key, inputs=inputs, actor=actor, at=at, work=work)
    if decided:
        return decided[0]
    reception_id = queries.id_of(session, actor.club.id, public_id)
    return Arrival(reception_id=reception_id, public_id=public_id, turn=None)


def _arrive(session: Session, form: GuestForm, actor: Actor, at: Instant) -> Arrival:
    return operations.arrive(
        session,
        e164=form.e164,
        name=form.name.data or "",
        signals=_signals(session, form, actor),
        passes=form.codes,
        came_with=_company(session, form, actor),
        wait_for_designated=bool(form.wait.data),
        once=True,
        actor=actor,
        at=at,
    )


def _signals(session: Session, form: GuestForm, actor: Actor) -> tuple[Signal, ...]:
    """Raises NotFound for somebody who is not of this club."""
    return tuple(
        Signal(kind, profiles.by_public_id(session, actor.club.id, public_id).id)
        for kind, public_id in form.shown
    )


def _company(session: Session, form: GuestForm, actor: Actor) -> ReceptionID | None:
    """Raises NotFound for a guest who is not of this club."""
    chosen = form.came_with.data
    return queries.id_of(session, actor.club.id, chosen) if chosen else None


def _arrived(arrival: Arrival, actor: Actor) -> ResponseReturnValue:
    if wants_json():
        guest = queries.by_public_id(db.session, actor.club.id, arrival.public_id)
        body = {
            "reception": guest.public_id,
            "consultant": guest.consultant_name or None,
            "basis": guest.basis.value if guest.basis else "waiting",
            "offered_until": guest.offered_until.isoformat() if guest.offered_until else None,
            "rule": guest.why[0].rule if guest.why else None,
            "message": reason_text(guest.why[0]) if guest.why else "",
        }
        return jsonify(body), HTTPStatus.CREATED if arrival.turn is not None else HTTPStatus.OK
    if arrival.turn is None:
        flash(_("This guest is already in the club: nothing was changed."), "info")
    # Who receives him, and why, is the first thing on the desk's page then.
    return redirect(url_for(".desk", received=arrival.public_id))
