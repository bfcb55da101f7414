"""Who came when: the report on the page and as a table for others."""

import csv
import io
from datetime import date

from flask import Response, request
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.roster import queries, texts
from clubsales.consultants.roster.attendance import Attendance, Status, totals
from clubsales.consultants.roster.blueprint import bp
from clubsales.consultants.roster.forms import range_of
from clubsales.consultants.roster.words import shift_name, words
from clubsales.db import db
from clubsales.i18n import gettext as _
from clubsales.i18n import reason_text
from clubsales.web import render

TONES = {
    Status.ON_TIME: "fine",
    Status.WORKING: "fine",
    Status.LATE: "soon",
    Status.LEFT_EARLY: "soon",
    Status.ABSENT: "now",
    Status.LEAVE: "info",
    Status.UNPLANNED: "soon",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would calculate


@bp.get("/roster/attendance")
@requires(Permission.ROSTER_SEE)
def attendance() -> ResponseReturnValue:
    """Who came when, from `?from=` to `?to=`; one's own, or everybody's for whoever sees the whole day."""
    actor, at = current_actor(), now()
    first, last, rows = _rows(actor, at)
    return render(
        "consultants/roster/attendance.html",
        first=first,
        last=last,
        rows=[row for row in rows if row.status is not Status.DAY_OFF],
        totals=totals(rows),
        sees_all=sees_everybody(actor),
        tones=TONES,
        **words(),
    )


@bp.get("/roster/attendance.csv")
@requires(Permission.ROSTER_SEE)
def attendance_csv() -> ResponseReturnValue:
    """The same as a table of commas."""
    actor, at = current_actor(), now()
    first, last, rows = _rows(actor, at)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(
        [
            _("Day"),
            _("Name"),
            _("Shift"),
            _("Planned from"),
            _("Planned until"),
            _("Opened"),
            _("Closed"),
            _("Status"),
            _("Minutes late"),
            _("Minutes early"),
            _("Rule"),
            _("Reason"),
        ]
    )
    for row in rows:
        writer.writerow([_plain(each) for each in _line(row, actor)])
    response = Response("\ufeff" + table.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="attendance-{first}-{last}.csv"'
    return response


def sees_everybody(actor: Actor) -> bool:
    """Whoever makes the roster or sees the day; others see themselves."""
    return may(actor, Permission.ROSTER_MAKE) or may(actor, Permission.DAY_SEE)


def _rows(actor: Actor, at: Instant) -> tuple[date, date, list[Attendance]]:
    today = local_day(at, actor.club.zone)
    first, last = range_of(request.args.get("from"), request.args.get("to"), today)
    if not sees_everybody(actor) and actor.consultant_id is None:
        return first, last, []
    of = None if sees_everybody(actor) else actor.consultant_id
    return first, last, queries.attendance(db.session, actor.club, first, last, at, of=of)


def _line(row: Attendance, actor: Actor) -> list[str]:
    def clock(at: Instant | None) -> str:
        return at.astimezone(actor.club.zone).strftime("%Y-%m-%d %H:%M:%S") if at else ""

    return [
        row.day.isoformat(),
        row.name,
        shift_name(row.shift) if row.shift else "",
        clock(row.starts_at),
        clock(row.ends_at),
        clock(row.opened_at),
        clock(row.closed_at),
        str(texts.STATUSES[row.status]),
        str(row.late_minutes),
        str(row.left_early_minutes),
        row.reason.rule if row.reason else "",
        reason_text(row.reason) if row.reason else "",
    ]


def _plain(text: str) -> str:
    """A name stays a name, also where it looks like a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
