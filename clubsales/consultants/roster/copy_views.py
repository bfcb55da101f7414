"""Copying the week before: what would happen, doing it for whom one ticks, taking it back."""

from datetime import date, datetime
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import Instant, local_day, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.roster import copying, operations, texts
from clubsales.consultants.roster.blueprint import bp
from clubsales.consultants.roster.forms import monday_of
from clubsales.consultants.roster.planning import WEEK
from clubsales.consultants.roster.rules import days_of_week
from clubsales.consultants.roster.words import words
from clubsales.db import db, transact
from clubsales.errors import NotFound
from clubsales.i18n import gettext as _
from clubsales.i18n import ngettext, refusal_text
from clubsales.web import render


@bp.get("/roster/copy")
@requires(Permission.ROSTER_MAKE)
def copy_page() -> ResponseReturnValue:
    """What copying the week before would do to the week asked for, person by person."""
    actor, at = current_actor(), now()
    monday = _monday(request.args.get("week"), at)
    people = copying.week_copy(db.session, from_monday=monday - WEEK, to_monday=monday, actor=actor, at=at)
    return render(
        "consultants/roster/copy.html",
        monday=monday,
        days=days_of_week(monday),
        source=monday - WEEK,
        people=people,
        clashes=texts.CLASHES,
        refusal_text=refusal_text,
        **words(),
    )


@bp.post("/roster/copy")
@requires(Permission.ROSTER_MAKE)
def copy() -> ResponseReturnValue:
    """Plan a week as the one before it was, for the people ticked."""
    actor, at = current_actor(), now()
    monday = _monday(request.form.get("week"), at)
    wanted = request.form.getlist("person")
    if not wanted:
        flash(_("Nobody is ticked, so nothing was copied."), "warning")
        return redirect(url_for("roster.copy_page", week=monday.isoformat()), HTTPStatus.SEE_OTHER)
    people = {profiles.by_public_id(db.session, actor.club.id, each).id for each in wanted}
    copied = transact(
        lambda s: operations.copy_week(
            s, from_monday=monday - WEEK, to_monday=monday, people=people, actor=actor, at=at
        )
    )
    if copied:
        flash(
            ngettext(
                "%(num)s shift was copied. It can be taken back until it begins.",
                "%(num)s shifts were copied. They can be taken back until the first of them begins.",
                copied,
            ),
            "success",
        )
    else:
        flash(_("Nothing was copied: those ticked have their plan, or may not be planned then."), "info")
    return _week(monday)


@bp.post("/roster/copy/undo")
@requires(Permission.ROSTER_MAKE)
def undo_copy() -> ResponseReturnValue:
    """Take a copy back."""
    actor, at = current_actor(), now()
    monday, copied_at = _monday(request.form.get("week"), at), _moment(request.form.get("copied_at"))
    gone = transact(lambda s: operations.undo_copy(s, monday=monday, copied_at=copied_at, actor=actor, at=at))
    if gone:
        flash(
            ngettext(
                "The copy is taken back: %(num)s shift was removed.",
                "The copy is taken back: %(num)s shifts were removed.",
                gone,
            ),
            "success",
        )
    else:
        flash(_("The copy was taken back already."), "info")
    return _week(monday)


def _monday(text: str | None, at: Instant) -> date:
    return monday_of(text, local_day(at, current_actor().club.zone))


def _moment(text: str | None) -> Instant:
    """The moment a copy was made; raises NotFound for anything else."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise NotFound from None
    if moment.tzinfo is None:
        raise NotFound
    return moment


def _week(monday: date) -> ResponseReturnValue:
    return redirect(url_for("roster.week", week=monday.isoformat()), HTTPStatus.SEE_OTHER)
