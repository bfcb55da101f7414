"""A checklist as it is edited: three columns of fields, and what the buttons beside them do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from werkzeug.datastructures import MultiDict

from clubsales.consultants.checklists.rules import CODE, MOST_ITEMS, Item
from clubsales.ids import new_public_id
from clubsales.typed import one_line

NEW_CODE = 10  # characters


class Do(StrEnum):
    """What a button of the editor does to the list on the page; nothing is saved."""

    ADD = "add"
    UP = "up"
    DOWN = "down"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Draft:
    """The list as it stands in the fields; `seen` is the version it began from."""

    items: tuple[Item, ...]
    seen: int


def read_draft(form: MultiDict[str, str]) -> Draft | None:
    """What was typed; None when it is no list of ours."""
    codes, chinese, english = (form.getlist(name) for name in ("code", "zh_Hans", "en"))
    seen = form.get("seen", "")
    if not len(codes) == len(chinese) == len(english) or not (seen.isascii() and seen.isdigit()):
        return None
    if len(codes) > 2 * MOST_ITEMS or len(seen) > 9:
        return None
    used: set[str] = set()
    items = []
    for code, zh, en in zip(codes, chinese, english, strict=True):
        kept = code if CODE.fullmatch(code) and code not in used else new_code()
        used.add(kept)
        items.append(Item(kept, one_line(zh), one_line(en)))
    return Draft(tuple(items), int(seen))


def arranged(items: Sequence[Item], do: Do, place: int) -> tuple[Item, ...]:
    """The list after a button was pressed; `place` counts from 0."""
    changed = list(items)
    if do is Do.ADD:
        if len(changed) < MOST_ITEMS:
            changed.append(Item(new_code(), "", ""))
        return tuple(changed)
    if not 0 <= place < len(changed):
        return tuple(changed)
    item = changed.pop(place)
    if do is not Do.REMOVE:
        changed.insert(max(0, place - 1 if do is Do.UP else place + 1), item)
    return tuple(changed)


def new_code() -> str:
    """A code for a new line, unlike any other."""
    return new_public_id()[:NEW_CODE]
