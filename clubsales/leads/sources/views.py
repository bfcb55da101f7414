"""The club's list of sources, and the link of its form on the web."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from clubsales import qr
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.errors import NotFound
from clubsales.i18n import gettext as _
from clubsales.leads.sources import operations, queries
from clubsales.leads.sources.forms import AddForm, NameForm, UseForm
from clubsales.leads.sources.queries import KindView
from clubsales.leads.sources.rules import LONGEST_SOURCE, Source
from clubsales.leads.sources.words import kind_names
from clubsales.settings import Settings

bp = Blueprint("sources", __name__)


@bp.get("/leads/sources")
@requires(Permission.CLUB_SETTINGS)
def index() -> ResponseReturnValue:
    """All kinds, and the link of the website form."""
    club = current_actor().club
    kinds = queries.of_club(db.session, club.id)
    address = _form_address(club.public_id)
    return render_template(
        "leads/sources/index.html",
        kinds=kinds,
        names=kind_names(kinds),
        address=address,
        svg=qr.svg(address),
    )


@bp.get("/leads/sources/<kind>")
@requires(Permission.CLUB_SETTINGS)
def show(kind: str) -> ResponseReturnValue:
    """A kind, and the club's own sources below it."""
    club = current_actor().club
    shown = _kind(kind)
    kinds = queries.of_club(db.session, club.id)
    view = next(each for each in kinds if each.kind is shown)
    return render_template(
        "leads/sources/show.html",
        kind=view,
        name=kind_names(kinds)[shown],
        usual_name=kind_names([KindView(kind=shown, name="", is_retired=False, own=())])[shown],
        longest=LONGEST_SOURCE,
        links={each.public_id: _form_address(club.public_id, each.public_id) for each in view.offered()}
        if shown is Source.ONLINE
        else {},
    )


@bp.post("/leads/sources/<kind>/name")
@requires(Permission.CLUB_SETTINGS)
def rename_kind(kind: str) -> ResponseReturnValue:
    """Call a kind what the club calls it; an empty name is the usual one again."""
    actor, at, form, named = current_actor(), now(), NameForm(), _kind(kind)
    transact(lambda s: operations.rename_kind(s, kind=named, name=form.name.data or "", actor=actor, at=at))
    return _saved(named)


@bp.post("/leads/sources/<kind>/use")
@requires(Permission.CLUB_SETTINGS)
def use_kind(kind: str) -> ResponseReturnValue:
    """Retire a kind, or use it again."""
    actor, at, named, in_use = current_actor(), now(), _kind(kind), _is_used(UseForm())
    transact(lambda s: operations.use_kind(s, kind=named, in_use=in_use, actor=actor, at=at))
    return _saved(named)


@bp.post("/leads/sources/<kind>/add")
@requires(Permission.CLUB_SETTINGS)
def add(kind: str) -> ResponseReturnValue:
    """Add a source, or a sub-source."""
    actor, at, form, named = current_actor(), now(), AddForm(), _kind(kind)
    transact(
        lambda s: operations.add(
            s, kind=named, name=form.name.data or "", under=form.under.data or "", actor=actor, at=at
        )
    )
    return _saved(named)


@bp.post("/leads/sources/own/<public_id>/name")
@requires(Permission.CLUB_SETTINGS)
def rename(public_id: str) -> ResponseReturnValue:
    """Call a source something else, with every lead that has it."""
    actor, at, form = current_actor(), now(), NameForm()
    known = queries.by_public_id(db.session, actor.club.id, public_id)
    transact(
        lambda s: operations.rename(s, public_id=public_id, name=form.name.data or "", actor=actor, at=at)
    )
    return _saved(known.kind)


@bp.post("/leads/sources/own/<public_id>/use")
@requires(Permission.CLUB_SETTINGS)
def use(public_id: str) -> ResponseReturnValue:
    """Retire a source, or use it again."""
    actor, at, in_use = current_actor(), now(), _is_used(UseForm())
    known = queries.by_public_id(db.session, actor.club.id, public_id)
    transact(lambda s: operations.use(s, public_id=public_id, in_use=in_use, actor=actor, at=at))
    return _saved(known.kind)


def _kind(text: str) -> Source:
    if text not in set(Source):
        raise NotFound
    return Source(text)


def _is_used(form: UseForm) -> bool:
    return bool(form.used.data == "1")


def _saved(kind: Source) -> ResponseReturnValue:
    flash(_("Saved."), "success")
    return redirect(url_for("sources.show", kind=kind.value), HTTPStatus.SEE_OTHER)


def _form_address(club_id: str, source: str | None = None) -> str:
    """The website form's whole address, as it works on somebody else's phone."""
    settings: Settings = current_app.extensions["clubsales_settings"]
    of_link: dict[str, Any] = {"from": source} if source else {}
    path = url_for("intake.enquiry", club_id=club_id, **of_link)
    return (settings.public_url or request.host_url).rstrip("/") + path
