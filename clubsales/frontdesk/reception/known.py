"""Whom a phone belongs to: what the desk asks while it is being typed. Never by name."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.frontdesk.reception.tables import (
    APPOINTMENT,
    CLAIM,
    IN_THE_HOUSE,
    LEAD,
    MEMBER,
    PERSON,
    PHONE,
    RECEPTION,
)
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.prepared import Prepared

OF_HIS = sa.and_(RECEPTION.c.person_id == PHONE.c.person_id, RECEPTION.c.club_id == sa.bindparam("club"))
ON_DAY = sa.bindparam("day", type_=sa.Date)
APPOINTMENTS = (
    sa.select(sa.func.count(APPOINTMENT.c.id))
    .where(
        APPOINTMENT.c.club_id == sa.bindparam("club"),
        APPOINTMENT.c.person_id == PHONE.c.person_id,
        APPOINTMENT.c.local_day == ON_DAY,
        sa.or_(APPOINTMENT.c.status == "booked", APPOINTMENT.c.status == "kept"),
    )
    .scalar_subquery()
)
# The inside consultant who holds the lead: one at most has a live claim.
HOLDER = (
    sa.select(CLAIM.c.consultant_id)
    .join(CONSULTANT, CONSULTANT.c.id == CLAIM.c.consultant_id)
    .where(
        CLAIM.c.club_id == sa.bindparam("club"),
        CLAIM.c.person_id == PHONE.c.person_id,
        CLAIM.c.ended_at.is_(None),
        CLAIM.c.until >= ON_DAY,
        CONSULTANT.c.kind == "inside",
    )
    .scalar_subquery()
)
# Built once: every arrival asks it.
WHO_IS = Prepared(
    sa.select(
        PHONE.c.person_id,
        PERSON.c.name,
        MEMBER.c.id.is_not(None).label("is_member"),
        LEAD.c.public_id.label("lead_public_id"),
        LEAD.c.interest,
        sa.select(sa.func.max(RECEPTION.c.id)).where(OF_HIS, IN_THE_HOUSE).scalar_subquery().label("present"),
        sa.select(sa.func.count(RECEPTION.c.id)).where(OF_HIS).scalar_subquery().label("visits"),
        sa.select(sa.func.max(RECEPTION.c.arrived_at)).where(OF_HIS).scalar_subquery().label("last_visit_at"),
        APPOINTMENTS.label("appointments"),
        HOLDER.label("held_by"),
    )
    .select_from(PHONE)
    .join(PERSON, PERSON.c.id == PHONE.c.person_id)
    .outerjoin(
        MEMBER,
        sa.and_(MEMBER.c.organisation_id == PHONE.c.organisation_id, MEMBER.c.person_id == PHONE.c.person_id),
    )
    .outerjoin(LEAD, sa.and_(LEAD.c.club_id == sa.bindparam("club"), LEAD.c.person_id == PHONE.c.person_id))
    .where(PHONE.c.organisation_id == sa.bindparam("organisation"), PHONE.c.e164 == sa.bindparam("e164"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Whom a phone belongs to. `present` is his reception when he is in the house already.

    `appointments` counts those of the day asked for; `held_by` is the inside consultant who holds the lead then.
    """

    person_id: PersonID
    name: str
    is_member: bool
    lead_public_id: str | None
    interest: str
    present: ReceptionID | None
    visits: int
    last_visit_at: Instant | None
    appointments: int = 0
    held_by: ConsultantID | None = None


def who_is(session: Session, club: Club, e164: str, day: date | None = None) -> Known | None:
    """Whom a phone belongs to in the organisation, in one SELECT. Never by name.

    Appointments and the lead's holder are those of a club-local day; without one they are left out.
    """
    asked = {"club": club.id, "organisation": club.organisation_id, "e164": e164, "day": day}
    row = WHO_IS.one_or_none(session, asked)
    if row is None:
        return None
    return Known(
        person_id=PersonID(row.person_id),
        name=row.name,
        is_member=bool(row.is_member),
        lead_public_id=row.lead_public_id,
        interest=row.interest or "",
        present=ReceptionID(row.present) if row.present is not None else None,
        visits=row.visits,
        last_visit_at=row.last_visit_at,
        appointments=row.appointments,
        held_by=ConsultantID(row.held_by) if row.held_by is not None else None,
    )
