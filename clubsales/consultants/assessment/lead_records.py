"""How somebody worked with his leads, from what was written down anyway.

Leads, receptions and sales stand above, so their tables are known by name.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import local_day
from clubsales.consultants.assessment.asked import Rate, Subject
from clubsales.db import UtcDateTime

KEY = sa.BigInteger
FOLLOW_UP = sa.table(
    "follow_up",
    sa.column("club_id", KEY),
    sa.column("consultant_id", KEY),
    sa.column("due_on", sa.Date),
    sa.column("ended_at", UtcDateTime()),
    sa.column("end_reason", sa.String),
)
CLAIM = sa.table(
    "claim",
    sa.column("club_id", KEY),
    sa.column("consultant_id", KEY),
    sa.column("person_id", KEY),
    sa.column("claimed_day", sa.Date),
    sa.column("ended_day", sa.Date),
)
CONTACT = sa.table(
    "contact",
    sa.column("club_id", KEY),
    sa.column("consultant_id", KEY),
    sa.column("person_id", KEY),
    sa.column("local_day", sa.Date),
)
LEAD = sa.table(
    "lead",
    sa.column("club_id", KEY),
    sa.column("person_id", KEY),
    sa.column("captured_by", KEY),
    sa.column("captured_at", UtcDateTime()),
)
RECEPTION = sa.table(
    "reception",
    sa.column("club_id", KEY),
    sa.column("consultant_id", KEY),
    sa.column("person_id", KEY),
    sa.column("local_day", sa.Date),
    sa.column("is_member", sa.Boolean),
)
SALE = sa.table(
    "sale",
    sa.column("club_id", KEY),
    sa.column("person_id", KEY),
    sa.column("kind", sa.String),
    sa.column("consultant_id", KEY),
    sa.column("list_price_minor", KEY),
    sa.column("price_minor", KEY),
    sa.column("received_minor", KEY),
    sa.column("first_receipt_at", UtcDateTime()),
)


def follow_up(session: Session, subject: Subject) -> Rate:
    """Follow-ups done by the day they were due, of those due; one replaced or dropped before it was late is none."""
    zone, today = subject.club.zone, local_day(subject.at, subject.club.zone)
    rows = session.execute(
        sa.select(FOLLOW_UP.c.due_on, FOLLOW_UP.c.ended_at, FOLLOW_UP.c.end_reason).where(
            FOLLOW_UP.c.club_id == subject.club.id,
            FOLLOW_UP.c.consultant_id == subject.consultant_id,
            FOLLOW_UP.c.due_on.between(subject.start, subject.last),
        )
    )
    done = due = 0
    for row in rows:
        in_time = local_day(row.ended_at, zone) <= row.due_on if row.ended_at else row.due_on >= today
        if in_time and row.end_reason != "done":
            continue
        due += 1
        done += in_time
    return Rate(done, due)


def leads_touched(session: Session, subject: Subject) -> Rate:
    """Leads he held at some time of the period, and how many of them he was in contact with (TEL-03)."""
    touched = sa.exists().where(
        CONTACT.c.club_id == CLAIM.c.club_id,
        CONTACT.c.person_id == CLAIM.c.person_id,
        CONTACT.c.consultant_id == CLAIM.c.consultant_id,
        CONTACT.c.local_day.between(subject.start, subject.last),
    )
    held = (
        sa.select(CLAIM.c.person_id, sa.func.max(sa.case((touched, 1), else_=0)).label("touched"))
        .where(
            CLAIM.c.club_id == subject.club.id,
            CLAIM.c.consultant_id == subject.consultant_id,
            CLAIM.c.claimed_day <= subject.last,
            sa.or_(CLAIM.c.ended_day.is_(None), CLAIM.c.ended_day >= subject.start),
        )
        .group_by(CLAIM.c.person_id)
        .subquery()
    )
    return _counted(session, held, held.c.touched)


def conversion(session: Session, subject: Subject) -> Rate:
    """People he captured, or received before they were members, and how many bought a card by its end (ASM-18)."""
    since, until = subject.span
    captured = sa.select(LEAD.c.person_id).where(
        LEAD.c.club_id == subject.club.id,
        LEAD.c.captured_by == subject.consultant_id,
        LEAD.c.captured_at >= since,
        LEAD.c.captured_at < until,
    )
    received = sa.select(RECEPTION.c.person_id).where(
        RECEPTION.c.club_id == subject.club.id,
        RECEPTION.c.consultant_id == subject.consultant_id,
        RECEPTION.c.local_day.between(subject.start, subject.last),
        RECEPTION.c.is_member.is_(False),
        RECEPTION.c.person_id.is_not(None),
    )
    people = sa.union(captured, received).subquery()
    joined = sa.exists().where(
        SALE.c.club_id == subject.club.id,
        SALE.c.person_id == people.c.person_id,
        SALE.c.kind == "new",
        SALE.c.first_receipt_at >= since,
        SALE.c.first_receipt_at < until,
    )
    of = sa.select(people.c.person_id, sa.case((joined, 1), else_=0).label("joined")).subquery()
    return _counted(session, of, of.c.joined)


def collection(session: Session, subject: Subject) -> Rate:
    """Money that came so far, of the price of what he sold in the period, in minor units (ASM-17)."""
    return _of_sales(session, subject, SALE.c.received_minor, SALE.c.price_minor)


def prices(session: Session, subject: Subject) -> Rate:
    """The price of what he sold in the period, of its price by the list, in minor units (PRC-11)."""
    listed = SALE.c.list_price_minor.is_not(None)  # what has no list price says nothing
    return _of_sales(session, subject, SALE.c.price_minor, SALE.c.list_price_minor, listed)


def _of_sales(
    session: Session,
    subject: Subject,
    part: sa.ColumnElement[int],
    whole: sa.ColumnElement[int],
    *which: sa.ColumnElement[bool],
) -> Rate:
    since, until = subject.span
    row = session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(part), 0).label("part"),
            sa.func.coalesce(sa.func.sum(whole), 0).label("whole"),
        ).where(
            *which,
            SALE.c.club_id == subject.club.id,
            SALE.c.consultant_id == subject.consultant_id,
            SALE.c.first_receipt_at >= since,
            SALE.c.first_receipt_at < until,
        )
    ).one()
    return Rate(int(row.part), int(row.whole))


def _counted(session: Session, of: sa.Subquery, flag: sa.ColumnElement[int]) -> Rate:
    row = session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(flag), 0).label("part"), sa.func.count().label("whole")
        ).select_from(of)
    ).one()
    return Rate(int(row.part), int(row.whole))
