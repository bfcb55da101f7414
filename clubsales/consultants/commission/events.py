"""What happened to commission plans."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class PlanPublished(Event):
    tag: ClassVar[str] = "commission_plan:published"
    subject: ClassVar[str] = "plan_id"
    plan_id: int
    name: str
    kind: str | None
    level: int | None
    probation: bool
    valid_from: date
    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlanDiscarded(Event):
    tag: ClassVar[str] = "commission_plan:discarded"
    subject: ClassVar[str] = "draft_id"
    draft_id: int
    name: str
