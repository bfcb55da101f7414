"""The list of cases as a page and as a table for a spreadsheet."""

from http import HTTPStatus

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from clubsales import spreadsheet
from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day, now
from clubsales.db import db
from clubsales.errors import NotFound
from clubsales.i18n import format_local_datetime, language_tag
from clubsales.i18n import gettext as _
from clubsales.leads.disputes import docket, news, texts
from clubsales.leads.disputes.blueprint import bp
from clubsales.leads.disputes.docket import DocketLine, Tab
from clubsales.leads.disputes.forms import percent
from clubsales.leads.disputes.pages import WORDS
from clubsales.leads.disputes.words import STATES, TABS
from clubsales.web import render

IN_A_TABLE = 2000


@bp.get("/disputes")
@requires(Permission.DISPUTE_SEE)
def index() -> ResponseReturnValue:
    """One's own cases, those to decide, those that run, those that are over."""
    actor, at = current_actor(), now()
    tabs = docket.tabs_of(actor)
    tab = _tab(actor)
    return render(
        "leads/disputes/index.html",
        page=docket.docket(db.session, actor, tab, at, before=_before()),
        waiting=docket.waiting(db.session, actor, at),
        tab=tab,
        tabs=[(each, TABS[each.value]) for each in tabs],
        unread=news.unread(db.session, actor),
        news=texts.NEWS,
        may_export=may(actor, Permission.CREDIT_SEE_ALL),
        now=at,
        today=local_day(at, actor.club.zone),
        language=language_tag(),
        **WORDS,
    )


@bp.get("/disputes.csv")
@requires(Permission.DISPUTE_SEE)
def export_csv() -> ResponseReturnValue:
    """A list as a table, for those who oversee the club's credit."""
    actor, at = current_actor(), now()
    if not may(actor, Permission.CREDIT_SEE_ALL):
        abort(HTTPStatus.FORBIDDEN)
    tab = _tab(actor)
    found = docket.docket(db.session, actor, tab, at, most=IN_A_TABLE)
    heading = (
        *(_("Case"), _("What was sold"), _("Guest"), _("Opened by"), _("Case opened"), _("State"), _("Rule")),
        *(_("Shares"), _("Credit held"), _("Stands"), _("Case decided on"), _("Appeal until")),
    )
    answer = Response(
        spreadsheet.written([heading, *(_cells(line) for line in found.lines)]), mimetype="text/csv"
    )
    name = f"disputes-{actor.club.code}-{local_day(at, actor.club.zone)}-{tab.value}.csv"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _tab(actor: Actor) -> Tab:
    """The list that was asked for, else the first one with something to do in it. Raises NotFound."""
    tabs = docket.tabs_of(actor)
    wanted = request.args.get("view", "")
    if not wanted:
        return tabs[0] if tabs else Tab.MINE
    if wanted not in tabs:
        raise NotFound
    return Tab(wanted)


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _cells(line: DocketLine) -> tuple[str, ...]:
    return (
        line.public_id,
        line.title_in(language_tag()),
        line.buyer,
        line.opener,
        format_local_datetime(line.opened_at),
        str(STATES[line.status.value]),
        line.rule,
        "; ".join(f"{part.name or _('The house')} {percent(part.basis_points)} %" for part in line.parts),
        "" if line.held is None else str(line.held),
        _moment(line.stands_at),
        _moment(line.decided_at),
        "" if line.appeal_until is None else line.appeal_until.isoformat(),
    )


def _moment(at: Instant | None) -> str:
    return "" if at is None else format_local_datetime(at)
