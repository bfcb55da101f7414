"""Sheets: what somebody is assessed by, in a month, a quarter or a year (ASM-01, ASM-16, AMB-46). Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.rules import Part
from clubsales.errors import Decision, allow, refuse

FULL = 100  # points of a whole sheet
MOST_ITEMS = 30
LONGEST_TITLE = 80
CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")


class Source(StrEnum):
    """Where an item's points come from: the first eight are read from what was written down anyway."""

    COMPLETION = "completion"
    CONVERSION = "conversion"
    PUNCTUALITY = "punctuality"
    FOLLOW_UP = "follow_up"
    LEADS_TOUCHED = "leads_touched"
    GROWTH = "growth"  # against the period before (ASM-17)
    COLLECTION = "collection"  # money that came, of what was sold (ASM-17)
    PRICES = "prices"  # what was sold, against the price list (PRC-11)
    COMPLAINTS = "complaints"  # counted by the manager
    SATISFACTION = "satisfaction"  # the percent of a survey
    MANUAL = "manual"

    @property
    def is_data(self) -> bool:
        """Read by the program, typed by nobody."""
        return self not in (Source.COMPLAINTS, Source.SATISFACTION, Source.MANUAL)

    @property
    def is_rate(self) -> bool:
        """A part of a whole, so that full points may be reached below a hundred percent."""
        return self not in (Source.COMPLAINTS, Source.MANUAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of a sheet. `weight`: its most points. `full_at`: the percent from which it has them all."""

    code: str
    part: Part
    chinese: str
    english: str
    weight: int
    source: Source
    full_at: int = 100

    @property
    def most(self) -> int:
        """Its most points, in hundredths."""
        return self.weight * 100

    def title_in(self, language: str) -> str:
        """The title, in the reader's language."""
        return self.chinese if language.startswith("zh") else self.english

    def stored(self) -> dict[str, Any]:
        """The line as JSON; read back by `restored`."""
        return {
            "code": self.code,
            "part": self.part.value,
            "zh_Hans": self.chinese,
            "en": self.english,
            "weight": self.weight,
            "source": self.source.value,
            "full_at": self.full_at,
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> "Item":
        return cls(
            code=stored["code"],
            part=Part(stored["part"]),
            chinese=stored["zh_Hans"],
            english=stored["en"],
            weight=stored["weight"],
            source=Source(stored["source"]),
            full_at=stored.get("full_at", 100),
        )


Items = tuple[Item, ...]
Sheet = Mapping[Period, Items]  # one list for each period


class SheetRefused(StrEnum):
    TOTAL = "sheet.total"
    PART = "sheet.part"
    TITLE = "sheet.title"
    WEIGHT = "sheet.weight"
    MANY = "sheet.many"
    FULL_AT = "sheet.full_at"
    NEWER = "sheet.newer"
    UNCHANGED = "sheet.unchanged"


def may_publish(items: Sequence[Item], held: Sequence[Item], *, seen: int, newest: int) -> Decision:
    """A whole sheet: titles in both languages, every part, a hundred points; not on top of what nobody has seen."""
    if seen != newest:
        return refuse(SheetRefused.NEWER)
    if len(items) > MOST_ITEMS:
        return refuse(SheetRefused.MANY, most=MOST_ITEMS)
    for number, item in enumerate(items, 1):
        if not all(text and len(text) <= LONGEST_TITLE for text in (item.chinese, item.english)):
            return refuse(SheetRefused.TITLE, number=number, longest=LONGEST_TITLE)
        if not 1 <= item.weight <= FULL:
            return refuse(SheetRefused.WEIGHT, number=number)
        if not 1 <= item.full_at <= FULL:
            return refuse(SheetRefused.FULL_AT, number=number)
    total = total_of(items)
    if total != FULL:
        return refuse(SheetRefused.TOTAL, total=total)
    if any(not part_weight(items, part) for part in Part):
        return refuse(SheetRefused.PART)
    if tuple(items) == tuple(held):
        return refuse(SheetRefused.UNCHANGED)
    return allow()


def total_of(items: Sequence[Item]) -> int:
    """The points of all items together."""
    return sum(item.weight for item in items)


def part_weight(items: Sequence[Item], part: Part) -> int:
    """The points of a part's items together."""
    return sum(item.weight for item in items if item.part is part)
