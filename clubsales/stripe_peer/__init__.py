"""A Stripe of our own, exact in what clubsales uses: for tests, and for a first run without an account.

It knows nothing of clubsales and could serve any shop. What it simulates: Checkout Sessions in payment mode with a
hosted page, payment intents, charges, refunds, events, idempotency keys and signed webhooks, in API version
2026-10-28.endive. What Stripe has beyond that is refused by name, never swallowed.
"""

from clubsales.stripe_peer.application import create_peer, peer_of
from clubsales.stripe_peer.courier import post_into
from clubsales.stripe_peer.peer import Peer
from clubsales.stripe_peer.server import PeerServer
from clubsales.stripe_peer.work import PeerSettings

__all__ = ["Peer", "PeerServer", "PeerSettings", "create_peer", "peer_of", "post_into"]
