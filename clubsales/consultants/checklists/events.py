"""What happened to checklists."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class ChecklistPublished(Event):
    tag: ClassVar[str] = "checklist:published"
    subject: ClassVar[str] = "checklist_version_id"
    checklist_version_id: int
    occasion: str
    shift: str
    number: int
    rule: str = "AMB-22"
