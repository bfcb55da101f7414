"""The target table of a month: the club, its teams, everybody who sells."""

from functools import partial
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.consultants.targets import plan_views, plans, progress_views
from clubsales.consultants.targets.asking import (
    ISSUE,
    PROPOSE_IN_TEAMS,
    Asked,
    around,
    asked,
    kind_asked,
    month_asked,
    named,
)
from clubsales.consultants.targets.blueprint import bp
from clubsales.consultants.targets.crew import crew_of
from clubsales.consultants.targets.forms import Entry, as_issued, as_proposed, as_typed
from clubsales.consultants.targets.sheets import enter, sheet
from clubsales.consultants.targets.splitting import How, Missing
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.i18n import gettext as _
from clubsales.web import render

__all__ = ["bp"]

MORE_DOORS = (plan_views, progress_views)  # on the same blueprint
MONTHS_HOWS = (How.SHIFTS, How.EVENLY, How.LAST_YEAR, How.GROWTH)


@bp.get("/targets")
@requires(Permission.TARGET_SET)
def index() -> ResponseReturnValue:
    """The targets of a month."""
    actor, kind = current_actor(), kind_asked(request.args)
    month = month_asked(actor, request.args)
    crew = crew_of(db.session, actor.club, month)
    lines = plans.month_lines(db.session, actor.club, month, crew, kind)
    return _page(actor, as_issued(lines, actor.club.currency), asked({}, How.SHIFTS))


@bp.post("/targets")
@requires(Permission.TARGET_SET)
def save() -> ResponseReturnValue:
    """Issue the targets of a month, or only propose a split; an empty field leaves what was set."""
    actor, kind, at = current_actor(), kind_asked(request.form), now()
    month, wanted = month_asked(actor, request.form), asked(request.form, How.SHIFTS)
    crew = crew_of(db.session, actor.club, month)
    lines = plans.month_lines(db.session, actor.club, month, crew, kind)
    entries = as_typed(lines, request.form, actor.club.currency)
    if any(each.is_wrong for each in entries):
        return _page(actor, entries, wanted), HTTPStatus.UNPROCESSABLE_ENTITY
    if wanted.do != ISSUE:
        basis, from_teams = wanted.basis(entries), wanted.do == PROPOSE_IN_TEAMS
        proposal = plans.propose_month(
            db.session, actor.club, month, crew, kind, basis, from_teams=from_teams, at=at
        )
        if isinstance(proposal, Missing):
            return _page(actor, entries, wanted, missing=proposal), HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(actor, as_proposed(entries, proposal, actor.club.currency), wanted, is_proposal=True)

    try:
        transact(partial(enter, entries=entries, reason=wanted.reason, actor=actor, at=at))
    except Refused as refused:
        return _page(actor, entries, wanted, refused=refused), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The targets are set."), "success")
    to = url_for("targets.index", month=f"{month:%Y-%m}", **named(kind))
    return redirect(to, HTTPStatus.SEE_OTHER)


def _page(actor: Actor, entries: list[Entry], wanted: Asked, **said: Any) -> str:
    slot = entries[0].line.slot
    return render(
        "consultants/targets/index.html",
        hows=MONTHS_HOWS,
        **around(slot.starts_on),
        **sheet(actor, entries, wanted, **said),
    )
