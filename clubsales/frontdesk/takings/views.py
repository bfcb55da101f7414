"""The pages of takings: a blind count of one's own, and everybody's counts of a day."""

from collections.abc import Sequence
from datetime import date, timedelta
from http import HTTPStatus
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.operations import account_of
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.frontdesk.takings import operations, queries
from clubsales.frontdesk.takings.forms import CountForm
from clubsales.frontdesk.takings.rules import COUNTED, CountLine, TakingsRefused
from clubsales.i18n import gettext as _
from clubsales.membership import texts

bp = Blueprint("takings", __name__)


@bp.get("/takings")
@requires(Permission.TAKINGS_COUNT)
def index() -> ResponseReturnValue:
    """Count what I took since my last count; what is booked is shown once it is counted."""
    actor, at = current_actor(), now()
    return _page(CountForm(actor.club.currency), actor, at)


@bp.post("/takings")
@requires(Permission.TAKINGS_COUNT)
def count() -> ResponseReturnValue:
    """Take the count; one that does not agree is shown with what is booked and asks for a word."""
    actor, at = current_actor(), now()
    form = CountForm(actor.club.currency)
    if not form.is_valid():
        return _page(form, actor, at), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        transact(lambda s: _count_once(s, form, actor, at))
    except Refused as refused:
        if refused.refusal.code is not TakingsRefused.EXPLANATION:
            raise
        lines = operations.compare(db.session, counted=form.counted, actor=actor, at=at)
        transact(lambda s: operations.note_difference(s, lines=lines, actor=actor, at=at))
        return _page(form, actor, at, lines=lines), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Your count is kept."), "success")
    return redirect(url_for(".index"))


@bp.get("/takings/history")
@requires(Permission.DAY_SEE)
def history() -> ResponseReturnValue:
    """Everybody's counts of a day, those that did not agree first."""
    actor, at = current_actor(), now()
    today = local_day(at, actor.club.zone)
    day = min(_day(request.args.get("day", "")) or today, today)
    counts = queries.on_day(db.session, actor.club, day)
    return render_template(
        "frontdesk/takings/history.html",
        counts=sorted(counts, key=lambda count: not count.differences),
        day=day,
        previous=day - timedelta(days=1),
        following=day + timedelta(days=1) if day < today else None,
        methods=texts.METHODS,
        may_count=may(actor, Permission.TAKINGS_COUNT),
    )


def _count_once(session: Session, form: CountForm, actor: Actor, at: Instant) -> str:
    """Two presses are one count."""

    def work() -> str:
        return operations.count(
            session,
            counted=form.counted,
            explanation=form.explanation.data or "",
            actor=actor,
            at=at,
        ).public_id

    key = form.submission_key.data
    if not key:
        return work()
    inputs = {
        "counted": {method.value: amount.minor for method, amount in form.counted.items()},
        "explanation": form.explanation.data,
    }
    return idempotency.once(session, key=key, inputs=inputs, actor=actor, at=at, work=work)


def _page(form: CountForm, actor: Actor, at: Instant, *, lines: Sequence[CountLine] = ()) -> str:
    account_id = account_of(actor)
    if not form.submission_key.data or form.submission_key.errors:
        form.submission_key.data = str(uuid4())
    return render_template(
        "frontdesk/takings/index.html",
        form=form,
        fields=[form.field_of(method) for method in COUNTED],
        lines=lines,
        since=queries.since(db.session, actor.club, account_id, at),
        counts=queries.of_account(db.session, actor.club, account_id),
        methods=texts.METHODS,
        may_see_all=may(actor, Permission.DAY_SEE),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
