"""Reads of the roster."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Club
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.roster.attendance import Attendance, PersonFacts, Punch, attended
from clubsales.consultants.roster.models import SwapRow
from clubsales.consultants.roster.rules import Entry, Off, RosterPolicy, Span, off_on
from clubsales.consultants.roster.tables import ENTRY, LEAVE
from clubsales.consultants.shifts.models import ShiftRow
from clubsales.ids import ClubID, ConsultantID, RosterEntryID

DAY = timedelta(days=1)
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


def public_ids(session: Session, club_id: ClubID, first: date, last: date) -> dict[RosterEntryID, str]:
    """What stands in the addresses of a club's planned shifts."""
    rows = session.execute(
        sa.select(ENTRY.c.id, ENTRY.c.public_id).where(
            ENTRY.c.club_id == club_id,
            ENTRY.c.local_day.between(first, last),
            ENTRY.c.withdrawn_at.is_(None),
        )
    )
    return {RosterEntryID(row.id): row.public_id for row in rows}


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


def attendance(
    session: Session, club: Club, first: date, last: date, at: Instant, *, of: ConsultantID | None = None
) -> list[Attendance]:
    """Who came when, from a local day to another: by name, then by day; everybody who sells, or one (ATT-02).

    Somebody who sells nothing is there only when he was planned or worked.
    """
    days = [first + DAY * each for each in range((last - first).days + 1)]
    people = _people(session, club.id, first, last, of)
    entries = entries_of(session, people, first - DAY, last + DAY)
    punches = _punches(session, club.id, first - DAY, last + DAY)
    off = days_off(session, club.id, first, last)
    swapped = _swaps_never_approved(session, club.id)
    unapproved = _leave_never_approved(session, club.id, first, last)
    graces: dict[date, int] = {}

    def grace(day: date) -> int:
        if day not in graces:
            graces[day] = policies.policy_on(session, club, day).read("shift", RosterPolicy).grace_minutes
        return graces[day]

    found: list[Attendance] = []
    for person in people.values():
        mine = PersonFacts(
            consultant_id=person.id,
            name=person.name,
            entries=entries[person.id],
            punches=punches.get(person.id, []),
            off={day: taken for (whose, day), taken in off.items() if whose == person.id},
            unapproved_swaps=swapped,
            unapproved_leave=frozenset(day for whose, day in unapproved if whose == person.id),
        )
        if person.sells or mine.entries or mine.punches:
            here = [day for day in days if person.first_day <= day <= person.last_day]
            found += attended(mine, here, grace, at)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    id: ConsultantID
    name: str
    sells: bool
    first_day: date
    last_day: date


def _people(
    session: Session, club_id: ClubID, first: date, last: date, of: ConsultantID | None
) -> dict[ConsultantID, _Person]:
    """The club's people who worked there on some of the days, by name."""
    statement = (
        sa.select(
            ConsultantRow.id,
            ConsultantRow.name,
            ConsultantRow.kind,
            ConsultantRow.active_from,
            ConsultantRow.active_until,
        )
        .where(
            ConsultantRow.club_id == club_id,
            ConsultantRow.active_from <= last,
            sa.or_(ConsultantRow.active_until.is_(None), ConsultantRow.active_until >= first),
        )
        .order_by(ConsultantRow.name, ConsultantRow.id)
    )
    if of is not None:
        statement = statement.where(ConsultantRow.id == of)
    return {
        ConsultantID(row.id): _Person(
            id=ConsultantID(row.id),
            name=row.name,
            sells=row.kind is not None,
            first_day=row.active_from,
            last_day=row.active_until or date.max,
        )
        for row in session.execute(statement)
    }


def _punches(session: Session, club_id: ClubID, first: date, last: date) -> dict[ConsultantID, list[Punch]]:
    rows = session.execute(
        sa.select(
            ShiftRow.consultant_id,
            ShiftRow.local_day,
            ShiftRow.opened_at,
            ShiftRow.closed_at,
            ShiftRow.roster_entry_id,
            ShiftRow.late_minutes,
        )
        .where(ShiftRow.club_id == club_id, ShiftRow.local_day.between(first, last))
        .order_by(ShiftRow.opened_at)
    )
    found: dict[ConsultantID, list[Punch]] = {}
    for row in rows:
        found.setdefault(ConsultantID(row.consultant_id), []).append(
            Punch(
                day=row.local_day,
                opened_at=row.opened_at,
                closed_at=row.closed_at,
                entry_id=row.roster_entry_id,
                late_minutes=row.late_minutes,
            )
        )
    return found


def _swaps_never_approved(session: Session, club_id: ClubID) -> frozenset[RosterEntryID]:
    """Entries somebody wanted to give away, and that are still his."""
    rows = session.scalars(
        sa.select(SwapRow.entry_id).where(
            SwapRow.club_id == club_id, SwapRow.status.not_in(("approved", "withdrawn"))
        )
    )
    return frozenset(RosterEntryID(each) for each in rows)


def _leave_never_approved(
    session: Session, club_id: ClubID, first: date, last: date
) -> set[tuple[ConsultantID, date]]:
    rows = session.execute(
        sa.select(LEAVE.c.consultant_id, LEAVE.c.first_day, LEAVE.c.last_day).where(
            LEAVE.c.club_id == club_id,
            LEAVE.c.status.in_(("filed", "refused")),
            LEAVE.c.first_day <= last,
            LEAVE.c.last_day >= first,
        )
    )
    return {
        (ConsultantID(row.consultant_id), row.first_day + DAY * each)
        for row in rows
        for each in range((row.last_day - row.first_day).days + 1)
    }


def _entry(row: Any) -> Entry:
    return Entry(
        id=RosterEntryID(row.id),
        day=row.local_day,
        shift=row.shift,
        span=Span(row.starts_at, row.ends_at),
    )
