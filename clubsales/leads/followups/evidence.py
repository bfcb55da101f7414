"""What outside consultants wrote about a guest before the guest came: the evidence of follow-up (AMB-02, AMB-08)."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.db import UtcDateTime
from clubsales.ids import ClubID, ConsultantID, PersonID, ReceptionID
from clubsales.leads.followups.queries import CONSULTANT, CONTACT, CORRECTION, CORRECTS
from clubsales.leads.followups.rules import (
    Channel,
    ContactOutcome,
    FollowUpPolicy,
    Record,
    Tracking,
    tracking,
)
from clubsales.prepared import Answer, Prepared

RECEPTION = sa.table(
    "reception",
    sa.column("id"),
    sa.column("arrived_at", UtcDateTime()),
    sa.column("local_day", sa.Date),
)
# What outside consultants wrote about a person, beside the arrival it is measured to.
OUTSIDE_RECORDS = Prepared(
    sa.select(
        CONTACT.c.consultant_id,
        CONSULTANT.c.name,
        CONTACT.c.channel,
        CONTACT.c.outcome,
        CONTACT.c.at,
        CONTACT.c.local_day,
        CORRECTION.c.at.label("corrected_at"),
        RECEPTION.c.arrived_at,
        RECEPTION.c.local_day.label("arrived_on"),
    )
    .join_from(CONTACT, CONSULTANT, CONSULTANT.c.id == CONTACT.c.consultant_id)
    .join(CORRECTION, CORRECTS, isouter=True)
    .join(RECEPTION, RECEPTION.c.id == sa.bindparam("reception_id"), isouter=True)
    .where(
        CONTACT.c.club_id == sa.bindparam("club_id"),
        CONTACT.c.person_id == sa.bindparam("person_id"),
        CONSULTANT.c.kind == sa.literal_column("'outside'"),
    )
    .order_by(CONTACT.c.at, CONTACT.c.id)
)


def valid_record(
    session: Session,
    *,
    club_id: ClubID,
    person_id: PersonID,
    reception_id: ReceptionID | None,
    at: Instant,
    day: date,
    policy: FollowUpPolicy,
) -> Tracking | None:
    """The outside consultant whose record of a person counts at a guest's arrival, or without one at a moment.

    `at` and its club-local `day` stand in where there is no reception (AMB-02, AMB-08).
    """
    records, arrived = outside_records(
        session, club_id=club_id, person_id=person_id, reception_id=reception_id
    )
    arrived_at, arrived_on = arrived or (at, day)
    return tracking(records, arrived_at=arrived_at, arrived_on=arrived_on, policy=policy)


def outside_records(
    session: Session, *, club_id: ClubID, person_id: PersonID, reception_id: ReceptionID | None
) -> tuple[list[Record], tuple[Instant, date] | None]:
    """What outside consultants wrote about a person, and when the guest of the reception arrived, on which local day.

    Where nobody wrote anything nothing is said of the arrival either.
    """
    return told_in(
        ask_outside_records(session, club_id=club_id, person_id=person_id, reception_id=reception_id)
    )


def ask_outside_records(
    session: Session, *, club_id: ClubID, person_id: PersonID, reception_id: ReceptionID | None
) -> Answer:
    """Ask for `outside_records` together with what is asked next; `told_in` reads them."""
    return OUTSIDE_RECORDS.ask(
        session, {"club_id": club_id, "person_id": person_id, "reception_id": reception_id}
    )


def told_in(asked: Answer) -> tuple[list[Record], tuple[Instant, date] | None]:
    """The records of an answer, and the arrival."""
    rows = asked.all()
    arrived = (rows[0].arrived_at, rows[0].arrived_on) if rows and rows[0].arrived_at else None
    return [record_of(row) for row in rows], arrived


def record_of(row: Any) -> Record:
    """A row of what was written, as evidence."""
    return Record(
        consultant_id=ConsultantID(row.consultant_id),
        name=row.name,
        channel=Channel(row.channel),
        outcome=ContactOutcome(row.outcome),
        at=row.at,
        day=row.local_day,
        corrected_at=row.corrected_at,
    )
