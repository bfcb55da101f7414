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


@dataclass(frozen=True, slots=True)
class AssessmentStepped(Event):
    """A step of an assessment; marks of a peer are not told apart from others' by who gave them on any page."""

    tag: ClassVar[str] = "assessment:stepped"
    subject: ClassVar[str] = "assessment_id"
    assessment_id: int
    consultant_id: int
    step: str
    score: int | None
    rule: str = "ASM-09"


@dataclass(frozen=True, slots=True)
class SheetPublished(Event):
    tag: ClassVar[str] = "assessment:sheet_published"
    subject: ClassVar[str] = "sheet_id"
    sheet_id: int
    period: str
    valid_from: date
    rule: str = "ASM-01"


@dataclass(frozen=True, slots=True)
class ClubDayChanged(Event):
    tag: ClassVar[str] = "assessment:club_day"
    subject: ClassVar[str] = "club_id"
    club_id: int
    day: date
    state: str
    rule: str = "ASM-09"


@dataclass(frozen=True, slots=True)
class TrainingPlanned(Event):
    tag: ClassVar[str] = "assessment:training_planned"
    subject: ClassVar[str] = "training_plan_id"
    training_plan_id: int
    consultant_id: int
    due_on: date
    rule: str = "ASM-22"


@dataclass(frozen=True, slots=True)
class TrainingDone(Event):
    tag: ClassVar[str] = "assessment:training_done"
    subject: ClassVar[str] = "training_plan_id"
    training_plan_id: int
    consultant_id: int
    rule: str = "ASM-22"
