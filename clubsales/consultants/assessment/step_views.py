"""An assessment opened, sent, answered and approved."""

from flask import flash, request
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires, requires_sign_in
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.consultants.assessment import operations, showing
from clubsales.consultants.assessment.blueprint import bp
from clubsales.db import transact
from clubsales.i18n import gettext as _
from clubsales.typed import free_text


@bp.get("/assessments/<public_id>")
@requires_sign_in
def show(public_id: str) -> ResponseReturnValue:
    """An assessment: for the person, for whoever leads him, for whoever approves."""
    return showing.page(showing.visible(public_id), current_actor(), now())


@bp.post("/assessments/<public_id>/send")
@requires(Permission.ASSESS)
def send(public_id: str) -> ResponseReturnValue:
    """Send the summary to the person."""
    actor, at = current_actor(), now()
    showing.led(public_id, actor)
    transact(lambda s: operations.send(s, public_id=public_id, actor=actor, at=at))
    flash(_("Sent. The person confirms it or objects."), "success")
    return showing.shown(public_id)


@bp.post("/assessments/<public_id>/confirm")
@requires(Permission.PAY_SEE_OWN)
def confirm(public_id: str) -> ResponseReturnValue:
    """Agree with one's summary."""
    actor, at = current_actor(), now()
    transact(lambda s: operations.confirm(s, public_id=public_id, actor=actor, at=at))
    flash(_("Confirmed. It takes effect when the general manager approves it."), "success")
    return showing.shown(public_id)


@bp.post("/assessments/<public_id>/object")
@requires(Permission.PAY_SEE_OWN)
def object_to(public_id: str) -> ResponseReturnValue:
    """Object to one's summary, in words."""
    actor, at = current_actor(), now()
    words = free_text(request.form.get("words"))
    transact(lambda s: operations.object_to(s, public_id=public_id, words=words, actor=actor, at=at))
    flash(_("Your objection is with the manager, who looks again and answers."), "success")
    return showing.shown(public_id)


@bp.post("/assessments/<public_id>/approve")
@requires(Permission.ASSESSMENT_APPROVE)
def approve(public_id: str) -> ResponseReturnValue:
    """Make an assessment effective."""
    actor, at = current_actor(), now()
    transact(lambda s: operations.approve(s, public_id=public_id, actor=actor, at=at))
    flash(_("Approved: it is in effect and stays as it is."), "success")
    return showing.shown(public_id)
