"""Giving guests to consultants: the writing half of every turn, and of offers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.frontdesk.reception import house
from clubsales.frontdesk.reception.events import GuestAssigned
from clubsales.frontdesk.reception.house import GuestInHouse
from clubsales.frontdesk.reception.rules import Status
from clubsales.frontdesk.reception.tables import RECEPTION
from clubsales.frontdesk.reception.turns import FloorPolicy, floor_now
from clubsales.frontdesk.rotation import operations as rotation
from clubsales.frontdesk.rotation import queries as rotation_queries
from clubsales.frontdesk.rotation.operations import Queue
from clubsales.frontdesk.rotation.out_of_turn import for_companion
from clubsales.frontdesk.rotation.queries import AssignmentView, Floor
from clubsales.frontdesk.rotation.rules import Basis, Turn
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import Passed, Signal, TouchKind, TurnTaken


def read_floor(session: Session, queue: Queue, actor: Actor, policy: FloorPolicy, at: Instant) -> Floor:
    """The floor under the lock; the queue knows from now on who has which place."""
    floor = floor_now(session, actor, policy, at)
    queue.places.update(floor.places)
    return floor


def offered_until(turn: Turn, policy: FloorPolicy, actor: Actor, at: Instant) -> Instant | None:
    """Until when the one chosen has to accept; None where nobody asks him, or he acts himself."""
    seconds = policy.rotation.accept_seconds
    if not seconds or turn.consultant_id is None or turn.consultant_id == actor.consultant_id:
        return None
    return at + timedelta(seconds=seconds)


def receive(
    session: Session,
    *,
    queue: Queue,
    guest: GuestInHouse,
    turn: Turn,
    policy: FloorPolicy,
    actor: Actor,
    at: Instant,
) -> None:
    """Give a guest in the house to the consultant of the turn, or let him wait where there is none."""
    until = offered_until(turn, policy, actor, at)
    received = turn.consultant_id is not None
    values = {
        "status": (Status.OPEN if received else Status.WAITING).value,
        "basis": turn.basis.value if received else None,
        "consultant_id": turn.consultant_id,
        "designated_id": guest.designated_id,
        "joined": False,
        "received_at": at if received else None,
        "offered_until": until,
        "accepted_at": None,
        "passed_by": sorted(guest.passed_by),
    }
    session.execute(sa.update(RECEPTION).where(RECEPTION.c.id == guest.id).values(**values))
    if received and until is None:
        # The visit named nobody until now; the evidence says who received him, and for whom he came.
        record_visit(
            session,
            person_id=guest.person_id,
            reception_id=guest.id,
            consultant_id=turn.consultant_id,
            signals=guest.signals,
            turn=taken(turn),
            actor=actor,
            at=at,
        )
    write_turn(session, queue=queue, turn=turn, reception_id=guest.id, policy=policy, actor=actor, at=at)


def take_along(
    session: Session,
    *,
    queue: Queue,
    guest: GuestInHouse,
    floor: Floor,
    turn: Turn,
    policy: FloorPolicy,
    actor: Actor,
    at: Instant,
) -> None:
    """Who joined a guest that goes to somebody else goes with him; where nobody takes him they wait as he does.

    `floor` is the one after the turn. They need not be asked of those who let his offer lapse.
    """
    for companion in house.companions(session, actor.club.id, guest.id):
        if companion.consultant_id != guest.consultant_id:
            continue
        if turn.consultant_id is None:
            waits = replace(companion, passed_by=guest.passed_by)
            receive(session, queue=queue, guest=waits, turn=turn, policy=policy, actor=actor, at=at)
            continue
        along = for_companion(
            floor.queue,
            consultant_id=turn.consultant_id,
            consultant_name=turn.consultant_name,
            basis=turn.basis,
            guest=guest.name,
        )
        session.execute(
            sa.update(RECEPTION)
            .where(RECEPTION.c.id == companion.id)
            .values(consultant_id=turn.consultant_id, basis=turn.basis.value, received_at=at)
        )
        record_visit(
            session,
            person_id=companion.person_id,
            reception_id=companion.id,
            consultant_id=turn.consultant_id,
            signals=companion.signals,
            turn=taken(along),
            actor=actor,
            at=at,
        )
        write_turn(
            session, queue=queue, turn=along, reception_id=companion.id, policy=policy, actor=actor, at=at
        )


def give_turn_back(
    session: Session,
    *,
    queue: Queue,
    reception_id: ReceptionID,
    policy: FloorPolicy,
    only: ConsultantID | None = None,
    code: str,
    actor: Actor,
    at: Instant,
) -> bool:
    """Give back the turn a guest cost: to everybody whom it moved, or to one alone (ROT-01). Says whether it did."""
    given = rotation_queries.latest_turn_of(session, actor.club.id, reception_id)
    if given is None or not given.moved:
        return False
    floor = read_floor(session, queue, actor, policy, at)
    turn = rotation.give_back(
        session,
        queue=queue,
        floor=floor,
        given=given,
        only=only,
        code=code,
        policy_version_id=policy.version_id,
        actor=actor,
        at=at,
    )
    if turn is None:
        return False
    event = GuestAssigned(reception_id, turn.consultant_id, Basis.RETURNED.value, turn.rule)
    audit.record(session, event, actor=actor, at=at)
    return True


def record_visit(
    session: Session,
    *,
    person_id: PersonID | None,
    reception_id: ReceptionID,
    consultant_id: ConsultantID | None,
    signals: Sequence[Signal],
    turn: TurnTaken | None = None,
    actor: Actor,
    at: Instant,
) -> None:
    """Write the visit into the evidence, with what the guest showed and how he came to whoever receives him."""
    touches.record(
        session,
        kind=TouchKind.VISIT,
        person_id=person_id,
        consultant_id=consultant_id,
        reception_id=reception_id,
        signals=tuple(signals),
        turn=turn,
        actor=actor,
        at=at,
    )


def taken(turn: Turn | AssignmentView) -> TurnTaken:
    """A turn as the evidence keeps it."""
    queue = turn.queue_before
    return TurnTaken(
        basis=turn.basis.value,
        rule=turn.rule,
        position=queue.index(turn.consultant_id) + 1 if turn.consultant_id in queue else None,
        of=len(queue),
        skipped=tuple(Passed(skip.consultant_id, skip.reason) for skip in turn.skipped),
    )


def write_turn(
    session: Session,
    *,
    queue: Queue,
    turn: Turn,
    reception_id: ReceptionID,
    policy: FloorPolicy,
    actor: Actor,
    at: Instant,
) -> None:
    """Write the turn into the ledger and the audit."""
    rotation.decide(
        session,
        queue=queue,
        turn=turn,
        reception_id=reception_id,
        policy_version_id=policy.version_id,
        actor=actor,
        at=at,
    )
    event = GuestAssigned(reception_id, turn.consultant_id, turn.basis.value, turn.rule)
    audit.record(session, event, actor=actor, at=at)
