"""The pages of notices."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.answers import back_url
from clubsales.auth.guard import current_actor, requires, requires_sign_in
from clubsales.auth.permissions import Permission, may
from clubsales.clock import local_day, now
from clubsales.consultants.notices import operations, queries
from clubsales.consultants.notices.forms import NoticeForm
from clubsales.db import db, transact
from clubsales.i18n import gettext as _
from clubsales.idempotency import once
from clubsales.ids import new_token
from clubsales.typed import one_line
from clubsales.web import render

bp = Blueprint("notices", __name__)
USUALLY_SHOWN = timedelta(days=6)
LONGEST_KEY = 80


@bp.get("/notices")
@requires(Permission.NOTICE_WRITE)
def index() -> ResponseReturnValue:
    """Write a notice; all that were written."""
    today = local_day(now(), current_actor().club.zone)
    return _page(NoticeForm(formdata=None, first_day=today, last_day=today + USUALLY_SHOWN))


@bp.post("/notices")
@requires(Permission.NOTICE_WRITE)
def write() -> ResponseReturnValue:
    """Tell everybody something."""
    actor, at, form = current_actor(), now(), NoticeForm()
    if not form.is_valid():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    said = {
        "title": form.title.data.strip(),
        "body": form.text,
        "first_day": form.first_day.data,
        "last_day": form.last_day.data,
    }
    key = one_line(request.form.get("submission_key"), LONGEST_KEY) or new_token()
    transact(
        lambda s: once(
            s,
            key=f"notice:{key}"[:LONGEST_KEY],
            inputs=said,
            actor=actor,
            at=at,
            work=lambda: operations.write(s, **said, actor=actor, at=at),
        )
    )
    flash(_("The notice is posted. Everybody sees it before going on post."), "success")
    return redirect(url_for("notices.index"), HTTPStatus.SEE_OTHER)


@bp.get("/notices/<public_id>")
@requires(Permission.NOTICE_WRITE)
def show(public_id: str) -> ResponseReturnValue:
    """A notice, and who has read it."""
    actor = current_actor()
    notice = queries.by_public_id(db.session, actor.club.id, public_id, actor.account_id)
    today = local_day(now(), actor.club.zone)
    return render(
        "consultants/notices/show.html",
        notice=notice,
        readers=queries.readers(db.session, actor.club.id, notice.id, day=today),
        today=today,
    )


@bp.post("/notices/<public_id>/withdraw")
@requires(Permission.NOTICE_WRITE)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take a notice back."""
    actor, at = current_actor(), now()
    transact(lambda s: operations.withdraw(s, public_id=public_id, actor=actor, at=at))
    flash(_("The notice is withdrawn: nobody sees it any more."), "success")
    return redirect(url_for("notices.index"), HTTPStatus.SEE_OTHER)


@bp.post("/notices/<public_id>/read")
@requires_sign_in
def read(public_id: str) -> ResponseReturnValue:
    """Say that one has read a notice; then back to where it was shown."""
    actor, at = current_actor(), now()
    transact(lambda s: operations.read(s, public_id=public_id, actor=actor, at=at))
    return redirect(back_url(), HTTPStatus.SEE_OTHER)


def _page(form: NoticeForm) -> str:
    actor = current_actor()
    today = local_day(now(), actor.club.zone)
    return render(
        "consultants/notices/index.html",
        form=form,
        notices=queries.latest(db.session, actor.club.id, actor.account_id),
        read_counts=queries.read_counts(db.session, actor.club.id),
        today=today,
        key=new_token(),
        may_see_club=may(actor, Permission.CLUB_SETTINGS),
    )
