"""Claiming a lead and giving it back: buttons of the lead's page."""

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from clubsales.answers import back_url
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.i18n import gettext as _
from clubsales.leads.claims import operations, queries
from clubsales.leads.claims.rules import ClaimRefused

bp = Blueprint("claims", __name__)
LISTS = "/leads/list"


@bp.post("/leads/<public_id>/claim")
@requires(Permission.LEAD_CLAIM)
def claim(public_id: str) -> ResponseReturnValue:
    """Take a free lead; pressed twice it is still mine."""
    actor, at = current_actor(), now()
    consultant_id = actor.consultant_id
    if consultant_id is None:
        abort(HTTPStatus.FORBIDDEN)
    person_id = queries.person_of_lead(db.session, actor.club.id, public_id)
    try:
        transact(
            lambda session: operations.claim(
                session, person_id=person_id, consultant_id=consultant_id, actor=actor, at=at
            )
        )
    except Refused as refused:
        if refused.refusal.code is not ClaimRefused.ALREADY_CLAIMED:
            raise
        held = queries.holder_at(db.session, actor.club, person_id, at)
        if held is None or held.consultant_id != consultant_id:
            raise
    back = back_url()
    if back.partition("?")[0] == LISTS:  # one row of many: go on there
        flash(_("The lead is yours."), "success")
        return redirect(back)
    # The lead's page says whose it is; a message in the cookie would cost more than the page's own sentence.
    return redirect(url_for("intake.show", public_id=public_id))


@bp.post("/leads/<public_id>/release")
@requires(Permission.LEAD_CLAIM)
def release(public_id: str) -> ResponseReturnValue:
    """Give a lead back: mine, or anybody's for who leads the floor."""
    actor, at = current_actor(), now()
    person_id = queries.person_of_lead(db.session, actor.club.id, public_id)
    transact(lambda session: operations.release(session, person_id=person_id, actor=actor, at=at))
    flash(_("The lead is free: anybody may claim it."), "success")
    return redirect(url_for("intake.show", public_id=public_id))
