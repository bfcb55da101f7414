"""The way home, the rail and health."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales import __version__, leader
from clubsales.auth.guard import actor_or_none, current_actor, public, requires_sign_in
from clubsales.auth.permissions import Permission, may
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
    (Permission.LEAD_SEE, "intake.index", _l("Leads"), "leads"),
    (Permission.SALE_OPEN, "sales.sell", _l("Sell"), "sell"),
    (Permission.CHECK_IN, "checkin.scan_page", _l("Check-in"), "checkin"),
    (Permission.SALE_SEE, "sales.index", _l("Sales"), "money"),
)
MOST_PLACES = 6


def navigation() -> Mapping[str, Any]:
    """The rail, the same everywhere for a role."""
    actor = actor_or_none()
    if actor is None:
        return {"navigation": [], "actor": None}
    places = [
        Place(str(label), url_for(endpoint), icon, request.endpoint == endpoint)
        for permission, endpoint, label, icon in PLACES
        if may(actor, permission)
    ]
    return {"navigation": places[:MOST_PLACES], "actor": actor}


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
