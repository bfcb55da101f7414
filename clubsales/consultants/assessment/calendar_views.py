"""The club's calendar: days on which it differs from the country's."""

from datetime import date
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import local_day, now
from clubsales.consultants.assessment import keeping
from clubsales.consultants.assessment.blueprint import bp
from clubsales.consultants.assessment.forms import DayForm
from clubsales.consultants.assessment.periods import Period, before, start_of
from clubsales.consultants.assessment.words import words
from clubsales.db import db, transact
from clubsales.errors import NotFound
from clubsales.i18n import gettext as _
from clubsales.typed import one_line
from clubsales.web import render


@bp.get("/assessments/calendar")
@requires(Permission.SHEET_EDIT)
def calendar() -> ResponseReturnValue:
    """The days, and what they make of the deadlines."""
    return _page(DayForm(formdata=None))


@bp.post("/assessments/calendar")
@requires(Permission.SHEET_EDIT)
def set_day() -> ResponseReturnValue:
    """Let a day be worked, or free."""
    actor, at, form = current_actor(), now(), DayForm()
    if not form.is_valid():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda s: keeping.set_club_day(
            s,
            day=form.day.data,
            is_worked=form.is_worked.data,
            name=one_line(form.name.data),
            actor=actor,
            at=at,
        )
    )
    flash(_("The calendar is changed. Deadlines follow it."), "success")
    return redirect(url_for("assessment.calendar"), HTTPStatus.SEE_OTHER)


@bp.post("/assessments/calendar/remove")
@requires(Permission.SHEET_EDIT)
def remove_day() -> ResponseReturnValue:
    """Let a day be as the country has it."""
    actor, at = current_actor(), now()
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise NotFound from None
    transact(lambda s: keeping.remove_club_day(s, day=day, actor=actor, at=at))
    flash(_("This day is as the country has it again."), "success")
    return redirect(url_for("assessment.calendar"), HTTPStatus.SEE_OTHER)


def _page(form: DayForm) -> str:
    club = current_actor().club
    today = local_day(now(), club.zone)
    month = start_of(Period.MONTH, today)
    shown = [(Period.MONTH, before(Period.MONTH, month)), (Period.MONTH, month)]
    shown += [(period, start_of(period, today)) for period in (Period.QUARTER, Period.YEAR)]
    return render(
        "consultants/assessment/calendar.html",
        form=form,
        days=keeping.club_days(db.session, club.id, since=before(Period.YEAR, start_of(Period.YEAR, today))),
        country=_country(keeping.policy_of(db.session, club, today).holidays),
        rows=[
            (period, start, keeping.deadlines_of(db.session, club, period, start)) for period, start in shown
        ],
        today=today,
        **words(),
    )


def _country(code: str) -> str:
    """What a country is called in the reader's language; its code where that is not known."""
    locale = get_locale()
    return locale.territories.get(code, code) if locale else code
