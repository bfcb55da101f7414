"""The provider of the tests: our Stripe peer on a port of its own, whose letters wait in a box until a test opens them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from clubsales.clock import Instant
from clubsales.membership.payments.gateways import StripeGateway
from clubsales.membership.payments.rules import ProviderEvent
from clubsales.stripe_peer import Peer, PeerServer, PeerSettings

API_KEY = "sk_test_members"
WEBHOOK_SECRET = "whsec_members"


@dataclass
class Provider:
    """A gateway, the peer behind it, and the letters it has sent."""

    gateway: StripeGateway
    peer: Peer
    url: str
    now: list[int]
    letters: list[tuple[bytes, str]] = field(default_factory=list)

    def move_to(self, at: Instant) -> None:
        """Set the provider's clock."""
        self.now[0] = int(at.timestamp())

    def events(self) -> list[ProviderEvent]:
        """Everything sent since the last time, read as the webhook's door reads it."""
        assert self.peer.courier.drain()
        letters, self.letters[:] = list(self.letters), []
        return [self.gateway.read_event(body, signature) for body, signature in letters]

    def event(self, type_: str) -> ProviderEvent:
        """The one event of a type among those sent since the last time."""
        found = [event for event in self.events() if event.type == type_]
        assert len(found) == 1, found
        return found[0]


@contextmanager
def a_provider(at: Instant) -> Iterator[Provider]:
    """A provider whose clock stands at `at`."""
    letters: list[tuple[bytes, str]] = []
    now = [int(at.timestamp())]

    def deliver(_url: str, body: bytes, headers: Mapping[str, str]) -> int:
        letters.append((body, headers["Stripe-Signature"]))
        return 200

    settings = PeerSettings(api_key=API_KEY, webhook_secret=WEBHOOK_SECRET, retry_delays=(0.01,))
    with PeerServer(
        settings, now=lambda: now[0], webhook_url="http://club.test/webhooks/stripe", deliver=deliver
    ) as server:
        gateway = StripeGateway(secret_key=API_KEY, webhook_secret=WEBHOOK_SECRET, api_base=server.url)
        yield Provider(gateway=gateway, peer=server.peer, url=server.url, now=now, letters=letters)
