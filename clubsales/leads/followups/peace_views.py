"""Leaving a guest in peace, and lifting it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.i18n import gettext as _
from clubsales.leads.claims import queries as claims
from clubsales.leads.followups.blueprint import bp
from clubsales.leads.people import do_not_call
from clubsales.leads.people.do_not_call import Why, WhyAgain


@bp.post("/leads/<public_id>/do-not-call")
@requires(Permission.LEAD_CAPTURE)
def forbid(public_id: str) -> ResponseReturnValue:
    """The guest is neither called nor written to from now on."""
    actor, at, why = current_actor(), now(), request.form.get("why", "")
    person_id = claims.person_of_lead(db.session, actor.club.id, public_id)
    if why in set(Why):
        transact(
            lambda session: do_not_call.forbid(session, person_id=person_id, why=Why(why), actor=actor, at=at)
        )
        flash(_("Nobody calls or writes to this guest any more. Meetings and visits go on."), "success")
    else:
        flash(_("Choose why this guest is not to be called."), "refusal")
    return redirect(url_for("intake.show", public_id=public_id))


@bp.post("/leads/<public_id>/may-call")
@requires(Permission.LEAD_CAPTURE)
def lift(public_id: str) -> ResponseReturnValue:
    """The guest may be called again."""
    actor, at, why = current_actor(), now(), request.form.get("why", "")
    person_id = claims.person_of_lead(db.session, actor.club.id, public_id)
    if why in set(WhyAgain):
        transact(
            lambda session: do_not_call.lift(
                session, person_id=person_id, why=WhyAgain(why), actor=actor, at=at
            )
        )
        flash(_("This guest may be called again."), "success")
    else:
        flash(_("Choose why this guest may be called again."), "refusal")
    return redirect(url_for("intake.show", public_id=public_id))
