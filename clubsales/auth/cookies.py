"""Our two cookies: whose session, and which device. Both hold an opaque token whose hash is a row."""

from datetime import timedelta

from flask import current_app, request
from werkzeug.wrappers import Response

SESSION_COOKIE = "clubsales_session"
DEVICE_COOKIE = "clubsales_device"
DEVICE_LASTS = timedelta(days=400)  # the longest a browser keeps a cookie; renewed at each sign-in
LONGEST_TOKEN = 100


def read_cookie(name: str) -> str | None:
    """The token in a cookie; None when there is none, or nothing that we could have written."""
    token = request.cookies.get(name, "")
    return token if 0 < len(token) <= LONGEST_TOKEN and token.isascii() else None


def set_session_cookie(response: Response, token: str) -> None:
    """The browser forgets it when it closes; the row ends it sooner."""
    _set(response, SESSION_COOKIE, token, lasts=None)


def set_device_cookie(response: Response, token: str) -> None:
    """The browser keeps it as long as browsers do."""
    _set(response, DEVICE_COOKIE, token, lasts=DEVICE_LASTS)


def clear_session_cookie(response: Response) -> None:
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Lax", secure=_secure())


def clear_device_cookie(response: Response) -> None:
    response.delete_cookie(DEVICE_COOKIE, httponly=True, samesite="Lax", secure=_secure())


def _set(response: Response, name: str, token: str, *, lasts: timedelta | None) -> None:
    response.set_cookie(name, token, max_age=lasts, httponly=True, samesite="Lax", secure=_secure())


def _secure() -> bool:
    return request.is_secure or bool(current_app.config["SESSION_COOKIE_SECURE"])
