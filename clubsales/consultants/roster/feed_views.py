"""A calendar of one's own: its link, and what the link shows to whoever holds it."""

import hashlib
from http import HTTPStatus

from flask import Response, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.auth.guard import current_actor, public, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.consultants.roster import feeds
from clubsales.consultants.roster.blueprint import FEED_TRIES, bp
from clubsales.consultants.roster.words import shift_name
from clubsales.db import db, transact
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag
from clubsales.web import limiter, not_modified


@bp.get("/calendar/<token>.ics")
@limiter.limit(FEED_TRIES)
@public("the link is unguessable; it shows its owner's shifts and leave, no guest and no colleague")
def calendar(token: str) -> ResponseReturnValue:
    """Shifts and leave for a calendar program; 304 while nothing has changed."""
    feed = feeds.feed_of(db.session, token, now())
    g.zone = feed.club.zone
    g.account_locale = feed.locale
    body = feeds.written(
        feed,
        title=_("Shifts of %(name)s", name=feed.name),
        leave_word=_("Leave"),
        summary=lambda shift: _("Shift: %(shift)s", shift=shift_name(shift)),
        language=language_tag(),
    )
    etag = hashlib.sha256(body).hexdigest()[:32]
    response = not_modified(etag)
    if response is None:
        response = Response(body, content_type="text/calendar; charset=utf-8")
        response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.post("/roster/calendar")
@requires(Permission.ROSTER_SEE)
def make_calendar() -> ResponseReturnValue:
    """Make the link of one's own calendar, or a new one instead of the old."""
    transact(lambda s: feeds.make_feed(s, actor=current_actor(), at=now()))
    flash(_("Here is your calendar link. Any older link no longer works."), "success")
    return redirect(url_for("roster.week"), HTTPStatus.SEE_OTHER)


@bp.post("/roster/calendar/revoke")
@requires(Permission.ROSTER_SEE)
def revoke_calendar() -> ResponseReturnValue:
    """The link shows nothing any more."""
    transact(lambda s: feeds.revoke_feed(s, actor=current_actor(), at=now()))
    flash(_("Your calendar link no longer works."), "success")
    return redirect(url_for("roster.week"), HTTPStatus.SEE_OTHER)


def address(token: str | None) -> str:
    """The whole address of a link, as a calendar on another machine needs it."""
    if token is None:
        return ""
    base: str = current_app.extensions["clubsales_settings"].public_url or request.host_url
    return base.rstrip("/") + url_for("roster.calendar", token=token)
