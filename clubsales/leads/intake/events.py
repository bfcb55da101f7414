"""What happened to leads."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class LeadCaptured(Event):
    tag: ClassVar[str] = "lead:captured"
    subject: ClassVar[str] = "lead_id"
    lead_id: int
    person_id: int
    source: str
    consultant_id: int | None


@dataclass(frozen=True, slots=True)
class LeadTouchedAgain(Event):
    """A second capture met the first lead; `filled` names the fields that were blank before."""

    tag: ClassVar[str] = "lead:touched_again"
    subject: ClassVar[str] = "lead_id"
    lead_id: int
    consultant_id: int | None
    source: str
    filled: list[str]


@dataclass(frozen=True, slots=True)
class LeadEdited(Event):
    tag: ClassVar[str] = "lead:edited"
    subject: ClassVar[str] = "lead_id"
    lead_id: int
    changed: list[str]


@dataclass(frozen=True, slots=True)
class LeadConverted(Event):
    tag: ClassVar[str] = "lead:converted"
    subject: ClassVar[str] = "lead_id"
    lead_id: int
    sale_id: int


@dataclass(frozen=True, slots=True)
class LeadLost(Event):
    """Somebody gave the lead up."""

    tag: ClassVar[str] = "lead:lost"
    subject: ClassVar[str] = "lead_id"
    lead_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class LeadRegained(Event):
    """A lost lead was taken back, or came again by himself."""

    tag: ClassVar[str] = "lead:regained"
    subject: ClassVar[str] = "lead_id"
    lead_id: int


@dataclass(frozen=True, slots=True)
class EnquiryReceived(Event):
    """Somebody filled in the club's form on the web. What he typed is personal and stays out of the audit."""

    tag: ClassVar[str] = "lead:enquired"
    subject: ClassVar[str] = "lead_id"
    lead_id: int
    was_known: bool
