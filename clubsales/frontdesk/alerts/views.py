"""The doors of alerts: the key to subscribe with, the subscriptions, and the script that shows messages."""

from http import HTTPStatus

from flask import Blueprint, Response, current_app, jsonify, request, send_from_directory
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, public, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.db import transact
from clubsales.frontdesk.alerts import operations
from clubsales.frontdesk.alerts.delivery import current_push
from clubsales.frontdesk.alerts.rules import Submitted
from clubsales.settings import Settings
from clubsales.web import STATIC, asset_url

bp = Blueprint("alerts", __name__)


@bp.get("/alerts/key")
@requires(Permission.BOARD_SEE)
def key() -> ResponseReturnValue:
    """The public key a browser subscribes with."""
    return jsonify(key=current_push().public_key)


@bp.post("/alerts/subscriptions")
@requires(Permission.BOARD_SEE)
def subscribe() -> ResponseReturnValue:
    """Tell whoever is signed in on this browser from now on."""
    settings: Settings = current_app.extensions["clubsales_settings"]
    submitted = Submitted.read(request.get_json(silent=True))
    transact(
        lambda s: operations.subscribe(
            s, submitted=submitted, loopback=settings.testing, actor=current_actor(), at=now()
        )
    )
    return jsonify(told=True), HTTPStatus.CREATED


@bp.delete("/alerts/subscriptions")
@requires(Permission.BOARD_SEE)
def unsubscribe() -> ResponseReturnValue:
    """Tell nobody on this browser any more."""
    endpoint = Submitted.read(request.get_json(silent=True)).endpoint
    transact(lambda s: operations.unsubscribe(s, endpoint=endpoint, actor=current_actor(), at=now()))
    return jsonify(told=False)


@bp.get("/sw.js")
@public("the browser fetches the script by itself; it holds nothing but code")
def service_worker() -> ResponseReturnValue:
    """The script that shows messages; at the root, so that it speaks for every page."""
    name = asset_url("sw.js").rpartition("/")[2]
    answer: Response = send_from_directory(STATIC / "dist", name, mimetype="text/javascript", max_age=0)
    answer.headers["Cache-Control"] = "no-cache"
    return answer
