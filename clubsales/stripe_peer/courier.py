"""Webhooks: signed, in the order things happened, tried again until accepted or given up.

A test can hold them back, turn their order round and send them more than once, as the network may.
"""

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from stripe import WebhookSignature
from werkzeug.test import Client

from clubsales.stripe_peer.store import Delivery, Store
from clubsales.stripe_peer.work import PeerSettings

_log = logging.getLogger(__name__)
_TIMEOUT_SECONDS: Final = 20
_IDLE_SECONDS: Final = 1.0
_REMEMBERED: Final = 10_000

Deliver = Callable[[str, bytes, Mapping[str, str]], int]
"""Posts a body to an address and returns the status of the answer; raises OSError or HTTPException."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a delivery; `status` is None when there was no answer."""

    event_id: str
    type: str
    status: int | None


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Deliver over the network; redirects are not followed."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
    try:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("POST", target, body=body, headers=dict(headers))
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def post_into(client: Client) -> Deliver:
    """Deliver straight into a WSGI application of this process, without the network."""

    def deliver(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        parts = urlsplit(url)
        try:
            response = client.post(
                parts.path, base_url=f"{parts.scheme}://{parts.netloc}", data=body, headers=headers
            )
        except Exception:  # What a server would answer for an application that breaks.
            _log.exception("the application broke on a webhook")
            return 500
        return response.status_code

    return deliver


class Courier:
    """Carries events to one endpoint from a thread of its own, which also lets due things happen."""

    def __init__(
        self,
        store: Store,
        settings: PeerSettings,
        url: str | None,
        deliver: Deliver,
        run_due: Callable[[], None],
    ) -> None:
        """Stand ready; `start` begins. Without a url nothing is delivered, and events wait."""
        self.url = url
        self.copies = 1
        self.attempts: deque[Attempt] = deque(maxlen=_REMEMBERED)
        self._store = store
        self._settings = settings
        self._deliver = deliver
        self._run_due = run_due
        self._held = False
        self._order: Callable[[list[Delivery]], list[Delivery]] = list
        self._retry_at: dict[int, float] = {}
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._sending = threading.RLock()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, unless begun; also after a fork, which leaves the thread behind."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._stopping.clear()
                self._thread = threading.Thread(target=self._work, name="stripe-peer", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread; what is not delivered stays for the next start."""
        self._stopping.set()
        self._wake.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(_TIMEOUT_SECONDS)

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    def hold(self) -> None:
        """Keep events back from now on; waits for the one on its way."""
        with self._sending:
            self._held = True

    def release(self, order: Callable[[list[Delivery]], list[Delivery]] = list) -> None:
        """Let go what was held back, put in order first, in one round (`lambda held: held[::-1]` turns it round)."""
        with self._sending:
            self._held = False
            self._order = order
        self.wake()

    def send_again(self, event_id: str) -> None:
        """Send an event once more, delivered before or not."""
        with self._store.transaction() as transaction:
            transaction.send(event_id)
        self.wake()

    def waiting(self) -> list[str]:
        """Ids of the events not delivered yet, the oldest first."""
        with self._store.transaction() as transaction:
            return [delivery.event_id for delivery in transaction.deliveries()]

    def drain(self, seconds: float = 10) -> bool:
        """Wait until everything is delivered or given up; False when the time ran out first."""
        end = time.monotonic() + seconds
        while self.waiting():
            if time.monotonic() > end:
                return False
            self.wake()
            time.sleep(0.01)
        with self._sending:
            return True

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self._run_due()
                pause = self._round()
            except Exception:
                _log.exception("the round of webhooks failed")
                pause = _IDLE_SECONDS
            self._wake.wait(pause)

    def _round(self) -> float:
        """Try what is due once; returns the seconds until the next retry, or the idle time."""
        with self._store.transaction() as transaction:
            deliveries = transaction.deliveries()
        with self._sending:
            if self.url is None:
                return _IDLE_SECONDS
            order, self._order = self._order, list
        for delivery in order(deliveries):
            with self._sending:
                if self._stopping.is_set() or self._held:
                    return _IDLE_SECONDS
                if self._retry_at.get(delivery.sequence, 0) <= time.monotonic():
                    self._try(delivery, self.url)
        waits = [at - time.monotonic() for at in self._retry_at.values()]
        return max(0.01, min([_IDLE_SECONDS, *waits]))

    def _try(self, delivery: Delivery, url: str) -> None:
        with self._store.transaction() as transaction:
            event = transaction.get("event", delivery.event_id)
        if event is None:
            raise LookupError(delivery.event_id)
        payload = json.dumps(event, indent=2, ensure_ascii=False)
        answers = [self._once(url, payload, delivery.event_id, event["type"]) for _ in range(self.copies)]
        accepted = all(answers)
        delays = self._settings.retry_delays
        with self._store.transaction() as transaction:
            if accepted or delivery.attempts >= len(delays):
                transaction.delivered(delivery)
                self._retry_at.pop(delivery.sequence, None)
                if accepted:
                    transaction.put({**event, "pending_webhooks": 0})
            else:
                transaction.attempted(delivery)
                self._retry_at[delivery.sequence] = time.monotonic() + delays[delivery.attempts]

    def _once(self, url: str, payload: str, event_id: str, type_: str) -> bool:
        # Signed with the clock of this machine, whatever clock the peer lives by: so do Stripe and construct_event.
        signature = WebhookSignature.generate_signature_header(payload, self._settings.webhook_secret)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature,
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        status: int | None
        try:
            status = self._deliver(url, payload.encode(), headers)
        except (OSError, HTTPException) as problem:
            _log.info("webhook %s not delivered: %s", event_id, problem)
            status = None
        self.attempts.append(Attempt(event_id, type_, status))
        return status is not None and 200 <= status < 300
