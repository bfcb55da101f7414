"""Becoming a member."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.ids import PersonID, SaleID, new_public_id
from clubsales.membership.members.events import MemberEnrolled
from clubsales.membership.members.models import MemberRow


def enrol(session: Session, *, person_id: PersonID, sale_id: SaleID, actor: Actor, at: Instant) -> bool:
    """Make the person a member, once; says whether he is one only now."""
    organisation_id = actor.club.organisation_id
    known = sa.exists().where(MemberRow.organisation_id == organisation_id, MemberRow.person_id == person_id)
    new = sa.select(
        sa.literal(new_public_id()),
        sa.literal(organisation_id),
        sa.literal(person_id),
        sa.literal(at, MemberRow.__table__.c.since_at.type),
        sa.literal(sale_id),
    ).where(~known)
    columns = ["public_id", "organisation_id", "person_id", "since_at", "first_sale_id"]
    inserted = sa.insert(MemberRow).from_select(columns, new).returning(MemberRow.id)
    if session.execute(inserted).scalar_one_or_none() is None:
        return False
    audit.record(session, MemberEnrolled(person_id, sale_id), actor=actor, at=at)
    return True
