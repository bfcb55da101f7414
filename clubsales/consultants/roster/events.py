"""What happened to the roster."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event
from clubsales.clock import Instant
from clubsales.ids import RosterEntryID


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
class WeekCopied(Event):
    """A week was planned as another one was: which shifts, so that the copy can be taken back."""

    tag: ClassVar[str] = "roster:week_copied"
    subject: ClassVar[str] = "roster_week"
    roster_week: int
    from_monday: date
    roster_entry_ids: list[RosterEntryID]


@dataclass(frozen=True, slots=True)
class WeekCopyUndone(Event):
    """A copy was taken back: the shifts of it that still held."""

    tag: ClassVar[str] = "roster:week_copy_undone"
    subject: ClassVar[str] = "roster_week"
    roster_week: int
    copied_at: Instant
    roster_entry_ids: list[RosterEntryID]


def week_number(monday: date) -> int:
    """A week as a subject of the audit: its Monday as YYYYMMDD."""
    return int(monday.strftime("%Y%m%d"))


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
