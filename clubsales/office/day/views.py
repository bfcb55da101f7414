"""The manager's day."""

from datetime import date

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import now
from clubsales.db import db
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.i18n import language_tag
from clubsales.office.day import queries
from clubsales.web import not_modified, render

bp = Blueprint("day", __name__)


@bp.get("/today")
@requires(Permission.DAY_SEE)
def today() -> ResponseReturnValue:
    """The day asked for by `?day=`, today without it."""
    return render(
        "office/day/today.html",
        page=_page(),
        language=language_tag(),
        may_manage_staff=may(current_actor(), Permission.STAFF_MANAGE),
    )


@bp.get("/today/live")
@requires(Permission.DAY_SEE)
def live() -> ResponseReturnValue:
    """The floor of today, again; 304 while nothing on it changed."""
    club = current_actor().club
    etag = f"day-{rotation.board_version(db.session, club.id)}-{language_tag()}"
    unchanged = not_modified(etag)
    if unchanged is not None:
        return unchanged
    body = render("office/day/_floor.html", page=_page())
    return body, {"ETag": f'"{etag}"'}


def _page() -> queries.DayPage:
    club = current_actor().club
    g.zone = club.zone
    return queries.day_page(db.session, club, day=_day(request.args.get("day", "")), at=now())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
