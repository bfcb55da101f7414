"""What happened on the post."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class ShiftOpened(Event):
    """A punch by server time. `late_minutes` by ATT-02 and AMB-62; none without a planned shift."""

    tag: ClassVar[str] = "shift:opened"
    subject: ClassVar[str] = "shift_id"
    shift_id: int
    consultant_id: int
    checklist_version: str
    roster_entry_id: int | None
    late_minutes: int | None


@dataclass(frozen=True, slots=True)
class StatusChanged(Event):
    tag: ClassVar[str] = "shift:status_changed"
    subject: ClassVar[str] = "shift_id"
    shift_id: int
    consultant_id: int
    old_status: str
    new_status: str
    override_by: int | None
    override_reason: str | None


@dataclass(frozen=True, slots=True)
class ShiftClosed(Event):
    tag: ClassVar[str] = "shift:closed"
    subject: ClassVar[str] = "shift_id"
    shift_id: int
    consultant_id: int
    acknowledged_by: int | None
    override_by: int | None
    override_reason: str | None
