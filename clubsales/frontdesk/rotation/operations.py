"""Deciding turns: who writes the queue holds its row first."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.frontdesk.rotation.out_of_turn import turn_back
from clubsales.frontdesk.rotation.queries import AssignmentView, Floor, Move
from clubsales.frontdesk.rotation.rules import RotationPolicy, Skip, Turn
from clubsales.frontdesk.rotation.tables import ASSIGNMENT, QUEUE, SEAT
from clubsales.ids import ClubID, ConsultantID, PolicyVersionID, ReceptionID
from clubsales.prepared import Answer, Prepared

# Each floor operation owns a block of places, so that the lock, the board's version and the places are one statement.
PLACES = 10_000

INSERTS: dict[str, Callable[[sa.Table], Any]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}  # only they know ON CONFLICT


def _lock(insert: Callable[[sa.Table], Any]) -> sa.Insert:
    first = insert(QUEUE).values(club_id=sa.bindparam("of_club"), version=1, next_place=1 + PLACES)
    moved = {"version": QUEUE.c.version + 1, "next_place": QUEUE.c.next_place + PLACES}
    statement: sa.Insert = first.on_conflict_do_update(index_elements=[QUEUE.c.club_id], set_=moved)
    return statement.returning(QUEUE.c.next_place)


# The statements of every arrival, built once.
LOCK = {name: Prepared(_lock(insert)) for name, insert in INSERTS.items()}
MOVE = Prepared(
    sa.update(SEAT)
    .where(SEAT.c.club_id == sa.bindparam("of_club"), SEAT.c.consultant_id == sa.bindparam("who"))
    .values(place=sa.bindparam("to_place"))
)
WRITE_TURN = Prepared(sa.insert(ASSIGNMENT))


@dataclass(slots=True)
class Queue:
    """A locked queue: the places it may still give in this transaction, and those its people have."""

    club_id: ClubID
    locked: Answer
    places: dict[ConsultantID, int] = field(default_factory=dict)
    given: int = 0

    def take_place(self) -> int:
        """The next place at the tail."""
        first: int = self.locked.one().next_place - PLACES
        self.given += 1
        return first + self.given - 1


def lock(session: Session, club: Club) -> Queue:
    """Lock the club's queue, which every change of the floor does first, and move the board's version.

    Whatever is asked of the database next waits until the queue is ours: both go in one trip.
    """
    statement = LOCK[session.get_bind().dialect.name]
    return Queue(club_id=club.id, locked=statement.ask(session, {"of_club": club.id}))


def join(session: Session, *, queue: Queue, consultant_id: ConsultantID, policy: RotationPolicy) -> None:
    """Stand at the tail on opening a shift; with `start = carry_over`, at the place last had (AMB-15)."""
    insert = INSERTS[session.get_bind().dialect.name]
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
    to_places = {consultant_id: queue.take_place() for consultant_id in turn.to_tail}
    moves = [
        Move(consultant_id, queue.places[consultant_id], to_place)
        for consultant_id, to_place in to_places.items()
        if consultant_id in queue.places
    ]
    _write(
        session,
        queue=queue,
        turn=turn,
        moves=moves,
        reception_id=reception_id,
        policy_version_id=policy_version_id,
        actor=actor,
        at=at,
    )
    _move(session, queue, to_places)


def give_back(
    session: Session,
    *,
    queue: Queue,
    floor: Floor,
    given: AssignmentView,
    only: ConsultantID | None = None,
    code: str,
    policy_version_id: PolicyVersionID,
    actor: Actor,
    at: Instant,
) -> Turn | None:
    """Put everybody whom an assignment moved back to the place he had, if he still stands where it put him.

    With `only`, that one alone. Nobody left to put back: nothing happens, and None is returned.
    """
    back = {
        move.consultant_id: move.from_place
        for move in given.moved
        if only in (None, move.consultant_id) and _place(session, queue, move.consultant_id) == move.to_place
    }
    if not back:
        return None
    before = tuple(seat.consultant_id for seat in floor.queue)
    moves = [Move(who, queue.places[who], to_place) for who, to_place in back.items()]
    _move(session, queue, back)
    known = profiles.names(session, back)
    turn = turn_back(
        before,
        tuple(sorted(before, key=lambda who: queue.places.get(who, sys.maxsize))),
        consultant_id=given.consultant_id if given.consultant_id in back else None,
        names=[known[who] for who in back],
        code=code,
    )
    _write(
        session,
        queue=queue,
        turn=turn,
        moves=moves,
        reception_id=given.reception_id,
        policy_version_id=policy_version_id,
        actor=actor,
        at=at,
    )
    return turn


def _place(session: Session, queue: Queue, consultant_id: ConsultantID) -> int | None:
    """Where somebody stands, also whoever has closed his shift."""
    if consultant_id not in queue.places:
        place = session.execute(
            sa.select(SEAT.c.place).where(
                SEAT.c.club_id == queue.club_id, SEAT.c.consultant_id == consultant_id
            )
        ).scalar_one_or_none()
        if place is None:
            return None
        queue.places[consultant_id] = place
    return queue.places[consultant_id]


def _write(
    session: Session,
    *,
    queue: Queue,
    turn: Turn,
    moves: Sequence[Move],
    reception_id: ReceptionID,
    policy_version_id: PolicyVersionID,
    actor: Actor,
    at: Instant,
) -> None:
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
        "reason": _reason(turn),
        "policy_version_id": policy_version_id,
        "decided_by": actor.account_id,
        "moved": [
            {"consultant": move.consultant_id, "from": move.from_place, "to": move.to_place} for move in moves
        ]
        or sa.null(),
    }
    WRITE_TURN.run(session, written)


def _move(session: Session, queue: Queue, places: dict[ConsultantID, int]) -> None:
    queue.places.update(places)
    if len(places) == 1:
        ((who, to_place),) = places.items()
        MOVE.run(session, {"of_club": queue.club_id, "who": who, "to_place": to_place})
    elif places:
        session.execute(
            sa.update(SEAT)
            .where(SEAT.c.club_id == queue.club_id, SEAT.c.consultant_id.in_(list(places)))
            .values(place=sa.case(places, value=SEAT.c.consultant_id))
        )


def _reason(turn: Turn) -> dict[str, object]:
    stored = turn.reason.stored()
    return {**stored, "noted": [one.stored() for one in turn.noted]} if turn.noted else stored


def _stored(skip: Skip) -> dict[str, object]:
    return {
        "consultant": skip.consultant_id,
        "name": skip.name,
        "reason": skip.reason,
        "forfeits": skip.forfeits,
    }
