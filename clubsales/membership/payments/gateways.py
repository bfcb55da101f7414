"""Talking to a payment provider: always between two transactions, never inside one."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import stripe
import structlog

from clubsales.clock import Instant
from clubsales.errors import Refusal, Refused
from clubsales.membership.payments.rules import (
    PaymentNews,
    PaymentRefused,
    ProviderEvent,
    ProviderOutcome,
    RefundNews,
    RefundStatus,
)
from clubsales.money import Currency, Money
from clubsales.settings import Settings

NETWORK_RETRIES = 2
TIMEOUT_SECONDS = 20
STRIPE = "stripe"
log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales.payments")


class UntrustedEvent(Exception):
    """A delivery that the provider did not sign, or that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutOrder:
    """What the provider's page is to ask for. The same order again gives the same page."""

    payment: str  # our public id: reference and idempotency key
    amount: Money
    title: str
    success_url: str
    cancel_url: str
    expires_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutPage:
    """The provider's page for one payment. No address: it is over."""

    session_id: str
    url: str | None
    expires_at: Instant


class Gateway(Protocol):
    """A provider as the sales floor sees it. Raises Refused(PaymentRefused.PROVIDER_DOWN or PROVIDER_REFUSED)."""

    def open_checkout(self, order: CheckoutOrder) -> CheckoutPage: ...

    def close_checkout(self, session_id: str) -> None: ...

    def ask(self, session_id: str, *, at: Instant) -> PaymentNews: ...

    def refund(self, *, refund: str, provider_payment_id: str, amount: Money) -> RefundNews: ...

    def read_event(self, body: bytes, signature: str) -> ProviderEvent: ...


class StripeGateway:
    """Stripe Checkout; `api_base` empty means Stripe itself."""

    def __init__(self, *, secret_key: str, webhook_secret: str, api_base: str = "") -> None:
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base} if api_base else {},
            max_network_retries=NETWORK_RETRIES,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        )

    def open_checkout(self, order: CheckoutOrder) -> CheckoutPage:
        """The provider's page for a payment of ours; asked twice, the same page."""
        metadata = {"payment": order.payment}
        try:
            session = self._client.v1.checkout.sessions.create(
                params={
                    "mode": "payment",
                    "client_reference_id": order.payment,
                    "metadata": metadata,
                    "payment_intent_data": {"metadata": metadata},
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": order.amount.currency.lower(),
                                "unit_amount": order.amount.minor,
                                "product_data": {"name": order.title},
                            },
                        }
                    ],
                    "success_url": order.success_url,
                    "cancel_url": order.cancel_url,
                    "expires_at": int(order.expires_at.timestamp()),
                },
                options={"idempotency_key": f"payment-{order.payment}"},
            )
        except stripe.StripeError as error:
            raise _provider_down(error) from error
        return CheckoutPage(session_id=session.id, url=session.url, expires_at=_instant(session.expires_at))

    def close_checkout(self, session_id: str) -> None:
        """Let nobody pay by this page any more; quiet when it is over already."""
        try:
            self._client.v1.checkout.sessions.expire(session_id)
        except stripe.InvalidRequestError:
            return
        except stripe.StripeError as error:
            raise _provider_down(error) from error

    def ask(self, session_id: str, *, at: Instant) -> PaymentNews:
        """What the provider says now about a page: for when its event has not come."""
        try:
            session = self._client.v1.checkout.sessions.retrieve(session_id)
        except stripe.StripeError as error:
            raise _provider_down(error) from error
        document = json.loads(str(session))
        return _payment_news(document, _outcome_now(document), happened_at=at)

    def refund(self, *, refund: str, provider_payment_id: str, amount: Money) -> RefundNews:
        """Send money back; asked twice with the same refund of ours, it goes back once."""
        try:
            made = self._client.v1.refunds.create(
                params={
                    "payment_intent": provider_payment_id,
                    "amount": amount.minor,
                    "metadata": {"refund": refund},
                },
                options={"idempotency_key": f"refund-{refund}"},
            )
        except stripe.StripeError as error:
            raise _provider_down(error) from error
        return _refund_news(json.loads(str(made)), happened_at=_instant(made.created))

    def read_event(self, body: bytes, signature: str) -> ProviderEvent:
        """A delivery whose signature holds, as news of ours. Raises UntrustedEvent."""
        try:
            text = body.decode("utf-8")
            stripe.WebhookSignature.verify_header(
                text, signature, self._webhook_secret, stripe.Webhook.DEFAULT_TOLERANCE
            )
            event = json.loads(text)
            return ProviderEvent(
                provider=STRIPE, event_id=str(event["id"]), type=str(event["type"]), news=_news(event)
            )
        except (
            stripe.SignatureVerificationError,
            UnicodeDecodeError,
            ValueError,
            KeyError,
            TypeError,
        ) as error:
            raise UntrustedEvent from error


