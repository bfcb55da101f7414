"""What every club begins with and then makes its own, in the reader's language (TEL-02)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from clubsales.leads.scripts.rules import Situation


@dataclass(frozen=True, slots=True)
class Starter:
    """A script of the house. `code` stands in its address until a club makes it its own."""

    code: str
    situation: Situation
    title: str
    body: str


@cache
def starters(language: str) -> tuple[Starter, ...]:
    """All of them, situation by situation, in `zh_Hans` or `en`."""
    document = tomllib.loads((Path(__file__).parent / "starters.toml").read_text("utf-8"))
    return tuple(
        Starter(code, situation, words[language]["title"], words[language]["body"].strip())
        for situation in Situation
        for code, words in document[situation].items()
    )
