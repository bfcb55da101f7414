"""Leads of a consultant who leaves or is away are dealt to colleagues by turns, and come back (OWN-10)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse
from clubsales.ids import ConsultantID, LeadID, PersonID

LONGEST_REASON = 300
NO_GRADE = ""


class HandOverRefused(StrEnum):
    NO_REASON = "hand_over.no_reason"
    PAST = "hand_over.past"
    ENDS_FIRST = "hand_over.ends_first"
    NOBODY = "hand_over.nobody"
    HIMSELF = "hand_over.himself"
    GONE = "hand_over.gone"
    PLANNED = "hand_over.planned"
    NO_LEADS = "hand_over.no_leads"
    FULL = "hand_over.full"


class State(StrEnum):
    """How a hand-over stands."""

    PLANNED = "planned"  # its day has not begun
    DEALT = "dealt"
    RETURNED = "returned"  # on the day they were to come back
    UNDONE = "undone"  # by somebody
    CANCELLED = "cancelled"  # before anything was dealt


class Kept(StrEnum):
    """Why a lead did not go back."""

    SOLD = "sold"  # whoever received it sold to the guest
    NOT_HELD = "not_held"  # whoever received it no longer holds it
    GONE = "gone"  # whoever it came from works here no more


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLead:
    """A lead to be dealt. No grade: an empty text."""

    person_id: PersonID
    lead_id: LeadID
    grade: str = NO_GRADE


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A colleague who takes over, and how many leads he holds already."""

    consultant_id: ConsultantID
    name: str
    open_claims: int


@dataclass(slots=True, kw_only=True)
class Portion:
    """What one colleague receives."""

    recipient: Recipient
    leads: list[HeldLead] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many he holds afterwards."""
        return self.recipient.open_claims + len(self.leads)

    @property
    def grades(self) -> dict[str, int]:
        """How many of each grade, the best first."""
        counted = Counter(lead.grade for lead in self.leads)
        return {grade: counted[grade] for grade in sorted(counted, key=_by_grade)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """Who receives what, and what found no place because all are full."""

    portions: tuple[Portion, ...]
    left: tuple[HeldLead, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverFacts:
    """What is to be handed over: whose, from which day, to whom.

    `gone` are chosen colleagues who do not sell here on that day; `planned_from` is the day of another hand-over of the
    same consultant that waits already. `leads` is how many there are to deal now, None while the day is ahead, and
    `room` how many the chosen may still take, None without a limit.
    """

    today: date
    starts_on: date
    ends_on: date | None
    reason: str
    consultant: str
    is_among_recipients: bool
    recipients: int
    gone: tuple[str, ...]
    planned_from: date | None
    leads: int | None
    room: int | None


def may_hand_over(facts: HandOverFacts) -> Decision:
    """Whether leads may be handed over like this; the first rule that says no is the answer."""
    if not facts.reason:
        return refuse(HandOverRefused.NO_REASON)
    if facts.starts_on < facts.today:
        return refuse(HandOverRefused.PAST, day=facts.starts_on)
    if facts.ends_on is not None and facts.ends_on <= facts.starts_on:
        return refuse(HandOverRefused.ENDS_FIRST, day=facts.starts_on)
    if not facts.recipients:
        return refuse(HandOverRefused.NOBODY)
    if facts.is_among_recipients:
        return refuse(HandOverRefused.HIMSELF, consultant=facts.consultant)
    if facts.gone:
        return refuse(HandOverRefused.GONE, colleague=facts.gone[0], day=facts.starts_on)
    if facts.planned_from is not None:
        return refuse(HandOverRefused.PLANNED, consultant=facts.consultant, day=facts.planned_from)
    if facts.leads == 0:
        return refuse(HandOverRefused.NO_LEADS, consultant=facts.consultant)
    if facts.leads is not None and facts.room is not None and facts.room < facts.leads:
        return refuse(HandOverRefused.FULL, count=facts.leads, room=facts.room)
    return allow()


def deal(leads: Sequence[HeldLead], recipients: Sequence[Recipient], *, max_open: int) -> Dealt:
    """Deal leads by turns, grade by grade, beginning with whoever holds fewest; a full one is passed over.

    The turn goes on from one grade to the next, so that neither the grades nor the sums differ by more than one.
    `max_open` 0: nobody is ever full.
    """
    turns = [Portion(recipient=each) for each in sorted(recipients, key=lambda each: each.open_claims)]
    left: list[HeldLead] = []
    place = 0
    for lead in sorted(leads, key=lambda lead: _by_grade(lead.grade)):
        after = [turns[(place + step) % len(turns)] for step in range(len(turns))]
        taker = next((each for each in after if not max_open or each.total < max_open), None)
        if taker is None:
            left.append(lead)
            continue
        taker.leads.append(lead)
        place = turns.index(taker) + 1
    return Dealt(portions=tuple(turns), left=tuple(left))


def room_of(recipients: Sequence[Recipient], *, max_open: int) -> int | None:
    """How many leads these may still take together; None without a limit."""
    if not max_open:
        return None
    return sum(max(max_open - each.open_claims, 0) for each in recipients)


def kept_because(*, still_holds: bool, sold_meanwhile: bool, giver_works_here: bool) -> Kept | None:
    """Why a lead stays where it is; None: it goes back."""
    if not still_holds:
        return Kept.NOT_HELD
    if sold_meanwhile:
        return Kept.SOLD
    return None if giver_works_here else Kept.GONE


def _by_grade(grade: str) -> tuple[bool, str]:
    """A to D, and last what nobody graded."""
    return (grade == NO_GRADE, grade)
