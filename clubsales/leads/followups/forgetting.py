"""Contacts stay as evidence, without what was said; nothing is planned any more."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.followups.queries import CONTACT, FOLLOW_UP, OPEN

DROPPED = "dropped"


def forget(session: Session, *, person_ids: Collection[PersonID], at: Instant) -> None:
    """Notes and steps lose their words, open steps end."""
    session.execute(
        sa.update(CONTACT).where(CONTACT.c.person_id.in_(person_ids), CONTACT.c.note != "").values(note="")
    )
    of_them = FOLLOW_UP.c.person_id.in_(person_ids)
    session.execute(sa.update(FOLLOW_UP).where(of_them).values(what=""))
    session.execute(sa.update(FOLLOW_UP).where(of_them, OPEN).values(ended_at=at, end_reason=DROPPED))
