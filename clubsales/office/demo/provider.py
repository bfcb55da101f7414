"""The built-in payment provider learns of the demo's past, so that its online payments can be given back."""

from pathlib import Path

from sqlalchemy.orm import Session

from clubsales.office.demo import past_sales
from clubsales.office.demo.past_sales import OnlinePayment
from clubsales.office.demo.story import ORGANISATION
from clubsales.stripe_peer import payments
from clubsales.stripe_peer.store import Store, Transaction

METHOD = "card"


def teach_peer(session: Session, state_path: Path) -> int:
    """Put the demo's online payments into the Stripe peer's memory; those it knows stay as they are.

    Returns how many were new to it.
    """
    store = Store(state_path)
    try:
        with store.transaction() as transaction:
            return sum(_teach(transaction, payment) for payment in past_sales.online_payments(session))
    finally:
        store.close()


def _teach(transaction: Transaction, payment: OnlinePayment) -> bool:
    if transaction.get("payment_intent", payment.provider_payment_id) is not None:
        return False
    at = int(payment.paid_at.timestamp())
    amount, refunded = payment.amount.minor, payment.refunded.minor
    intent = payments.payment_intent(
        amount=amount, currency=payment.amount.currency.lower(), methods=[METHOD], at=at
    )
    intent |= {"id": payment.provider_payment_id, "status": "succeeded", "amount_received": amount}
    charge = payments.charge(intent, method=METHOD, status="succeeded", at=at, business_name=ORGANISATION)
    charge |= {"amount_refunded": refunded, "refunded": refunded == amount}
    intent["latest_charge"] = charge["id"]
    transaction.put(intent)
    transaction.put(charge)
    return True
