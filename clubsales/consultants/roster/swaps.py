"""Reads of swaps: what a colleague, the one who asks and the supervisor see."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.roster.exchange import LIVE, SwapStatus
from clubsales.consultants.roster.models import RosterEntryRow, SwapRow
from clubsales.consultants.roster.rules import Entry, Span
from clubsales.db import for_update
from clubsales.errors import NotFound
from clubsales.ids import ClubID, ConsultantID, RosterEntryID, SwapID

MOST = 60  # of what is long decided


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapView:
    """A swap asked for: `entry` goes from the one who asks to his colleague, `other_entry`, if any, back."""

    id: SwapID
    public_id: str
    status: SwapStatus
    asked_by: ConsultantID
    asker: str
    with_consultant_id: ConsultantID
    colleague: str
    entry: Entry
    other_entry: Entry | None
    note: str
    asked_at: Instant
    decision_note: str

    def is_live(self, at: Instant) -> bool:
        """Still to be agreed or decided: neither shift has begun."""
        return self.status in LIVE and all(each.span.starts_at > at for each in self.entries)

    @property
    def entries(self) -> list[Entry]:
        return [self.entry] if self.other_entry is None else [self.entry, self.other_entry]

    def concerns(self, consultant_id: ConsultantID | None) -> bool:
        return consultant_id in (self.asked_by, self.with_consultant_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """A planned shift by its public id, with whose it is."""

    public_id: str
    consultant_id: ConsultantID
    entry: Entry


def entry_of(session: Session, club_id: ClubID, public_id: str) -> EntryView:
    """A planned shift of the club that still holds; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.execute(
        sa.select(RosterEntryRow).where(
            RosterEntryRow.club_id == club_id,
            RosterEntryRow.public_id == public_id,
            RosterEntryRow.withdrawn_at.is_(None),
        )
    ).scalar_one_or_none()
    if row is None:
        raise NotFound
    return _entry_view(row)


def coming_entries(session: Session, club_id: ClubID, *, after: Instant, last: date) -> list[EntryView]:
    """The club's planned shifts that begin after an instant, up to a local day, in order of time."""
    rows = session.scalars(
        sa.select(RosterEntryRow)
        .where(
            RosterEntryRow.club_id == club_id,
            RosterEntryRow.withdrawn_at.is_(None),
            RosterEntryRow.starts_at > after,
            RosterEntryRow.local_day <= last,
        )
        .order_by(RosterEntryRow.starts_at, RosterEntryRow.id)
    )
    return [_entry_view(row) for row in rows]


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> SwapView:
    """A swap of the club, locked; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    locked: Any = for_update(
        sa.select(SwapRow.id).where(SwapRow.club_id == club_id, SwapRow.public_id == public_id)
    )
    swap_id = session.execute(locked).scalar_one_or_none()
    if swap_id is None:
        raise NotFound
    return _views(session, SwapRow.id == swap_id)[0]


def is_asked(session: Session, entry_id: RosterEntryID) -> bool:
    """Whether a shift is part of a swap not yet decided."""
    return session.execute(
        sa.select(
            sa.exists().where(
                sa.or_(SwapRow.entry_id == entry_id, SwapRow.other_entry_id == entry_id),
                SwapRow.status.in_([each.value for each in LIVE]),
            )
        )
    ).scalar_one()


def live_in_club(session: Session, club_id: ClubID, at: Instant) -> list[SwapView]:
    """What is still to be agreed or decided in the club, the soonest shift first."""
    statuses = [each.value for each in LIVE]
    found = _views(session, SwapRow.club_id == club_id, SwapRow.status.in_(statuses))
    return sorted((each for each in found if each.is_live(at)), key=lambda each: each.entry.span.starts_at)


def latest(session: Session, club_id: ClubID, *, of: ConsultantID | None = None) -> list[SwapView]:
    """The club's swaps, or one person's, the latest first."""
    wanted = [SwapRow.club_id == club_id]
    if of is not None:
        wanted.append(sa.or_(SwapRow.asked_by == of, SwapRow.with_consultant_id == of))
    return _views(session, *wanted)


def _views(session: Session, *wanted: sa.ColumnElement[bool]) -> list[SwapView]:
    asker, colleague = aliased(ConsultantRow), aliased(ConsultantRow)
    entry, other = aliased(RosterEntryRow), aliased(RosterEntryRow)
    rows = session.execute(
        sa.select(SwapRow, asker.name.label("asker"), colleague.name.label("colleague"), entry, other)
        .join(asker, asker.id == SwapRow.asked_by)
        .join(colleague, colleague.id == SwapRow.with_consultant_id)
        .join(entry, entry.id == SwapRow.entry_id)
        .join(other, other.id == SwapRow.other_entry_id, isouter=True)
        .where(*wanted)
        .order_by(SwapRow.asked_at.desc(), SwapRow.id.desc())
        .limit(MOST)
        .execution_options(populate_existing=True)
    )
    return [_view(*row) for row in rows]


def _view(
    row: SwapRow, asker: str, colleague: str, entry: RosterEntryRow, other: RosterEntryRow | None
) -> SwapView:
    return SwapView(
        id=SwapID(row.id),
        public_id=row.public_id,
        status=SwapStatus(row.status),
        asked_by=ConsultantID(row.asked_by),
        asker=asker,
        with_consultant_id=ConsultantID(row.with_consultant_id),
        colleague=colleague,
        entry=_entry(entry),
        other_entry=_entry(other) if other is not None else None,
        note=row.note,
        asked_at=row.asked_at,
        decision_note=row.decision_note,
    )


def _entry_view(row: RosterEntryRow) -> EntryView:
    return EntryView(
        public_id=row.public_id, consultant_id=ConsultantID(row.consultant_id), entry=_entry(row)
    )


def _entry(row: RosterEntryRow) -> Entry:
    return Entry(
        id=RosterEntryID(row.id),
        day=row.local_day,
        shift=row.shift,
        span=Span(row.starts_at, row.ends_at),
    )
