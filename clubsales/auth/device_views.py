"""The manager's doors to the devices of the club."""

from http import HTTPStatus

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales.auth import devices, queries, sessions
from clubsales.auth.blueprint import bp
from clubsales.auth.cookies import clear_session_cookie, set_device_cookie
from clubsales.auth.forms import EnrolForm
from clubsales.auth.guard import current_actor, current_device, current_session, forget_lookups, requires
from clubsales.auth.permissions import Permission
from clubsales.auth.rules import DevicePurpose, EndReason
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag
from clubsales.web import render

# Where a device begins; from the way home others find theirs.
FIRST_PAGES = {DevicePurpose.TABLET: "/switch", DevicePurpose.SCREEN: "/board"}


@bp.get("/devices")
@requires(Permission.DEVICE_ENROL)
def device_list() -> ResponseReturnValue:
    """The club's devices, and this browser's way to become one."""
    return _page(_form())


@bp.post("/devices")
@requires(Permission.DEVICE_ENROL)
def enrol_device() -> ResponseReturnValue:
    """Make this browser a device of the club; the manager is signed out on it."""
    form, present, at = _form(), current_session(), now()
    if not form.is_valid():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    purpose = DevicePurpose(form.purpose.data)
    before = current_device()

    def work(s: Session) -> devices.Enrolment:
        enrolment = devices.enrol_device(
            s,
            name=form.name.data,
            purpose=purpose,
            hall=form.hall.data or "",
            actor=present.actor,
            replaces=before,
            at=at,
        )
        # A shared device must not keep the manager's session, which would never go idle.
        sessions.end_session(
            s, session_id=present.session_id, why=EndReason.DEVICE_ENROLLED, actor=present.actor, at=at
        )
        return enrolment

    enrolment = transact(work)
    forget_lookups()
    session.pop("csrf_token", None)
    flash(_("%(name)s is ready.", name=form.name.data.strip()), "success")
    response = redirect(FIRST_PAGES.get(purpose, "/"), HTTPStatus.SEE_OTHER)
    set_device_cookie(response, enrolment.token)
    clear_session_cookie(response)
    return response


@bp.post("/devices/<public_id>/revoke")
@requires(Permission.DEVICE_ENROL)
def revoke_device(public_id: str) -> ResponseReturnValue:
    """Shut a device out."""
    transact(lambda s: devices.revoke_device(s, public_id=public_id, actor=current_actor(), at=now()))
    flash(_("The device is blocked. Whoever was signed in on it is signed out."), "success")
    return redirect(url_for("auth.device_list"), HTTPStatus.SEE_OTHER)


def _form() -> EnrolForm:
    form = EnrolForm()
    form.hall.choices = [("", _("The club's own door")), *_halls().items()]
    return form


def _halls() -> dict[str, str]:
    """The halls' names in the reader's language, by code."""
    english = language_tag().startswith("en")
    found = queries.halls(db.session, club=current_actor().club)
    return {code: name_en if english and name_en else name for code, name, name_en in found}


def _page(form: EnrolForm) -> str:
    club = current_actor().club
    return render(
        "auth/devices.html",
        form=form,
        club=club,
        devices=queries.devices(db.session, club=club),
        present=current_device(),
        halls=_halls(),
    )
