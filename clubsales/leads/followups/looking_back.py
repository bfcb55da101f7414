"""What outside consultants wrote about many persons at once, for whoever decides about the past again."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import ClubID, PersonID
from clubsales.leads.followups.evidence import record_of
from clubsales.leads.followups.queries import CONSULTANT, CONTACT, CORRECTION, CORRECTS
from clubsales.leads.followups.rules import Record

OUTSIDE_RECORDS_OF_MANY = (
    sa.select(
        CONTACT.c.person_id,
        CONTACT.c.consultant_id,
        CONSULTANT.c.name,
        CONTACT.c.channel,
        CONTACT.c.outcome,
        CONTACT.c.at,
        CONTACT.c.local_day,
        CORRECTION.c.at.label("corrected_at"),
    )
    .join_from(CONTACT, CONSULTANT, CONSULTANT.c.id == CONTACT.c.consultant_id)
    .join(CORRECTION, CORRECTS, isouter=True)
    .where(
        CONTACT.c.club_id == sa.bindparam("club_id"),
        CONTACT.c.person_id.in_(sa.bindparam("persons", expanding=True)),
        CONSULTANT.c.kind == sa.literal_column("'outside'"),
    )
    .order_by(CONTACT.c.at, CONTACT.c.id)
)


def outside_records_of(
    session: Session, club_id: ClubID, persons: Collection[PersonID]
) -> dict[PersonID, list[Record]]:
    """Each person's records of outside consultants in the order of writing; who has none is left out."""
    found: dict[PersonID, list[Record]] = {}
    if persons:
        asked = {"club_id": club_id, "persons": list(persons)}
        for row in session.execute(OUTSIDE_RECORDS_OF_MANY, asked):
            found.setdefault(PersonID(row.person_id), []).append(record_of(row))
    return found
