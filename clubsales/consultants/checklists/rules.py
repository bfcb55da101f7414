"""What a checklist is, and which may be published (SHF-03 to SHF-06, SOP-01, AMB-22)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse

MOST_ITEMS = 40
LONGEST_TEXT = 200  # characters
CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,29}")
STARTER_NUMBER = 1


class Occasion(StrEnum):
    """When a checklist is ticked."""

    OPENING = "opening"
    CLOSING = "closing"


class ChecklistRefused(StrEnum):
    EMPTY = "checklist.empty"
    TOO_LONG = "checklist.too_long"
    TEXT = "checklist.text"
    UNCHANGED = "checklist.unchanged"
    NEWER = "checklist.newer"


@dataclass(frozen=True, slots=True)
class Item:
    """One line to tick, in both languages; the code stays the same from version to version."""

    code: str
    chinese: str
    english: str

    def text_in(self, language: str) -> str:
        """The line in the reader's language (BCP 47)."""
        return self.chinese if language.startswith("zh") else self.english

    def stored(self) -> dict[str, str]:
        """The line as JSON; read back by `restored`."""
        return {"code": self.code, "zh_Hans": self.chinese, "en": self.english}

    @classmethod
    def restored(cls, code: str, words: Mapping[str, str]) -> "Item":
        """A line from its words by language."""
        return cls(code, words["zh_Hans"], words["en"])


@dataclass(frozen=True, slots=True)
class Checklist:
    """One version of the list of an occasion and a shift."""

    occasion: Occasion
    shift: str
    number: int
    items: tuple[Item, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """What has to be ticked, in the list's order."""
        return tuple(item.code for item in self.items)


class Change(StrEnum):
    """What became of a line from one version to the next."""

    SAME = "same"
    MOVED = "moved"
    REWORDED = "reworded"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A line beside what it was. `before` is None for a new one; a removed one stands as it was."""

    change: Change
    item: Item
    before: Item | None = None


def unticked(ticked: Mapping[str, object], checklist: Checklist) -> list[str]:
    """The items that are not ticked, in the list's order."""
    return [code for code in checklist.codes if ticked.get(code) is not True]


def may_publish(items: Sequence[Item], current: Checklist, *, seen: int) -> Decision:
    """From 1 to 40 lines, each in both languages, other than what holds, and written on top of what holds.

    `seen` is the version the writer had before him.
    """
    if not items:
        return refuse(ChecklistRefused.EMPTY)
    if len(items) > MOST_ITEMS:
        return refuse(ChecklistRefused.TOO_LONG, most=MOST_ITEMS, count=len(items))
    for place, item in enumerate(items, start=1):
        if not all(1 <= len(text) <= LONGEST_TEXT for text in (item.chinese, item.english)):
            return refuse(ChecklistRefused.TEXT, place=place, longest=LONGEST_TEXT)
    if len({item.code for item in items}) < len(items) or not all(CODE.fullmatch(i.code) for i in items):
        raise ValueError("codes of a checklist are distinct names")
    if seen != current.number:
        return refuse(ChecklistRefused.NEWER, number=current.number)
    if tuple(items) == current.items:
        return refuse(ChecklistRefused.UNCHANGED)
    return allow()


def differences(before: Checklist, after: Checklist) -> Iterator[Difference]:
    """Every line of the newer list beside the older one, then what was removed.

    A line has moved when its place among the lines both lists have is another.
    """
    old = {item.code: item for item in before.items}
    kept = set(after.codes) & set(old)
    places = {code: place for place, code in enumerate(c for c in before.codes if c in kept)}
    place = 0
    for item in after.items:
        was = old.get(item.code)
        if was is None:
            yield Difference(Change.ADDED, item)
            continue
        moved, place = places[item.code] != place, place + 1
        if was != item:
            yield Difference(Change.REWORDED, item, was)
        else:
            yield Difference(Change.MOVED if moved else Change.SAME, item, was)
    for item in before.items:
        if item.code not in kept:
            yield Difference(Change.REMOVED, item, item)
