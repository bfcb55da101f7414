"""What every page shares: errors answered in one place, headers, assets, CSRF, health."""

import json
import secrets
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from flask import (
    Flask,
    Request,
    Response,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError, CSRFProtect, same_origin
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from clubsales.clock import now
from clubsales.errors import NotFound, Refused, plain
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.settings import Settings

PACKAGE = Path(__file__).resolve().parent
TEMPLATES = next(p for p in (PACKAGE / "_templates", PACKAGE.parent / "templates") if p.is_dir())
STATIC = PACKAGE / "_static" if (PACKAGE / "_static").is_dir() else PACKAGE.parent / "static"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; media-src 'self' blob:; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

KNOWN = 4096  # signed texts a process remembers


class PageTokens(CSRFProtect):
    """CSRFProtect, which does not verify the token of an open page again with each of its forms."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._verified: set[tuple[str, str]] = set()

    def protect(self, apply_exemptions: bool = False) -> None:
        """Refuse a form without its page's token; whatever is new or looks unusual is left to the library."""
        pair = None if request.method == "GET" or self._is_exempt() else self._tokens()  # type: ignore[no-untyped-call]
        if pair in self._verified and (not request.is_secure or self._is_from_here()):
            g.csrf_valid = True
            return
        super().protect(apply_exemptions)  # type: ignore[no-untyped-call]
        if pair is not None and g.get("csrf_valid"):
            if len(self._verified) >= KNOWN:
                self._verified.clear()
            self._verified.add(pair)

    def _tokens(self) -> tuple[str, str] | None:
        """The page's token, and the session's that it must be the signature of."""
        of_page = request.form.get("csrf_token") or request.headers.get("X-CSRFToken")
        of_session = session.get("csrf_token")
        return (of_page, of_session) if of_page and of_session else None

    def _is_from_here(self) -> bool:
        return bool(request.referrer) and same_origin(request.referrer, f"https://{request.host}/")


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
log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales")


def init_app(app: Flask, settings: Settings) -> None:
    """Wire the shared behaviour into the app."""
    csrf.init_app(app)  # type: ignore[no-untyped-call]
    _init_limiter(app)
    app.jinja_env.globals["asset"] = asset_url
    app.register_error_handler(Refused, answer_refusal)
    app.register_error_handler(NotFound, answer_not_found)
    app.register_error_handler(CSRFError, answer_csrf)
    app.register_error_handler(RateLimitExceeded, answer_too_many)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_bug)
    app.session_interface = OneSigner(app)
    app.before_request(_name_request)
    app.before_request(_refuse_nul)
    app.after_request(_security_headers(settings))


class NoSecondToken(FlaskForm.Meta):
    """For forms of busy doors: CSRFProtect has looked at the token of every POST before a form is made."""

    csrf = False


