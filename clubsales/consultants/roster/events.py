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


@dataclass(frozen=True, slots=True)
class SwapAsked(Event):
    tag: ClassVar[str] = "roster:swap_asked"
    subject: ClassVar[str] = "roster_swap_id"
    roster_swap_id: int
    entry_id: int
    other_entry_id: int | None
    asked_by: int
    with_consultant_id: int


@dataclass(frozen=True, slots=True)
class SwapChanged(Event):
    """`status` is agreed, declined, approved, refused or withdrawn; `rule` says who may decide."""

    tag: ClassVar[str] = "roster:swap_changed"
    subject: ClassVar[str] = "roster_swap_id"
    roster_swap_id: int
    status: str
    rule: str


@dataclass(frozen=True, slots=True)
class FeedChanged(Event):
    """The link of a consultant's calendar was made, made anew or revoked."""

    tag: ClassVar[str] = "roster:feed_changed"
    subject: ClassVar[str] = "consultant_id"
    consultant_id: int
    change: str
