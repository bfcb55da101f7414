"""What happened to the roster."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event
from clubsales.clock import Instant


@dataclass(frozen=True, slots=True)
class ShiftPlanned(Event):
    """`instead_of` is the entry of that day it replaces; `rule` says who may: SHF-02."""

    tag: ClassVar[str] = "roster:planned"
    subject: ClassVar[str] = "roster_entry_id"
    roster_entry_id: int
    consultant_id: int
    local_day: date
    shift: str
    starts_at: Instant
    ends_at: Instant
    instead_of: int | None
    rule: str


@dataclass(frozen=True, slots=True)
class PlanWithdrawn(Event):
    """A planned shift no longer holds; `why` is replaced, removed, swapped or leave."""

    tag: ClassVar[str] = "roster:withdrawn"
    subject: ClassVar[str] = "roster_entry_id"
    roster_entry_id: int
    consultant_id: int
    local_day: date
    shift: str
    why: str
    rule: str
