"""Version 1 of every checklist: what a club starts with and then makes its own (AMB-22)."""

import tomllib
from functools import cache
from pathlib import Path

from clubsales.consultants.checklists.rules import STARTER_NUMBER, Checklist, Item, Occasion

KNOWN_SHIFTS = ("early", "late")


def starter(occasion: Occasion, shift: str) -> Checklist:
    """The first version; a shift of another name begins with the early one's."""
    known = shift if shift in KNOWN_SHIFTS else KNOWN_SHIFTS[0]
    return Checklist(occasion, shift, STARTER_NUMBER, _starters()[occasion, known])


@cache
def _starters() -> dict[tuple[Occasion, str], tuple[Item, ...]]:
    document = tomllib.loads((Path(__file__).parent / "starters.toml").read_text("utf-8"))
    return {
        (occasion, shift): tuple(
            Item.restored(code, words) for code, words in document[occasion][shift].items()
        )
        for occasion in Occasion
        for shift in KNOWN_SHIFTS
    }
