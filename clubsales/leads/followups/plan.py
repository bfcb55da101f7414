"""A consultant's day beside what is due: files to complete, members to ask how it goes, how he keeps in touch.

What was sold and who may come in is of packages above: their tables are known by their names.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, day_start, local_day, month_of
from clubsales.db import UtcDateTime
from clubsales.ids import ConsultantID, PersonID
from clubsales.leads.followups.due import LEAD, PHONE, WHO, off_days
from clubsales.leads.followups.due import PERSON as WHOM
from clubsales.leads.followups.indicators import Rhythm, RhythmPolicy, monday_of, rhythm
from clubsales.leads.followups.queries import CONTACT, IS_CORRECTED
from clubsales.leads.followups.rules import Channel, FollowUpPolicy
from clubsales.leads.touches import activity
from clubsales.leads.touches.activity import Activity
from clubsales.policies import policy_on

COMPLETE_WITHIN = timedelta(hours=24)  # AMB-44
ASKED_FOR = timedelta(days=30)  # after that an incomplete file is no longer of the day
PERSON = sa.table(
    "person",
    *(sa.column(name) for name in ("id", "anonymised_at")),
    sa.column("name", sa.String),
    sa.column("birthday", sa.Date),
)
SALE = sa.table(
    "sale",
    *(sa.column(name) for name in ("id", "public_id", "club_id", "kind", "consultant_id", "person_id")),
    sa.column("first_receipt_at", UtcDateTime()),
)
CARD = sa.table(
    "card",
    *(sa.column(name) for name in ("sale_id", "club_id", "person_id", "status", "kind")),
    sa.column("valid_until", sa.Date),
)
HAS_PHONE = sa.exists().where(PHONE.c.person_id == PERSON.c.id)


class Missing(StrEnum):
    """What a file of a new customer lacks."""

    NAME = "name"
    PHONE = "phone"
    BIRTHDAY = "birthday"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A sale whose customer's file is not complete, and by when it should be (OWN-08, AMB-44)."""

    sale_public_id: str
    lead_public_id: str | None
    name: str
    missing: tuple[Missing, ...]
    complete_by: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A member nobody of the club has reached this month."""

    person_id: PersonID
    name: str
    lead_public_id: str | None
    do_not_call: bool
    activity: Activity | None  # none: his cards open no door


def open_files(session: Session, club: Club, consultant_id: ConsultantID, at: Instant) -> list[OpenFile]:
    """Customers a consultant has sold a card to lately and whose name, phone or birthday nobody has asked for.

    The first due is first.
    """
    rows = session.execute(
        sa.select(
            SALE.c.public_id,
            SALE.c.first_receipt_at,
            PERSON.c.name,
            PERSON.c.birthday,
            HAS_PHONE.label("has_phone"),
            LEAD.c.public_id.label("lead_public_id"),
        )
        .join_from(SALE, PERSON, PERSON.c.id == SALE.c.person_id, isouter=True)
        .join(LEAD, (LEAD.c.club_id == SALE.c.club_id) & (LEAD.c.person_id == SALE.c.person_id), isouter=True)
        .where(
            SALE.c.club_id == club.id,
            SALE.c.consultant_id == consultant_id,
            SALE.c.kind != "goods",
            SALE.c.first_receipt_at >= at - ASKED_FOR,
            PERSON.c.anonymised_at.is_(None),
            sa.or_(
                PERSON.c.id.is_(None),
                PERSON.c.name == "",
                PERSON.c.birthday.is_(None),
                ~HAS_PHONE,
            ),
        )
        .order_by(SALE.c.first_receipt_at, SALE.c.id)
    )
    return [
        OpenFile(
            sale_public_id=row.public_id,
            lead_public_id=row.lead_public_id,
            name=row.name or "",
            missing=tuple(
                what
                for what, is_there in (
                    (Missing.NAME, bool(row.name)),
                    (Missing.PHONE, bool(row.has_phone)),
                    (Missing.BIRTHDAY, row.birthday is not None),
                )
                if not is_there
            ),
            complete_by=row.first_receipt_at + COMPLETE_WITHIN,
        )
        for row in rows
    ]


def members_to_visit(
    session: Session, club: Club, consultant_id: ConsultantID, at: Instant, *, limit: int
) -> list[MemberRow]:
    """A consultant's active members nobody has reached this month, whom nobody was in touch with longest first."""
    day = local_day(at, club.zone)
    last_contact = (
        sa.select(sa.func.max(CONTACT.c.at))
        .where(CONTACT.c.club_id == club.id, CONTACT.c.person_id == WHOM.c.id)
        .correlate(WHOM)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(*WHO)
        .join_from(WHOM, LEAD, (LEAD.c.club_id == club.id) & (LEAD.c.person_id == WHOM.c.id), isouter=True)
        .where(
            WHOM.c.id.in_(_members(club, [consultant_id], day).with_only_columns(CARD.c.person_id)),
            ~_reached(session, club, day, WHOM.c.id),
        )
        .order_by(last_contact.asc().nulls_first(), WHOM.c.id)
        .limit(limit)
    ).all()
    come = activity.of_people(session, club, [PersonID(row.person_id) for row in rows], at)
    return [
        MemberRow(
            person_id=PersonID(row.person_id),
            name=row.name,
            lead_public_id=row.lead_public_id,
            do_not_call=row.do_not_call_at is not None,
            activity=come.get(PersonID(row.person_id)),
        )
        for row in rows
    ]


