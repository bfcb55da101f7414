"""What happened to the club's list of sources."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class SourceAdded(Event):
    tag: ClassVar[str] = "lead_source:added"
    subject: ClassVar[str] = "lead_source_id"
    lead_source_id: int
    kind: str
    under_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class SourceRenamed(Event):
    """An empty name: the kind is called as everywhere again."""

    tag: ClassVar[str] = "lead_source:renamed"
    subject: ClassVar[str] = "lead_source_id"
    lead_source_id: int
    kind: str
    before: str
    name: str


@dataclass(frozen=True, slots=True)
class SourceRetired(Event):
    """No new lead is given it; those that have it keep it."""

    tag: ClassVar[str] = "lead_source:retired"
    subject: ClassVar[str] = "lead_source_id"
    lead_source_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class SourceRestored(Event):
    tag: ClassVar[str] = "lead_source:restored"
    subject: ClassVar[str] = "lead_source_id"
    lead_source_id: int
    kind: str
