"""The door to the likely credit of a guest in the house, as a fragment that other pages load."""

from http import HTTPStatus

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from clubsales.actor import ActorKind
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import now
from clubsales.db import db
from clubsales.leads.attribution import pages

bp = Blueprint("attribution", __name__)


@bp.get("/credit/likely")
@requires(Permission.BOARD_SEE)
def likely() -> ResponseReturnValue:
    """Whose the credit would be if this guest paid now, and what would change it; empty while no guest is chosen.

    With `selling` a consultant asks who would sell himself. A screen on the wall does not ask.
    """
    actor = current_actor()
    if actor.kind is not ActorKind.STAFF:
        abort(HTTPStatus.FORBIDDEN)
    guest, consultant = request.args.get("guest", ""), request.args.get("consultant", "")
    if not guest:
        return ""
    sells_himself = "selling" in request.args and not may(actor, Permission.PAYMENT_BOOK)
    found = pages.of_guest(
        db.session,
        guest,
        consultant=consultant,
        seller=actor.consultant_id if sells_himself else None,
        actor=actor,
        at=now(),
    )
    return render_template("leads/attribution/_likely.html", outlook=found)
