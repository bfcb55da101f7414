"""The editor of sheets, and their versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from http import HTTPStatus

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from clubsales.actor import Actor
from clubsales.auth.guard import current_actor, requires
from clubsales.auth.permissions import Permission
from clubsales.clock import local_day, month_of, next_month, now
from clubsales.consultants.assessment import keeping, texts, yearly
from clubsales.consultants.assessment.blueprint import bp
from clubsales.consultants.assessment.forms import month_typed
from clubsales.consultants.assessment.keeping import SheetVersion
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.rules import Label, Part
from clubsales.consultants.assessment.sheets import (
    CODE,
    MOST_ITEMS,
    Item,
    Items,
    Source,
    part_weight,
    total_of,
)
from clubsales.consultants.assessment.words import words
from clubsales.consultants.assessment.yearly import YearOfScores
from clubsales.db import db, transact
from clubsales.errors import NotFound, Refused
from clubsales.i18n import gettext as _
from clubsales.i18n import language_tag, refusal_text
from clubsales.ids import new_public_id
from clubsales.typed import one_line
from clubsales.web import render, render_piece

FIELDS = ("code", "part", "zh_Hans", "en", "weight", "source", "full_at")
LONGEST_NUMBER = 9  # digits


class Do(StrEnum):
    """What a button of the editor does to the list on the page; nothing is saved."""

    ADD = "add"
    UP = "up"
    DOWN = "down"
    REMOVE = "remove"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Draft:
    """The list as it stands in the fields; `seen` is the number of the version it began from."""

    items: Items
    seen: int


@bp.get("/assessments/sheets/<period>")
@requires(Permission.SHEET_EDIT)
def edit_sheet(period: str) -> ResponseReturnValue:
    """Edit a period's sheet, on top of the newest version."""
    actor, which = current_actor(), _known(period)
    newest = keeping.versions(db.session, actor.club.id)[0]
    return _editor(actor, which, Draft(newest.sheet[which], newest.number))


@bp.post("/assessments/sheets/<period>/arrange")
@requires(Permission.SHEET_EDIT)
def arrange_sheet(period: str) -> ResponseReturnValue:
    """Add, move or remove an item of the sheet on the page; nothing is saved."""
    which, draft = _known(period), read_draft(request.form)
    do, _dash, place = request.args.get("do", "").partition("-")
    if draft is None or do not in set(Do) or len(place) > LONGEST_NUMBER:
        abort(HTTPStatus.BAD_REQUEST)
    items = arranged(draft.items, Do(do), int(place) if place.isascii() and place.isdigit() else -1)
    return render_piece(
        "consultants/assessment/_items.html", **_fields(current_actor(), which, Draft(items, draft.seen))
    )


@bp.post("/assessments/sheets/<period>")
@requires(Permission.SHEET_EDIT)
def publish_sheet(period: str) -> ResponseReturnValue:
    """Put the sheet on the page in force from a month on."""
    actor, at, which = current_actor(), now(), _known(period)
    draft, valid_from = read_draft(request.form), month_typed(request.form.get("valid_from", ""))
    if draft is None or valid_from not in _months(actor):
        abort(HTTPStatus.BAD_REQUEST)
    try:
        published = transact(
            lambda s: keeping.publish(
                s,
                period=which,
                items=draft.items,
                valid_from=valid_from,
                seen=draft.seen,
                actor=actor,
                at=at,
            )
        )
    except Refused as refused:
        page = _editor(actor, which, draft, refused=refusal_text(refused.refusal))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    flash(
        _(
            "Version %(number)s is published. Forms already issued keep the sheet they have.",
            number=published.number,
        ),
        "success",
    )
    return redirect(url_for("assessment.edit_sheet", period=which.value), HTTPStatus.SEE_OTHER)


@bp.get("/assessments/sheets/<period>/versions/<int:number>")
@requires(Permission.SHEET_EDIT)
def sheet_version(period: str, number: int) -> ResponseReturnValue:
    """A version of a sheet as it was."""
    which = _known(period)
    versions = keeping.versions(db.session, current_actor().club.id)
    version = next((each for each in versions if each.number == number), None)
    if version is None:
        raise NotFound
    return render(
        "consultants/assessment/version.html",
        version=version,
        period=which,
        items=version.sheet[which],
        versions=versions,
        all_parts=list(Part),
        part_weight=part_weight,
        **words(),
    )