class CookieLater(SessionMixin):
    """Flask's session, read from its cookie at the first question: most requests ask nothing of it."""

    def __init__(self, read: Callable[[], SecureCookieSession]) -> None:
        self._read = read
        self._session: SecureCookieSession | None = None

    @property
    def session(self) -> SecureCookieSession:
        """What the cookie says."""
        if self._session is None:
            self._session = self._read()
        return self._session

    @property
    def is_read(self) -> bool:
        """Whether anybody has asked."""
        return self._session is not None

    @property
    def modified(self) -> bool:
        """Whether the cookie has to be sent."""
        return self._session is not None and self._session.modified

    @modified.setter
    def modified(self, value: bool) -> None:
        self.session.modified = value

    def __getitem__(self, key: str) -> Any:
        return self.session[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.session[key] = value

    def __delitem__(self, key: str) -> None:
        del self.session[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.session)

    def __len__(self) -> int:
        return len(self.session)


class OneSigner(SecureCookieSessionInterface):
    """Flask's signed session cookie: its signer made once for the app, the cookie read when somebody asks."""

    def __init__(self, app: Flask) -> None:
        self._signer = super().get_signing_serializer(app)
        self._known: dict[str, tuple[dict[str, Any], datetime]] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The app's signer; its key does not change while it runs."""
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:  # type: ignore[override]
        """The session, not read yet."""
        return CookieLater(lambda: self._read(app, request))

    def _read(self, app: Flask, request: Request) -> SecureCookieSession:
        """What a cookie says that nobody has altered and that is not too old; the same cookie comes again and again."""
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        known = self._known.get(cookie)  # another thread may forget it meanwhile
        if known is None:
            if not cookie or self._signer is None:
                return self.session_class()
            try:
                known = self._signer.loads(cookie, return_timestamp=True)
            except BadSignature:
                return self.session_class()
            if len(self._known) >= KNOWN:
                self._known.clear()
            self._known[cookie] = known
        data, signed_at = known
        if now() - signed_at > app.permanent_session_lifetime:
            return self.session_class()
        return self.session_class(deepcopy(data))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where it was changed; what nobody read nobody changed."""
        assert isinstance(session, CookieLater)
        if session.is_read:
            session.session.accessed = session.accessed
            super().save_session(app, session.session, response)


def _init_limiter(app: Flask) -> None:
    """`@limiter.limit` asks by itself at the doors that wear it; its hooks around every other door are left out."""
    hooks: list[Any] = [app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs]
    before = [list(each[None]) for each in hooks]
    limiter.init_app(app)
    for each, kept in zip(hooks, before, strict=True):
        each[None] = kept


def wants_json() -> bool:
    """The client speaks JSON: it sent it or asks for it before HTML."""
    if request.is_json or "json" not in request.headers.get("Accept", ""):
        return request.is_json
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def answer_refusal(refused: Refused) -> ResponseReturnValue:
    """JSON gets code, message and facts; a form goes back to where it came from with the sentence."""
    message = refusal_text(refused.refusal)
    if wants_json():
        facts = {key: plain(value) for key, value in refused.refusal.facts.items()}
        return jsonify(code=refused.code, message=message, facts=facts), HTTPStatus.CONFLICT
    if request.method == "GET":
        return error_page(HTTPStatus.CONFLICT, message)
    flash(message, "refusal")
    return redirect(back_url())


def back_url() -> str:
    """The page of ours the request came from, never another site."""
    referrer = request.referrer or ""
    if referrer.startswith(request.host_url):
        return "/" + referrer[len(request.host_url) :].lstrip("/\\")
    return "/"


def answer_not_found(_error: NotFound) -> ResponseReturnValue:
    """Unknown, or another club's: the same answer."""
    return _answer(
        HTTPStatus.NOT_FOUND,
        "not_found",
        _("There is nothing here. It may have moved, or belong to another club."),
    )


def answer_csrf(_error: CSRFError) -> ResponseReturnValue:
    """The form is too old or not ours."""
    return _answer(
        HTTPStatus.BAD_REQUEST,
        "csrf",
        _("This form has expired. Go back, reload the page and send it again."),
    )


def answer_too_many(_error: RateLimitExceeded) -> ResponseReturnValue:
    """Too many tries from one place."""
    return _answer(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too_many_requests",
        _("Too many attempts. Wait a minute, then try again."),
    )


HTTP_SENTENCES: dict[int, Callable[[], str]] = {
    400: lambda: _("The request could not be understood. Go back and try again."),
    401: lambda: _("Please sign in first."),
    403: lambda: _("You do not have permission for this. Ask your manager if you need it."),
    404: lambda: _("There is nothing here. It may have moved, or belong to another club."),
    405: lambda: _("This address cannot be opened directly. Go back and use the button."),
    413: lambda: _("What was sent is too large."),
}


def answer_http_error(error: HTTPException) -> ResponseReturnValue:
    """Werkzeug's errors, in our words."""
    if error.code is None or error.code < 400:
        return error
    sentence = HTTP_SENTENCES.get(error.code, HTTP_SENTENCES[400])
    return _answer(
        HTTPStatus(error.code), HTTPStatus(error.code).phrase.lower().replace(" ", "_"), sentence()
    )


def answer_bug(error: Exception) -> ResponseReturnValue:
    """Anything else is a bug: logged whole, answered without detail."""
    if current_app.testing and current_app.config.get("PROPAGATE_BUGS", True):
        raise error
    log.exception("unhandled", path=request.path)
    return _answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal",
        _(
            "Something went wrong on our side. Nothing was lost; try again. Error number: %(number)s",
            number=g.request_id,
        ),
    )


def error_page(status: HTTPStatus, message: str) -> ResponseReturnValue:
    """A page of its own for an error."""
    return render_template("error.html", message=message, status=int(status)), status


def _answer(status: HTTPStatus, code: str, message: str) -> ResponseReturnValue:
    if wants_json():
        return jsonify(code=code, message=message, facts={}), status
    return error_page(status, message)


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
