"""The web server: the app behind gunicorn, with the jobs and the built-in Stripe peer beside it where asked."""

import ctypes
import os
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from gunicorn.app.base import BaseApplication
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server

from clubsales import jobs
from clubsales.app import create_app
from clubsales.clock import now
from clubsales.settings import Settings
from clubsales.stripe_peer import PeerSettings, create_peer

PEER_PREFIX = "/stripe-peer"
WEBHOOK_PATH = "/webhooks/stripe"
PEER_STATE = "stripe-peer.db"
THREADS = 8
M_MMAP_THRESHOLD = -3  # of malloc.h
LARGE = 1024 * 1024  # bytes
SWITCH_SECONDS = (
    0.0005  # whoever holds a club's queue must not wait long for the interpreter: all others wait for him
)


@dataclass(frozen=True, slots=True)
class Served:
    """What a process serves: the Flask app, and the WSGI application around it."""

    app: Flask
    wsgi: WSGIApplication


def create_served(settings: Settings) -> Served:
    """The app, with the Stripe peer mounted beside it when there is no Stripe account, and the jobs started."""
    sys.setswitchinterval(SWITCH_SECONDS)
    give_memory_back()
    if settings.one_processor:
        keep_to_one_processor()
    if not settings.stripe_peer:
        app = create_app(settings)
        wsgi = cast("WSGIApplication", app)
    else:
        app, wsgi = _with_peer(settings)
    if settings.run_jobs:
        jobs.start_in_background(app, settings)
    return Served(app, wsgi)


def give_memory_back() -> None:
    """Have what a password's hash took given back to the system at once; nothing where there is no glibc.

    Left to itself glibc keeps the 19 MB of a hash in every thread that ever made one.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)


def keep_to_one_processor() -> None:
    """Have this thread, and all it starts from now on, run on one of the processors the process may use.

    Its threads share one interpreter anyway; on two processors they only take it from each other (docs/performance.md).
    Workers forked one after the other take different ones. Does nothing with a single processor, or outside Linux.
    """
    if sys.platform != "linux":
        return
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) > 1:
        os.sched_setaffinity(0, {allowed[os.getpid() % len(allowed)]})


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def _with_peer(settings: Settings) -> tuple[Flask, WSGIApplication]:
    """Payers see the peer's page under our own address; our requests and its webhooks stay inside this machine."""
    inside = make_server("127.0.0.1", 0, _nothing, threaded=True, request_handler=_Quiet)
    address = f"http://127.0.0.1:{inside.server_port}"
    app = create_app(replace(settings, stripe_api_base=address + PEER_PREFIX))
    peer = create_peer(
        PeerSettings(
            api_key=settings.stripe_secret_key,
            webhook_secret=settings.stripe_webhook_secret,
            public_url=f"{settings.public_url}{PEER_PREFIX}" if settings.public_url else None,
            public_path=PEER_PREFIX,
        ),
        now=lambda: int(now().timestamp()),
        webhook_url=address + WEBHOOK_PATH,
        state_path=settings.data_folder / PEER_STATE,
    )
    wsgi = cast("WSGIApplication", DispatcherMiddleware(app, {PEER_PREFIX: peer}))
    inside.app = wsgi
    threading.Thread(target=inside.serve_forever, name="inside", daemon=True).start()
    return app, wsgi


def _nothing(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("503 Service Unavailable", [])
    return []


class Gunicorn(BaseApplication):
    """gunicorn with our options; the app is made in the worker, after the fork."""

    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self._settings = settings
        self._options = options
        super().__init__()  # type: ignore[no-untyped-call]

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)  # type: ignore[union-attr]

    def load(self) -> WSGIApplication:
        return create_served(self._settings).wsgi


def serve(settings: Settings, *, host: str, port: int, certificate: Path | None = None) -> None:
    """Serve until stopped: one worker of eight threads, which serves a club."""
    options: dict[str, Any] = {
        "bind": f"{host}:{port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": THREADS,
        "timeout": 60,
        "graceful_timeout": 10,
        "loglevel": "warning",
        "control_socket_disable": True,
    }
    if certificate is not None:
        options |= {"certfile": str(certificate), "keyfile": str(certificate)}
    Gunicorn(settings, options).run()  # type: ignore[no-untyped-call]
