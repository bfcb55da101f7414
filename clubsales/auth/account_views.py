"""The doors to one's own account: its password and PIN."""

from http import HTTPStatus

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from clubsales.auth import operations, queries, sign_in
from clubsales.auth.blueprint import PASSWORD_TRIES, bp
from clubsales.auth.cookies import clear_session_cookie
from clubsales.auth.forms import PasswordForm, PinForm
from clubsales.auth.guard import current_session, forget_lookups, requires_sign_in
from clubsales.auth.permissions import Permission, may
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.web import limiter, render


@bp.get("/account")
@requires_sign_in
def account() -> ResponseReturnValue:
    """One's own account: roles, password, PIN."""
    return _account_page(PasswordForm(), PinForm(prefix="pin"))


@bp.post("/account/password")
@limiter.limit(PASSWORD_TRIES)
@requires_sign_in
def account_password() -> ResponseReturnValue:
    """Set a new password; every session of the account ends, this one too."""
    form, actor, at = PasswordForm(), current_session().actor, now()
    account_id = operations.account_of(actor)
    form.username = queries.username_of(db.session, account_id)
    if not form.is_valid() or not _is_current(form):
        return _account_page(form, PinForm(formdata=None, prefix="pin")), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: operations.set_password(
            s, account_id=account_id, password=form.password.data, actor=actor, at=at
        )
    )
    flash(_("Your password is changed. Sign in with the new one."), "success")
    return _signed_out()


@bp.post("/account/pin")
@limiter.limit(PASSWORD_TRIES)
@requires_sign_in
def account_pin() -> ResponseReturnValue:
    """Set a new PIN; every session of the account ends, this one too."""
    form, actor, at = PinForm(prefix="pin"), current_session().actor, now()
    if not form.is_valid() or not _is_current(form):
        return _account_page(PasswordForm(formdata=None), form), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: operations.set_pin(
            s, account_id=operations.account_of(actor), pin=form.pin.data, actor=actor, at=at
        )
    )
    flash(_("Your PIN is changed. Sign in again."), "success")
    return _signed_out()


def _account_page(password_form: PasswordForm, pin_form: PinForm) -> str:
    actor = current_session().actor
    return render(
        "auth/account.html",
        name=actor.name,
        username=queries.username_of(db.session, operations.account_of(actor)),
        club=actor.club,
        clubs=queries.clubs_of(db.session, operations.account_of(actor)),
        fixed=actor.device_id is not None,
        may_be_told=may(actor, Permission.BOARD_SEE),
        may_enrol=may(actor, Permission.DEVICE_ENROL),
        password_form=password_form,
        pin_form=pin_form,
    )


def _is_current(form: PasswordForm | PinForm) -> bool:
    """Whether the present password was right; a wrong one counts like any other try."""
    present, at = current_session(), now()
    refusal = transact(
        lambda s: sign_in.confirm_password(
            s, session_id=present.session_id, password=form.current.data, actor=present.actor, at=at
        )
    )
    if refusal is not None:
        form.current.errors = (refusal_text(refusal),)
    return refusal is None


def _signed_out() -> Response:
    forget_lookups()
    response = redirect(url_for("auth.sign_in"), HTTPStatus.SEE_OTHER)
    clear_session_cookie(response)
    return response
