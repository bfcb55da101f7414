"""The sheets a club starts with and then makes its own (AMB-46)."""

import tomllib
from functools import cache
from pathlib import Path

from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.sheets import Item, Sheet


@cache
def starter() -> Sheet:
    """The sheets as delivered."""
    document = tomllib.loads((Path(__file__).parent / "starters.toml").read_text("utf-8"))
    return {
        period: tuple(Item.restored({"code": code} | fields) for code, fields in document[period].items())
        for period in Period
    }
