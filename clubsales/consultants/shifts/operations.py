"""Who is on post: the rows of shifts. What lies above (guests, the queue) is composed in front-desk posts."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, policies
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day, local_time
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.shifts import queries
from clubsales.consultants.shifts.events import ShiftClosed, ShiftOpened, StatusChanged
from clubsales.consultants.shifts.models import PresenceRow, ShiftRow
from clubsales.consultants.shifts.rules import (
    CloseFacts,
    Override,
    ShiftPolicy,
    ShiftRefused,
    Status,
    StatusFacts,
    Ticked,
    may_change_status,
    may_close,
    may_open,
)
from clubsales.db import for_update
from clubsales.errors import refuse
from clubsales.ids import ConsultantID, RosterEntryID, ShiftID


@dataclass(frozen=True, slots=True)
class _OpenShift:
    shift_id: ShiftID
    consultant_id: ConsultantID
    status: Status


def open_shift(
    session: Session,
    *,
    consultant_id: ConsultantID,
    checklist: Ticked,
    roster_entry_id: RosterEntryID | None = None,
    late_minutes: int | None = None,
    actor: Actor,
    at: Instant,
) -> ShiftID:
    """Put a consultant on post, for the planned shift if there is one, with the minutes he is late for it.

    Raises NotFound for somebody of another club, Refused(ShiftRefused.ALREADY_OPEN) and
    Refused(ShiftRefused.CHECKLIST) for an item not ticked.
    """
    consultant = profiles.get(session, actor.club.id, consultant_id)
    if queries.open_shift_of(session, consultant_id) is not None:
        refuse(ShiftRefused.ALREADY_OPEN, name=consultant.name).or_raise()
    may_open(checklist).or_raise()
    row = ShiftRow(
        club_id=actor.club.id,
        consultant_id=consultant_id,
        local_day=local_day(at, actor.club.zone),
        opened_at=at,
        opening_checklist=checklist.stored(),
        status_since=at,
        roster_entry_id=roster_entry_id,
        late_minutes=late_minutes,
    )
    session.add(row)
    session.flush()
    _begin_presence(session, ShiftID(row.id), Status.ON_POST, at)
    version = f"{checklist.shift} {checklist.number}"
    event = ShiftOpened(row.id, consultant_id, version, roster_entry_id, late_minutes)
    audit.record(session, event, actor=actor, at=at)
    return ShiftID(row.id)


def change_status(
    session: Session,
    *,
    consultant_id: ConsultantID,
    status: Status,
    override: Override | None = None,
    actor: Actor,
    at: Instant,
) -> None:
    """Leave the post for a while, or come back; the same status again changes nothing.

    Raises Refused(ShiftRefused.NOT_OPEN, RELIEF_MISSING or OVERRIDE).
    """
    mine, others = _lock_open_shifts(session, consultant_id, actor)
    if status is mine.status:
        return
    facts = StatusFacts(
        now=mine.status,
        wanted=status,
        within_business_hours=_within_business_hours(actor, at),
        others_on_post=_on_post(others),
        min_on_post=_min_on_post(session, actor, at),
        override=override,
    )
    may_change_status(facts).or_raise()
    session.execute(
        sa.update(ShiftRow).where(ShiftRow.id == mine.shift_id).values(status=status.value, status_since=at)
    )
    _end_presence(session, mine.shift_id, at)
    _begin_presence(session, mine.shift_id, status, at)
    audit.record(
        session,
        StatusChanged(mine.shift_id, consultant_id, mine.status.value, status.value, *_traced(override)),
        actor=actor,
        at=at,
    )


def close_shift(
    session: Session,
    *,
    consultant_id: ConsultantID,
    acknowledged_by: ConsultantID | None = None,
    handover_note: str = "",
    override: Override | None = None,
    closing_checklist: Ticked | None = None,
    actor: Actor,
    at: Instant,
) -> ShiftID:
    """Take a consultant off post; within business hours a colleague on post has acknowledged the handover.

    Raises Refused(ShiftRefused.NOT_OPEN, CHECKLIST, RELIEF_MISSING, HANDOVER_MISSING or OVERRIDE).
    """
    mine, others = _lock_open_shifts(session, consultant_id, actor)
    relief = next((shift for shift in others if shift.consultant_id == acknowledged_by), None)
    facts = CloseFacts(
        within_business_hours=_within_business_hours(actor, at),
        others_on_post=_on_post(others),
        min_on_post=_min_on_post(session, actor, at),
        acknowledged_on_post=relief is not None and relief.status is Status.ON_POST,
        closing_checklist=closing_checklist,
        override=override,
    )
    may_close(facts).or_raise()
    override_by, override_reason = _traced(override)
    session.execute(
        sa.update(ShiftRow)
        .where(ShiftRow.id == mine.shift_id)
        .values(
            closed_at=at,
            closing_checklist=closing_checklist.stored() if closing_checklist is not None else {},
            handover_note=handover_note,
            acknowledged_by=relief.consultant_id if relief else None,
            override_by=override_by,
            override_reason=override_reason,
        )
    )
    _end_presence(session, mine.shift_id, at)
    audit.record(
        session,
        ShiftClosed(
            mine.shift_id,
            consultant_id,
            relief.consultant_id if relief else None,
            override_by,
            override_reason,
        ),
        actor=actor,
        at=at,
    )
    return mine.shift_id


def _lock_open_shifts(
    session: Session, consultant_id: ConsultantID, actor: Actor
) -> tuple[_OpenShift, list[_OpenShift]]:
    """The consultant's open shift and everybody else's, locked in one order: two cannot both leave at once."""
    statement: Any = (
        sa.select(ShiftRow.id, ShiftRow.consultant_id, ShiftRow.status)
        .where(ShiftRow.club_id == actor.club.id, ShiftRow.closed_at.is_(None))
        .order_by(ShiftRow.id)
    )
    rows = session.execute(for_update(statement))
    shifts = [
        _OpenShift(ShiftID(row.id), ConsultantID(row.consultant_id), Status(row.status)) for row in rows
    ]
    mine = next((shift for shift in shifts if shift.consultant_id == consultant_id), None)
    if mine is None:
        refuse(ShiftRefused.NOT_OPEN).or_raise()
    return mine, [shift for shift in shifts if shift is not mine]


def _on_post(shifts: list[_OpenShift]) -> int:
    return sum(shift.status is Status.ON_POST for shift in shifts)


def _within_business_hours(actor: Actor, at: Instant) -> bool:
    return actor.club.is_business_time(local_time(at, actor.club.zone))


def _min_on_post(session: Session, actor: Actor, at: Instant) -> int:
    policy = policies.policy_on(session, actor.club, local_day(at, actor.club.zone))
    return policy.read("shift", ShiftPolicy).min_on_post


def _traced(override: Override | None) -> tuple[int | None, str | None]:
    """Who overrode and why; one that lacks the authority is nobody's."""
    if override is None or not override.holds:
        return None, None
    return override.account_id, override.reason.strip()


def _begin_presence(session: Session, shift_id: ShiftID, status: Status, at: Instant) -> None:
    session.execute(sa.insert(PresenceRow).values(shift_id=shift_id, status=status.value, since_at=at))


def _end_presence(session: Session, shift_id: ShiftID, at: Instant) -> None:
    session.execute(
        sa.update(PresenceRow)
        .where(PresenceRow.shift_id == shift_id, PresenceRow.until_at.is_(None))
        .values(until_at=at)
    )
