"""What a buyer may still pay ahead where a law limits it: beside the guest who is sold to, and on his own page."""

from flask import request
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, now
from clubsales.db import db
from clubsales.ids import PersonID
from clubsales.membership.prepaid import queries as prepaid
from clubsales.membership.prepaid import texts
from clubsales.membership.prepaid.rules import Cap
from clubsales.membership.sales import queries
from clubsales.membership.sales.blueprint import bp
from clubsales.web import render_piece


@bp.get("/sell/prepaid")
@requires(Permission.SALE_SEE)
def may_prepay() -> ResponseReturnValue:
    """What a guest of the club may still pay ahead; nothing of anybody else, whose phone was only typed."""
    public_id = request.args.get("guest", "")
    if not public_id:
        return ""
    guest = queries.guest(db.session, current_actor().club.id, public_id)
    return render_piece("membership/prepaid/_room.html", caps=_room(guest.person_id), names=texts.CAPS)


@bp.app_template_global("prepaid_of_person")
def prepaid_of_person(person_id: PersonID) -> dict[str, object] | None:
    """The same for a page about a person; None where nothing limits it, and for who sees no sales."""
    caps = _room(person_id) if may(current_actor(), Permission.SALE_SEE) else ()
    return {"caps": caps, "names": texts.CAPS} if caps else None


def _room(person_id: PersonID | None) -> tuple[Cap, ...]:
    club = current_actor().club
    return prepaid.room(db.session, club, person_id=person_id, day=local_day(now(), club.zone))
