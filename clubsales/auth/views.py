"""The doors of signing in and out, of switching staff, and of one's own account."""

from http import HTTPStatus

import structlog
from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from clubsales.answers import back_url, wants_json
from clubsales.auth import account_views, device_views, operations, queries, sessions
from clubsales.auth import sign_in as signing
from clubsales.auth.blueprint import PASSWORD_TRIES, PIN_TRIES, bp
from clubsales.auth.cookies import (
    DEVICE_COOKIE,
    clear_session_cookie,
    read_cookie,
    set_device_cookie,
    set_session_cookie,
)
from clubsales.auth.forms import ConfirmPasswordForm, SignInForm
from clubsales.auth.guard import (
    current_device,
    current_session,
    forget_lookups,
    public,
    requires_sign_in,
    signed_in,
)
from clubsales.auth.lookup import EnrolledDevice
from clubsales.auth.rules import DevicePurpose, EndReason
from clubsales.auth.sign_in import SignInOutcome
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.errors import Refusal
from clubsales.i18n import LOCALES, refusal_text
from clubsales.i18n import gettext as _
from clubsales.web import limiter, render

log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales.auth")
__all__ = ["bp"]
MORE_DOORS = (account_views, device_views)  # on the same blueprint
LONGEST_ADDRESS = 2000
THEMES = ("auto", "light", "dark")


@bp.get("/sign-in")
@public("the way in")
def sign_in() -> ResponseReturnValue:
    """Ask for user name and password."""
    form = SignInForm(next=safe_next())
    return _sign_in_page(form)


@bp.post("/sign-in")
@limiter.limit(PASSWORD_TRIES)
@public("the way in")
def sign_in_post() -> ResponseReturnValue:
    """Sign in with user name and password."""
    form = SignInForm()
    if not form.is_valid():
        return _sign_in_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    device, before, at = _tablet(), signed_in(), now()
    outcome = transact(
        lambda s: signing.sign_in_with_password(
            s, username=form.username.data, password=form.password.data, device=device, replaces=before, at=at
        )
    )
    if outcome.refusal is not None:
        log.info("sign_in_refused", code=outcome.refusal.code.value)
        _answer_json(outcome.refusal)
        form.password.errors = (refusal_text(outcome.refusal),)
        return _sign_in_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    wanted = safe_next()
    many = outcome.clubs > 1 and wanted == "/"
    return _signed_in(outcome, url_for("auth.clubs") if many else wanted)


@bp.post("/sign-out")
@public("whoever is not signed in any more may press it too")
def sign_out() -> ResponseReturnValue:
    """Sign out and lead to the next sign-in."""
    before, at = signed_in(), now()
    if before is not None:
        transact(
            lambda s: sessions.end_session(
                s, session_id=before.session_id, why=EndReason.SIGNED_OUT, actor=before.actor, at=at
            )
        )
    forget_lookups()
    session.pop("csrf_token", None)
    response = redirect(url_for("auth.switch" if _tablet() else "auth.sign_in"), HTTPStatus.SEE_OTHER)
    clear_session_cookie(response)
    return response


@bp.get("/switch")
@public("shows the faces of a club's staff, on that club's enrolled tablet only")
def switch() -> ResponseReturnValue:
    """Pick a face; with ?face= type its PIN."""
    device = _tablet()
    if device is None:
        return redirect(url_for("auth.sign_in"))
    if "face" in request.args:
        return _pin_page(device, request.args["face"])
    return render(
        "auth/switch.html",
        club=device.club,
        faces=queries.faces(db.session, club=device.club),
        next_url=safe_next(),
        language_url=url_for("auth.choose_locale"),
    )


@bp.post("/switch")
@limiter.limit(PIN_TRIES)
@public("a PIN opens a session, on the club's enrolled tablet only")
def switch_post() -> ResponseReturnValue:
    """Sign in by face and PIN, in place of whoever was signed in."""
    device, before, at = _tablet(), signed_in(), now()
    if device is None:
        return redirect(url_for("auth.sign_in"), HTTPStatus.SEE_OTHER)
    face = request.form.get("face", "")
    outcome = transact(
        lambda s: signing.sign_in_with_pin(
            s,
            device=device,
            account_public_id=face,
            pin=request.form.get("pin", ""),
            replaces=before,
            at=at,
        )
    )
    if outcome.refusal is not None:
        _answer_json(outcome.refusal)
        page = _pin_page(device, face, error=refusal_text(outcome.refusal))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return _signed_in(outcome, safe_next())


@bp.get("/confirm-password")
@requires_sign_in
def confirm_password() -> ResponseReturnValue:
    """Ask for the password again."""
    return _confirm_page(ConfirmPasswordForm(next=safe_next()))


@bp.post("/confirm-password")
@limiter.limit(PASSWORD_TRIES)
@requires_sign_in
def confirm_password_post() -> ResponseReturnValue:
    """Take the password again, then back to where the button is."""
    form, present, at = ConfirmPasswordForm(), current_session(), now()
    if not form.is_valid():
        return _confirm_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    refusal = transact(
        lambda s: signing.confirm_password(
            s, session_id=present.session_id, password=form.password.data, actor=present.actor, at=at
        )
    )
    if refusal is not None:
        _answer_json(refusal)
        form.password.errors = (refusal_text(refusal),)
        return _confirm_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(safe_next(), HTTPStatus.SEE_OTHER)


@bp.get("/clubs/choose")
@requires_sign_in
def clubs() -> ResponseReturnValue:
    """Choose among the clubs one works in."""
    actor = current_session().actor
    found = queries.clubs_of(db.session, operations.account_of(actor))
    return render("auth/clubs.html", clubs=found, present=actor.club, fixed=actor.device_id is not None)


@bp.post("/clubs/choose")
@requires_sign_in
def choose_club() -> ResponseReturnValue:
    """Go on in another club."""
    present, at = current_session(), now()
    chosen = transact(
        lambda s: sessions.choose_club(
            s,
            session_id=present.session_id,
            club_public_id=request.form.get("club", ""),
            actor=present.actor,
            at=at,
        )
    )
    flash(_("You are in %(club)s now.", club=chosen.name), "success")
    return redirect("/", HTTPStatus.SEE_OTHER)


@bp.post("/locale")
@public("everybody chooses the language to read")
def choose_locale() -> ResponseReturnValue:
    """Read in another language: kept in the account, and on this browser."""
    locale = request.form.get("locale", "")
    if locale in LOCALES:
        session["locale"] = locale
        present = signed_in()
        if present is not None:
            account_id = operations.account_of(present.actor)
            transact(lambda s: operations.set_locale(s, account_id=account_id, locale=locale))
    return redirect(back_url(), HTTPStatus.SEE_OTHER)


@bp.post("/theme")
@public("everybody chooses light or dark")
def choose_theme() -> ResponseReturnValue:
    """Light, dark, or as the machine has it; kept on this browser."""
    theme = request.form.get("theme", "")
    if theme in THEMES:
        session["theme"] = theme
    return redirect(back_url(), HTTPStatus.SEE_OTHER)


def safe_next() -> str:
    """The page of ours to go on to; never another site's."""
    wanted = request.values.get("next", "/")
    is_plain = wanted.isprintable() and "\\" not in wanted and len(wanted) <= LONGEST_ADDRESS
    return wanted if is_plain and wanted.startswith("/") and not wanted.startswith("//") else "/"


def _tablet() -> EnrolledDevice | None:
    """The enrolled tablet this browser is; scanners and turnstiles are nobody's to sign in on."""
    device = current_device()
    return device if device is not None and device.purpose is DevicePurpose.TABLET else None


def _sign_in_page(form: SignInForm) -> str:
    return render(
        "auth/sign_in.html",
        form=form,
        on_tablet=_tablet() is not None,
        language_url=url_for("auth.choose_locale"),
    )


def _pin_page(device: EnrolledDevice, face_id: str, error: str = "") -> str:
    face = queries.face(db.session, club=device.club, public_id=face_id)
    return render(
        "auth/pin.html",
        club=device.club,
        face=face,
        error=error,
        next_url=safe_next(),
        language_url=url_for("auth.choose_locale"),
    )


def _confirm_page(form: ConfirmPasswordForm) -> str:
    return render("auth/confirm_password.html", form=form, name=current_session().actor.name)


def _answer_json(refusal: Refusal) -> None:
    """A client that speaks JSON is answered where all refusals are; a page shows it beside the field."""
    if wants_json():
        refusal.or_raise()


def _signed_in(outcome: SignInOutcome, address: str) -> Response:
    forget_lookups()
    session.pop("csrf_token", None)  # a token drawn before signing in is worth nothing after
    if outcome.locale:
        session["locale"] = outcome.locale
    response = redirect(address, HTTPStatus.SEE_OTHER)
    if outcome.token is not None:
        set_session_cookie(response, outcome.token)
    device_token = read_cookie(DEVICE_COOKIE)
    if device_token is not None and current_device() is not None:
        set_device_cookie(response, device_token)
    return response