def read_draft(form: MultiDict[str, str]) -> Draft | None:
    """What was typed; None when it is no sheet of ours."""
    columns = [form.getlist(name) for name in FIELDS]
    seen = form.get("seen", "")
    if len({len(column) for column in columns}) != 1 or not (seen.isascii() and seen.isdigit()):
        return None
    if len(columns[0]) > 2 * MOST_ITEMS or len(seen) > LONGEST_NUMBER:
        return None
    used: set[str] = set()
    items = []
    for code, part, chinese, english, weight, source, full_at in zip(*columns, strict=True):
        if part not in set(Part) or source not in set(Source):
            return None
        kept = code if CODE.fullmatch(code) and code not in used else new_code()
        used.add(kept)
        items.append(
            Item(
                code=kept,
                part=Part(part),
                chinese=one_line(chinese),
                english=one_line(english),
                weight=_number(weight),
                source=Source(source),
                full_at=_number(full_at),
            )
        )
    return Draft(tuple(items), int(seen))


def arranged(items: Sequence[Item], do: Do, place: int) -> Items:
    """The list after a button was pressed; `place` counts from 0."""
    changed = list(items)
    if do is Do.ADD and len(changed) < MOST_ITEMS:
        new = Item(code=new_code(), part=Part.RESULTS, chinese="", english="", weight=0, source=Source.MANUAL)
        changed.append(new)
    if do in (Do.ADD, Do.COUNT) or not 0 <= place < len(changed):
        return tuple(changed)
    item = changed.pop(place)
    if do is not Do.REMOVE:
        changed.insert(max(0, place - 1 if do is Do.UP else place + 1), item)
    return tuple(changed)


def new_code() -> str:
    """A code for a new item, unlike any other."""
    return f"i{new_public_id()[:10]}"


def _number(text: str) -> int:
    """What was typed as a whole number; 0, which no rule takes, for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0


def _known(period: str) -> Period:
    if period not in set(Period):
        raise NotFound
    return Period(period)


def _months(actor: Actor) -> list[date]:
    """From when a sheet may hold: this month or the next."""
    month = month_of(local_day(now(), actor.club.zone))
    return [next_month(month), month]


def _fields(actor: Actor, period: Period, draft: Draft) -> dict[str, object]:
    today = local_day(now(), actor.club.zone)
    policy = keeping.policy_of(db.session, actor.club, today)
    return {
        "period": period,
        "items": draft.items,
        "seen": draft.seen,
        "most": MOST_ITEMS,
        "total": total_of(draft.items),
        "part_totals": {part: part_weight(draft.items, part) for part in Part},
        "weights": policy.weights,
        "part_names": texts.PARTS,
        "source_names": texts.SOURCES,
    }


def _editor(actor: Actor, period: Period, draft: Draft, *, refused: str = "") -> str:
    versions: list[SheetVersion] = keeping.versions(db.session, actor.club.id)
    today = local_day(now(), actor.club.zone)
    monthly = versions[0].sheet[Period.MONTH]
    looking_back = yearly.last_year_or_this(db.session, actor.club.id, monthly, today)
    return render(
        "consultants/assessment/sheet.html",
        refused=refused,
        versions=versions,
        months=_months(actor),
        all_periods=list(Period),
        looking_back=looking_back if period is Period.MONTH else None,
        labels_of_year=_bars_of_labels(looking_back),
        items_of_year=_bars_of_items(looking_back),
        is_due=yearly.is_due(versions, actor.club, today),
        **_fields(actor, period, draft),
        **words(),
    )


def _bars_of_labels(year: YearOfScores) -> list[dict[str, object]]:
    return [
        {"label": texts.LABELS[label.value], "value": year.labels[label], "shown": year.labels[label]}
        for label in Label
    ]


def _bars_of_items(year: YearOfScores) -> list[dict[str, object]]:
    language = language_tag()
    return [
        {"label": each.item.title_in(language), "value": each.percent, "shown": f"{each.percent} %"}
        for each in year.reached
    ]
