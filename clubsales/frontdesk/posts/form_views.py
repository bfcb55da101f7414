"""The filled day forms: one's own, and everybody's of a day."""

from datetime import date, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, requires, requires_sign_in
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, now
from clubsales.db import db
from clubsales.errors import NotFound
from clubsales.frontdesk import texts as floor_texts
from clubsales.frontdesk.posts import dayforms
from clubsales.frontdesk.posts.blueprint import bp
from clubsales.frontdesk.posts.queries import own_id
from clubsales.membership import texts as money_texts


@bp.get("/day-forms")
@requires(Permission.DAY_SEE)
def day_forms() -> ResponseReturnValue:
    """Everybody's forms of `?day=`, of today without it."""
    actor, at = current_actor(), now()
    today = local_day(at, actor.club.zone)
    day = min(_day(request.args.get("day", "")) or today, today)
    return render_template(
        "frontdesk/posts/day_forms.html",
        forms=dayforms.on_day(db.session, actor.club, day),
        day=day,
        previous=day - timedelta(days=1),
        following=day + timedelta(days=1) if day < today else None,
    )


@bp.get("/day-forms/mine")
@requires(Permission.FLOOR_WORK)
def my_day_forms() -> ResponseReturnValue:
    """My own forms, newest first."""
    actor = current_actor()
    return render_template(
        "frontdesk/posts/day_forms.html",
        forms=dayforms.of_consultant(db.session, actor.club, own_id(actor)),
        day=None,
        previous=None,
        following=None,
    )


@bp.get("/day-forms/<public_id>")
@requires_sign_in
def day_form(public_id: str) -> ResponseReturnValue:
    """A filled form: one's own, or anybody's for who sees the day."""
    actor = current_actor()
    form = dayforms.by_public_id(db.session, actor.club, public_id)
    is_mine = actor.consultant_id is not None and form.consultant_id == actor.consultant_id
    may_see_all = may(actor, Permission.DAY_SEE)
    if not is_mine and not may_see_all:
        raise NotFound
    return render_template(
        "frontdesk/posts/day_form.html",
        form=form,
        count=dayforms.count_of(db.session, actor.club, form),
        is_mine=is_mine,
        may_see_all=may_see_all,
        methods=money_texts.METHODS,
        bases=floor_texts.BASES,
        outcomes=floor_texts.OUTCOMES,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
