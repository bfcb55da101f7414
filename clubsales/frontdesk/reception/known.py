"""Whom a phone belongs to: what the desk asks while it is being typed. Never by name."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant
from clubsales.frontdesk.reception.tables import IN_THE_HOUSE, LEAD, MEMBER, PERSON, PHONE, RECEPTION
from clubsales.ids import PersonID, ReceptionID

OF_HIS = sa.and_(RECEPTION.c.person_id == PHONE.c.person_id, RECEPTION.c.club_id == sa.bindparam("club"))
# Built once: every arrival asks it.
WHO_IS = (
    sa.select(
        PHONE.c.person_id,
        PERSON.c.name,
        MEMBER.c.id.is_not(None).label("is_member"),
        LEAD.c.public_id.label("lead_public_id"),
        LEAD.c.interest,
        sa.select(sa.func.max(RECEPTION.c.id)).where(OF_HIS, IN_THE_HOUSE).scalar_subquery().label("present"),
        sa.select(sa.func.count(RECEPTION.c.id)).where(OF_HIS).scalar_subquery().label("visits"),
        sa.select(sa.func.max(RECEPTION.c.arrived_at)).where(OF_HIS).scalar_subquery().label("last_visit_at"),
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
    """Whom a phone belongs to. `present` is his reception when he is in the house already."""

    person_id: PersonID
    name: str
    is_member: bool
    lead_public_id: str | None
    interest: str
    present: ReceptionID | None
    visits: int
    last_visit_at: Instant | None


def who_is(session: Session, club: Club, e164: str) -> Known | None:
    """Whom a phone belongs to in the organisation, in one SELECT. Never by name."""
    asked = {"club": club.id, "organisation": club.organisation_id, "e164": e164}
    row = session.execute(WHO_IS, asked).one_or_none()
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
    )
