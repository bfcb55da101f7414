"""A year's plan by quarters and months, and a month by weeks: of the club, a team, a person (TGT-01 to TGT-03)."""

from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.consultants.targets import plans
from clubsales.consultants.targets.asking import (
    ISSUE,
    Asked,
    around,
    asked,
    kind_asked,
    month_asked,
    named,
    vocabulary,
    year_asked,
)
from clubsales.consultants.targets.blueprint import bp
from clubsales.consultants.targets.crew import Crew, crew_of
from clubsales.consultants.targets.forms import Entry, as_issued, as_proposed, as_typed
from clubsales.consultants.targets.rules import LAST_MONTH, GoalKind, Scope, week_of, weeks_of_month
from clubsales.consultants.targets.sheets import enter, sheet
from clubsales.consultants.targets.splitting import How, Missing
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import gettext as _
from clubsales.web import render

YEARS_HOWS = (How.EVENLY, How.LAST_YEAR, How.GROWTH)


@bp.get("/targets/year")
@requires(Permission.TARGET_SET)
def year_plan() -> ResponseReturnValue:
    """A year's plan."""
    actor, year, kind = current_actor(), year_asked(current_actor(), request.args), _kind(request.args)
    crew = _crew_of_year(actor, year)
    scope = crew.scope(request.args.get("of", ""))
    lines = plans.year_lines(db.session, actor.club, year, scope, kind)
    return _year_page(actor, crew, as_issued(lines, actor.club.currency), asked({}, How.EVENLY))


@bp.post("/targets/year")
@requires(Permission.TARGET_SET)
def save_year() -> ResponseReturnValue:
    """Issue a year's plan, or only propose one."""
    actor, year, kind, at = (
        current_actor(),
        year_asked(current_actor(), request.form),
        _kind(request.form),
        now(),
    )
    crew, wanted = _crew_of_year(actor, year), asked(request.form, How.EVENLY)
    scope = crew.scope(request.form.get("of", ""))
    lines = plans.year_lines(db.session, actor.club, year, scope, kind)
    entries = as_typed(lines, request.form, actor.club.currency)
    if any(each.is_wrong for each in entries):
        return _year_page(actor, crew, entries, wanted), HTTPStatus.UNPROCESSABLE_ENTITY
    if wanted.do != ISSUE:
        before = _last_year(actor, year, crew, scope, kind)
        proposal = plans.propose_year(lines, wanted.basis(entries), before, club=actor.club)
        if isinstance(proposal, Missing):
            return _year_page(actor, crew, entries, wanted, missing=proposal), HTTPStatus.UNPROCESSABLE_ENTITY
        return _year_page(
            actor, crew, as_proposed(entries, proposal, actor.club.currency), wanted, is_proposal=True
        )
    try:
        transact(partial(enter, entries=entries, reason=wanted.reason, actor=actor, at=at))
    except Refused as refused:
        return _year_page(actor, crew, entries, wanted, refused=refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The targets are set."), "success")
    to = url_for("targets.year_plan", year=year, **_of(crew, scope), **named(kind))
    return redirect(to, HTTPStatus.SEE_OTHER)


@bp.get("/targets/weeks")
@requires(Permission.TARGET_SET)
def week_plan() -> ResponseReturnValue:
    """A month by its weeks."""
    actor, kind = current_actor(), _kind(request.args)
    month = month_asked(actor, request.args)
    crew = crew_of(db.session, actor.club, month)
    lines = plans.week_lines(db.session, actor.club, month, crew.scope(request.args.get("of", "")), kind)
    return _week_page(actor, crew, as_issued(lines, actor.club.currency), asked({}, How.SHIFTS))


@bp.post("/targets/weeks")
@requires(Permission.TARGET_SET)
def save_weeks() -> ResponseReturnValue:
    """Issue a month's weeks, or only propose them."""
    actor, kind, at = current_actor(), _kind(request.form), now()
    month, wanted = month_asked(actor, request.form), asked(request.form, How.SHIFTS)
    crew = crew_of(db.session, actor.club, month)
    scope = crew.scope(request.form.get("of", ""))
    lines = plans.week_lines(db.session, actor.club, month, scope, kind)
    entries = as_typed(lines, request.form, actor.club.currency)
    if any(each.is_wrong for each in entries):
        return _week_page(actor, crew, entries, wanted), HTTPStatus.UNPROCESSABLE_ENTITY
    if wanted.do != ISSUE:
        proposal = plans.propose_weeks(
            db.session, actor.club, month, crew, scope, kind, entries[0].value, at=at
        )
        if isinstance(proposal, Missing):
            return _week_page(actor, crew, entries, wanted, missing=proposal), HTTPStatus.UNPROCESSABLE_ENTITY
        return _week_page(
            actor, crew, as_proposed(entries, proposal, actor.club.currency), wanted, is_proposal=True
        )
    try:
        transact(partial(enter, entries=entries, reason=wanted.reason, actor=actor, at=at))
    except Refused as refused:
        return _week_page(actor, crew, entries, wanted, refused=refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The targets are set."), "success")
    to = url_for("targets.week_plan", month=f"{month:%Y-%m}", **_of(crew, scope), **named(kind))
    return redirect(to, HTTPStatus.SEE_OTHER)


def _kind(values: Any) -> GoalKind:
    """A kind that can be split; raises NotFound for one whose parts do not add up."""
    kind = kind_asked(values)
    if not kind.adds_up:
        raise NotFound
    return kind


def _crew_of_year(actor: Actor, year: int) -> Crew:
    return crew_of(db.session, actor.club, date(year, 1, 1), date(year, 12, 1))


def _last_year(actor: Actor, year: int, crew: Crew, scope: Scope, kind: GoalKind) -> dict[date, int]:
    """Only what was sold is known by month."""
    if kind is not GoalKind.SALES:
        return {}
    return plans.last_year(db.session, actor.club.id, year, crew, scope)


def _of(crew: Crew, scope: Scope) -> dict[str, Any]:
    return {"of": crew.key(scope)} if crew.key(scope) else {}


def _whose(crew: Crew, scope: Scope) -> dict[str, Any]:
    """Whose plan it is, and whose else there are."""
    return {
        "of": crew.key(scope),
        "whose": crew.name(scope),
        "scopes": [(f"team-{team}", name) for team, name in crew.teams.items()]
        + [(one.consultant.public_id, one.consultant.name) for one in crew.people],
    }


def _year_page(actor: Actor, crew: Crew, entries: list[Entry], wanted: Asked, **said: Any) -> str:
    slot = entries[0].line.slot
    year = slot.starts_on.year
    return render(
        "consultants/targets/year.html",
        year=year,
        last_possible_year=LAST_MONTH.year,
        hows=YEARS_HOWS if slot.kind is GoalKind.SALES else YEARS_HOWS[:1],
        before=_last_year(actor, year, crew, slot.scope, slot.kind),
        **_whose(crew, slot.scope),
        **vocabulary(),
        **sheet(actor, entries, wanted, **said),
    )


def _week_page(actor: Actor, crew: Crew, entries: list[Entry], wanted: Asked, **said: Any) -> str:
    slot = entries[0].line.slot
    return render(
        "consultants/targets/weeks.html",
        weeks={week.first: week for week in weeks_of_month(slot.starts_on)},
        week_of=week_of,
        hows=(),
        **_whose(crew, slot.scope),
        **around(slot.starts_on),
        **sheet(actor, entries, wanted, **said),
    )
