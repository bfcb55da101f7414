"""Reads of shifts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.shifts.models import ShiftRow
from clubsales.consultants.shifts.rules import Status
from clubsales.ids import ClubID, ConsultantID, RosterEntryID, ShiftID


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftView:
    """A shift with whose it is; an open one has no `closed_at`."""

    id: ShiftID
    public_id: str
    consultant_id: ConsultantID
    name: str
    kind: Kind | None
    local_day: date
    opened_at: Instant
    status: Status
    status_since: Instant
    closed_at: Instant | None
    handover_note: str
    acknowledged_by: ConsultantID | None
    late_minutes: int | None  # for the planned shift; none without one
    checklist_shift: str  # whose checklist was ticked on opening: early, late, ...


def open_shift_of(session: Session, consultant_id: ConsultantID) -> ShiftView | None:
    """The consultant's open shift, if he has one."""
    row = session.execute(
        _shifts().where(ShiftRow.consultant_id == consultant_id, ShiftRow.closed_at.is_(None))
    ).one_or_none()
    return _view(row) if row is not None else None


def open_shifts(session: Session, club_id: ClubID) -> list[ShiftView]:
    """Everybody with an open shift in the club, in the order of opening."""
    statement = _shifts().where(ShiftRow.club_id == club_id, ShiftRow.closed_at.is_(None))
    return [_view(row) for row in session.execute(statement)]


def shifts_on(session: Session, club_id: ClubID, day: date) -> list[ShiftView]:
    """The shifts opened on a club-local day, in the order of opening."""
    statement = _shifts().where(ShiftRow.club_id == club_id, ShiftRow.local_day == day)
    return [_view(row) for row in session.execute(statement)]


def last_handover(session: Session, club_id: ClubID) -> ShiftView | None:
    """The latest closed shift with a handover note: what the next one reads."""
    row = session.execute(
        _shifts()
        .where(ShiftRow.club_id == club_id, ShiftRow.closed_at.is_not(None), ShiftRow.handover_note != "")
        .order_by(None)
        .order_by(ShiftRow.closed_at.desc(), ShiftRow.id.desc())
        .limit(1)
    ).one_or_none()
    return _view(row) if row is not None else None


def entry_is_taken(session: Session, entry_id: RosterEntryID) -> bool:
    """Whether somebody has come for this planned shift already."""
    return session.execute(sa.select(sa.exists().where(ShiftRow.roster_entry_id == entry_id))).scalar_one()


def _shifts() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            ShiftRow.id,
            ShiftRow.public_id,
            ShiftRow.consultant_id,
            ConsultantRow.name,
            ConsultantRow.kind,
            ShiftRow.local_day,
            ShiftRow.opened_at,
            ShiftRow.status,
            ShiftRow.status_since,
            ShiftRow.closed_at,
            ShiftRow.handover_note,
            ShiftRow.acknowledged_by,
            ShiftRow.late_minutes,
            ShiftRow.opening_checklist,
        )
        .join_from(ShiftRow, ConsultantRow, ConsultantRow.id == ShiftRow.consultant_id)
        .order_by(ShiftRow.opened_at, ShiftRow.id)
    )


def _view(row: Any) -> ShiftView:
    return ShiftView(
        id=ShiftID(row.id),
        public_id=row.public_id,
        consultant_id=ConsultantID(row.consultant_id),
        name=row.name,
        kind=Kind(row.kind) if row.kind else None,
        local_day=row.local_day,
        opened_at=row.opened_at,
        status=Status(row.status),
        status_since=row.status_since,
        closed_at=row.closed_at,
        handover_note=row.handover_note,
        acknowledged_by=ConsultantID(row.acknowledged_by) if row.acknowledged_by is not None else None,
        late_minutes=row.late_minutes,
        checklist_shift=str(row.opening_checklist.get("shift", "")),
    )
