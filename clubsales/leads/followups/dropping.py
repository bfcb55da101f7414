"""Next steps that nobody needs to take any more."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.followups.events import FollowUpEnded
from clubsales.leads.followups.queries import FOLLOW_UP, OPEN
from clubsales.leads.followups.rules import FollowUpEnd


def drop(session: Session, *, person_id: PersonID, actor: Actor, at: Instant) -> None:
    """End whatever anybody of the club had planned with a person: nothing comes of it."""
    dropped = session.scalars(
        sa.update(FOLLOW_UP)
        .where(FOLLOW_UP.c.club_id == actor.club.id, FOLLOW_UP.c.person_id == person_id, OPEN)
        .values(ended_at=at, end_reason=FollowUpEnd.DROPPED.value)
        .returning(FOLLOW_UP.c.id)
    ).all()
    for follow_up_id in dropped:
        audit.record(session, FollowUpEnded(person_id, follow_up_id, None), actor=actor, at=at)