def rhythms(
    session: Session, club: Club, consultant_ids: Collection[ConsultantID], at: Instant
) -> dict[ConsultantID, Rhythm]:
    """How each of these consultants keeps in touch (AMB-25)."""
    if not consultant_ids:
        return {}
    day = local_day(at, club.zone)
    policy = policy_on(session, club, day).read("follow_up", RhythmPolicy)
    off = off_days(session, club, consultant_ids, day)
    counted = _contacts(session, club, consultant_ids, day)
    members = _visited(session, club, consultant_ids, day)
    return {
        each: rhythm(
            contacts=counted.get(each, (0, 0, 0))[0],
            meetings=counted.get(each, (0, 0, 0))[1],
            outside_hours=counted.get(each, (0, 0, 0))[2],
            visited=members.get(each, (0, 0))[0],
            members=members.get(each, (0, 0))[1],
            works_today=day not in off[each],
            policy=policy,
        )
        for each in consultant_ids
    }


def _contacts(
    session: Session, club: Club, consultant_ids: Collection[ConsultantID], day: date
) -> dict[ConsultantID, tuple[int, int, int]]:
    """Contacts of today, meetings of the week, and contacts of the week outside the hours."""
    rows = session.execute(
        sa.select(
            CONTACT.c.consultant_id,
            sa.func.sum(sa.case((CONTACT.c.local_day == day, 1), else_=0)),
            sa.func.sum(sa.case((CONTACT.c.channel == Channel.MEETING.value, 1), else_=0)),
            sa.func.sum(sa.case((CONTACT.c.outside_hours, 1), else_=0)),
        )
        .where(
            CONTACT.c.club_id == club.id,
            CONTACT.c.consultant_id.in_(consultant_ids),
            CONTACT.c.at >= day_start(monday_of(day), club.zone),
            CONTACT.c.local_day <= day,
            ~IS_CORRECTED,
        )
        .group_by(CONTACT.c.consultant_id)
    )
    return {ConsultantID(who): (int(today), int(met), int(late)) for who, today, met, late in rows}


def _visited(
    session: Session, club: Club, consultant_ids: Collection[ConsultantID], day: date
) -> dict[ConsultantID, tuple[int, int]]:
    """Of the active members of each, how many were reached this month, and how many there are."""
    members = _members(club, consultant_ids, day).subquery()
    rows = session.execute(
        sa.select(
            members.c.consultant_id,
            sa.func.sum(sa.case((_reached(session, club, day, members.c.person_id), 1), else_=0)),
            sa.func.count(),
        ).group_by(members.c.consultant_id)
    )
    return {ConsultantID(who): (int(reached), int(count)) for who, reached, count in rows}


def _members(
    club: Club, consultant_ids: Collection[ConsultantID], day: date
) -> sa.Select[ConsultantID, PersonID]:
    """Who has a card that opens the door on a day, beside who sold it to him."""
    return (
        sa.select(SALE.c.consultant_id, CARD.c.person_id)
        .distinct()
        .join_from(SALE, CARD, CARD.c.sale_id == SALE.c.id)
        .where(
            SALE.c.club_id == club.id,
            SALE.c.consultant_id.in_(consultant_ids),
            CARD.c.person_id.is_not(None),
            CARD.c.status == "active",
            sa.or_(CARD.c.valid_until.is_(None), CARD.c.valid_until >= day),
        )
    )


def _reached(
    session: Session, club: Club, day: date, person_id: sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    """Whether anybody of the club has reached a person in a day's month, whatever about."""
    effective = policy_on(session, club, day).read("follow_up", FollowUpPolicy).effective_outcomes
    return sa.exists().where(
        CONTACT.c.club_id == club.id,
        CONTACT.c.person_id == person_id,
        CONTACT.c.outcome.in_(effective),
        CONTACT.c.local_day >= month_of(day),
        CONTACT.c.local_day <= day,
        ~IS_CORRECTED,
    )
