"""What every page shares: headers, assets, page tokens, limits, rendering."""

import json
import secrets
import sys
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, render_template, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import FlaskForm

from clubsales import answers
from clubsales.errors import NotFound
from clubsales.settings import Settings
from clubsales.signed import OneSigner, PageTokens

PACKAGE = Path(__file__).resolve().parent
TEMPLATES = next(p for p in (PACKAGE / "_templates", PACKAGE.parent / "templates") if p.is_dir())
STATIC = PACKAGE / "_static" if (PACKAGE / "_static").is_dir() else PACKAGE.parent / "static"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; media-src 'self' blob:; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

csrf = PageTokens()
limiter = Limiter(get_remote_address)


@limiter.request_filter
def _without_limits() -> bool:
    """One limiter serves all apps of a process; each app's settings say whether it counts."""
    settings: Settings = current_app.extensions["clubsales_settings"]
    return not settings.rate_limits


structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,  # without local variables: they hold people's data
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
    logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    cache_logger_on_first_use=True,
)


def init_app(app: Flask, settings: Settings) -> None:
    """Wire the shared behaviour into the app."""
    csrf.init_app(app)  # type: ignore[no-untyped-call]
    _init_limiter(app)
    app.jinja_env.globals["asset"] = asset_url
    answers.init_app(app)
    app.session_interface = OneSigner(app)
    app.before_request(_name_request)
    app.before_request(_refuse_nul)
    app.after_request(_security_headers(settings))


class NoSecondToken(FlaskForm.Meta):
    """For forms of busy doors: CSRFProtect has looked at the token of every POST before a form is made."""

    csrf = False


def _init_limiter(app: Flask) -> None:
    """`@limiter.limit` asks by itself at the doors that wear it; its hooks around every other door are left out."""
    hooks: list[Any] = [app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs]
    before = [list(each[None]) for each in hooks]
    limiter.init_app(app)
    for each, kept in zip(hooks, before, strict=True):
        each[None] = kept


def not_modified(etag: str) -> Response | None:
    """304 when the reader already has this version; otherwise None."""
    if etag in request.if_none_match:
        response = Response(status=HTTPStatus.NOT_MODIFIED)
        response.set_etag(etag)
        return response
    return None


@lru_cache(maxsize=1)
def _manifest() -> dict[str, str]:
    path = STATIC / "dist" / "manifest.json"
    manifest: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return manifest


def asset_url(name: str) -> str:
    """The address of a built asset, with its content hash in the name."""
    return url_for("static", filename=f"dist/{_manifest().get(name, name)}")


def _refuse_nul() -> None:
    """No id or token of ours holds a NUL, and PostgreSQL takes none: such an address names nothing."""
    if "\0" in request.path:
        raise NotFound


def _name_request() -> None:
    g.request_id = secrets.token_hex(6)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _security_headers(settings: Settings) -> Callable[[Response], Response]:
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    }
    if settings.production:
        headers["Strict-Transport-Security"] = "max-age=31536000"

    def add(response: Response) -> Response:
        answered = {name.lower() for name, _value in response.headers}
        response.headers.extend([each for each in headers.items() if each[0].lower() not in answered])
        if request.endpoint != "static" and "cache-control" not in answered:
            response.headers["Cache-Control"] = "no-store" if response.status_code != 304 else "no-cache"
        return response

    return add


def render(template: str, **context: Any) -> str:
    """Render a page from plain values."""
    return render_template(template, **context)


def render_piece(template: str, **context: Any) -> str:
    """Render a piece of a page: without the rail and the frame, which cost more than the piece."""
    return current_app.jinja_env.get_template(template).render(context)
