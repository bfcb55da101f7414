"""Refunds: money back to where it came from, never more than came."""

from stripe.params import RefundCreateParams

from clubsales.stripe_peer import currencies, payments
from clubsales.stripe_peer.errors import ApiError
from clubsales.stripe_peer.parameters import Parameters
from clubsales.stripe_peer.store import ApiObject
from clubsales.stripe_peer.work import Work, new_id

REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(work: Work, parameters: Parameters) -> ApiObject:
    """Refund a charge in full or in part; raises ApiError when there is not that much left."""
    parameters.only(
        "amount", "charge", "expand", "metadata", "payment_intent", "reason", of=RefundCreateParams
    )
    amount = parameters.integer("amount", least=1)
    reason = parameters.choice("reason", REASONS)
    metadata = parameters.metadata()
    charge = _charge(work, parameters)
    if charge["refunded"]:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    left: int = charge["amount"] - charge["amount_refunded"]
    if amount is not None and amount > left:
        currency: str = charge["currency"]
        raise ApiError(
            f"Refund amount ({currencies.display(amount, currency)}) is greater than unrefunded amount on charge "
            f"({currencies.display(left, currency)})",
            param="amount",
        )
    by_card = charge["payment_method_details"]["type"] == "card"
    refund = payments.refund(
        charge,
        amount=left if amount is None else amount,
        status="succeeded" if by_card else "pending",
        at=work.at,
    )
    refund.update(metadata=metadata, reason=reason)
    if not by_card:
        refund["pending_reason"] = "processing"
    work.put(refund)
    _count(work, charge, refund["amount"])
    work.emit("refund.created", refund)
    work.emit("charge.refunded", charge, {"amount_refunded": charge["amount_refunded"] - refund["amount"]})
    work.transaction.schedule(work.at + work.settings.settle_seconds, "refund_settled", refund["id"])
    return refund


def settle(work: Work, refund_id: str) -> ApiObject:
    """The wallet confirms a pending refund, or the bank names its reference; only the first time."""
    refund = work.fetch("refund", refund_id)
    _unschedule(work, refund_id)
    if refund["status"] == "pending":
        del refund["pending_reason"]
        refund["status"] = "succeeded"
        work.emit("refund.updated", work.put(refund), {"status": "pending", "pending_reason": "processing"})
        return refund
    details = refund["destination_details"]
    if refund["status"] == "succeeded" and details.get("card", {}).get("reference_status") == "pending":
        card = {**details["card"], "reference": new_id("arn"), "reference_status": "available"}
        refund["destination_details"] = {"type": "card", "card": card}
        work.emit("refund.updated", work.put(refund), {"destination_details": details})
    return refund


def fail(work: Work, refund_id: str) -> ApiObject:
    """The bank sends a refund back: the money is the shop's again. Raises ApiError when it failed already."""
    refund = work.fetch("refund", refund_id)
    if refund["status"] == "failed":
        raise ApiError("This refund has failed already.")
    _unschedule(work, refund_id)
    previous = {"status": refund["status"]}
    refund.pop("pending_reason", None)
    refund.update(status="failed", failure_reason="unknown")
    _count(work, work.fetch("charge", refund["charge"]), -refund["amount"])
    work.emit("refund.updated", work.put(refund), previous)
    work.emit("refund.failed", refund)
    return refund


def _charge(work: Work, parameters: Parameters) -> ApiObject:
    charge_id = parameters.text("charge")
    intent_id = parameters.text("payment_intent")
    if charge_id is None and intent_id is None:
        raise ApiError(
            "One of the following params should be provided for this request: payment_intent or charge.",
            validation=True,
        )
    if charge_id is not None and intent_id is not None:
        raise ApiError(
            "You may only specify one of these parameters: charge, payment_intent.", validation=True
        )
    if charge_id is None:
        intent = work.fetch("payment_intent", intent_id or "", param="payment_intent")
        if intent["status"] != "succeeded":
            raise ApiError(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
            )
        charge_id = intent["latest_charge"]
    charge = work.fetch("charge", charge_id or "", param="charge")
    if charge["status"] != "succeeded":
        raise ApiError(f"Charge {charge['id']} has not been paid.", code="charge_not_refundable")
    return charge


def _count(work: Work, charge: ApiObject, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    work.put(charge)


def _unschedule(work: Work, refund_id: str) -> None:
    for due in work.transaction.due_for(refund_id):
        work.transaction.done(due)
