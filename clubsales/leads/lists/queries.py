"""Reads of lists: which leads, what a line of a list says of each, and somebody's saved filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, day_start, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import ConsultantID, LeadID, PersonID, SavedFilterID
from clubsales.leads.claims.queries import CLAIM, RUNNING
from clubsales.leads.claims.rules import FOR_EVER
from clubsales.leads.disclosures import queries as disclosures
from clubsales.leads.followups.models import ContactRow, FollowUpRow
from clubsales.leads.intake import queries as intake
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.intake.rules import Grade
from clubsales.leads.lists import walks
from clubsales.leads.lists.models import SavedFilterRow
from clubsales.leads.lists.rules import COUNTED, NOBODY, ON_PAGE, ListFilter, ListPolicy, View
from clubsales.leads.lists.walks import Wanted
from clubsales.leads.people.models import PersonPhoneRow, PersonRow
from clubsales.leads.people.rules import readable_phone
from clubsales.leads.sources import queries as sources
from clubsales.leads.sources.queries import KindView, OwnSource
from clubsales.leads.sources.rules import Source
from clubsales.policies import Policy, policy_on

LEAD, PERSON, PHONE = table_of(LeadRow), table_of(PersonRow), table_of(PersonPhoneRow)
CONTACT, FOLLOW_UP, SAVED = table_of(ContactRow), table_of(FollowUpRow), table_of(SavedFilterRow)
HOLDER, CAPTURER = CONSULTANT.alias("holder"), CONSULTANT.alias("capturer")
_FIRST_PHONE = (
    sa.select(PHONE.c.e164)
    .where(PHONE.c.person_id == LEAD.c.person_id)
    .order_by(PHONE.c.id)
    .limit(1)
    .scalar_subquery()
)
_LAST_CONTACT = (
    sa.select(CONTACT.c.at)
    .where(CONTACT.c.club_id == LEAD.c.club_id, CONTACT.c.person_id == LEAD.c.person_id)
    .order_by(CONTACT.c.at.desc())
    .limit(1)
    .scalar_subquery()
)
_PLANNED = FOLLOW_UP.alias("planned")
_NEXT = (
    sa.select(_PLANNED.c.id)
    .where(
        _PLANNED.c.club_id == LEAD.c.club_id,
        _PLANNED.c.person_id == LEAD.c.person_id,
        _PLANNED.c.ended_at.is_(None),
    )
    .order_by(_PLANNED.c.due_on, _PLANNED.c.id)
    .limit(1)
    .scalar_subquery()
)
LINES = (
    sa.select(
        LEAD.c.id,
        LEAD.c.public_id,
        LEAD.c.person_id,
        LEAD.c.source,
        LEAD.c.source_id,
        LEAD.c.interest,
        LEAD.c.grade,
        LEAD.c.captured_at,
        LEAD.c.converted_at,
        LEAD.c.lost_at,
        LEAD.c.consent_at,
        PERSON.c.name,
        PERSON.c.anonymised_at,
        PERSON.c.do_not_call_at,
        _FIRST_PHONE.label("e164"),
        CAPTURER.c.name.label("captured_by"),
        CLAIM.c.consultant_id.label("held_by"),
        CLAIM.c.until.label("held_until"),
        HOLDER.c.name.label("holder"),
        _LAST_CONTACT.label("last_contact_at"),
        FOLLOW_UP.c.due_on.label("next_on"),
        FOLLOW_UP.c.what.label("next_what"),
    )
    .join_from(LEAD, PERSON, PERSON.c.id == LEAD.c.person_id)
    .join(CAPTURER, CAPTURER.c.id == LEAD.c.captured_by, isouter=True)
    .join(
        CLAIM,
        sa.and_(
            CLAIM.c.club_id == LEAD.c.club_id,
            CLAIM.c.person_id == LEAD.c.person_id,
            RUNNING,
            CLAIM.c.until >= sa.bindparam("today"),
        ),
        isouter=True,
    )
    .join(HOLDER, HOLDER.c.id == CLAIM.c.consultant_id, isouter=True)
    .join(FOLLOW_UP, FOLLOW_UP.c.id == _NEXT, isouter=True)
    .where(LEAD.c.id.in_(sa.bindparam("lead_ids", expanding=True)))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads a list, and what every list of the club is read with."""

    actor: Actor
    at: Instant
    day: date  # club-local
    policy: Policy
    kinds: Sequence[KindView]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A lead in a list. `phone_shown` says whether the reader may see the whole phone; `next_on` is a club-local day."""

    id: LeadID
    public_id: str
    name: str
    is_anonymous: bool
    e164: str | None
    phone_shown: bool
    source: Source
    own_source: OwnSource | None
    interest: str
    grade: Grade | None
    captured_at: Instant
    captured_by: str | None
    converted_at: Instant | None
    lost_at: Instant | None
    consent_at: Instant | None
    do_not_call: bool
    held_by: ConsultantID | None
    holder: str | None
    held_until: date | None
    last_contact_at: Instant | None
    next_on: date | None
    next_what: str

    @property
    def phone(self) -> str:
        """The whole phone as people read it, for who may see it."""
        return readable_phone(self.e164) if self.e164 and self.phone_shown else ""

    @property
    def is_free(self) -> bool:
        """Whether anybody may claim it."""
        return self.held_by is None and self.converted_at is None and self.lost_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A page of a list. `next_after` is where it goes on; `is_partial`: not everything behind was looked at yet."""

    lines: tuple[Line, ...]
    next_after: str | None
    is_partial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFilter:
    """A filter somebody saved: a name and the query of an address."""

    id: SavedFilterID
    public_id: str
    name: str
    query: str


