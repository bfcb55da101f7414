"""The pages of checklists."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from clubsales.actor import Actor, Club
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import local_day, now
from clubsales.consultants.checklists import operations, queries, texts
from clubsales.consultants.checklists.forms import Do, Draft, arranged, read_draft
from clubsales.consultants.checklists.queries import Reader, Version
from clubsales.consultants.checklists.rules import LONGEST_TEXT, MOST_ITEMS, Occasion, differences
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag, refusal_text
from clubsales.i18n import lazy_gettext as _l
from clubsales.policies import policy_on
from clubsales.web import render, render_piece

bp = Blueprint("checklists", __name__)
LONGEST_NUMBER = 9  # digits
SHIFTS = {"early": _l("Early shift"), "late": _l("Late shift")}


@dataclass(frozen=True, slots=True)
class ShiftPolicy:
    """Section `shift`: the names of the roster's templates (AMB-21)."""

    templates: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """A checklist in the list of all, and how many have read it."""

    version: Version
    shift_name: str
    readers: list[Reader]

    @property
    def read_by(self) -> int:
        """How many have acknowledged the version that holds."""
        return sum(reader.read_at is not None for reader in self.readers)


@bp.get("/checklists")
@requires(Permission.CHECKLIST_EDIT)
def index() -> ResponseReturnValue:
    """Every checklist: its version, and who has read it."""
    club = current_actor().club
    today = local_day(now(), club.zone)
    lines = []
    for shift in _shifts(club):
        for occasion in Occasion:
            version = queries.current_version(db.session, club.id, occasion, shift)
            readers = queries.readers(db.session, club.id, version.checklist, day=today)
            lines.append(Line(version, _shift_name(shift), readers))
    return render("consultants/checklists/index.html", lines=lines, occasions=texts.OCCASIONS)


@bp.get("/checklists/read")
@requires(Permission.FLOOR_WORK)
def reading() -> ResponseReturnValue:
    """Every checklist as it holds; what is new to me stands first."""
    actor = current_actor()
    shown = []
    for shift in _shifts(actor.club):
        for occasion in Occasion:
            checklist = queries.current(db.session, actor.club.id, occasion, shift)
            is_new = actor.consultant_id is not None and not queries.has_read(
                db.session, actor.consultant_id, checklist
            )
            shown.append((is_new, checklist, _shift_name(shift)))
    return render(
        "consultants/checklists/reading.html",
        shown=sorted(shown, key=lambda each: not each[0]),
        occasions=texts.OCCASIONS,
        language=language_tag(),
    )


@bp.post("/checklists/<occasion>/<shift>/read")
@requires(Permission.FLOOR_WORK)
def acknowledge(occasion: str, shift: str) -> ResponseReturnValue:
    """Say that one has read the version on the page."""
    actor, at = current_actor(), now()
    which, name = _known(actor.club, occasion, shift)
    number = request.form.get("number", "")
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        abort(HTTPStatus.BAD_REQUEST)
    consultant_id = actor.consultant_id
    if consultant_id is None:
        raise NotFound
    version = queries.version(db.session, actor.club.id, which, name, int(number))
    transact(
        lambda s: operations.acknowledge(s, consultant_id=consultant_id, checklist=version.checklist, at=at)
    )
    flash(_("Read and noted."), "success")
    return redirect(url_for("checklists.reading"), HTTPStatus.SEE_OTHER)


@bp.get("/checklists/<occasion>/<shift>")
@requires(Permission.CHECKLIST_EDIT)
def edit(occasion: str, shift: str) -> ResponseReturnValue:
    """Edit a checklist, on top of the version that holds."""
    actor = current_actor()
    which, name = _known(actor.club, occasion, shift)
    now_held = queries.current(db.session, actor.club.id, which, name)
    return _editor(actor, which, name, Draft(now_held.items, now_held.number))


