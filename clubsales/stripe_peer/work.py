"""What one request, payment or timer works with: the open transaction, the moment, and what caused it."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from clubsales.stripe_peer.errors import no_such
from clubsales.stripe_peer.store import ApiObject, Transaction

API_VERSION: Final = "2026-10-28.endive"
DELIVERED_EVENTS: Final = frozenset(
    [
        "charge.refunded",
        "checkout.session.async_payment_failed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.completed",
        "checkout.session.expired",
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
        "refund.created",
        "refund.failed",
        "refund.updated",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerSettings:
    """How the peer behaves; times are seconds.

    `settle_seconds`: how long a payment or refund that is confirmed later takes.
    `retry_delays`: the wait before each further attempt at a webhook; then it is given up.
    `public_url`: where payers reach the hosted page. Without it: `public_path` of the server that the success_url
    names, for a peer mounted in the shop's own server; without that, where the API request came to.
    """

    api_key: str
    webhook_secret: str
    public_url: str | None = None
    public_path: str | None = None
    business_name: str = "clubsales"
    enabled_events: frozenset[str] = DELIVERED_EVENTS
    settle_seconds: int = 5
    retry_delays: tuple[float, ...] = (1, 2, 4, 8, 15, 30, 60, 120, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One unit of work; `at` is epoch seconds, the request fields are empty when a payer or a timer acts."""

    transaction: Transaction
    settings: PeerSettings
    at: int
    base_url: str = ""
    request_id: str | None = None
    idempotency_key: str | None = None

    def put(self, thing: ApiObject) -> ApiObject:
        """Keep an object and hand it back."""
        self.transaction.put(thing)
        return thing

    def fetch(self, kind: str, identifier: str, *, param: str = "id") -> ApiObject:
        """One object; raises ApiError (404) when there is none."""
        thing = self.transaction.get(kind, identifier)
        if thing is None:
            raise no_such(kind, identifier, param)
        return thing

    def emit(self, type_: str, thing: ApiObject, previous: Mapping[str, Any] | None = None) -> None:
        """Record what happened to an object as it is now, and send it if the endpoint listens to it."""
        sent = type_ in self.settings.enabled_events
        data: dict[str, Any] = {"object": json.loads(json.dumps(thing))}
        if previous is not None:
            data["previous_attributes"] = dict(previous)
        event: ApiObject = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.at,
            "data": data,
            "livemode": False,
            "pending_webhooks": int(sent),
            "request": {"id": self.request_id, "idempotency_key": self.idempotency_key},
            "type": type_,
        }
        self.put(event)
        if sent:
            self.transaction.send(event["id"])


def new_id(prefix: str) -> str:
    """A fresh identifier that cannot be guessed."""
    return f"{prefix}_{secrets.token_hex(12)}"
