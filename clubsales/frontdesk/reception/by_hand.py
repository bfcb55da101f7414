"""What people decide themselves: a guest given away by hand, one who need not wait any longer, one contested."""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor, ActorKind, Role
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import NotFound
from clubsales.frontdesk.reception import house
from clubsales.frontdesk.reception.events import AssignedByHand, GuestContested, OthersMayReceive
from clubsales.frontdesk.reception.house import GuestInHouse
from clubsales.frontdesk.reception.permitted import (
    LONGEST_TEXT,
    ByHandFacts,
    ContestFacts,
    may_assign_by_hand,
    may_contest,
)
from clubsales.frontdesk.reception.rules import Status, uses_turn
from clubsales.frontdesk.reception.serving import give_turn_back, read_floor, receive, take_along
from clubsales.frontdesk.reception.tables import CONTEST, RECEPTION
from clubsales.frontdesk.reception.turns import FloorPolicy, designation_of, floor_policy
from clubsales.frontdesk.reception.waiting import serve_waiting
from clubsales.frontdesk.rotation import operations as rotation
from clubsales.frontdesk.rotation.operations import Queue
from clubsales.frontdesk.rotation.out_of_turn import by_hand
from clubsales.ids import ConsultantID, ReceptionID, new_public_id
from clubsales.typed import one_line

DESK_ROLES = (Role.RECEPTIONIST, Role.SUPERVISOR, Role.CLUB_MANAGER)


def at_the_desk(actor: Actor) -> bool:
    """Whether somebody acts for the desk: its people, a device, a command."""
    return actor.kind is not ActorKind.STAFF or actor.has_role(*DESK_ROLES)


def assign_by_hand(
    session: Session,
    *,
    reception_id: ReceptionID,
    consultant_id: ConsultantID,
    reason: str,
    actor: Actor,
    at: Instant,
) -> None:
    """Give a waiting or received guest to somebody free on post, with a reason that everybody concerned sees (ROT-09).

    A walk-in is the receiver's turn, and whoever he is taken from gets his back. Given again to whom he is with,
    nothing changes. Raises NotFound, Refused(ReceptionRefused.REASON, GONE, OFF_DUTY, OFF_POST or OPEN).
    """
    queue = rotation.lock(session, actor.club)
    chosen = profiles.get(session, actor.club.id, consultant_id)
    guest = house.guest(session, actor.club.id, reception_id).on(local_day(at, actor.club.zone))
    policy = floor_policy(session, actor, at)
    floor = read_floor(session, queue, actor, policy, at)
    reason = one_line(reason, LONGEST_TEXT)
    if guest.status is Status.OPEN and guest.consultant_id == consultant_id:
        return
    seat = floor.on_shift.get(consultant_id)
    may_assign_by_hand(
        ByHandFacts(has_left=guest.status is Status.ENDED, seat=seat, reason=reason, consultant=chosen.name)
    ).or_raise()
    if seat is None:
        raise NotFound
    designation = designation_of(
        session, actor, floor, policy, signals=guest.signals, is_member=guest.is_member
    )
    is_turn = uses_turn(
        basis=guest.basis,
        joined=guest.joined,
        designation=designation,
        chosen=consultant_id,
        proxy=policy.proxy,
    )
    _take_away(session, queue, guest, policy, actor, at)
    floor = read_floor(session, queue, actor, policy, at)
    turn = by_hand(floor.queue, seat, given_by=actor.name, why=reason, uses_turn=is_turn)
    receive(
        session,
        queue=queue,
        guest=replace(guest, passed_by=frozenset()),
        turn=turn,
        policy=policy,
        actor=actor,
        at=at,
    )
    take_along(
        session,
        queue=queue,
        guest=guest,
        floor=floor.after(turn),
        turn=turn,
        policy=policy,
        actor=actor,
        at=at,
    )
    audit.record(
        session, AssignedByHand(guest.id, consultant_id, guest.consultant_id, reason), actor=actor, at=at
    )
    freed = () if guest.consultant_id is None else (guest.consultant_id,)
    serve_waiting(session, queue=queue, asked_again=freed, actor=actor, at=at)


def _take_away(
    session: Session, queue: Queue, guest: GuestInHouse, policy: FloorPolicy, actor: Actor, at: Instant
) -> None:
    """The guest leaves whom he was with, who gets back the turn it cost him."""
    if guest.consultant_id is None:
        return
    session.execute(
        sa.update(RECEPTION)
        .where(RECEPTION.c.id == guest.id)
        .values(status=Status.WAITING.value, consultant_id=None)
    )
    if not guest.joined:
        give_turn_back(
            session,
            queue=queue,
            reception_id=guest.id,
            policy=policy,
            only=guest.consultant_id,
            code="rotation.returned_by_hand",
            actor=actor,
            at=at,
        )


def let_others_receive(session: Session, *, reception_id: ReceptionID, actor: Actor, at: Instant) -> None:
    """A guest who waits for the one he came for need not any longer: whoever is free receives him (AMB-04).

    Raises NotFound.
    """
    queue = rotation.lock(session, actor.club)
    guest = house.guest(session, actor.club.id, reception_id)
    if guest.status is not Status.WAITING or not guest.waits_for_designated:
        return
    session.execute(
        sa.update(RECEPTION).where(RECEPTION.c.id == reception_id).values(waits_for_designated=False)
    )
    audit.record(session, OthersMayReceive(reception_id), actor=actor, at=at)
    serve_waiting(session, queue=queue, actor=actor, at=at)


def contest(
    session: Session,
    *,
    reception_id: ReceptionID,
    consultant_id: ConsultantID | None = None,
    note: str = "",
    actor: Actor,
    at: Instant,
) -> None:
    """Say quietly whose guest this is: it waits for the docket, nothing changes now (DSP-09, SHF-14).

    Without a consultant it is the one who says so. Twice is once. Raises NotFound, Refused(ReceptionRefused.CONTEST_WHO
    or CONTEST_OWN).
    """
    guest = house.guest(session, actor.club.id, reception_id)
    whose = consultant_id if consultant_id is not None else actor.consultant_id
    claimant = profiles.get(session, actor.club.id, whose) if whose is not None else None
    may_contest(
        ContestFacts(
            for_himself=claimant is not None and claimant.id == actor.consultant_id,
            sells=claimant is not None and claimant.kind is not None,
            at_the_desk=at_the_desk(actor),
            consultant=actor.name,
        )
    ).or_raise()
    if claimant is None:
        raise NotFound
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    written = session.execute(
        insert(CONTEST)
        .values(
            public_id=new_public_id(),
            club_id=actor.club.id,
            reception_id=guest.id,
            consultant_id=claimant.id,
            raised_by=actor.account_id,
            note=one_line(note, LONGEST_TEXT),
            at=at,
        )
        .on_conflict_do_nothing(index_elements=[CONTEST.c.reception_id, CONTEST.c.consultant_id])
        .returning(CONTEST.c.id)
    ).one_or_none()
    if written is not None:
        audit.record(session, GuestContested(guest.id, claimant.id), actor=actor, at=at)
