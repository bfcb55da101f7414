"""A week planned as another one was: seen before it is done, and taken back while nothing of it has begun (SHF-02)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.roster import queries
from clubsales.consultants.roster.events import WeekCopied, WeekCopyUndone, week_number
from clubsales.consultants.roster.load import Load, load
from clubsales.consultants.roster.models import RosterEntryRow
from clubsales.consultants.roster.planning import Planner, Trace, insert, planner, withdraw
from clubsales.consultants.roster.rules import Entry, RosterRefused, Span, Withdrawn, days_of_week
from clubsales.consultants.shifts.models import ShiftRow
from clubsales.errors import Decision, Refusal, allow, refuse
from clubsales.ids import ClubID, ConsultantID, RosterEntryID

LATEST_COPIES = 10  # of one week: who copies it more often changes single days


@dataclass(frozen=True, slots=True)
class NewShift:
    """A shift that the copy plans."""

    day: date
    shift: str
    span: Span


@dataclass(frozen=True, slots=True)
class Clash:
    """A shift that cannot be planned on the day it falls on, and why."""

    day: date
    shift: str
    refusal: Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCopy:
    """What a copy does to one person's week. `kept` is planned there already and stays."""

    id: ConsultantID
    public_id: str
    name: str
    kept: tuple[Entry, ...]
    added: tuple[NewShift, ...]
    clashes: tuple[Clash, ...]

    @property
    def is_planned(self) -> bool:
        """Whether somebody has planned this week for him: then a free day of it may be a day of rest."""
        return bool(self.kept)

    @property
    def before(self) -> Load:
        return load((each.day, each.span) for each in self.kept)

    @property
    def after(self) -> Load:
        kept, added = ([(each.day, each.span) for each in some] for some in (self.kept, self.added))
        return load([*kept, *added])


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedShift:
    """A shift that a copy planned and that still holds."""

    consultant_id: ConsultantID
    name: str
    entry: Entry
    is_opened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMade:
    """A copy made into a week, with what of it still holds."""

    at: Instant
    shifts: tuple[CopiedShift, ...]


def week_copy(
    session: Session, *, from_monday: date, to_monday: date, actor: Actor, at: Instant
) -> list[PersonCopy]:
    """What copying a week into another would do, person by person by name; writes nothing.

    A day that has a plan keeps it. What may not be planned (leave, a day gone by, somebody who has left, a template no
    longer there) is a clash. Raises Refused(RosterRefused.SAME_WEEK).
    """
    if from_monday == to_monday:
        refuse(RosterRefused.SAME_WEEK).or_raise()
    people = profiles.all_in_club(session, actor.club.id)
    ids = [person.id for person in people]
    source = queries.entries_of(session, ids, from_monday, days_of_week(from_monday)[-1])
    kept = queries.entries_of(session, ids, to_monday, days_of_week(to_monday)[-1])
    planning = planner(session, people, days_of_week(to_monday), Trace(actor, at))
    return [
        _person(planning, person, source[person.id], kept[person.id], from_monday, to_monday)
        for person in people
        if source[person.id]
    ]


def copy_week(
    session: Session,
    *,
    from_monday: date,
    to_monday: date,
    people: Collection[ConsultantID],
    actor: Actor,
    at: Instant,
) -> int:
    """Plan a week for these people as another one was (see `week_copy`); returns how many shifts.

    Raises Refused(RosterRefused.SAME_WEEK).
    """
    found = week_copy(session, from_monday=from_monday, to_monday=to_monday, actor=actor, at=at)
    trace = Trace(actor, at)
    written = [
        insert(session, person.id, new.day, new.shift, new.span, None, trace).id
        for person in found
        if person.id in people
        for new in person.added
    ]
    if written:
        event = WeekCopied(week_number(to_monday), from_monday, written)
        audit.record(session, event, actor=actor, at=at)
    return len(written)