def reader(session: Session, actor: Actor, at: Instant) -> Reader:
    """Somebody who reads lists now."""
    day = local_day(at, actor.club.zone)
    return Reader(
        actor=actor,
        at=at,
        day=day,
        policy=policy_on(session, actor.club, day),
        kinds=sources.of_club(session, actor.club.id),
    )


def wanted(session: Session, reader: Reader, chosen: ListFilter) -> Wanted:
    """What a filter stands for in the reader's club today; raises NotFound for another club's consultants and sources."""
    club, today = reader.actor.club, reader.day
    own = _own_source(reader.kinds, chosen.source) if may_be_public_id(chosen.source) else None
    ends_by = None
    if chosen.view is View.ENDING:
        ends_by = today + timedelta(days=reader.policy.read("claims", ListPolicy).warn_days)

    def consultant(public_id: str) -> ConsultantID | None:
        return profiles.by_public_id(session, club.id, public_id).id if public_id else None

    return Wanted(
        club_id=club.id,
        day=today,
        view=chosen.view,
        mine=reader.actor.consultant_id,
        ends_by=ends_by,
        grade=chosen.grade,
        kind=Source(chosen.source) if chosen.source and own is None else None,
        source_ids=(own.id, *(sub.id for sub in own.subs)) if own is not None else (),
        held_by=consultant("" if chosen.holder == NOBODY else chosen.holder),
        held_by_nobody=chosen.holder == NOBODY,
        captured_by=consultant(chosen.captured_by),
        captured_from=day_start(chosen.since, club.zone) if chosen.since else None,
        captured_before=day_start(chosen.until + timedelta(days=1), club.zone) if chosen.until else None,
        quiet_since=day_start(today - timedelta(days=chosen.quiet_days), club.zone)
        if chosen.quiet_days
        else None,
        state=chosen.state,
    )


def page(
    session: Session, reader: Reader, asked: Wanted, *, after: str = "", count: int = ON_PAGE
) -> ListPage:
    """A page of a list, from its beginning or after a lead; raises NotFound for a lead that is not the club's."""
    last = intake.id_of(session, asked.club_id, after) if after else None
    found = walks.stretch(session, asked, after=last, count=count + 1)
    lines = lines_of(session, reader, found.ids[:count])
    is_full = len(found.ids) > count
    behind = None if is_full else found.looked_until
    goes_on = lines[-1].public_id if is_full else None
    if behind is not None:
        goes_on = intake.public_id_of(session, behind)
    return ListPage(lines=tuple(lines), next_after=goes_on, is_partial=behind is not None)


def lines_of(session: Session, reader: Reader, lead_ids: Sequence[LeadID]) -> list[Line]:
    """What a list says of leads of the reader's club, in the order they are asked for."""
    if not lead_ids:
        return []
    actor = reader.actor
    asked = {"lead_ids": list(lead_ids), "today": reader.day}
    rows = session.execute(LINES.where(LEAD.c.club_id == actor.club.id), asked).all()
    shown = disclosures.sees_whole(session, actor, {PersonID(row.person_id) for row in rows}, at=reader.at)
    own = {source.id: source for kind in reader.kinds for source in kind.every()}
    lines = {
        row.id: Line(
            id=LeadID(row.id),
            public_id=row.public_id,
            name=row.name,
            is_anonymous=row.anonymised_at is not None,
            e164=row.e164,
            phone_shown=PersonID(row.person_id) in shown,
            source=Source(row.source),
            own_source=own.get(row.source_id),
            interest=row.interest,
            grade=Grade(row.grade) if row.grade else None,
            captured_at=row.captured_at,
            captured_by=row.captured_by,
            converted_at=row.converted_at,
            lost_at=row.lost_at,
            consent_at=row.consent_at,
            do_not_call=row.do_not_call_at is not None,
            held_by=ConsultantID(row.held_by) if row.held_by is not None else None,
            holder=row.holder,
            held_until=row.held_until if row.held_until != FOR_EVER else None,
            last_contact_at=row.last_contact_at,
            next_on=row.next_on,
            next_what=row.next_what or "",
        )
        for row in rows
    }
    return [lines[lead_id] for lead_id in lead_ids if lead_id in lines]


def counts(session: Session, reader: Reader, views: Sequence[View]) -> dict[View, int]:
    """How many leads these views hold, in one statement; one more than COUNTED stands for any more."""
    counted = [
        walks.counted(wanted(session, reader, ListFilter(view=view)), at_most=COUNTED + 1) for view in views
    ]
    return dict(zip(views, session.execute(sa.select(*counted)).one(), strict=True))


def how_many(session: Session, asked: Wanted) -> int:
    """How many leads a list has, all of them counted: for whoever takes them out, once."""
    conditions = walks.conditions_of(asked, LEAD).values()
    if asked.holder is None:
        statement = sa.select(sa.func.count()).select_from(LEAD).where(*conditions)
    else:
        held = walks.held_by(asked, asked.holder).with_only_columns(CLAIM.c.person_id)
        statement = (
            sa.select(sa.func.count()).select_from(LEAD).where(*conditions, LEAD.c.person_id.in_(held))
        )
    return session.scalars(statement).one()


def saved_of(session: Session, actor: Actor) -> list[SavedFilter]:
    """The reader's own filters in this club, by name."""
    rows = session.execute(
        sa.select(SAVED)
        .where(SAVED.c.club_id == actor.club.id, SAVED.c.account_id == actor.account_id)
        .order_by(SAVED.c.name)
    )
    return [
        SavedFilter(id=SavedFilterID(row.id), public_id=row.public_id, name=row.name, query=row.query)
        for row in rows
    ]


def _own_source(kinds: Sequence[KindView], public_id: str) -> OwnSource:
    for kind in kinds:
        for source in kind.every():
            if source.public_id == public_id:
                return source
    raise NotFound
