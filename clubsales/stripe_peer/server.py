"""The peer on a port of its own, for tests."""

import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from werkzeug.serving import WSGIRequestHandler, make_server

from clubsales.stripe_peer.application import create_peer, peer_of
from clubsales.stripe_peer.courier import Deliver, post
from clubsales.stripe_peer.work import PeerSettings


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class PeerServer:
    """Serves the peer on a free port of this machine while the context is open."""

    def __init__(
        self,
        settings: PeerSettings,
        *,
        now: Callable[[], int],
        webhook_url: str | None = None,
        state_path: Path | None = None,
        deliver: Deliver = post,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """Take the port; `url` is known from here on."""
        application = create_peer(
            settings, now=now, webhook_url=webhook_url, state_path=state_path, deliver=deliver
        )
        self.peer = peer_of(application)
        self._server = make_server(host, port, application, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._serve, name="stripe-peer-server", daemon=True)
        self.url = f"http://{host}:{self._server.server_port}"

    def __enter__(self) -> "PeerServer":
        """Begin to serve."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving and delivering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.peer.close()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.02)
