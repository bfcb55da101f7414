"""Offers: a consultant is asked, accepts in time, or the guest passes on. And whoever waits is looked after."""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Actor, system_actor
from clubsales.clock import Instant, local_day
from clubsales.errors import NotFound, refuse
from clubsales.frontdesk.reception import house
from clubsales.frontdesk.reception.events import GuestAccepted, OfferLapsed
from clubsales.frontdesk.reception.house import GuestInHouse
from clubsales.frontdesk.reception.permitted import (
    AcceptFacts,
    ReceptionRefused,
    may_accept,
    may_come_forward,
)
from clubsales.frontdesk.reception.rules import Status
from clubsales.frontdesk.reception.serving import read_floor, receive, record_visit, take_along, taken
from clubsales.frontdesk.reception.tables import RECEPTION
from clubsales.frontdesk.reception.turns import FloorPolicy, floor_now, floor_policy
from clubsales.frontdesk.reception.waiting import serve_waiting, turn_of, turns_for
from clubsales.frontdesk.rotation import operations as rotation
from clubsales.frontdesk.rotation import queries as rotation_queries
from clubsales.frontdesk.rotation.operations import Queue
from clubsales.ids import ConsultantID, ReceptionID


def accept(session: Session, *, reception_id: ReceptionID, actor: Actor, at: Instant) -> None:
    """A consultant takes the guest he was offered; one who is his already stays his.

    As long as nobody else was asked it is not too late. Raises NotFound, Refused(ReceptionRefused.NOT_HIS or
    PASSED_ON).
    """
    rotation.lock(session, actor.club)
    guest = house.guest(session, actor.club.id, reception_id)
    mine = actor.consultant_id
    may_accept(
        AcceptFacts(
            is_his=mine is not None and guest.consultant_id == mine,
            was_asked=mine is not None and mine in guest.passed_by,
            consultant=actor.name,
        )
    ).or_raise()
    if guest.status is Status.OPEN and guest.offered_until is not None:
        take_on(session, reception_id=reception_id, actor=actor, at=at)


def take_on(session: Session, *, reception_id: ReceptionID, actor: Actor, at: Instant) -> None:
    """An offer becomes a reception: from now on the evidence names who received the guest."""
    guest = house.guest(session, actor.club.id, reception_id).on(local_day(at, actor.club.zone))
    if guest.consultant_id is None:
        raise NotFound
    turn = rotation_queries.latest_turn_of(session, actor.club.id, reception_id)
    session.execute(
        sa.update(RECEPTION).where(RECEPTION.c.id == reception_id).values(offered_until=None, accepted_at=at)
    )
    record_visit(
        session,
        person_id=guest.person_id,
        reception_id=reception_id,
        consultant_id=guest.consultant_id,
        signals=guest.signals,
        turn=None if turn is None else taken(turn),
        actor=actor,
        at=at,
    )
    audit.record(session, GuestAccepted(reception_id, guest.consultant_id), actor=actor, at=at)


def pass_on_lapsed(session: Session, *, actor: Actor, at: Instant) -> int:
    """Offers nobody accepted in time go to whoever is next and has not been asked; returns how many lapsed.

    Who let one lapse stands where the turn put him: it was his turn. With nobody left the guest waits, and whoever let
    him pass may take the next one who waits: time alone asks nobody twice.
    """
    queue = rotation.lock(session, actor.club)
    guests = house.lapsed(session, actor.club.id, at)
    if guests:
        policy = floor_policy(session, actor, at)
        for guest in guests:
            _pass_on(session, queue, guest, policy, actor, at)
    serve_waiting(session, queue=queue, actor=actor, at=at)
    return len(guests)


def pass_on_of(
    session: Session, *, queue: Queue, consultant_id: ConsultantID, actor: Actor, at: Instant
) -> None:
    """Whoever leaves his post does not accept any more: the guest he was offered passes on now, and it was his turn."""
    found = house.guest_with(session, actor.club.id, consultant_id)
    if found is None:
        return
    guest = house.guest(session, actor.club.id, found)
    if guest.offered_until is not None:
        _pass_on(session, queue, guest, floor_policy(session, actor, at), actor, at)


def _pass_on(
    session: Session, queue: Queue, lapsed: GuestInHouse, policy: FloorPolicy, actor: Actor, at: Instant
) -> None:
    assert lapsed.consultant_id is not None
    audit.record(session, OfferLapsed(lapsed.id, lapsed.consultant_id), actor=actor, at=at)
    passed_by = lapsed.passed_by | {lapsed.consultant_id}
    # He is free again before anybody is chosen, so that the floor says why he is passed over.
    session.execute(
        sa.update(RECEPTION)
        .where(RECEPTION.c.id == lapsed.id)
        .values(
            status=Status.WAITING.value, consultant_id=None, offered_until=None, passed_by=sorted(passed_by)
        )
    )
    guest = house.guest(session, actor.club.id, lapsed.id).on(local_day(at, actor.club.zone))
    floor = read_floor(session, queue, actor, policy, at)
    turn = turn_of(session, guest, floor=floor, policy=policy, actor=actor)
    receive(session, queue=queue, guest=guest, turn=turn, policy=policy, actor=actor, at=at)
    take_along(
        session,
        queue=queue,
        guest=replace(lapsed, passed_by=passed_by),
        floor=floor.after(turn),
        turn=turn,
        policy=policy,
        actor=actor,
        at=at,
    )


def tend(session: Session, at: Instant) -> int:
    """Look after every club where an offer has lapsed or somebody could be received; returns how many were.

    What frees a guest is not always somebody at a screen: a follow-up done, a new day, a shift closed, a new policy.
    Where nothing is to be done nothing is written, so that no board is drawn again.
    """
    tended = 0
    for club_id in house.restless_clubs(session, at):
        actor = system_actor(clubs.get(session, club_id))
        if house.lapsed(session, club_id, at):
            pass_on_lapsed(session, actor=actor, at=at)
        elif _somebody_is_received(session, actor, at):
            serve_waiting(session, queue=rotation.lock(session, actor.club), actor=actor, at=at)
        else:
            continue
        tended += 1
    return tended


def _somebody_is_received(session: Session, actor: Actor, at: Instant) -> bool:
    guests = house.waiting(session, actor.club.id)
    if not guests:
        return False
    policy = floor_policy(session, actor, at)
    floor = floor_now(session, actor, policy, at)
    return bool(turns_for(session, guests, floor=floor, policy=policy, actor=actor, at=at))


def come_forward(session: Session, *, actor: Actor, at: Instant) -> ReceptionID:
    """A free consultant on post takes the guest who has waited longest of those he may take (AMB-18).

    Raises NotFound, Refused(ReceptionRefused.OFF_DUTY, OPEN, OFF_POST, NOBODY_WAITING, OVERDUE or NOBODY_FOR_HIM).
    """
    if actor.consultant_id is None:
        raise NotFound
    queue = rotation.lock(session, actor.club)
    floor = floor_now(session, actor, floor_policy(session, actor, at), at)
    may_come_forward(
        floor.on_shift.get(actor.consultant_id),
        consultant=actor.name,
        somebody_waits=bool(house.waiting(session, actor.club.id)),
    ).or_raise()
    serve_waiting(session, queue=queue, actor=actor, at=at)
    taken = house.guest_with(session, actor.club.id, actor.consultant_id)
    if taken is None:
        refuse(ReceptionRefused.NOBODY_FOR_HIM, consultant=actor.name).or_raise()
    return taken
