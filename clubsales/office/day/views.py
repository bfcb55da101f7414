"""The manager's day."""

from datetime import date
from typing import Any

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import now
from clubsales.db import db
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.i18n import format_month, language_tag
from clubsales.i18n import lazy_gettext as _l
from clubsales.office.day import queries
from clubsales.web import not_modified, render

bp = Blueprint("day", __name__)

DOORS = (
    (Permission.ROSTER_SEE, "roster.attendance", ("from", "to"), _l("Attendance")),
    (Permission.DAY_SEE, "posts.day_forms", ("day",), _l("Day forms")),
    (Permission.FAIRNESS_SEE, "fairness.report", ("on",), _l("Fairness of turns")),
    (Permission.DISPUTE_SEE, "disputes.index", (), _l("Disputes")),
    (Permission.ASSESS, "assessment.index", (), _l("Assessments")),
    (Permission.REVIEW_PROPOSE, "reviews.index", (), _l("Cases about people")),
    (Permission.RANKING_SEE, "awards.index", (), _l("Ranking")),
    (Permission.APPOINTMENT_MAKE, "appointments.index", (), _l("Appointments")),
    (Permission.CHECK_IN, "checkin.scan_page", (), _l("Check-in")),
    (Permission.LEDGER_SEE, "reservations.index", (), _l("Reservations")),
    (Permission.LEDGER_SEE, "receivables.index", (), _l("Money to come in")),
    (Permission.LEDGER_SEE, "returns.index", (), _l("Money asked back")),
    (Permission.BACK_TEST, "backtest.index", (), _l("Back-tests")),
)


@bp.get("/today")
@requires(Permission.DAY_SEE)
def today() -> ResponseReturnValue:
    """The day asked for by `?day=`, today without it."""
    actor = current_actor()
    return render(
        "office/day/today.html",
        page=_page(),
        language=language_tag(),
        month_name=format_month,
        may_manage_staff=may(actor, Permission.STAFF_MANAGE),
        doors=_doors(actor),
        inbox=queries.inbox(
            db.session,
            actor,
            decides_swaps=may(actor, Permission.ROSTER_MAKE),
            decides_leave=may(actor, Permission.LEAVE_DECIDE),
            assesses=may(actor, Permission.ASSESS),
            approves=may(actor, Permission.ASSESSMENT_APPROVE),
            decides_cases=may(actor, Permission.REVIEW_DECIDE),
            at=now(),
        ),
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


def _doors(actor: Actor) -> list[tuple[str, str]]:
    """What else tells about a day: labels and addresses, as far as he may enter."""
    asked = request.args.get("day", "")
    doors: list[tuple[str, str]] = []
    for permission, endpoint, takes, label in DOORS:
        if may(actor, permission):
            values: dict[str, Any] = {name: asked for name in takes if asked}
            doors.append((str(label), url_for(endpoint, **values)))
    return doors


def _page() -> queries.DayPage:
    club = current_actor().club
    g.zone = club.zone
    return queries.day_page(db.session, club, day=_day(request.args.get("day", "")), at=now())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
