"""The way home, the rail and health."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from clubsales import __version__, leader
from clubsales.actor import Role
from clubsales.auth.guard import actor_or_none, current_actor, current_device, public, requires_sign_in
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, now
from clubsales.db import db
from clubsales.i18n import lazy_gettext as _l
from clubsales.office.home import queries
from clubsales.settings import Settings

bp = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the rail."""

    label: str
    url: str
    icon: str
    active: bool


# In the order a day uses them; the first one a person may enter is his home. At most six are shown.
PLACES = (
    (Permission.FLOOR_WORK, "posts.floor", _l("Floor"), "floor"),
    (Permission.DAY_SEE, "day.today", _l("Today"), "today"),
    (Permission.GUEST_RECEIVE, "reception.desk", _l("Desk"), "desk"),
    (Permission.LEAD_SEE, "intake.index", _l("Leads"), "people"),
    (Permission.SALE_OPEN, "sales.sell", _l("Sell"), "sell"),
    (Permission.CHECK_IN, "checkin.scan_page", _l("Check-in"), "check-in"),
    (Permission.SALE_SEE, "sales.index", _l("Sales"), "money"),
    (Permission.CLUB_SETTINGS, "staff.club", _l("Club"), "clubs"),
)
ROLE_NAMES = {
    Role.CONSULTANT: _l("Consultant"),
    Role.TRAINEE: _l("Trainee"),
    Role.SUPERVISOR: _l("Supervisor"),
    Role.CLUB_MANAGER: _l("Club manager"),
    Role.SALES_DIRECTOR: _l("Sales director"),
    Role.GENERAL_MANAGER: _l("General manager"),
    Role.DEPUTY_GM: _l("Deputy general manager"),
    Role.FINANCE_CLERK: _l("Finance clerk"),
    Role.SALES_ADMIN: _l("Sales administrator"),
    Role.RECEPTIONIST: _l("Receptionist"),
    Role.OWNER: _l("Owner"),
    Role.MEMBER: _l("Member"),
}
MOST_PLACES = 6


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: who is here, in which club, and the doors of language, theme and leaving."""

    now: Instant
    theme: str
    person_name: str
    person_role: str
    club_name: str
    language_url: str
    theme_url: str
    sign_out_url: str
    switch_staff_url: str | None


def surroundings() -> Mapping[str, Any]:
    """The rail and the frame, the same everywhere for a role; nothing of it for guests."""
    doors = {"language_url": url_for("auth.choose_locale")}
    actor = actor_or_none()
    if actor is None:
        return doors | {"navigation": [], "frame": None}
    here = request.blueprint
    places = [
        Place(str(label), url_for(endpoint), icon, here == endpoint.partition(".")[0])
        for permission, endpoint, label, icon in PLACES
        if may(actor, permission)
    ]
    frame = Frame(
        now=now(),
        theme=session.get("theme", "auto"),
        person_name=actor.name,
        person_role=", ".join(str(ROLE_NAMES[role]) for role in Role if role in actor.roles),
        club_name=actor.club.name,
        language_url=doors["language_url"],
        theme_url=url_for("auth.choose_theme"),
        sign_out_url=url_for("auth.sign_out"),
        switch_staff_url=url_for("auth.switch") if current_device() else None,
    )
    return doors | {"navigation": places[:MOST_PLACES], "frame": frame}


@bp.get("/")
@requires_sign_in
def home() -> ResponseReturnValue:
    """Send everybody to where his day is."""
    actor = current_actor()
    for permission, endpoint, _label, _icon in PLACES:
        if may(actor, permission):
            return redirect(url_for(endpoint))
    return redirect(url_for("auth.account"))


@bp.get("/healthz")
@public("monitors ask without an account")
def healthz() -> ResponseReturnValue:
    """Version, database, schema revision, job leader."""
    health = queries.database_health(db.session)
    settings: Settings = current_app.extensions["clubsales_settings"]
    body = {
        "version": __version__,
        "database": {"backend": health.backend, "answers": health.answers},
        "schema_revision": health.revision,
        "job_leader": leader.is_held(db.engine, settings.data_folder) if health.answers else False,
    }
    return jsonify(body), HTTPStatus.OK if health.answers else HTTPStatus.SERVICE_UNAVAILABLE
