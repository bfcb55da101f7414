"""Finding leads: a box to search by, lists to go through, filters to keep, a table to take out."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, current_app, flash, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, now
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import db, transact
from clubsales.errors import Refusal, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import refusal_text
from clubsales.leads import texts as lead_texts
from clubsales.leads.disclosures import operations as disclosures
from clubsales.leads.disclosures.rules import PrivacyPolicy, sees_everybody
from clubsales.leads.lists import export, operations, queries, texts
from clubsales.leads.lists.queries import Reader
from clubsales.leads.lists.rules import (
    COUNTED,
    GRADES,
    LONGEST_NAME,
    LOOKED_THROUGH,
    MOST_SAVED,
    ListFilter,
    View,
    wanted_filter,
)
from clubsales.leads.lists.search import search as found
from clubsales.leads.lists.sought import sought
from clubsales.settings import Settings
from clubsales.web import render, render_piece

bp = Blueprint("lists", __name__)
QUIET_DAYS = (7, 14, 30, 60, 90, 180)


@bp.get("/leads/list")
@requires(Permission.LEAD_SEE)
def index() -> ResponseReturnValue:
    """Leads of a view, narrowed by a filter, page after page."""
    actor, at = current_actor(), now()
    chosen = _chosen(request.args, actor)
    reader = queries.reader(db.session, actor, at)
    asked = queries.wanted(db.session, reader, chosen)
    after = request.args.get("after", "")
    saved = queries.saved_of(db.session, actor)
    short = [view for view in _views(actor) if view is not View.ALL]
    counts = queries.counts(db.session, reader, short)
    return render(
        "leads/lists/index.html",
        chosen=chosen,
        page=queries.page(db.session, reader, asked, after=after),
        after=after,
        counts={view: _count(number) for view, number in counts.items()},
        views=_views(actor),
        view_names=texts.VIEWS,
        states=texts.STATES,
        kinds=reader.kinds,
        consultants=[
            each for each in profiles.all_in_club(db.session, actor.club.id) if each.kind is not None
        ],
        quiet_days=QUIET_DAYS,
        saved=[(each, dict(parse_qsl(each.query))) for each in saved],
        may_save=len(saved) < MOST_SAVED and actor.account_id is not None,
        longest_name=LONGEST_NAME,
        looked_through=LOOKED_THROUGH,
        may_claim=may(actor, Permission.LEAD_CLAIM) and actor.consultant_id is not None,
        may_export=may(actor, Permission.LEAD_EXPORT),
        grade_names=lead_texts.GRADES,
        grades=GRADES,
        **_words(reader),
    )


@bp.get("/leads/search")
@requires(Permission.LEAD_SEE)
def search() -> ResponseReturnValue:
    """Whom somebody means by some digits or letters: a page, or while he types the hits alone."""
    actor, at = current_actor(), now()
    typed = request.args.get("q", "")
    refusal = _asked(typed, actor, at)
    reader = queries.reader(db.session, actor, at)
    context = {
        "typed": typed,
        "found": found(db.session, reader, typed, may_ask=refusal is None),
        "refusal": refusal_text(refusal) if refusal is not None else "",
        "missing": texts.MISSING,
        **_words(reader),
    }
    if "HX-Request" in request.headers:
        return render_piece("leads/lists/_hits.html", **context)
    return render("leads/lists/search.html", **context)


@bp.post("/leads/filters")
@requires(Permission.LEAD_SEE)
def save() -> ResponseReturnValue:
    """Keep the filter that is looked at."""
    actor, at = current_actor(), now()
    chosen = _chosen(request.form, actor)
    name = request.form.get("name", "")
    transact(lambda session: operations.save_filter(session, name=name, chosen=chosen, actor=actor, at=at))
    flash(_("The list is saved."), "success")
    return redirect(_address(chosen))


@bp.post("/leads/filters/<public_id>/rename")
@requires(Permission.LEAD_SEE)
def rename(public_id: str) -> ResponseReturnValue:
    """Call a filter of one's own something else."""
    actor, name = current_actor(), request.form.get("name", "")
    transact(lambda session: operations.rename_filter(session, public_id=public_id, name=name, actor=actor))
    flash(_("Saved."), "success")
    return redirect(_address(_chosen(request.form, actor)))


@bp.post("/leads/filters/<public_id>/delete")
@requires(Permission.LEAD_SEE)
def delete(public_id: str) -> ResponseReturnValue:
    """Throw a filter of one's own away."""
    actor = current_actor()
    transact(lambda session: operations.delete_filter(session, public_id=public_id, actor=actor))
    flash(_("The saved list is deleted. The leads in it stay as they are."), "success")
    return redirect(_address(_chosen(request.form, actor)))


@bp.post("/leads/export")
@requires(Permission.LEAD_EXPORT, fresh_password=True, gives_file=True)
def take_out() -> ResponseReturnValue:
    """A list as a table for a spreadsheet; who took how many leads out is logged before the first goes (CFD-07)."""
    actor, at = current_actor(), now()
    reader = queries.reader(db.session, actor, at)
    asked = queries.wanted(db.session, reader, _chosen(request.form, actor))
    how_many = queries.how_many(db.session, asked)
    transact(lambda session: disclosures.export(session, how_many=how_many, actor=actor, at=at))
    table = export.pieces(db.session, reader, asked, at_most=how_many)
    name = f"leads-{asked.view.value}-{asked.day.isoformat()}.csv"
    return Response(
        stream_with_context(table),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked(typed: str, actor: Actor, at: Instant) -> Refusal | None:
    """A whole phone is the question whose it is: written down and limited as on the page for it (CFD-07)."""
    e164 = sought(typed).e164
    if e164 is None:
        return None
    settings: Settings = current_app.extensions["clubsales_settings"]
    try:
        transact(
            lambda session: disclosures.probe(
                session,
                e164=e164,
                secret=settings.secret_key,
                limited=not sees_everybody(actor.roles),
                actor=actor,
                at=at,
            )
        )
    except Refused as refused:
        return refused.refusal
    return None


def _chosen(typed: Mapping[str, str], actor: Actor) -> ListFilter:
    """The filter asked for, in a view that he has."""
    chosen = wanted_filter(typed, default=_views(actor)[0])
    return chosen if chosen.view in _views(actor) else chosen.in_view(View.ALL)


def _address(chosen: ListFilter) -> str:
    return f"{url_for('lists.index')}?{urlencode(chosen.query())}"


def _views(actor: Actor) -> tuple[View, ...]:
    """The views of somebody, the one he begins with first; who claims nothing has no list of his own."""
    if actor.consultant_id is None or not may(actor, Permission.LEAD_CLAIM):
        return (View.ALL, View.POOL)
    if sees_everybody(actor.roles):
        return (View.ALL, View.POOL, View.MINE, View.ENDING)
    return tuple(View)


def _count(number: int) -> str:
    return str(number) if number <= COUNTED else f"{COUNTED}+"


def _words(reader: Reader) -> dict[str, object]:
    """What a line of a list is written with."""
    return {
        "mask": reader.policy.read("privacy", PrivacyPolicy).mask,
        "sources": {each.kind: each.name or lead_texts.SOURCES[each.kind] for each in reader.kinds},
        "today": reader.day,
        "me": reader.actor.consultant_id,
    }
