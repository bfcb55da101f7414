"""The objects of a payment in full, as fresh ones look: payment intent, charge, refund."""

from typing import Any

from clubsales.stripe_peer.store import ApiObject
from clubsales.stripe_peer.work import new_id

_METHOD_OPTIONS: dict[str, dict[str, Any]] = {
    "alipay": {},
    "card": {"request_three_d_secure": "automatic"},
    "wechat_pay": {"app_id": None, "client": "web"},
}


def payment_intent(*, amount: int, currency: str, methods: list[str], at: int) -> ApiObject:
    """A payment not yet tried, as Checkout makes it."""
    identifier = new_id("pi")
    return {
        "id": identifier,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{identifier}_{new_id('secret')}",
        "confirmation_method": "automatic",
        "created": at,
        "currency": currency,
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {method: _METHOD_OPTIONS[method] for method in methods},
        "payment_method_types": methods,
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def charge(intent: ApiObject, *, method: str, status: str, at: int, business_name: str) -> ApiObject:
    """An attempt to take the money of a payment: succeeded, pending or failed."""
    identifier = new_id("ch" if method == "card" else "py")
    return {
        "id": identifier,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if status == "succeeded" else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {
            "address": {
                "city": None,
                "country": None,
                "line1": None,
                "line2": None,
                "postal_code": None,
                "state": None,
            },
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": business_name.upper()[:22],
        "captured": status == "succeeded",
        "created": at,
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": _OUTCOMES[status],
        "paid": status == "succeeded",
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": _method_details(method),
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": status,
        "transfer_data": None,
        "transfer_group": None,
    }


_ACCEPTED: dict[str, Any] = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "seller_message": "Payment complete.",
    "type": "authorized",
}
_OUTCOMES: dict[str, dict[str, Any]] = {
    "succeeded": _ACCEPTED,
    "pending": _ACCEPTED,
    "failed": {
        **_ACCEPTED,
        "network_status": "declined_by_network",
        "reason": "generic_decline",
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    },
}


def _method_details(method: str) -> dict[str, Any]:
    if method == "card":
        card = {
            "amount_authorized": None,
            "authorization_code": None,
            "brand": "visa",
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": "US",
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": "practicecard4242",
            "funding": "credit",
            "installments": None,
            "last4": "4242",
            "mandate": None,
            "network": "visa",
            "network_token": {"used": False},
            "network_transaction_id": None,
            "regulated_status": "unregulated",
            "three_d_secure": None,
            "wallet": None,
        }
        return {"type": "card", "card": card}
    return {"type": method, method: {"fingerprint": None, "transaction_id": new_id("wallet")}}


def refund(charge_: ApiObject, *, amount: int, status: str, at: int) -> ApiObject:
    """Money on its way back, in minor units: succeeded at once, or pending until the wallet confirms it."""
    method: str = charge_["payment_method_details"]["type"]
    details: dict[str, Any] = {"type": method}
    details[method] = (
        {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
        if method == "card"
        else {}
    )
    return {
        "id": new_id("re" if method == "card" else "pyr"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge_["id"],
        "created": at,
        "currency": charge_["currency"],
        "destination_details": details,
        "metadata": {},
        "payment_intent": charge_["payment_intent"],
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }
