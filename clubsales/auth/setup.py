"""Wires accounts into the app: Flask-Security for secrets, answers for whoever is not signed in."""

from http import HTTPStatus

from flask import Flask, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login.utils import _user_context_processor
from flask_security import FSQLALiteUserDatastore, Security

from clubsales.answers import back_url, wants_json
from clubsales.auth import again
from clubsales.auth.forms import PasswordAgainForm
from clubsales.auth.guard import PasswordNeeded, SignInNeeded, current_device, current_session
from clubsales.auth.models import Account, RoleGrant
from clubsales.auth.rules import AuthRefused, DevicePurpose
from clubsales.db import db
from clubsales.errors import refuse
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.settings import Settings
from clubsales.web import render

ARGON2 = {"argon2__rounds": 2, "argon2__memory_cost": 19_456, "argon2__parallelism": 1}
ARGON2_IN_TESTS = {"argon2__rounds": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}


def init_app(app: Flask, settings: Settings) -> None:
    """Hash by Flask-Security, without its doors: ours ask for what theirs do not know (clubs, devices, PINs)."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  a scheme
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},  # a new secret key must not void every password
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=ARGON2_IN_TESTS if settings.testing else ARGON2,
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"username": {"mapper": str, "case_insensitive": True}}],
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
    )
    datastore = FSQLALiteUserDatastore(db, Account, RoleGrant)  # type: ignore[arg-type]  # its roles are not used
    security = Security(app, datastore, register_blueprint=False)
    # They would ask Flask-Login for its user in every request; the guard finds ours when a door asks.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)
    app.template_context_processors[None].remove(_user_context_processor)
    app.register_error_handler(SignInNeeded, answer_sign_in_needed)
    app.register_error_handler(PasswordNeeded, answer_password_needed)


def answer_sign_in_needed(_error: SignInNeeded) -> ResponseReturnValue:
    """A page leads to the sign-in and back; anything else is told so."""
    if wants_json():
        return _told("unauthorized", _("Please sign in first."), HTTPStatus.UNAUTHORIZED)
    device = current_device()
    on_tablet = device is not None and device.purpose is DevicePurpose.TABLET
    door = "auth.switch" if on_tablet else "auth.sign_in"
    wanted = request.full_path.rstrip("?") if request.method == "GET" else back_url()
    address = url_for(door) if wanted == "/" else url_for(door, next=wanted)
    if _is_fragment():
        return "", HTTPStatus.UNAUTHORIZED, {"HX-Redirect": url_for(door)}
    return redirect(address, HTTPStatus.SEE_OTHER)


def answer_password_needed(error: PasswordNeeded) -> ResponseReturnValue:
    """A page asks for the password; a form that was filled in waits in it, any other is pressed again."""
    message = refusal_text(refuse(AuthRefused.PASSWORD_NEEDED))
    if wants_json():
        return _told(AuthRefused.PASSWORD_NEEDED.value, message, HTTPStatus.FORBIDDEN)
    if error.may_wait and again.typed() and not _is_fragment():
        form = PasswordAgainForm(formdata=None)
        form.password.errors = () if error.refusal is None else (refusal_text(error.refusal),)
        page = render(
            "auth/password_again.html",
            form=form,
            name=current_session().actor.name,
            address=request.full_path.rstrip("?"),
            typed=again.typed(),
            back=again.came_from(),
        )
        return page, HTTPStatus.FORBIDDEN if error.refusal is None else HTTPStatus.UNPROCESSABLE_ENTITY
    wanted = request.full_path.rstrip("?") if request.method == "GET" else back_url()
    address = url_for("auth.confirm_password", next=wanted)
    if _is_fragment():
        return "", HTTPStatus.FORBIDDEN, {"HX-Redirect": address}
    flash(message, "warning")
    return redirect(address, HTTPStatus.SEE_OTHER)


def _is_fragment() -> bool:
    return "HX-Request" in request.headers or "X-Poll" in request.headers


def _told(code: str, message: str, status: HTTPStatus) -> ResponseReturnValue:
    return jsonify(code=code, message=message, facts={}), status
