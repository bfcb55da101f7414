"""What happened to hand-overs: one event for the whole, and one for each lead."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class HandOverMade(Event):
    """Somebody decided that a consultant's leads go to colleagues."""

    tag: ClassVar[str] = "hand_over:made"
    subject: ClassVar[str] = "hand_over_id"
    hand_over_id: int
    from_consultant_id: int
    to_consultants: list[int]
    starts_on: date
    ends_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class HandOverDealt(Event):
    """The leads were dealt; `left` found no place and stay where they are."""

    tag: ClassVar[str] = "hand_over:dealt"
    subject: ClassVar[str] = "hand_over_id"
    hand_over_id: int
    count: int
    left: int


@dataclass(frozen=True, slots=True)
class HandOverUndone(Event):
    """What could go back went back, on its day or by somebody; `kept` stayed."""

    tag: ClassVar[str] = "hand_over:undone"
    subject: ClassVar[str] = "hand_over_id"
    hand_over_id: int
    returned: int
    kept: int


@dataclass(frozen=True, slots=True)
class LeadHandedOver(Event):
    """A lead went to a colleague."""

    tag: ClassVar[str] = "lead:handed_over"
    subject: ClassVar[str] = "lead_id"
    lead_id: int
    hand_over_id: int
    from_consultant_id: int
    to_consultant_id: int


@dataclass(frozen=True, slots=True)
class LeadReturned(Event):
    """A lead went back to whom it came from."""

    tag: ClassVar[str] = "lead:returned"
    subject: ClassVar[str] = "lead_id"
    lead_id: int
    hand_over_id: int
    from_consultant_id: int
    to_consultant_id: int
