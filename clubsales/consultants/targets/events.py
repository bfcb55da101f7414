"""What happened to targets."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class TargetSet(Event):
    tag: ClassVar[str] = "target:set"
    subject: ClassVar[str] = "consultant_id"
    consultant_id: int
    month: date
    amount: str
    before: str | None
    rule: str = "TGT-04"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TargetSeen(Event):
    tag: ClassVar[str] = "target:seen"
    subject: ClassVar[str] = "consultant_id"
    consultant_id: int
    month: date
    sequence: int


@dataclass(frozen=True, slots=True)
class GoalIssued(Event):
    """`value` in the kind's units: minor units, a count or basis points."""

    tag: ClassVar[str] = "goal:issued"
    subject: ClassVar[str] = "goal_id"
    goal_id: int
    scope: str
    scope_id: int | None
    period: str
    starts_on: date
    kind: str
    value: int
    before: int | None
    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class GoalResultStated(Event):
    tag: ClassVar[str] = "goal:result"
    subject: ClassVar[str] = "goal_id"
    goal_id: int
    result: int
    before: int | None
    rule: str = "TGT-07"
