"""Reads of contacts and next steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import ClubID, ConsultantID, ContactID, FollowUpID, PersonID
from clubsales.leads.claims.queries import CLAIM
from clubsales.leads.followups.models import ContactRow, FollowUpRow
from clubsales.leads.followups.rules import (
    Channel,
    ContactOutcome,
)

CONTACT, FOLLOW_UP = table_of(ContactRow), table_of(FollowUpRow)
CONSULTANT = sa.table("consultant", *(sa.column(name) for name in ("id", "name", "kind")))
PERSON = sa.table("person", sa.column("id"), sa.column("name"))
LEAD = sa.table("lead", *(sa.column(name) for name in ("public_id", "club_id", "person_id", "converted_at")))
OPEN = FOLLOW_UP.c.ended_at.is_(None)
CORRECTION = CONTACT.alias("correction")
CORRECTS = CORRECTION.c.corrects_id == CONTACT.c.id
IS_CORRECTED = sa.exists().where(CORRECTS)
_LAST_END = (
    sa.select(CLAIM.c.ended_at)
    .where(
        CLAIM.c.club_id == FOLLOW_UP.c.club_id,
        CLAIM.c.person_id == FOLLOW_UP.c.person_id,
        CLAIM.c.consultant_id == FOLLOW_UP.c.consultant_id,
    )
    .order_by(CLAIM.c.claimed_at.desc(), CLAIM.c.id.desc())
    .limit(1)
    .correlate(FOLLOW_UP)
    .scalar_subquery()
)
_BOUGHT_AT = (
    sa.select(LEAD.c.converted_at)
    .where(LEAD.c.club_id == FOLLOW_UP.c.club_id, LEAD.c.person_id == FOLLOW_UP.c.person_id)
    .correlate(FOLLOW_UP)
    .scalar_subquery()
)
# Its consultant held the lead, and lost it after this was planned: it waits for the next holder. A customer is no lead.
WAITS = sa.and_(sa.func.coalesce(FOLLOW_UP.c.made_at <= _LAST_END, sa.false()), _BOUGHT_AT.is_(None))
_STEPS = (
    sa.select(
        FOLLOW_UP.c.id,
        FOLLOW_UP.c.public_id,
        FOLLOW_UP.c.person_id,
        FOLLOW_UP.c.consultant_id,
        FOLLOW_UP.c.due_on,
        FOLLOW_UP.c.what,
        FOLLOW_UP.c.channel,
        FOLLOW_UP.c.ended_at,
        WAITS.label("waits"),
        PERSON.c.name.label("person"),
        CONSULTANT.c.name.label("consultant"),
        LEAD.c.public_id.label("lead_public_id"),
    )
    .join_from(FOLLOW_UP, PERSON, PERSON.c.id == FOLLOW_UP.c.person_id)
    .join(CONSULTANT, CONSULTANT.c.id == FOLLOW_UP.c.consultant_id)
    .join(
        LEAD,
        (LEAD.c.club_id == FOLLOW_UP.c.club_id) & (LEAD.c.person_id == FOLLOW_UP.c.person_id),
        isouter=True,
    )
    .order_by(FOLLOW_UP.c.due_on, FOLLOW_UP.c.id)
)

_CONTACTS = sa.select(CONTACT, CONSULTANT.c.name, IS_CORRECTED.label("is_corrected")).join_from(
    CONTACT, CONSULTANT, CONSULTANT.c.id == CONTACT.c.consultant_id
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpView:
    """A next step: with whom, whose it is, what, how and by which club-local day.

    No lead: the person has none here. No `channel`: nobody said how. `waits`: whose it is lost the lead.
    """

    id: FollowUpID
    public_id: str
    person_id: PersonID
    name: str
    lead_public_id: str | None
    consultant_id: ConsultantID
    consultant: str
    due_on: date
    what: str
    channel: Channel | None
    is_open: bool
    waits: bool

    def is_overdue(self, day: date) -> bool:
        """Whether it should have been done before `day`."""
        return self.due_on < day


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """A contact as the timeline shows it. `at` is when it was written, `contacted_at` when it is said to have been.

    `corrects`: it stands for another record, and `is_corrected`: another one stands for it. `outside_hours`: a call
    or a message at a time when the club leaves guests in peace. `aim_met`: whether it did what it was meant to.
    """

    id: ContactID
    public_id: str
    person_id: PersonID
    consultant_id: ConsultantID
    name: str
    channel: Channel
    outcome: ContactOutcome
    note: str
    contacted_at: Instant
    at: Instant
    local_day: date
    corrects: bool
    is_corrected: bool
    outside_hours: bool
    aim_met: bool | None


def due_of(session: Session, club_id: ClubID, consultant_id: ConsultantID, day: date) -> list[FollowUpView]:
    """A consultant's open next steps due by a club-local day, the overdue ones first."""
    statement = _STEPS.where(
        FOLLOW_UP.c.club_id == club_id,
        FOLLOW_UP.c.consultant_id == consultant_id,
        OPEN,
        ~WAITS,
        FOLLOW_UP.c.due_on <= day,
    )
    return [_step(row) for row in session.execute(statement)]


