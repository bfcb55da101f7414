"""The desk: who comes in, who takes them, and the board that everybody sees."""

from http import HTTPStatus
from uuid import uuid4

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.db import db, transact
from clubsales.frontdesk import texts
from clubsales.frontdesk.reception import operations, pages, queries
from clubsales.frontdesk.reception.forms import GuestForm, IdentifyForm, OffDutyForm, SeeOutForm
from clubsales.frontdesk.reception.operations import Arrival
from clubsales.frontdesk.reception.queries import ReceptionView
from clubsales.frontdesk.reception.rules import Outcome, Status
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag, reason_text
from clubsales.ids import ReceptionID
from clubsales.leads.touches.rules import Signal
from clubsales.web import back_url, not_modified, wants_json

bp = Blueprint("reception", __name__)


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
    """Who this is and who would take the guest, while the desk is typing: a fragment; nothing is written."""
    actor, at = current_actor(), now()
    form = GuestForm(MultiDict(request.args), meta={"csrf": False})
    return _preview(form, actor, at)


@bp.post("/desk/guests")
@requires(Permission.GUEST_RECEIVE)
def receive() -> ResponseReturnValue:
    """Give a guest to whose turn it is, to whom he came for, or to the waiting list."""
    actor, at = current_actor(), now()
    form = GuestForm()
    if not form.is_valid():
        return _desk(form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    arrival = transact(lambda s: _receive_once(s, form, actor, at))
    return _arrived(arrival, actor)


@bp.get("/board")
@requires(Permission.BOARD_SEE)
def board() -> ResponseReturnValue:
    """The live board, the queue or the guests, a fragment; 304 while nothing has changed."""
    actor, at = current_actor(), now()
    part = "_guests.html" if request.args.get("part") == "guests" else "_queue.html"
    return live(f"frontdesk/reception/{part}", actor, at)


@bp.post("/guests/<public_id>/seen-out")
@requires(Permission.GUEST_SEE_OUT)
def see_out(public_id: str) -> ResponseReturnValue:
    """See a guest out; the longest waiting one is given to whoever is free."""
    form = SeeOutForm()
    if not form.is_valid():
        flash(_("Choose how the visit ended, then see the guest out."), "error")
        return redirect(back_url())
    actor, at = current_actor(), now()
    transact(
        lambda s: operations.see_out(
            s,
            reception_id=queries.id_of(s, actor.club.id, public_id),
            outcome=Outcome(form.outcome.data),
            actor=actor,
            at=at,
        )
    )
    if wants_json():
        return jsonify(reception=public_id, outcome=form.outcome.data)
    flash(_("The guest is seen out."), "success")
    return redirect(back_url())


@bp.post("/guests/<public_id>/off-duty")
@requires(Permission.OFF_DUTY_AUTHORISE)
def authorise_off_duty(public_id: str) -> ResponseReturnValue:
    """Let somebody off duty receive a waiting guest."""
    actor, at = current_actor(), now()
    form = OffDutyForm()
    form.consultant.choices = [(person.public_id, person.name) for person in _consultants(actor, at)]
    if not form.is_valid():
        flash(_("Choose who receives the guest."), "error")
        return redirect(back_url())
    chosen = profiles.by_public_id(db.session, actor.club.id, form.consultant.data)
    transact(
        lambda s: operations.authorise_off_duty(
            s,
            consultant_id=chosen.id,
            reception_id=queries.id_of(s, actor.club.id, public_id),
            actor=actor,
            at=at,
        )
    )
    flash(_("%(name)s receives the guest.", name=chosen.name), "success")
    return redirect(back_url())


@bp.post("/guests/<public_id>/phone")
@requires(Permission.LEAD_CAPTURE)
def identify(public_id: str) -> ResponseReturnValue:
    """Write down the phone of a guest who came without one: from now on the guest is a lead."""
    actor, at = current_actor(), now()
    form = IdentifyForm()
    if not form.is_valid():
        for message in (*form.phone.errors, *form.name.errors):
            flash(str(message), "error")
        return redirect(back_url())
    transact(
        lambda s: operations.identify(
            s,
            reception_id=queries.id_of(s, actor.club.id, public_id),
            e164=form.e164,
            name=form.name.data or "",
            actor=actor,
            at=at,
        )
    )
    flash(_("The phone is saved."), "success")
    return redirect(back_url())


def live(template: str, actor: Actor, at: Instant, **context: object) -> ResponseReturnValue:
    """A fragment with the board; asked again, it is 304 until the board's version, the day or the reader changes."""
    mark = board_mark(actor, at)
    unchanged = not_modified(mark)
    if unchanged is not None:
        return unchanged
    answer: Response = make_response(render_template(template, **board_context(actor, at), **context))
    answer.set_etag(mark)
    return answer


def board_mark(actor: Actor, at: Instant) -> str:
    """What the board's HTML depends on."""
    version = rotation.board_version(db.session, actor.club.id)
    day = local_day(at, actor.club.zone)
    return f"{actor.club.id}-{version}-{day:%Y%m%d}-{language_tag()}-{actor.account_id}"


def board_context(actor: Actor, at: Instant) -> dict[str, object]:
    """The board and what this reader may do on it."""
    return {
        "board": pages.board(db.session, actor.club, at),
        "actor": actor,
        "mark": board_mark(actor, at),
        "statuses": texts.STATUSES,
        "outcomes": texts.OUTCOMES,
        "bases": texts.BASES,
        "may_see_out": may(actor, Permission.GUEST_SEE_OUT),
        "may_receive": may(actor, Permission.GUEST_RECEIVE),
        "may_override": may(actor, Permission.SHIFT_OVERRIDE),
        "may_authorise": may(actor, Permission.OFF_DUTY_AUTHORISE),
        "may_sell": may(actor, Permission.SALE_OPEN),
        "consultants": _consultants(actor, at) if may(actor, Permission.OFF_DUTY_AUTHORISE) else [],
    }


def _desk(form: GuestForm, actor: Actor, at: Instant, *, guest: ReceptionView | None = None) -> str:
    guests = [guest for guest in queries.present(db.session, actor.club.id) if guest.status is Status.OPEN]
    form.offer(_consultants(actor, at), guests)
    if not form.submission_key.data:
        form.submission_key.data = str(uuid4())
    return render_template(
        "frontdesk/reception/desk.html",
        form=form,
        guest=guest,
        somebody_present=bool(guests),
        preview=pages.preview(db.session, e164=None, signals=(), came_with=None, actor=actor, at=at),
        phone_error="",
        **board_context(actor, at),
    )


def _preview(form: GuestForm, actor: Actor, at: Instant) -> str:
    form.is_valid()  # a phone half typed is no phone yet
    shown = pages.preview(
        db.session,
        e164=form.e164,
        signals=_signals(db.session, form, actor),
        came_with=_company(db.session, form, actor),
        actor=actor,
        at=at,
    )
    return render_template(
        "frontdesk/reception/_preview.html",
        preview=shown,
        phone_error=next(iter(form.phone.errors), ""),
        statuses=texts.STATUSES,
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

    inputs = {"name": form.name.data, "shown": form.shown, "came_with": form.came_with.data}
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
        came_with=_company(session, form, actor),
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
            "rule": guest.why[0].rule if guest.why else None,
            "message": reason_text(guest.why[0]) if guest.why else "",
        }
        return jsonify(body), HTTPStatus.CREATED if arrival.turn is not None else HTTPStatus.OK
    if arrival.turn is None:
        flash(_("This guest is in the house already: nothing was changed."), "info")
    elif arrival.turn.consultant_id is None:
        flash(_("Nobody is free: the guest is on the waiting list."), "warning")
    else:
        flash(_("%(name)s receives the guest.", name=arrival.turn.consultant_name), "success")
    return redirect(url_for(".desk", received=arrival.public_id))


def _consultants(actor: Actor, at: Instant) -> list[ConsultantView]:
    """Whoever sells in the club today."""
    day = local_day(at, actor.club.zone)
    everybody = profiles.all_in_club(db.session, actor.club.id, on_day=day)
    return [person for person in everybody if person.kind is not None]
