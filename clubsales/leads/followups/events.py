"""What happened to follow-ups."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class ContactLogged(Event):
    """Somebody was in touch with a lead; whether it counts as evidence was decided by the policy of that day."""

    tag: ClassVar[str] = "contact:logged"
    subject: ClassVar[str] = "person_id"
    person_id: int
    contact_id: int
    consultant_id: int
    channel: str
    outcome: str
    is_effective: bool


@dataclass(frozen=True, slots=True)
class ContactCorrected(Event):
    """A record stands for an earlier one, which is kept; it counts from its own moment."""

    tag: ClassVar[str] = "contact:corrected"
    subject: ClassVar[str] = "person_id"
    person_id: int
    contact_id: int
    corrects_id: int
    consultant_id: int
    channel: str
    outcome: str
    is_effective: bool


@dataclass(frozen=True, slots=True)
class FollowUpPlanned(Event):
    tag: ClassVar[str] = "follow_up:planned"
    subject: ClassVar[str] = "person_id"
    person_id: int
    follow_up_id: int
    consultant_id: int
    due_on: date


@dataclass(frozen=True, slots=True)
class FollowUpEnded(Event):
    """A next step was ticked off, by hand or by the contact that did it."""

    tag: ClassVar[str] = "follow_up:ended"
    subject: ClassVar[str] = "person_id"
    person_id: int
    follow_up_id: int
    contact_id: int | None


@dataclass(frozen=True, slots=True)
class FollowUpReassigned(Event):
    """A next step went to a colleague, as it was: what and by which day."""

    tag: ClassVar[str] = "follow_up:reassigned"
    subject: ClassVar[str] = "person_id"
    person_id: int
    follow_up_id: int
    from_consultant_id: int
    consultant_id: int
