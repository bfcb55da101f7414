"""Where the payment provider tells us what happened."""

from http import HTTPStatus

import structlog
from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import public
from clubsales.clock import now
from clubsales.db import transact
from clubsales.membership.payments.current import current_gateway
from clubsales.membership.payments.gateways import UntrustedEvent
from clubsales.membership.sales import operations
from clubsales.membership.sales.operations import EventOutcome
from clubsales.web import csrf

bp = Blueprint("webhooks", __name__)
# A provider has no form of ours; its signature stands for it.
csrf.exempt(bp)  # type: ignore[no-untyped-call]
LOUD = frozenset({EventOutcome.KEPT_ASIDE, EventOutcome.UNMATCHED})
log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales.webhooks")


@bp.post("/webhooks/stripe")
@public("the provider proves itself by its signature")
def stripe() -> ResponseReturnValue:
    """Act on a signed event, each once. Anything unsigned is answered 400 and changes nothing."""
    try:
        event = current_gateway().read_event(request.get_data(), request.headers.get("Stripe-Signature", ""))
    except UntrustedEvent:
        return jsonify(code="untrusted", message="signature", facts={}), HTTPStatus.BAD_REQUEST
    outcome = transact(lambda s: operations.apply_provider_event(s, event=event, at=now()))
    if outcome in LOUD:
        log.warning("event", id=event.event_id, type=event.type, outcome=outcome.value)
    return jsonify(outcome=outcome.value)
