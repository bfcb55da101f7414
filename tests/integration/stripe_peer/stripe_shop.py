"""A shop that knows Stripe only by its SDK, and an endpoint that receives its webhooks."""

import json
import threading
from typing import Any

import stripe
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.integration.stripe_peer.stripe_documents import (
    check_answer,
    check_refund_request,
    check_session_request,
)

API_KEY = "sk_test_clubsales_tests"
WEBHOOK_SECRET = "whsec_clubsales_tests"
NOON = 1_790_000_000
SUCCESS = "https://club.example/paid?session={CHECKOUT_SESSION_ID}"
CANCEL = "https://club.example/sale/7"


class Clock:
    """Epoch seconds that stand still until a test moves them."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> int:
        return self.at


class CheckedHttp(stripe.RequestsClient):
    """The SDK's own client, holding every answer against Stripe's document and keeping the last headers."""

    def __init__(self) -> None:
        super().__init__()
        self.checked = 0
        self.headers: dict[str, str] = {}

    def request(self, method: Any, url: Any, headers: Any, post_data: Any = None, **more: Any) -> Any:
        content, status, answered = super().request(method, url, headers, post_data, **more)
        check_answer(json.loads(content))
        self.checked += 1
        self.headers = dict(answered)
        return content, status, answered


class Shop:
    """Sells one card at a time."""

    def __init__(self, url: str, *, api_key: str = API_KEY) -> None:
        self.http = CheckedHttp()
        self.stripe = stripe.StripeClient(api_key, base_addresses={"api": url}, http_client=self.http)

    def open(
        self, *, key: str | None = None, amount: int = 398_000, quantity: int = 1, **more: Any
    ) -> stripe.checkout.Session:
        """Open a session as clubsales does."""
        params: dict[str, Any] = {
            "mode": "payment",
            "client_reference_id": "sale-7",
            "metadata": {"sale": "7"},
            "payment_intent_data": {"metadata": {"sale": "7"}, "description": "年卡"},
            "line_items": [
                {
                    "price_data": {
                        "currency": "cny",
                        "unit_amount": amount,
                        "product_data": {"name": "年卡 Annual card"},
                    },
                    "quantity": quantity,
                }
            ],
            "success_url": SUCCESS,
            "cancel_url": CANCEL,
            "expires_at": NOON + 45 * 60,
            "locale": "zh",
        } | more
        check_session_request(params)
        return self.send(params, key=key)

    def send(self, params: dict[str, Any], *, key: str | None = None) -> stripe.checkout.Session:
        """Open a session with whatever is given, right or wrong."""
        options: Any = {} if key is None else {"idempotency_key": key}
        return self.stripe.v1.checkout.sessions.create(params, options)  # type: ignore[arg-type]

    def session(self, identifier: str, *expand: str) -> stripe.checkout.Session:
        """A session as it is now."""
        return self.stripe.v1.checkout.sessions.retrieve(identifier, {"expand": list(expand)})

    def refund(self, *, key: str | None = None, **params: Any) -> stripe.Refund:
        """Refund a payment."""
        check_refund_request(params)
        options: Any = {} if key is None else {"idempotency_key": key}
        return self.stripe.v1.refunds.create(params, options)  # type: ignore[arg-type]


class Quiet(WSGIRequestHandler):
    """A handler without a log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Endpoint:
    """Receives webhooks over HTTP and refuses as many as it is told to, by status."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.signatures: list[str] = []
        self.refusals: list[int] = []
        self._server = make_server("127.0.0.1", 0, self._application, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/stripe"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def events(self) -> list[stripe.Event]:
        """What arrived, each verified by the SDK."""
        return [
            stripe.Webhook.construct_event(body, signature, WEBHOOK_SECRET)
            for body, signature in zip(self.bodies, self.signatures, strict=True)
        ]

    def types(self) -> list[str]:
        """The types of what arrived, in order."""
        return [event.type for event in self.events()]

    def _application(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        status = self.refusals.pop(0) if self.refusals else 200
        if status == 200:
            self.signatures.append(request.headers["Stripe-Signature"])
            self.bodies.append(request.get_data())
        return Response("", status)(environ, start_response)
