"""The club's scripts: everybody reads them, who leads the floor writes them (TEL-02)."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission, may
from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.i18n import choose_locale
from clubsales.i18n import gettext as _
from clubsales.leads.scripts import operations, queries, texts
from clubsales.leads.scripts.forms import ScriptForm
from clubsales.leads.scripts.queries import ScriptView
from clubsales.leads.scripts.rules import Gap, Move, Situation, filled
from clubsales.web import render

bp = Blueprint("scripts", __name__)


@dataclass(frozen=True, slots=True)
class Group:
    """The scripts of a situation."""

    situation: Situation
    label: str
    scripts: list[ScriptView]


@bp.get("/leads/scripts")
@requires(Permission.LEAD_SEE)
def index() -> ResponseReturnValue:
    """What the club says, situation by situation."""
    actor = current_actor()
    scripts = queries.of_club(db.session, actor.club.id, choose_locale())
    groups = [
        Group(each, str(texts.SITUATIONS[each.value]), [one for one in scripts if one.situation is each])
        for each in Situation
    ]
    return render(
        "leads/scripts/index.html",
        groups=[group for group in groups if group.scripts],
        may_edit=may(actor, Permission.SCRIPT_EDIT),
        filled=lambda body: filled(body, _names(actor)),
    )


@bp.get("/leads/scripts/new")
@requires(Permission.SCRIPT_EDIT)
def new() -> ResponseReturnValue:
    """Write another script."""
    asked = request.args.get("situation", "")
    form = ScriptForm(formdata=None)
    if asked in set(Situation):
        form.situation.data = asked
    return _editor(form)


@bp.post("/leads/scripts")
@requires(Permission.SCRIPT_EDIT)
def add() -> ResponseReturnValue:
    """Keep a new script."""
    actor, at, form = current_actor(), now(), ScriptForm()
    if not form.is_valid():
        return _editor(form), HTTPStatus.UNPROCESSABLE_ENTITY
    language = choose_locale()
    transact(
        lambda session: operations.add(
            session,
            situation=Situation(form.situation.data),
            title=form.title.data or "",
            body=form.words,
            language=language,
            actor=actor,
            at=at,
        )
    )
    flash(_("The script is there for everybody."), "success")
    return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)


@bp.get("/leads/scripts/<key>")
@requires(Permission.SCRIPT_EDIT)
def edit(key: str) -> ResponseReturnValue:
    """Write a script anew."""
    script = queries.by_key(db.session, current_actor().club.id, key, choose_locale())
    form = ScriptForm(formdata=None, situation=script.situation.value, title=script.title, body=script.body)
    return _editor(form, script)


@bp.post("/leads/scripts/<key>")
@requires(Permission.SCRIPT_EDIT)
def save(key: str) -> ResponseReturnValue:
    """Keep what was written."""
    actor, at, form = current_actor(), now(), ScriptForm()
    language = choose_locale()
    script = queries.by_key(db.session, actor.club.id, key, language)
    if not form.is_valid():
        return _editor(form, script), HTTPStatus.UNPROCESSABLE_ENTITY
    transact(
        lambda session: operations.edit(
            session,
            key=key,
            situation=Situation(form.situation.data),
            title=form.title.data or "",
            body=form.words,
            language=language,
            actor=actor,
            at=at,
        )
    )
    flash(_("Saved."), "success")
    return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)


@bp.post("/leads/scripts/<key>/move")
@requires(Permission.SCRIPT_EDIT)
def move(key: str) -> ResponseReturnValue:
    """Put a script before or after its neighbour."""
    actor, at, language = current_actor(), now(), choose_locale()
    asked = request.form.get("direction", "")
    if asked not in set(Move):
        abort(HTTPStatus.BAD_REQUEST)
    transact(
        lambda session: operations.move(
            session, key=key, direction=Move(asked), language=language, actor=actor, at=at
        )
    )
    return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)


@bp.post("/leads/scripts/<key>/retire")
@requires(Permission.SCRIPT_EDIT)
def retire(key: str) -> ResponseReturnValue:
    """Show a script no longer."""
    actor, at, language = current_actor(), now(), choose_locale()
    transact(lambda session: operations.retire(session, key=key, language=language, actor=actor, at=at))
    flash(_("The script is no longer shown."), "success")
    return redirect(url_for(".index"), HTTPStatus.SEE_OTHER)


def _names(actor: Actor) -> dict[Gap, str]:
    """What is known without a guest."""
    return {Gap.CONSULTANT: actor.name if actor.consultant_id is not None else "", Gap.CLUB: actor.club.name}


def _editor(form: ScriptForm, script: ScriptView | None = None) -> str:
    return render("leads/scripts/edit.html", form=form, script=script)
