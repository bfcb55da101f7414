"""Nobody holds a lead whose person is anonymous."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.claims import ownership, queries
from clubsales.leads.claims.rules import EndReason


def forget(session: Session, *, person_ids: Collection[PersonID], actor: Actor, at: Instant) -> None:
    """Let go what is held of them in the actor's club, whoever holds it."""
    for person_id in person_ids:
        held = queries.running(session, actor.club.id, person_id)
        if held is not None:
            end = ownership.end_now(EndReason.RELEASED, actor=actor, at=at)
            ownership.let_go(session, held, end, actor=actor, at=at)
