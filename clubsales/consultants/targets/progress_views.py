"""How far everybody is, one's own target, and what an amount takes (TGT-02, TGT-06, TGT-07)."""

import hashlib
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, month_of, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.targets import figures, goals, operations, progress, queries, words
from clubsales.consultants.targets.asking import around, kind_asked, month_asked
from clubsales.consultants.targets.blueprint import bp
from clubsales.consultants.targets.forms import day_typed, growth_typed, value_typed
from clubsales.consultants.targets.reaching import Reach, reach
from clubsales.consultants.targets.rules import (
    ONE_DAY,
    GoalKind,
    Scope,
    ScopeKind,
    Week,
    week_of,
    weeks_of_month,
    year_before,
)
from clubsales.consultants.targets.splitting import grown
from clubsales.db import db, transact
from clubsales.errors import NotFound
from clubsales.i18n import format_month
from clubsales.i18n import gettext as _
from clubsales.ids import ConsultantID
from clubsales.money import MalformedAmount, Money
from clubsales.web import not_modified, render

HISTORY_DAYS = 90
LONGEST_SEQUENCE = 9  # digits


@bp.get("/targets/progress")
@requires(Permission.CREDIT_SEE_ALL)
def progress_page() -> ResponseReturnValue:
    """The club, the teams and everybody against their targets."""
    actor, at = current_actor(), now()
    shown = _progress(actor, at)
    return render("consultants/targets/progress.html", **shown)


@bp.get("/targets/progress/live")
@requires(Permission.CREDIT_SEE_ALL)
def progress_live() -> ResponseReturnValue:
    """The same figures for a page that stands open."""
    html = render("consultants/targets/_progress.html", **_progress(current_actor(), now()))
    etag = hashlib.sha256(html.encode()).hexdigest()[:16]
    unchanged = not_modified(etag)
    if unchanged is not None:
        return unchanged
    answer = Response(html)
    answer.set_etag(etag)
    return answer


@bp.get("/targets/mine")
@requires(Permission.CREDIT_SEE_OWN)
def mine() -> ResponseReturnValue:
    """My target of a month, how far I am, what is missing and what that takes."""
    actor, at = current_actor(), now()
    me = profiles.get(db.session, actor.club.id, actor.consultant_id) if actor.consultant_id else None
    if me is None or (me.kind is None and may(actor, Permission.CREDIT_SEE_ALL)):
        return redirect(url_for("targets.progress_page"))
    month, today = month_asked(actor, request.args), local_day(at, actor.club.zone)
    week = week_of(today) if month == month_of(today) else None
    scope = Scope(ScopeKind.CONSULTANT, me.id)
    lines = {
        kind: progress.progress_of_person(
            db.session, actor.club, scope, month=month, week=week, kind=kind, at=at
        )
        for kind in goals.kinds_of(db.session, actor.club.id, ConsultantID(me.id), month)
    }
    history = queries.history_of(db.session, actor.club.id, month).get(ConsultantID(me.id), [])
    sales = lines[GoalKind.SALES]
    missing = 0
    if sales and sales[0].progress.target is not None:
        missing = max(0, sales[0].progress.target - (sales[0].progress.reached or 0))
    return render(
        "consultants/targets/mine.html",
        lines={kind: found for kind, found in lines.items() if found},
        history=history,
        **_taken(_reach(actor, at, missing) if missing and week else None, actor),
        missing=Money(missing, actor.club.currency),
        week=week,
        is_present=week is not None,
        **_words(actor),
        **around(month),
    )


@bp.post("/targets/seen")
@requires(Permission.CREDIT_SEE_OWN)
def seen() -> ResponseReturnValue:
    """Say that I have read my target."""
    actor, at = current_actor(), now()
    month, text = month_asked(actor, request.form), request.form.get("sequence", "")
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_SEQUENCE:
        raise NotFound
    transact(
        lambda session: operations.acknowledge(session, month=month, sequence=int(text), actor=actor, at=at)
    )
    flash(_("Your manager sees that you have read it."), "success")
    if request.form.get("from") == "floor":
        return redirect(url_for("posts.floor"), HTTPStatus.SEE_OTHER)
    return redirect(url_for("targets.mine", month=f"{month:%Y-%m}"), HTTPStatus.SEE_OTHER)


@bp.app_template_global("target_month")
def target_month(month: date) -> str:
    """A month as people call it, for pages of other parts."""
    return format_month(month)


@bp.get("/targets/reach")
@requires(Permission.CREDIT_SEE_ALL)
def reach_page() -> ResponseReturnValue:
    """What an amount takes, or last year's month and so much more."""
    actor, at = current_actor(), now()
    month = month_asked(actor, request.args)
    typed, more = request.args.get("amount", "").strip(), request.args.get("growth", "").strip()
    amount, error, growth_error = None, "", ""
    last_year = sum(
        figures.sales_of_months(db.session, actor.club.id, [year_before(month)])[year_before(month)].values()
    )
    if more:
        growth = growth_typed(more)
        if growth is None:
            growth_error = _("Enter a percentage such as 20 or 7.5.")
        elif last_year <= 0:
            growth_error = _("Nothing was sold in that month of last year. Type an amount instead.")
        else:
            amount = grown(last_year, growth)
    elif typed:
        try:
            amount = value_typed(GoalKind.SALES, typed, actor.club.currency)
        except MalformedAmount:
            error = _("Enter an amount such as 50000 or 50000.00.")
    return render(
        "consultants/targets/reach.html",
        typed=typed,
        more=more,
        error=error,
        growth_error=growth_error,
        last_year=Money(last_year, actor.club.currency),
        amount=None if amount is None else Money(amount, actor.club.currency),
        **_taken(None if amount is None else _reach(actor, at, amount), actor),
        currency=actor.club.currency,
        **around(month),
    )


def _progress(actor: Actor, at: Instant) -> dict[str, Any]:
    month, kind = month_asked(actor, request.args), kind_asked(request.args)
    week = _week(request.args.get("week", ""), month) if not kind.is_typed else None
    page = progress.progress_of_club(db.session, actor.club, month=month, week=week, kind=kind, at=at)
    weeks, today = weeks_of_month(month), local_day(at, actor.club.zone)
    return {
        "page": page,
        "kind": kind,
        "weeks": weeks,
        "usual_week": week_of(today) if month == month_of(today) else weeks[0],
        **_words(actor),
        **around(month),
    }


def _words(actor: Actor) -> dict[str, Any]:
    return {
        "currency": actor.club.currency,
        "standings": words.STANDINGS,
        "tones": words.TONES,
        "marks": words.ICONS,
    }


def _week(text: str, month: date) -> Week | None:
    """The week asked for by its first day; raises NotFound for none of the month's."""
    if not text:
        return None
    first = day_typed(text)
    found = next((week for week in weeks_of_month(month) if week.first == first), None)
    if found is None:
        raise NotFound
    return found


def _taken(found: Reach | None, actor: Actor) -> dict[str, Any]:
    ticket = Money(found.ticket_minor, actor.club.currency) if found else None
    return {
        "reach": found,
        "reach_ticket": ticket,
        "history_days": HISTORY_DAYS,
        "step_names": words.STEPS,
    }


def _reach(actor: Actor, at: Instant, amount_minor: int) -> Reach | None:
    """By the club's last whole days."""
    today = local_day(at, actor.club.zone)
    known = figures.activity(db.session, actor.club, today - HISTORY_DAYS * ONE_DAY, today - ONE_DAY)
    return reach(amount_minor, known)
