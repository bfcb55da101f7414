"""Giving guests to consultants: the writing half of every turn, and the waiting list."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.frontdesk.reception import queries
from clubsales.frontdesk.reception.events import GuestAssigned
from clubsales.frontdesk.reception.queries import WaitingGuest
from clubsales.frontdesk.reception.rules import Status
from clubsales.frontdesk.reception.tables import RECEPTION
from clubsales.frontdesk.reception.turns import FloorPolicy, decided, designation_of, floor_policy
from clubsales.frontdesk.rotation import operations as rotation
from clubsales.frontdesk.rotation import queries as rotation_queries
from clubsales.frontdesk.rotation.operations import Queue
from clubsales.frontdesk.rotation.rules import Turn
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import Signal, TouchKind


def serve_waiting(session: Session, *, queue: Queue, actor: Actor, at: Instant) -> None:
    """Give waiting guests, longest first, to whoever is free now (AMB-18)."""
    guests = queries.waiting(session, actor.club.id)
    if not guests:
        return
    policy = floor_policy(session, actor, at)
    floor = rotation_queries.floor(session, actor.club, policy.rotation)
    for guest in guests:
        if not floor.somebody_free:
            return
        designation = designation_of(
            session, actor, floor, policy, signals=guest.signals, is_member=guest.is_member
        )
        turn = decided(floor, policy, designation, None)
        if turn.consultant_id is not None:
            receive(session, queue=queue, guest=guest, turn=turn, policy=policy, actor=actor, at=at)
            floor = floor.after(turn)


def receive(
    session: Session,
    *,
    queue: Queue,
    guest: WaitingGuest,
    turn: Turn,
    policy: FloorPolicy,
    actor: Actor,
    at: Instant,
) -> None:
    """Give a waiting guest to the consultant of the turn."""
    session.execute(
        sa.update(RECEPTION)
        .where(RECEPTION.c.id == guest.id)
        .values(
            status=Status.OPEN.value,
            basis=turn.basis.value,
            consultant_id=turn.consultant_id,
            received_at=at,
        )
    )
    # The visit named nobody while he waited; the evidence says who received him, and for whom he came.
    record_visit(
        session,
        person_id=guest.person_id,
        reception_id=guest.id,
        consultant_id=turn.consultant_id,
        signals=guest.signals,
        actor=actor,
        at=at,
    )
    write_turn(session, queue=queue, turn=turn, reception_id=guest.id, policy=policy, actor=actor, at=at)


def record_visit(
    session: Session,
    *,
    person_id: PersonID | None,
    reception_id: ReceptionID,
    consultant_id: ConsultantID | None,
    signals: Sequence[Signal],
    actor: Actor,
    at: Instant,
) -> None:
    """Write the visit into the evidence, with what the guest showed."""
    touches.record(
        session,
        kind=TouchKind.VISIT,
        person_id=person_id,
        consultant_id=consultant_id,
        reception_id=reception_id,
        signals=tuple(signals),
        actor=actor,
        at=at,
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
