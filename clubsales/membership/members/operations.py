"""Becoming a member."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.ids import PersonID, SaleID, new_public_id
from clubsales.membership.members.events import MemberEnrolled
from clubsales.membership.members.models import MemberRow
from clubsales.prepared import Prepared

MEMBER = table_of(MemberRow)
NEW = [sa.bindparam(column.name, type_=column.type) for column in MEMBER.columns if column is not MEMBER.c.id]
KNOWN = sa.exists().where(
    MEMBER.c.organisation_id == sa.bindparam("organisation_id"),
    MEMBER.c.person_id == sa.bindparam("person_id"),
)
ENROL = Prepared(
    sa.insert(MEMBER)
    .from_select([value.key for value in NEW], sa.select(*NEW).where(~KNOWN))
    .returning(MEMBER.c.id)
)


def enrolling(
    session: Session, *, person_id: PersonID, sale_id: SaleID, actor: Actor, at: Instant
) -> Callable[[], bool]:
    """Make the person a member, once, with the next statement; what is given back leaves the trace of it.

    It says whether he is one only now.
    """
    new = {
        "public_id": new_public_id(),
        "organisation_id": actor.club.organisation_id,
        "person_id": person_id,
        "since_at": at,
        "first_sale_id": sale_id,
    }
    asked = ENROL.ask(session, new)

    def trace() -> bool:
        is_new = asked.one_or_none() is not None
        if is_new:
            audit.record(session, MemberEnrolled(person_id, sale_id), actor=actor, at=at)
        return is_new

    return trace


def enrol(session: Session, *, person_id: PersonID, sale_id: SaleID, actor: Actor, at: Instant) -> bool:
    """Make the person a member, once; says whether he is one only now."""
    return enrolling(session, person_id=person_id, sale_id=sale_id, actor=actor, at=at)()
