"""What is planned with a lead goes with the lead: by a hand-over at once, to whoever takes it anew soon after."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Actor, system_actor
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.ids import ClubID, ConsultantID, FollowUpID, PersonID
from clubsales.leads.claims.queries import CLAIM, RUNNING
from clubsales.leads.followups.events import FollowUpReassigned
from clubsales.leads.followups.queries import FOLLOW_UP, OPEN, WAITS

AT_ONCE = 200
# Steps whose consultant lost the lead, beside who holds it now.
LEFT_BEHIND = (
    sa.select(
        FOLLOW_UP.c.id,
        FOLLOW_UP.c.club_id,
        FOLLOW_UP.c.person_id,
        FOLLOW_UP.c.consultant_id,
        CLAIM.c.consultant_id.label("holder"),
    )
    .join_from(
        FOLLOW_UP,
        CLAIM,
        sa.and_(CLAIM.c.club_id == FOLLOW_UP.c.club_id, CLAIM.c.person_id == FOLLOW_UP.c.person_id, RUNNING),
    )
    .where(OPEN, WAITS)
    .order_by(FOLLOW_UP.c.id)
    .limit(AT_ONCE)
)


def reassign(
    session: Session,
    *,
    person_id: PersonID,
    from_consultant: ConsultantID,
    to_consultant: ConsultantID,
    only: Collection[FollowUpID] | None = None,
    actor: Actor,
    at: Instant,
) -> list[FollowUpID]:
    """A person's lead goes to a colleague, and what is planned with it too; the days stay (OWN-10).

    Returns which steps went, so that they, and no later ones, can go back: `only` names them. Raises NotFound.
    """
    profiles.get(session, actor.club.id, to_consultant)
    statement = (
        sa.update(FOLLOW_UP)
        .where(
            FOLLOW_UP.c.club_id == actor.club.id,
            FOLLOW_UP.c.person_id == person_id,
            FOLLOW_UP.c.consultant_id == from_consultant,
            OPEN,
        )
        .values(consultant_id=to_consultant)
        .returning(FOLLOW_UP.c.id)
    )
    if only is not None:
        statement = statement.where(FOLLOW_UP.c.id.in_(only))
    moved = sorted(FollowUpID(each) for each in session.scalars(statement))
    for each in moved:
        event = FollowUpReassigned(person_id, each, from_consultant, to_consultant)
        audit.record(session, event, actor=actor, at=at)
    return moved


def go_along(session: Session, at: Instant) -> int:
    """Steps that wait since their lead was lost go to whoever holds it now, in all clubs. Returns how many."""
    moved = 0
    for row in session.execute(LEFT_BEHIND).all():
        moved += len(
            reassign(
                session,
                person_id=PersonID(row.person_id),
                from_consultant=ConsultantID(row.consultant_id),
                to_consultant=ConsultantID(row.holder),
                only=[FollowUpID(row.id)],
                actor=system_actor(clubs.get(session, ClubID(row.club_id))),
                at=at,
            )
        )
    return moved
