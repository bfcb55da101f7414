"""Reads of the roster."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant, local_day
from clubsales.consultants.roster.models import RosterEntryRow
from clubsales.consultants.roster.rules import Entry, Off, Span, off_on
from clubsales.db import table_of
from clubsales.ids import ClubID, ConsultantID, RosterEntryID

ENTRY = table_of(RosterEntryRow)
LEAVE = sa.table(  # a subject above this one
    "leave_request",
    sa.column("club_id", sa.BigInteger),
    sa.column("consultant_id", sa.BigInteger),
    sa.column("first_day", sa.Date),
    sa.column("last_day", sa.Date),
    sa.column("from_noon", sa.Boolean),
    sa.column("until_noon", sa.Boolean),
    sa.column("status", sa.String),
)
HOLDING = (
    sa.select(
        ENTRY.c.id,
        ENTRY.c.consultant_id,
        ENTRY.c.local_day,
        ENTRY.c.shift,
        ENTRY.c.starts_at,
        ENTRY.c.ends_at,
    )
    .where(ENTRY.c.withdrawn_at.is_(None))
    .order_by(ENTRY.c.starts_at, ENTRY.c.id)
)
PLANNED = HOLDING.where(
    ENTRY.c.consultant_id == sa.bindparam("consultant_id"),
    ENTRY.c.local_day.between(sa.bindparam("yesterday"), sa.bindparam("today")),
    ENTRY.c.ends_at > sa.bindparam("at", type_=ENTRY.c.ends_at.type),
).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedShift:
    """A shift somebody is expected for."""

    entry_id: RosterEntryID
    shift: str
    starts_at: Instant
    ends_at: Instant


def planned_for(
    session: Session, *, consultant_id: ConsultantID, at: Instant, zone: ZoneInfo
) -> PlannedShift | None:
    """The consultant's earliest planned shift of the local day that has not ended; after midnight, last night's."""
    today = local_day(at, zone)
    row = session.execute(
        PLANNED,
        {
            "consultant_id": consultant_id,
            "yesterday": today - timedelta(days=1),
            "today": today,
            "at": at,
        },
    ).one_or_none()
    if row is None:
        return None
    return PlannedShift(
        entry_id=RosterEntryID(row.id), shift=row.shift, starts_at=row.starts_at, ends_at=row.ends_at
    )


def entries_of(
    session: Session, consultant_ids: Iterable[ConsultantID], first: date, last: date
) -> dict[ConsultantID, list[Entry]]:
    """What is planned for these consultants from a local day to another, in order of time."""
    wanted = set(consultant_ids)
    found: dict[ConsultantID, list[Entry]] = {each: [] for each in wanted}
    statement = HOLDING.where(ENTRY.c.consultant_id.in_(wanted), ENTRY.c.local_day.between(first, last))
    for row in session.execute(statement):
        found[ConsultantID(row.consultant_id)].append(_entry(row))
    return found


def days_off(
    session: Session, club_id: ClubID, first: date, last: date
) -> dict[tuple[ConsultantID, date], Off]:
    """Approved leave of a club's consultants, day by day."""
    rows = session.execute(
        sa.select(LEAVE).where(
            LEAVE.c.club_id == club_id,
            LEAVE.c.status == "approved",
            LEAVE.c.first_day <= last,
            LEAVE.c.last_day >= first,
        )
    )
    found: dict[tuple[ConsultantID, date], Off] = {}
    for row in rows:
        day = max(row.first_day, first)
        while day <= min(row.last_day, last):
            off = off_on(
                day,
                first_day=row.first_day,
                last_day=row.last_day,
                from_noon=row.from_noon,
                until_noon=row.until_noon,
            )
            key = (ConsultantID(row.consultant_id), day)
            if off is not None:
                before = found.get(key, Off(morning=False, afternoon=False))
                found[key] = Off(
                    morning=off.morning or before.morning, afternoon=off.afternoon or before.afternoon
                )
            day += timedelta(days=1)
    return found


def _entry(row: Any) -> Entry:
    return Entry(
        id=RosterEntryID(row.id),
        day=row.local_day,
        shift=row.shift,
        span=Span(row.starts_at, row.ends_at),
    )
