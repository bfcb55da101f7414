"""Handing a shift over: offered, taken back, taken by the relief on his screen or by PIN on this one."""

from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.actor import Actor, ActorKind
from clubsales.auth.guard import current_actor, current_device, requires
from clubsales.auth.permissions import Permission
from clubsales.auth.rules import DevicePurpose
from clubsales.auth.sign_in import confirm_pin
from clubsales.clock import Instant, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.rules import ShiftRefused
from clubsales.db import db, transact
from clubsales.errors import Refusal, refuse
from clubsales.frontdesk.posts import handovers
from clubsales.frontdesk.posts.blueprint import bp
from clubsales.frontdesk.posts.closing_views import closing_page
from clubsales.frontdesk.posts.forms import ClosingForm, HandoverForm
from clubsales.frontdesk.posts.queries import own_id
from clubsales.frontdesk.posts.rules import PostRefused
from clubsales.i18n import gettext as _
from clubsales.web import limiter, render_piece

PIN_TRIES = "30 per minute"


@bp.get("/floor/closing/live")
@requires(Permission.FLOOR_WORK)
def closing_live() -> ResponseReturnValue:
    """Whether my handover is taken, a fragment; once it is, the page is drawn again."""
    actor = current_actor()
    shift = shifts.open_shift_of(db.session, own_id(actor))
    handover = handovers.of_shift(db.session, actor.club.id, shift.id) if shift is not None else None
    if handover is None or handover.acknowledged_at is not None:
        return "", {"HX-Redirect": url_for(".closing")}
    return render_piece("frontdesk/posts/_waiting_for_relief.html", handover=handover)


@bp.post("/floor/handover")
@requires(Permission.FLOOR_WORK)
def offer_handover() -> ResponseReturnValue:
    """Offer my shift with its note to a colleague on post."""
    actor, at = current_actor(), now()
    form = HandoverForm()
    shift = shifts.open_shift_of(db.session, own_id(actor))
    if shift is None:
        refuse(ShiftRefused.NOT_OPEN).or_raise()
    if not form.is_valid():
        page = closing_page(ClosingForm(actor.club.currency, formdata=None), form, shift, actor, at)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    relief = profiles.by_public_id(db.session, actor.club.id, form.to.data)
    transact(
        lambda s: handovers.offer_handover(
            s, to=relief.id, note=form.handover_note.data or "", actor=actor, at=at
        )
    )
    return redirect(url_for(".closing"))


@bp.post("/floor/handover/withdraw")
@requires(Permission.FLOOR_WORK)
def withdraw_handover() -> ResponseReturnValue:
    """Take my offer back, to offer it to somebody else."""
    actor, at = current_actor(), now()
    transact(lambda s: handovers.withdraw_handover(s, actor=actor, at=at))
    return redirect(url_for(".closing"))


@bp.post("/floor/handover/<public_id>/take")
@requires(Permission.FLOOR_WORK)
def take_over(public_id: str) -> ResponseReturnValue:
    """I have read my colleague's handover and take over."""
    actor, at = current_actor(), now()
    taken = transact(lambda s: handovers.acknowledge_handover(s, public_id=public_id, actor=actor, at=at))
    flash(_("You have taken over from %(name)s.", name=taken.from_name), "success")
    return redirect(url_for(".floor"))


@bp.post("/floor/handover/<public_id>/pin")
@limiter.limit(PIN_TRIES)
@requires(Permission.FLOOR_WORK)
def take_over_by_pin(public_id: str) -> ResponseReturnValue:
    """The relief takes over on my tablet, with a PIN of his own; a wrong one counts."""
    actor, at = current_actor(), now()
    refusal = transact(lambda s: _take_by_pin(s, public_id, request.form.get("pin", ""), actor, at))
    if refusal is not None:
        refusal.or_raise()
    return redirect(url_for(".closing"))


def _take_by_pin(session: Session, public_id: str, pin: str, actor: Actor, at: Instant) -> Refusal | None:
    """A wrong PIN is counted although it is refused, so the refusal is handed back and raised after the commit."""
    handover = handovers.by_public_id(session, actor.club.id, public_id)
    if handover.from_consultant_id != actor.consultant_id:
        return refuse(PostRefused.NOT_FOR_YOU)
    device = current_device()
    if device is None or device.purpose is not DevicePurpose.TABLET:
        return refuse(PostRefused.NO_TABLET)
    person = profiles.get(session, actor.club.id, handover.to_consultant_id)
    wrong = confirm_pin(session, device=device, account_id=person.account_id, pin=pin, at=at)
    if wrong is not None:
        return wrong
    relief = Actor(
        kind=ActorKind.STAFF,
        club=actor.club,
        account_id=person.account_id,
        consultant_id=person.id,
        device_id=device.id,
        name=person.name,
    )
    handovers.acknowledge_handover(session, public_id=public_id, by_pin=True, actor=relief, at=at)
    return None