@bp.post("/checklists/<occasion>/<shift>/arrange")
@requires(Permission.CHECKLIST_EDIT)
def arrange(occasion: str, shift: str) -> ResponseReturnValue:
    """Add, move or remove a line of the list on the page; nothing is saved."""
    which, name = _known(current_actor().club, occasion, shift)
    draft = read_draft(request.form)
    do, _dash, place = request.args.get("do", "").partition("-")
    if draft is None or do not in set(Do) or len(place) > LONGEST_NUMBER:
        abort(HTTPStatus.BAD_REQUEST)
    items = arranged(draft.items, Do(do), int(place) if place.isascii() and place.isdigit() else -1)
    return render_piece(
        "consultants/checklists/_items.html", **_fields(which, name, Draft(items, draft.seen))
    )


@bp.post("/checklists/<occasion>/<shift>")
@requires(Permission.CHECKLIST_EDIT)
def publish(occasion: str, shift: str) -> ResponseReturnValue:
    """Put the list on the page in force as the next version."""
    actor, at = current_actor(), now()
    which, name = _known(actor.club, occasion, shift)
    draft = read_draft(request.form)
    if draft is None:
        abort(HTTPStatus.BAD_REQUEST)
    try:
        published = transact(
            lambda s: operations.publish(
                s, occasion=which, shift=name, items=draft.items, seen=draft.seen, actor=actor, at=at
            )
        )
    except Refused as refused:
        page = _editor(actor, which, name, draft, refused=refusal_text(refused.refusal))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(
        _(
            "Version %(number)s is in force from now on. Everybody is asked to read it.",
            number=published.number,
        ),
        "success",
    )
    return redirect(
        url_for("checklists.version", occasion=which.value, shift=name, number=published.number),
        HTTPStatus.SEE_OTHER,
    )


@bp.get("/checklists/<occasion>/<shift>/versions/<int:number>")
@requires(Permission.CHECKLIST_EDIT)
def version(occasion: str, shift: str, number: int) -> ResponseReturnValue:
    """A version, what changed from the one before, and who has read it."""
    club = current_actor().club
    which, name = _known(club, occasion, shift)
    history = queries.history(db.session, club.id, which, name)
    shown = next((each for each in history if each.checklist.number == number), None)
    if shown is None:
        raise NotFound
    before = next((each for each in history if each.checklist.number == number - 1), None)
    return render(
        "consultants/checklists/version.html",
        shown=shown,
        history=history,
        lines=list(differences(before.checklist, shown.checklist)) if before else None,
        readers=queries.readers(db.session, club.id, shown.checklist, day=local_day(now(), club.zone)),
        occasion_name=texts.OCCASIONS[which.value],
        shift_name=_shift_name(name),
        changes=texts.CHANGES,
        language=language_tag(),
    )


def _shifts(club: Club) -> list[str]:
    """The names of the roster's templates, then those of lists made for earlier ones."""
    policy = policy_on(db.session, club, local_day(now(), club.zone))
    names = list(policy.read("shift", ShiftPolicy).templates)
    return [
        *names,
        *(each for each in queries.shifts_with_versions(db.session, club.id) if each not in names),
    ]


def _known(club: Club, occasion: str, shift: str) -> tuple[Occasion, str]:
    """The list an address names; raises NotFound."""
    if occasion not in set(Occasion) or shift not in _shifts(club):
        raise NotFound
    return Occasion(occasion), shift


def _shift_name(shift: str) -> str:
    """A shift as people call it; the club's own names stay as they are."""
    return str(SHIFTS.get(shift, shift))


def _fields(occasion: Occasion, shift: str, draft: Draft) -> dict[str, object]:
    return {
        "occasion": occasion,
        "shift": shift,
        "items": draft.items,
        "seen": draft.seen,
        "longest": LONGEST_TEXT,
        "most": MOST_ITEMS,
    }


def _editor(actor: Actor, occasion: Occasion, shift: str, draft: Draft, *, refused: str = "") -> str:
    return render(
        "consultants/checklists/edit.html",
        refused=refused,
        history=queries.history(db.session, actor.club.id, occasion, shift),
        occasion_name=texts.OCCASIONS[occasion.value],
        shift_name=_shift_name(shift),
        **_fields(occasion, shift, draft),
    )