def _provider_down(error: stripe.StripeError) -> Refused:
    """The provider did not do it: told apart by whether trying again can help; what it said goes to the log."""
    log.warning("provider", provider=STRIPE, code=error.code, message=error.user_message or str(error))
    final = isinstance(error, stripe.InvalidRequestError)
    return Refused(Refusal(PaymentRefused.PROVIDER_REFUSED if final else PaymentRefused.PROVIDER_DOWN))


def gateway_for(settings: Settings) -> Gateway:
    """The provider these settings name."""
    return StripeGateway(
        secret_key=settings.stripe_secret_key,
        webhook_secret=settings.stripe_webhook_secret,
        api_base=settings.stripe_api_base,
    )


SESSION_OUTCOMES = {
    "checkout.session.async_payment_succeeded": ProviderOutcome.PAID,
    "checkout.session.async_payment_failed": ProviderOutcome.FAILED,
    "checkout.session.expired": ProviderOutcome.EXPIRED,
}
REFUND_EVENTS = frozenset({"refund.created", "refund.updated", "refund.failed"})
REFUND_STATUS = {
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}


def _news(event: dict[str, Any]) -> PaymentNews | RefundNews | None:
    happened_at = _instant(int(event["created"]))
    type_, subject = str(event["type"]), event["data"]["object"]
    if type_ == "checkout.session.completed":
        return _payment_news(subject, _outcome_now(subject), happened_at=happened_at)
    if type_ in SESSION_OUTCOMES:
        return _payment_news(subject, SESSION_OUTCOMES[type_], happened_at=happened_at)
    if type_ in REFUND_EVENTS:
        return _refund_news(subject, happened_at=happened_at)
    return None


def _outcome_now(session: dict[str, Any]) -> ProviderOutcome:
    if session["payment_status"] in ("paid", "no_payment_required"):
        return ProviderOutcome.PAID
    return ProviderOutcome.EXPIRED if session["status"] == "expired" else ProviderOutcome.WAITING


def _payment_news(session: dict[str, Any], outcome: ProviderOutcome, *, happened_at: Instant) -> PaymentNews:
    metadata = session.get("metadata") or {}
    return PaymentNews(
        payment=metadata.get("payment") or session.get("client_reference_id"),
        session_id=str(session["id"]),
        outcome=outcome,
        amount=_money(session["amount_total"], session["currency"]),
        provider_payment_id=_id_of(session.get("payment_intent")),
        happened_at=happened_at,
    )


def _refund_news(refund: dict[str, Any], *, happened_at: Instant) -> RefundNews:
    return RefundNews(
        refund=(refund.get("metadata") or {}).get("refund"),
        provider_refund_id=str(refund["id"]),
        provider_payment_id=_id_of(refund.get("payment_intent")),
        status=REFUND_STATUS.get(str(refund["status"]), RefundStatus.STARTED),
        amount=_money(refund["amount"], refund["currency"]),
        happened_at=happened_at,
    )


def _id_of(reference: Any) -> str | None:
    """A reference is an id, or the whole thing where it was expanded."""
    if isinstance(reference, dict):
        return str(reference["id"])
    return None if reference is None else str(reference)


def _money(minor: Any, currency: Any) -> Money:
    return Money(int(minor), Currency(str(currency).upper()))


def _instant(epoch_seconds: int) -> Instant:
    return datetime.fromtimestamp(epoch_seconds, UTC)
