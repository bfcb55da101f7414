"""What happened to assessments."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class AssessmentRecorded(Event):
    tag: ClassVar[str] = "assessment:recorded"
    subject: ClassVar[str] = "assessment_id"
    assessment_id: int
    consultant_id: int
    month: date
    score: int  # ten-thousandths of a point
    rule: str = "ASM-10"
