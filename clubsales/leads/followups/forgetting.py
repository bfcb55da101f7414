"""Contacts stay as evidence, without what was said; nothing is planned any more."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.followups.queries import CONTACT, FOLLOW_UP, OPEN
from clubsales.leads.followups.rules import FollowUpEnd

CLUB = sa.table("club", sa.column("id", sa.BigInteger))


def forget(session: Session, *, person_ids: Collection[PersonID], at: Instant) -> None:
    """Notes and steps lose their words, open steps end."""
    clubs = sa.select(CLUB.c.id)  # the indexes begin with the club
    theirs = sa.and_(CONTACT.c.club_id.in_(clubs), CONTACT.c.person_id.in_(person_ids))
    session.execute(sa.update(CONTACT).where(theirs, CONTACT.c.note != "").values(note=""))
    of_them = sa.and_(FOLLOW_UP.c.club_id.in_(clubs), FOLLOW_UP.c.person_id.in_(person_ids))
    session.execute(sa.update(FOLLOW_UP).where(of_them).values(what=""))
    session.execute(
        sa.update(FOLLOW_UP).where(of_them, OPEN).values(ended_at=at, end_reason=FollowUpEnd.DROPPED.value)
    )
