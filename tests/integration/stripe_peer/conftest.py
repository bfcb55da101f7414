"""A peer on a port of its own, a shop before it and an endpoint behind it."""

from collections.abc import Iterator

import pytest

from clubsales.stripe_peer import PeerServer, PeerSettings
from tests.integration.stripe_peer.stripe_shop import API_KEY, WEBHOOK_SECRET, Clock, Endpoint, Shop


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings() -> PeerSettings:
    return PeerSettings(
        api_key=API_KEY,
        webhook_secret=WEBHOOK_SECRET,
        business_name="阳光健身",
        retry_delays=(0.01, 0.02, 0.03),
    )


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    yield endpoint
    endpoint.close()


@pytest.fixture
def server(settings: PeerSettings, clock: Clock, endpoint: Endpoint) -> Iterator[PeerServer]:
    with PeerServer(settings, now=clock, webhook_url=endpoint.url) as server:
        yield server


@pytest.fixture
def shop(server: PeerServer) -> Shop:
    return Shop(server.url)
