"""The pages of the fairness report."""

from datetime import date

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue

from clubsales import spreadsheet
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, now
from clubsales.db import db
from clubsales.frontdesk.fairness import pages, queries
from clubsales.frontdesk.fairness.periods import By, Period, period
from clubsales.frontdesk.fairness.queries import Report
from clubsales.web import render

bp = Blueprint("fairness", __name__)


@bp.get("/fairness")
@requires(Permission.FAIRNESS_SEE)
def report() -> ResponseReturnValue:
    """Turns, hours and exceptions of a day, a week or a month, for everybody on the floor."""
    actor = current_actor()
    return render(
        "frontdesk/fairness/report.html",
        page=pages.page(_report(), me=actor.consultant_id),
        may_export=may(actor, Permission.FAIRNESS_EXPORT),
    )


@bp.get("/fairness.csv")
@requires(Permission.FAIRNESS_EXPORT)
def export_csv() -> ResponseReturnValue:
    """The figures, or with `part=exceptions` the exceptions, as a table for a spreadsheet."""
    found = _report()
    exceptions = request.args.get("part") == "exceptions"
    rows = pages.exception_rows(found) if exceptions else pages.figure_rows(found)
    part = "exceptions-" if exceptions else ""
    name = f"fairness-{part}{found.period.first.isoformat()}-{found.period.last.isoformat()}.csv"
    return Response(
        spreadsheet.written(rows),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _report() -> Report:
    club, at = current_actor().club, now()
    g.zone = club.zone
    return queries.report(db.session, club, _period(local_day(at, club.zone)), at)


def _period(today: date) -> Period:
    """The period asked for; what cannot be read is today."""
    by = request.args.get("by", "")
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        on = today
    return period(By(by) if by in set(By) else By.DAY, on, today)
