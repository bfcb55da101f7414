"""Who stands at the door: the signed-in actor, found once per request, and what each door asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec, cast

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Unauthorized

from clubsales.actor import Actor, Club
from clubsales.auth import again, lookup, sessions
from clubsales.auth.cookies import DEVICE_COOKIE, SESSION_COOKIE, read_cookie
from clubsales.auth.lookup import EnrolledDevice, SignedIn
from clubsales.auth.permissions import ACTING_DEVICES, Permission, may
from clubsales.clock import now
from clubsales.db import db, look_only, transact
from clubsales.errors import Refusal

A = ParamSpec("A")
View = Callable[A, ResponseReturnValue]
MARK = "clubsales_door"
SIGNED_IN = "clubsales.signed_in"
DEVICE = "clubsales.device"


class SignInNeeded(Unauthorized):
    """Nobody is signed in on this browser."""


class PasswordNeeded(Exception):
    """This door asks for the password again; `refusal` is why the one sent with the form did not do.

    `may_wait`: what was filled in may wait for it.
    """

    def __init__(self, refusal: Refusal | None = None, *, may_wait: bool = True) -> None:
        super().__init__()
        self.refusal, self.may_wait = refusal, may_wait


@dataclass(frozen=True, slots=True)
class Door:
    """What a view asks for: a permission; nothing, and why; neither means any actor."""

    permission: Permission | None = None
    fresh_password: bool = False
    public_because: str = ""


def requires(
    permission: Permission, *, fresh_password: bool = False, gives_file: bool = False
) -> Callable[[View[A]], View[A]]:
    """Open the view to whoever holds the permission in his club; `fresh_password` asks for the password again
    when it was not typed within the last 15 minutes. `gives_file`: after that its button is pressed again, because
    an answer that is a file would leave him on the page of the password."""

    def mark(view: View[A]) -> View[A]:
        @wraps(view)
        def guarded(*args: A.args, **kwargs: A.kwargs) -> ResponseReturnValue:
            if not may(current_actor(), permission):
                abort(HTTPStatus.FORBIDDEN)
            if fresh_password:
                _ask_for_fresh_password(may_wait=not gives_file)
            return view(*args, **kwargs)

        setattr(guarded, MARK, Door(permission=permission, fresh_password=fresh_password))
        return guarded

    return mark


def requires_sign_in(view: View[A]) -> View[A]:
    """Open the view to every actor, whatever the role: the way home, one's own account."""

    @wraps(view)
    def guarded(*args: A.args, **kwargs: A.kwargs) -> ResponseReturnValue:
        current_actor()
        return view(*args, **kwargs)

    setattr(guarded, MARK, Door())
    return guarded


def public(because: str) -> Callable[[View[A]], View[A]]:
    """Open the view to everybody; says why that is right."""

    def mark(view: View[A]) -> View[A]:
        setattr(view, MARK, Door(public_because=because))
        return view

    return mark


def permission_of(view: Callable[..., Any]) -> Door | None:
    """What a view asks for; None when nobody said."""
    return cast("Door | None", getattr(view, MARK, None))


def current_actor() -> Actor:
    """Who acts: the person signed in, else a scanner or turnstile itself. Raises SignInNeeded."""
    actor = actor_or_none()
    if actor is None:
        raise SignInNeeded
    return actor


def actor_or_none() -> Actor | None:
    """Who acts, on pages that everybody may see."""
    session = signed_in()
    if session is not None:
        return session.actor
    device = current_device()
    return device.actor if device is not None and device.purpose in ACTING_DEVICES else None


def current_club() -> Club:
    """The club the actor is in. Raises SignInNeeded."""
    return current_actor().club


def current_session() -> SignedIn:
    """The session of the person signed in. Raises SignInNeeded, also for a bare device."""
    session = signed_in()
    if session is None:
        raise SignInNeeded
    return session


def floor_version() -> int:
    """The version of the club's floor when the actor was looked up: what is read later is of this version or newer.

    Raises SignInNeeded.
    """
    found = signed_in() or current_device()
    if found is None:
        raise SignInNeeded
    return found.floor_version


def signed_in() -> SignedIn | None:
    """Whoever is signed in on this browser: looked up at the first question, then kept with the request."""
    if SIGNED_IN not in request.environ:
        request.environ[SIGNED_IN] = _look_up()
    return cast("SignedIn | None", request.environ[SIGNED_IN])


def current_device() -> EnrolledDevice | None:
    """The device this browser is enrolled as, if any."""
    if DEVICE not in request.environ:
        token = read_cookie(DEVICE_COOKIE)
        if token and request.method == "GET":
            look_only(db.session)
        found = lookup.enrolled_device(db.session, token=token) if token else None
        request.environ[DEVICE] = found
        if found is not None:
            g.zone = found.club.zone
    return cast("EnrolledDevice | None", request.environ[DEVICE])


def forget_lookups() -> None:
    """Look again at the next question: somebody has just signed in or out."""
    for name in (SIGNED_IN, DEVICE):
        request.environ.pop(name, None)


def is_background() -> bool:
    """The page asks by itself, nobody touched it: no sign of life for a shared tablet."""
    return "X-Poll" in request.headers


def _look_up() -> SignedIn | None:
    g.account_locale = None
    token = read_cookie(SESSION_COOKIE)
    if token is None:
        return None
    at = now()
    if request.method == "GET":
        look_only(db.session)
    found = lookup.signed_in(db.session, token=token, device_token=read_cookie(DEVICE_COOKIE), at=at)
    if found is None:
        return None
    g.account_locale = found.locale
    g.zone = found.actor.club.zone
    stale = at - found.last_seen_at >= sessions.SEEN_EVERY
    if stale and not is_background() and not db.session.info.get("transacting"):
        transact(lambda s: sessions.see(s, session_id=found.session_id, at=at))
    return found


def _ask_for_fresh_password(*, may_wait: bool) -> None:
    session, at = current_session(), now()
    if session.has_fresh_password(at):
        return
    if request.method != "POST" or again.PASSWORD not in request.form:
        raise PasswordNeeded(may_wait=may_wait)
    refusal = again.take_password(session, at)
    if refusal is not None:
        raise PasswordNeeded(refusal)
    forget_lookups()
