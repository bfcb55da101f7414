"""Signed texts of a browser, verified once: the session's cookie and the tokens of open pages."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

from flask import Flask, Request, Response, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect, same_origin
from itsdangerous import BadSignature, URLSafeTimedSerializer

from clubsales.clock import now

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
