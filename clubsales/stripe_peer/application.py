"""Putting the peer together as a WSGI application."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from clubsales.stripe_peer.api import create_api
from clubsales.stripe_peer.courier import Deliver, post
from clubsales.stripe_peer.page import create_page
from clubsales.stripe_peer.peer import Peer
from clubsales.stripe_peer.work import PeerSettings

_NAME = "stripe_peer"


def create_peer(
    settings: PeerSettings,
    *,
    now: Callable[[], int],
    webhook_url: str | None = None,
    state_path: Path | None = None,
    deliver: Deliver = post,
) -> Flask:
    """A Stripe account that needs no account, with the API under /v1 and the hosted page under /pay.

    `now` gives epoch seconds. Mount it under any prefix; `peer_of` gives the hands behind it. Webhooks go to
    `webhook_url` from a thread that starts with the first request. `state_path` keeps the state over restarts.
    """
    application = Flask(__name__)
    application.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    peer = Peer(settings, now=now, webhook_url=webhook_url, state_path=state_path, deliver=deliver)
    application.extensions[_NAME] = peer
    application.before_request(peer.courier.start)
    application.register_blueprint(create_api(peer))
    application.register_blueprint(create_page(peer))
    return application


def peer_of(application: Flask) -> Peer:
    """The peer behind an application made by `create_peer`."""
    peer = application.extensions[_NAME]
    if not isinstance(peer, Peer):
        raise TypeError(type(peer))
    return peer
