"""What comes first of what is due, and why: the clock, the protection, the grade, the days (TEL-03, LED-06)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clubsales.clock import Instant

LAST_GRADE = "E"  # after D: nobody has judged him


class Urgency(StrEnum):
    """Why something stands where it stands, the most urgent first."""

    RESPONSE = "response"  # a new lead waits for its first contact, and goes back to the pool
    ENDING = "ending"  # the protection ends within `claims.warn_days`
    GRADE = "grade"  # what is due, by grade and then by days
    SILENT = "silent"  # nothing is planned, and the cadence has run out


RANK = {urgency: place for place, urgency in enumerate((Urgency.RESPONSE, Urgency.ENDING))}


@dataclass(frozen=True, slots=True)
class WarningPolicy:
    """Section `claims`: how long before its end a protection is warned about; 0: never."""

    warn_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueFacts:
    """A guest somebody should contact: by when the clock says, the last protected day, the grade, the day due.

    No `due_on`: nothing is planned. No `protected_until`: nobody's protection, or one that no day ends.
    """

    answer_by: Instant | None = None
    protected_until: date | None = None
    grade: str | None = None
    due_on: date | None = None


def urgency_of(facts: DueFacts, today: date, policy: WarningPolicy) -> Urgency:
    """Why this is to be done; the first that is true."""
    if facts.answer_by is not None:
        return Urgency.RESPONSE
    if is_ending(facts.protected_until, today, policy):
        return Urgency.ENDING
    return Urgency.GRADE if facts.due_on is not None else Urgency.SILENT


def is_ending(until: date | None, today: date, policy: WarningPolicy) -> bool:
    """Whether a protection ends so soon that its holder is warned."""
    return until is not None and bool(policy.warn_days) and (until - today).days <= policy.warn_days


def sort_key(facts: DueFacts, today: date, policy: WarningPolicy) -> tuple[object, ...]:
    """What is due stands in this order: clock, protection, grade, days overdue.

    Among equals by the clock what ends first is first.
    """
    urgency = urgency_of(facts, today, policy)
    if urgency is Urgency.RESPONSE:
        first: object = facts.answer_by
    elif urgency is Urgency.ENDING:
        first = facts.protected_until
    else:
        first = 0
    due_on = facts.due_on or today
    return (RANK.get(urgency, len(RANK)), first, facts.grade or LAST_GRADE, due_on)
