"""Which lead an old address leads to, where two leads of a club became one."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.ids import ClubID
from clubsales.leads.people.queries import lead

# Merges stand above this subject, so their tables are known by their names.
MERGE = sa.table("person_merge", sa.column("id", sa.BigInteger), sa.column("kept_id", sa.BigInteger))
ASIDE = sa.table(
    "merged_lead",
    sa.column("merge_id", sa.BigInteger),
    sa.column("club_id", sa.BigInteger),
    sa.column("public_id", sa.String),
)
PERSON = sa.table("person", sa.column("id", sa.BigInteger), sa.column("merged_into_id", sa.BigInteger))


def lead_now(session: Session, club_id: ClubID, public_id: str) -> str | None:
    """What stands in the address of the lead that this one became part of; None when there was no such lead."""
    if not may_be_public_id(public_id):
        return None
    return session.scalar(
        sa.select(lead.c.public_id)
        .join_from(ASIDE, MERGE, MERGE.c.id == ASIDE.c.merge_id)
        .join(PERSON, PERSON.c.id == MERGE.c.kept_id)
        .join(
            lead,
            sa.and_(
                lead.c.club_id == ASIDE.c.club_id,
                lead.c.person_id == sa.func.coalesce(PERSON.c.merged_into_id, PERSON.c.id),
            ),
        )
        .where(ASIDE.c.public_id == public_id, ASIDE.c.club_id == club_id)
    )