def undo_copy(session: Session, *, monday: date, copied_at: Instant, actor: Actor, at: Instant) -> int:
    """Take back the copy that was made into a week at that moment; returns how many shifts go.

    What was changed since stays as it was changed. Once taken back nothing more happens. Raises
    Refused(RosterRefused.COPY_BEGUN).
    """
    made = next((each for each in _copies(session, actor.club.id, monday) if each.at == copied_at), None)
    if made is None or not made.shifts:
        return 0
    may_undo(made, at).or_raise()
    for shift in made.shifts:
        withdraw(session, shift.consultant_id, shift.entry, Withdrawn.REMOVED, Trace(actor, at))
    event = WeekCopyUndone(week_number(monday), copied_at, [shift.entry.id for shift in made.shifts])
    audit.record(session, event, actor=actor, at=at)
    return len(made.shifts)


def may_undo(made: CopyMade, at: Instant) -> Decision:
    """While none of its shifts has been opened or has begun: so nobody's absence is planned away."""
    for shift in made.shifts:
        if shift.is_opened or shift.entry.span.starts_at <= at:
            return refuse(RosterRefused.COPY_BEGUN, name=shift.name, day=shift.entry.day)
    return allow()


def last_copy(session: Session, club_id: ClubID, monday: date) -> CopyMade | None:
    """The latest copy made into a week of which something still holds."""
    return next((made for made in _copies(session, club_id, monday) if made.shifts), None)


def _person(
    planning: Planner,
    person: ConsultantView,
    source: Sequence[Entry],
    kept: Sequence[Entry],
    from_monday: date,
    to_monday: date,
) -> PersonCopy:
    planned_days = {entry.day for entry in kept}
    added: list[NewShift] = []
    clashes: list[Clash] = []
    for entry in source:
        day = to_monday + (entry.day - from_monday)
        if day in planned_days:
            continue
        answer = planning.decide(person.id, day, entry.shift, beside=True)
        if isinstance(answer, Refusal):
            clashes.append(Clash(day, entry.shift, answer))
        elif isinstance(answer, Span):
            planning.suppose(person.id, day, entry.shift, answer)
            added.append(NewShift(day, entry.shift, answer))
    return PersonCopy(
        id=person.id,
        public_id=person.public_id,
        name=person.name,
        kept=tuple(kept),
        added=tuple(added),
        clashes=tuple(clashes),
    )


def _copies(session: Session, club_id: ClubID, monday: date) -> list[CopyMade]:
    """The latest copies made into a week, the last one first: the audit is what remembers them."""
    rows = session.execute(
        sa.select(AuditEvent.at, AuditEvent.facts)
        .where(
            AuditEvent.subject_kind == WeekCopied.subject,
            AuditEvent.subject_id == week_number(monday),
            AuditEvent.club_id == club_id,
            AuditEvent.tag == WeekCopied.tag,
        )
        .order_by(AuditEvent.id.desc())
        .limit(LATEST_COPIES)
    ).all()
    if not rows:
        return []
    holding = _holding(session, {key for row in rows for key in row.facts["roster_entry_ids"]})
    return [
        CopyMade(
            at=row.at,
            shifts=tuple(holding[key] for key in row.facts["roster_entry_ids"] if key in holding),
        )
        for row in rows
    ]


def _holding(session: Session, entry_ids: Collection[int]) -> Mapping[int, CopiedShift]:
    rows = session.execute(
        sa.select(
            RosterEntryRow.id,
            RosterEntryRow.consultant_id,
            ConsultantRow.name,
            RosterEntryRow.local_day,
            RosterEntryRow.shift,
            RosterEntryRow.starts_at,
            RosterEntryRow.ends_at,
            sa.exists().where(ShiftRow.roster_entry_id == RosterEntryRow.id).label("is_opened"),
        )
        .join(ConsultantRow, ConsultantRow.id == RosterEntryRow.consultant_id)
        .where(RosterEntryRow.id.in_(entry_ids), RosterEntryRow.withdrawn_at.is_(None))
    )
    return {
        row.id: CopiedShift(
            consultant_id=ConsultantID(row.consultant_id),
            name=row.name,
            entry=Entry(
                id=RosterEntryID(row.id),
                day=row.local_day,
                shift=row.shift,
                span=Span(row.starts_at, row.ends_at),
            ),
            is_opened=row.is_opened,
        )
        for row in rows
    }
