"""The pages of targets."""

from collections.abc import Sequence
from datetime import date, timedelta
from http import HTTPStatus

from babel.dates import format_skeleton
from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import local_day, month_of, next_month, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.targets import operations, queries
from clubsales.consultants.targets.forms import Typed, field_name, month_typed, read_table
from clubsales.db import db, transact
from clubsales.errors import NotFound
from clubsales.i18n import gettext as _
from clubsales.web import render

bp = Blueprint("targets", __name__)


@bp.get("/targets")
@requires(Permission.TARGET_SET)
def index() -> ResponseReturnValue:
    """The target table of a month."""
    actor = current_actor()
    month = _month(request.args.get("month", ""), actor)
    targets = queries.targets_of(db.session, actor.club.id, month)
    typed = [
        Typed(each, str(targets[each.id]) if each.id in targets else "", targets.get(each.id))
        for each in _sellers(actor, month)
    ]
    return _page(actor, month, typed)


@bp.post("/targets")
@requires(Permission.TARGET_SET)
def save() -> ResponseReturnValue:
    """Issue the targets of a month; an empty field leaves what was set."""
    actor, at = current_actor(), now()
    month = _month(request.form.get("month", ""), actor)
    typed = read_table(_sellers(actor, month), request.form, actor.club.currency)
    if any(each.error for each in typed):
        return _page(actor, month, typed), HTTPStatus.UNPROCESSABLE_ENTITY
    entered = [(each.consultant.id, each.amount) for each in typed if each.amount is not None]

    def work(session: Session) -> None:
        for consultant_id, amount in entered:
            operations.set_target(
                session, consultant_id=consultant_id, month=month, amount=amount, actor=actor, at=at
            )

    transact(work)
    flash(_("The targets are set."), "success")
    return redirect(url_for("targets.index", month=f"{month:%Y-%m}"), HTTPStatus.SEE_OTHER)


def _month(text: str, actor: Actor) -> date:
    """The month asked for, else the present one; raises NotFound for what is no month."""
    if not text:
        return month_of(local_day(now(), actor.club.zone))
    month = month_typed(text)
    if month is None:
        raise NotFound
    return month


def _sellers(actor: Actor, month: date) -> list[ConsultantView]:
    """Whoever sells in the club on the month's first or last day, by name."""
    last_day = next_month(month) - timedelta(days=1)
    found = {
        each.id: each
        for day in (month, last_day)
        for each in profiles.all_in_club(db.session, actor.club.id, on_day=day)
        if each.kind is not None
    }
    return sorted(found.values(), key=lambda each: (each.name, each.id))


def _page(actor: Actor, month: date, typed: Sequence[Typed]) -> str:
    history = queries.history_of(db.session, actor.club.id, month)
    set_now = [views[0].amount for views in history.values()]
    return render(
        "consultants/targets/index.html",
        month=month,
        month_name=lambda day: format_skeleton("yMMMM", day, locale=get_locale()),
        month_before=month_of(month - timedelta(days=1)),
        month_after=next_month(month),
        typed=typed,
        field_name=field_name,
        history=history,
        total=queries.total(set_now, actor.club.currency),
        has_errors=any(each.error for each in typed),
    )
