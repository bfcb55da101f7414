"""Deciding turns: who writes the queue holds its row first."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club
from clubsales.clock import Instant
from clubsales.frontdesk.rotation.queries import ASSIGNMENT, QUEUE, SEAT
from clubsales.frontdesk.rotation.rules import RotationPolicy, Skip, Turn
from clubsales.ids import ClubID, ConsultantID, PolicyVersionID, ReceptionID

# Each floor operation owns a block of places, so that the lock, the board's version and the places are one statement.
PLACES = 10_000

# The statements of every arrival, built once.
LOCK = (
    sa.update(QUEUE)
    .where(QUEUE.c.club_id == sa.bindparam("of_club"))
    .values(version=QUEUE.c.version + 1, next_place=QUEUE.c.next_place + PLACES)
    .returning(QUEUE.c.version, QUEUE.c.next_place)
)
MOVE = (
    sa.update(SEAT)
    .where(SEAT.c.club_id == sa.bindparam("of_club"), SEAT.c.consultant_id == sa.bindparam("who"))
    .values(place=sa.bindparam("to_place"))
)
WRITE_TURN = sa.insert(ASSIGNMENT)


@dataclass(slots=True)
class Queue:
    """A locked queue and the places it may still give in this transaction."""

    club_id: ClubID
    version: int
    next_place: int

    def take_place(self) -> int:
        """The next place at the tail."""
        place = self.next_place
        self.next_place += 1
        return place


def lock(session: Session, club: Club) -> Queue:
    """Lock the club's queue, which every change of the floor does first, and move the board's version."""
    row = session.execute(LOCK, {"of_club": club.id}).one_or_none()
    if row is None:
        # Two first guests at once meet at the primary key; the loser runs again and finds the row.
        session.execute(sa.insert(QUEUE).values(club_id=club.id, version=1, next_place=1 + PLACES))
        return Queue(club_id=club.id, version=1, next_place=1)
    return Queue(club_id=club.id, version=row.version, next_place=row.next_place - PLACES)


def join(session: Session, *, queue: Queue, consultant_id: ConsultantID, policy: RotationPolicy) -> None:
    """Stand at the tail on opening a shift; with `start = carry_over`, at the place last had (AMB-15)."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    place = queue.take_place()
    statement = insert(SEAT).values(club_id=queue.club_id, consultant_id=consultant_id, place=place)
    keys = [SEAT.c.club_id, SEAT.c.consultant_id]
    if policy.start == "carry_over":
        session.execute(statement.on_conflict_do_nothing(index_elements=keys))
    else:
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_={"place": place}))


def decide(
    session: Session,
    *,
    queue: Queue,
    turn: Turn,
    reception_id: ReceptionID,
    policy_version_id: PolicyVersionID,
    actor: Actor,
    at: Instant,
) -> None:
    """Write a turn into the ledger and move whoever lost a place or took a turn to the tail (ROT-09)."""
    written = {
        "club_id": queue.club_id,
        "reception_id": reception_id,
        "at": at,
        "consultant_id": turn.consultant_id,
        "basis": turn.basis.value,
        "rule": turn.rule,
        "skipped": [_stored(skip) for skip in turn.skipped],
        "queue_before": list(turn.queue_before),
        "queue_after": list(turn.queue_after),
        "reason": turn.reason.stored(),
        "policy_version_id": policy_version_id,
        "decided_by": actor.account_id,
    }
    session.execute(WRITE_TURN, written)
    places = {consultant_id: queue.take_place() for consultant_id in turn.to_tail}
    if len(places) == 1:
        ((who, to_place),) = places.items()
        session.execute(MOVE, {"of_club": queue.club_id, "who": who, "to_place": to_place})
    elif places:
        session.execute(
            sa.update(SEAT)
            .where(SEAT.c.club_id == queue.club_id, SEAT.c.consultant_id.in_(list(places)))
            .values(place=sa.case(places, value=SEAT.c.consultant_id))
        )


def _stored(skip: Skip) -> dict[str, object]:
    return {
        "consultant": skip.consultant_id,
        "name": skip.name,
        "reason": skip.reason,
        "forfeits": skip.forfeits,
    }
