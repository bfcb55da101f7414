"""What happened between two shifts."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class HandoverOffered(Event):
    tag: ClassVar[str] = "shift:handover_offered"
    subject: ClassVar[str] = "shift_id"
    shift_id: int
    handover_id: int
    to_consultant_id: int


@dataclass(frozen=True, slots=True)
class HandoverAcknowledged(Event):
    """`by_pin`: on the tablet of the one who leaves."""

    tag: ClassVar[str] = "shift:handover_acknowledged"
    subject: ClassVar[str] = "shift_id"
    shift_id: int
    handover_id: int
    to_consultant_id: int
    by_pin: bool


@dataclass(frozen=True, slots=True)
class HandoverWithdrawn(Event):
    tag: ClassVar[str] = "shift:handover_withdrawn"
    subject: ClassVar[str] = "shift_id"
    shift_id: int
    handover_id: int
    to_consultant_id: int


@dataclass(frozen=True, slots=True)
class DayPlanned(Event):
    tag: ClassVar[str] = "consultant:day_planned"
    subject: ClassVar[str] = "consultant_id"
    consultant_id: int
    local_day: date
    calls: int
    visits: int
    flyers: int
    sales: int


@dataclass(frozen=True, slots=True)
class DayFormFilled(Event):
    tag: ClassVar[str] = "shift:day_form_filled"
    subject: ClassVar[str] = "shift_id"
    shift_id: int
    day_form_id: int
    till_count_id: int | None
