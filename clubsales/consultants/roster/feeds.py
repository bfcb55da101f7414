"""A consultant's shifts for the calendar on his own phone: the link, what it shows, and how that is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import icalendar
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Actor, Club
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.roster.events import FeedChanged
from clubsales.consultants.roster.models import CalendarFeedRow, RosterEntryRow
from clubsales.consultants.roster.rules import Span
from clubsales.consultants.roster.tables import LEAVE
from clubsales.errors import NotFound
from clubsales.ids import ClubID, ConsultantID, new_token

DAYS_BACK, DAYS_AHEAD = 30, 90
LONGEST_TOKEN = 64
ASK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftEvent:
    """A shift as a calendar shows it; `uid` stays when its hours change, `sequence` then rises."""

    uid: str
    sequence: int
    shift: str
    span: Span
    changed_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveEvent:
    """Approved leave, whole days."""

    uid: str
    first_day: date
    last_day: date
    changed_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a link shows: whose, in which club, in the language its owner reads."""

    name: str
    club: Club
    locale: str | None
    shifts: tuple[ShiftEvent, ...]
    leaves: tuple[LeaveEvent, ...]


def token_of(session: Session, consultant_id: ConsultantID) -> str | None:
    """The consultant's link, if he has one."""
    return session.scalar(
        sa.select(CalendarFeedRow.token).where(CalendarFeedRow.consultant_id == consultant_id)
    )


def make_feed(session: Session, *, actor: Actor, at: Instant) -> str:
    """Make the link of one's own calendar, or a new one: the one before it shows nothing any more.

    Raises NotFound for whoever has no profile on the floor.
    """
    consultant_id = _own(actor)
    made = session.execute(
        sa.delete(CalendarFeedRow)
        .where(CalendarFeedRow.consultant_id == consultant_id)
        .returning(CalendarFeedRow.consultant_id)
    ).all()
    token = new_token()
    session.execute(sa.insert(CalendarFeedRow).values(consultant_id=consultant_id, token=token, made_at=at))
    event = FeedChanged(consultant_id, "renewed" if made else "made")
    audit.record(session, event, actor=actor, at=at)
    return token


def revoke_feed(session: Session, *, actor: Actor, at: Instant) -> None:
    """The link of one's own calendar shows nothing any more; without one nothing happens. Raises NotFound."""
    consultant_id = _own(actor)
    gone = session.execute(
        sa.delete(CalendarFeedRow)
        .where(CalendarFeedRow.consultant_id == consultant_id)
        .returning(CalendarFeedRow.consultant_id)
    ).all()
    if gone:
        audit.record(session, FeedChanged(consultant_id, "revoked"), actor=actor, at=at)


def feed_of(session: Session, token: str, at: Instant) -> Feed:
    """What a link shows at a moment; raises NotFound for one that is no more, and for whoever has left."""
    if not token or len(token) > LONGEST_TOKEN:
        raise NotFound
    owner = session.execute(
        sa.select(
            ConsultantRow.id,
            ConsultantRow.public_id,
            ConsultantRow.name,
            ConsultantRow.club_id,
            ConsultantRow.active_until,
            ACCOUNT.c.locale,
            ACCOUNT.c.active,
        )
        .join(CalendarFeedRow, CalendarFeedRow.consultant_id == ConsultantRow.id)
        .join(ACCOUNT, ACCOUNT.c.id == ConsultantRow.account_id)
        .where(CalendarFeedRow.token == token)
    ).one_or_none()
    if owner is None:
        raise NotFound
    club = clubs.get(session, ClubID(owner.club_id))
    today = local_day(at, club.zone)
    if not owner.active or (owner.active_until is not None and owner.active_until < today):
        raise NotFound
    first, last = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    return Feed(
        name=owner.name,
        club=club,
        locale=owner.locale,
        shifts=_shifts(session, ConsultantID(owner.id), owner.public_id, first, last),
        leaves=_leaves(session, ConsultantID(owner.id), first, last),
    )


def written(
    feed: Feed, *, title: str, leave_word: str, summary: Callable[[str], str], language: str
) -> bytes:
    """The feed as iCalendar: times in UTC, the same bytes for the same plan. `summary` names a shift."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//clubsales//roster//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    calendar.add("name", title, parameters={"language": language})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"value": "DURATION"})
    for shift in feed.shifts:
        event = _event(shift.uid, shift.changed_at, summary(shift.shift))
        event.add("sequence", shift.sequence)
        event.add("dtstart", shift.span.starts_at)
        event.add("dtend", shift.span.ends_at)
        event.add("location", feed.club.name)
        event.add("status", "CONFIRMED")
        calendar.add_component(event)
    for leave in feed.leaves:
        event = _event(leave.uid, leave.changed_at, leave_word)
        event.add("dtstart", leave.first_day)
        event.add("dtend", leave.last_day + timedelta(days=1))
        event.add("transp", "OPAQUE")
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text


def _event(uid: str, changed_at: Instant, summary: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", uid)
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("summary", summary)
    return event


def _shifts(
    session: Session, consultant_id: ConsultantID, public_id: str, first: date, last: date
) -> tuple[ShiftEvent, ...]:
    """One event per shift of a day: what replaced it keeps its uid, so a calendar moves it instead of adding one."""
    rows = session.execute(
        sa.select(
            RosterEntryRow.local_day,
            RosterEntryRow.shift,
            RosterEntryRow.starts_at,
            RosterEntryRow.ends_at,
            RosterEntryRow.made_at,
            RosterEntryRow.withdrawn_at,
        )
        .where(RosterEntryRow.consultant_id == consultant_id, RosterEntryRow.local_day.between(first, last))
        .order_by(RosterEntryRow.starts_at, RosterEntryRow.id)
    ).all()
    events: list[ShiftEvent] = []
    for day in dict.fromkeys(row.local_day for row in rows):
        of_day = [row for row in rows if row.local_day == day]
        holding = [row for row in of_day if row.withdrawn_at is None]
        changed_at = max(max(row.made_at, row.withdrawn_at or row.made_at) for row in of_day)
        events += [
            ShiftEvent(
                uid=f"{public_id}-{day:%Y%m%d}-{number}@clubsales",
                sequence=len(of_day) - len(holding),
                shift=row.shift,
                span=Span(row.starts_at, row.ends_at),
                changed_at=changed_at,
            )
            for number, row in enumerate(holding, 1)
        ]
    return tuple(events)


def _leaves(session: Session, consultant_id: ConsultantID, first: date, last: date) -> tuple[LeaveEvent, ...]:
    rows = session.execute(
        sa.select(LEAVE)
        .where(
            LEAVE.c.consultant_id == consultant_id,
            LEAVE.c.status == "approved",
            LEAVE.c.first_day <= last,
            LEAVE.c.last_day >= first,
        )
        .order_by(LEAVE.c.first_day)
    )
    return tuple(
        LeaveEvent(
            uid=f"leave-{row.public_id}@clubsales",
            first_day=row.first_day,
            last_day=row.last_day,
            changed_at=row.decided_at or row.filed_at,
        )
        for row in rows
    )


def _own(actor: Actor) -> ConsultantID:
    if actor.consultant_id is None:
        raise NotFound
    return actor.consultant_id