def ahead_of(
    session: Session, club_id: ClubID, consultant_id: ConsultantID, day: date, limit: int = 50
) -> list[FollowUpView]:
    """A consultant's open next steps of later days, the nearest first."""
    statement = _STEPS.where(
        FOLLOW_UP.c.club_id == club_id,
        FOLLOW_UP.c.consultant_id == consultant_id,
        OPEN,
        ~WAITS,
        FOLLOW_UP.c.due_on > day,
    ).limit(limit)
    return [_step(row) for row in session.execute(statement)]


def open_of_person(session: Session, club_id: ClubID, person_id: PersonID) -> list[FollowUpView]:
    """What is planned with a person, the nearest first."""
    statement = _STEPS.where(FOLLOW_UP.c.club_id == club_id, FOLLOW_UP.c.person_id == person_id, OPEN)
    return [_step(row) for row in session.execute(statement)]


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> FollowUpView:
    """A next step of the club; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.execute(
        _STEPS.where(FOLLOW_UP.c.club_id == club_id, FOLLOW_UP.c.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return _step(row)


def contacts_of(
    session: Session,
    club_id: ClubID,
    person_id: PersonID,
    limit: int = 100,
    *,
    where: Sequence[sa.ColumnElement[bool]] = (),
) -> list[ContactView]:
    """The contacts with a person, the latest first; `where` leaves out some of them.

    What was corrected stands beside what corrects it.
    """
    statement = (
        _CONTACTS.where(CONTACT.c.club_id == club_id, CONTACT.c.person_id == person_id, *where)
        .order_by(CONTACT.c.at.desc(), CONTACT.c.id.desc())
        .limit(limit)
    )
    return [_contact(row) for row in session.execute(statement)]


def contact_by_public_id(session: Session, club_id: ClubID, public_id: str) -> ContactView:
    """A contact of the club; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.execute(
        _CONTACTS.where(CONTACT.c.club_id == club_id, CONTACT.c.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return _contact(row)


def lead_of(session: Session, club_id: ClubID, person_id: PersonID) -> str | None:
    """What stands in the address of a person's lead in the club; None where he has none."""
    return session.scalars(
        sa.select(LEAD.c.public_id).where(LEAD.c.club_id == club_id, LEAD.c.person_id == person_id)
    ).one_or_none()


def contacts_between(
    session: Session, club_id: ClubID, consultant_id: ConsultantID, start: Instant, end: Instant
) -> dict[Channel, int]:
    """How many contacts a consultant wrote down from `start` up to `end`, by channel; 0 where there was none.

    A corrected one counts once, as what it was corrected to.
    """
    rows = session.execute(
        sa.select(CONTACT.c.channel, sa.func.count().label("times"))
        .where(
            CONTACT.c.club_id == club_id,
            CONTACT.c.consultant_id == consultant_id,
            CONTACT.c.at >= start,
            CONTACT.c.at < end,
            ~IS_CORRECTED,
        )
        .group_by(CONTACT.c.channel)
    )
    return dict.fromkeys(Channel, 0) | {Channel(row.channel): row.times for row in rows}


def _contact(row: Any) -> ContactView:
    return ContactView(
        id=ContactID(row.id),
        public_id=row.public_id,
        person_id=PersonID(row.person_id),
        consultant_id=ConsultantID(row.consultant_id),
        name=row.name,
        channel=Channel(row.channel),
        outcome=ContactOutcome(row.outcome),
        note=row.note,
        contacted_at=row.contacted_at,
        at=row.at,
        local_day=row.local_day,
        corrects=row.corrects_id is not None,
        is_corrected=row.is_corrected,
        outside_hours=row.outside_hours,
        aim_met=row.aim_met,
    )


def _step(row: Any) -> FollowUpView:
    return FollowUpView(
        id=FollowUpID(row.id),
        public_id=row.public_id,
        person_id=PersonID(row.person_id),
        name=row.person,
        lead_public_id=row.lead_public_id,
        consultant_id=ConsultantID(row.consultant_id),
        consultant=row.consultant,
        due_on=row.due_on,
        what=row.what,
        channel=Channel(row.channel) if row.channel else None,
        is_open=row.ended_at is None,
        waits=bool(row.waits),
    )
