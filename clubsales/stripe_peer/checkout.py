"""Checkout Sessions once they are open: paid by the payer, closed by the shop or by time."""

from typing import Final, Literal

from clubsales.stripe_peer import objects, payments
from clubsales.stripe_peer.errors import ApiError, invalid
from clubsales.stripe_peer.store import ApiObject
from clubsales.stripe_peer.work import Work, new_id

Outcome = Literal["paid", "declined", "later_paid", "later_failed"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("paid", "declined", "later_paid", "later_failed")
KIND: Final = "checkout.session"
NOT_OPEN: Final = "checkout_session_not_open"


def open_session(work: Work, session: ApiObject, items: list[ApiObject], plan: ApiObject) -> ApiObject:
    """Keep a new session with its lines and what its payment will carry, until it is paid or expires."""
    work.put({"id": _plan_id(session["id"]), "object": "peer.plan", "payment_intent": plan})
    work.put({"id": _items_id(session["id"]), "object": "peer.line_items", "data": items})
    work.transaction.schedule(session["expires_at"], "expire", session["id"])
    return work.put(session)


def line_items(work: Work, session_id: str) -> list[ApiObject]:
    """The lines of a session, in their order."""
    items: list[ApiObject] = work.fetch("peer.line_items", _items_id(session_id))["data"]
    return items


def expire(work: Work, session_id: str) -> ApiObject:
    """Close an open session; raises ApiError when it is paid or closed already."""
    session = work.fetch(KIND, session_id, param="session")
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f'This Checkout Session has a status of "{session["status"]}".'
        )
    for due in work.transaction.due_for(session_id):
        work.transaction.done(due)
    session.update(status="expired", url=None)
    intent = work.transaction.get("payment_intent", session["payment_intent"] or "")
    if intent is not None:
        intent.update(status="canceled", canceled_at=work.at, cancellation_reason="expired")
        work.emit("payment_intent.canceled", work.put(intent))
    work.emit("checkout.session.expired", work.put(session))
    return session


def pay(work: Work, session_id: str, *, method: str, outcome: Outcome) -> ApiObject:
    """The payer acts on the hosted page.

    Raises ApiError when the session is not open or does not take the method. A declined payment leaves it open.
    """
    session = work.fetch(KIND, session_id, param="session")
    if session["status"] != "open":
        raise ApiError("This Checkout Session is not open.", code=NOT_OPEN)
    if method not in session["payment_method_types"]:
        raise invalid("method", f"This Checkout Session does not accept {method}.")
    intent = _intent(work, session)
    intent["payment_method"] = new_id("pm")
    if outcome == "declined":
        _fail(work, intent, method)
        work.put(session)
        return session
    later = outcome != "paid"
    charge = payments.charge(
        intent,
        method=method,
        status="pending" if later else "succeeded",
        at=work.at,
        business_name=work.settings.business_name,
    )
    work.put(charge)
    intent["latest_charge"] = charge["id"]
    intent["last_payment_error"] = None
    if later:
        intent["status"] = "processing"
        work.emit("charge.pending", charge)
        work.emit("payment_intent.processing", work.put(intent))
        work.transaction.schedule(work.at + work.settings.settle_seconds, outcome, session_id)
    else:
        intent.update(status="succeeded", amount_received=intent["amount"])
        work.emit("charge.succeeded", charge)
        work.emit("payment_intent.succeeded", work.put(intent))
    for due in work.transaction.due_for(session_id):
        if due.task == "expire":
            work.transaction.done(due)
    session.update(
        status="complete",
        payment_status="unpaid" if later else "paid",
        url=None,
        customer_details=objects.customer_details(session["customer_email"]),
    )
    work.emit("checkout.session.completed", work.put(session))
    return session


def settle(work: Work, session_id: str, *, paid: bool) -> ApiObject:
    """What the payer began earlier is confirmed, or fails."""
    session = work.fetch(KIND, session_id, param="session")
    intent = work.fetch("payment_intent", session["payment_intent"] or "", param="intent")
    charge = work.fetch("charge", intent["latest_charge"])
    if not paid:
        _fail(work, intent, charge["payment_method_details"]["type"], charge)
        work.emit("checkout.session.async_payment_failed", session)
        return session
    charge.update(status="succeeded", paid=True, captured=True, amount_captured=charge["amount"])
    work.emit("charge.succeeded", work.put(charge))
    intent.update(status="succeeded", amount_received=intent["amount"])
    work.emit("payment_intent.succeeded", work.put(intent))
    session["payment_status"] = "paid"
    work.emit("checkout.session.async_payment_succeeded", work.put(session))
    return session


def _intent(work: Work, session: ApiObject) -> ApiObject:
    if session["payment_intent"] is not None:
        return work.fetch("payment_intent", session["payment_intent"], param="intent")
    intent = payments.payment_intent(
        amount=session["amount_total"],
        currency=session["currency"],
        methods=session["payment_method_types"],
        at=work.at,
    )
    intent.update(work.fetch("peer.plan", _plan_id(session["id"]))["payment_intent"])
    session["payment_intent"] = intent["id"]
    work.emit("payment_intent.created", work.put(intent))
    return intent


def _fail(work: Work, intent: ApiObject, method: str, charge: ApiObject | None = None) -> None:
    code = "card_declined" if method == "card" else "payment_intent_payment_attempt_failed"
    message = "Your card was declined." if method == "card" else "The payment failed."
    failed = payments.charge(
        intent, method=method, status="failed", at=work.at, business_name=work.settings.business_name
    )
    if charge is not None:
        failed.update(id=charge["id"], created=charge["created"])
    failed.update(failure_code=code, failure_message=message)
    work.emit("charge.failed", work.put(failed))
    error = {"charge": failed["id"], "code": code, "message": message}
    if method == "card":
        error.update(type="card_error", decline_code="generic_decline")
    else:
        error.update(type="invalid_request_error", payment_method_type=method)
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        latest_charge=failed["id"],
        last_payment_error=error,
    )
    work.emit("payment_intent.payment_failed", work.put(intent))


def _plan_id(session_id: str) -> str:
    return f"plan:{session_id}"


def _items_id(session_id: str) -> str:
    return f"items:{session_id}"
