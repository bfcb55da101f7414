"""Where leads come from, and how warm they are."""

from enum import StrEnum

from clubsales.errors import refuse
from clubsales.leads.sources.rules import Source
from clubsales.typed import free_text

__all__ = ["Grade", "LeadRefused", "Source", "clean_text"]
LONGEST_INTEREST = 200
LONGEST_NOTE = 4_000


class Grade(StrEnum):
    """Intention, from A (buys now) to D (some day) (LED-06, LED-07)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class LeadRefused(StrEnum):
    TEXT_TOO_LONG = "lead.text_too_long"


def clean_text(text: str, longest: int) -> str:
    """A note as it is kept; raises Refused(LeadRefused.TEXT_TOO_LONG)."""
    kept = free_text(text)
    if len(kept) > longest:
        refuse(LeadRefused.TEXT_TOO_LONG, longest=longest).or_raise()
    return kept
