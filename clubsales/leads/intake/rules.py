"""What a lead is: where it came from, how warm it is, what is known of the need, and why it was lost."""

from enum import StrEnum

from clubsales.actor import Role
from clubsales.errors import Decision, allow, refuse
from clubsales.leads.sources.rules import Source
from clubsales.typed import free_text

__all__ = ["Grade", "LeadRefused", "Source", "clean_text"]
LONGEST_INTEREST = 200
LONGEST_NOTE = 4_000
LONGEST_BUDGET = 100
LONGEST_DECIDES = 200
MAY_LOSE_OTHERS = frozenset({Role.SUPERVISOR, Role.CLUB_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER})


class Grade(StrEnum):
    """Intention, from A (buys now) to D (some day) (LED-06, LED-07)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Urgency(StrEnum):
    """How soon the guest wants to begin (LED-07)."""

    NOW = "now"
    MONTH = "month"
    LATER = "later"


class LostReason(StrEnum):
    """Why nothing came of it."""

    PRICE = "price"
    PLACE = "place"
    COMPETITOR = "competitor"
    NO_TIME = "no_time"
    HEALTH = "health"
    OTHER = "other"


class LeadRefused(StrEnum):
    TEXT_TOO_LONG = "lead.text_too_long"
    LOST_BOUGHT = "lead.lost_bought"
    LOST_NOT_HIS = "lead.lost_not_his"
    REFERRED_BY_HIMSELF = "lead.referred_by_himself"
    REFERRER_UNKNOWN = "lead.referrer_unknown"


def may_lose(*, has_bought: bool, holder: str | None, is_holder: bool, roles: frozenset[Role]) -> Decision:
    """A lead may be given up by whoever holds it or leads the floor, and by anybody while nobody holds it.

    Whoever bought is no lost lead.
    """
    if has_bought:
        return refuse(LeadRefused.LOST_BOUGHT)
    if holder is None or is_holder or not roles.isdisjoint(MAY_LOSE_OTHERS):
        return allow()
    return refuse(LeadRefused.LOST_NOT_HIS, holder=holder)


def added_note(note: str, line: str) -> str:
    """A note with one more line below it, also where it is longer then than people may type: nothing is lost."""
    return f"{note}\n{line}" if note else line


def longest_note(note: str) -> int:
    """How long a note may be that now reads `note`: one that lines were added to may stay as long as it is."""
    return max(LONGEST_NOTE, len(note))


def clean_text(text: str, longest: int) -> str:
    """A note as it is kept; raises Refused(LeadRefused.TEXT_TOO_LONG)."""
    kept = free_text(text)
    if len(kept) > longest:
        refuse(LeadRefused.TEXT_TOO_LONG, longest=longest).or_raise()
    return kept
