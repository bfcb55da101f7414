"""The waiting list: first come, first served, by whoever becomes free (AMB-18)."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.frontdesk.reception import house
from clubsales.frontdesk.reception.house import GuestInHouse
from clubsales.frontdesk.reception.rules import who_lets_him_pass
from clubsales.frontdesk.reception.serving import read_floor, receive
from clubsales.frontdesk.reception.tables import RECEPTION
from clubsales.frontdesk.reception.turns import FloorPolicy, decided, designation_of, floor_policy
from clubsales.frontdesk.rotation.operations import Queue
from clubsales.frontdesk.rotation.queries import Floor
from clubsales.frontdesk.rotation.rules import Turn
from clubsales.ids import ConsultantID
from clubsales.prepared import Answer


def serve_waiting(
    session: Session,
    *,
    queue: Queue,
    waiting: Answer | None = None,
    asked_again: Collection[ConsultantID] = (),
    actor: Actor,
    at: Instant,
) -> None:
    """Give waiting guests, longest first, to whoever is free now (AMB-18); `waiting` are they, if asked for already.

    `asked_again` have become free or come on post: what they let lapse before no longer counts. Who waits for somebody
    that has gone home since need not any longer (AMB-04).
    """
    guests = house.guests_of(waiting or house.ask_who_waits(session, actor.club.id))
    if not guests:
        return
    if asked_again:
        guests = _asking_again(session, guests, asked_again)
    in_vain = [guest.id for guest in guests if guest.waits_in_vain]
    if in_vain:
        session.execute(
            sa.update(RECEPTION).where(RECEPTION.c.id.in_(in_vain)).values(waits_for_designated=False)
        )
    policy = floor_policy(session, actor, at)
    floor = read_floor(session, queue, actor, policy, at)
    for turn, guest in turns_for(session, guests, floor=floor, policy=policy, actor=actor, at=at):
        receive(session, queue=queue, guest=guest, turn=turn, policy=policy, actor=actor, at=at)


def serve_older(
    session: Session,
    *,
    queue: Queue,
    floor: Floor,
    policy: FloorPolicy,
    actor: Actor,
    at: Instant,
) -> Floor:
    """A newer guest would take somebody by turn: whoever has waited longer goes first (AMB-18).

    Returns the floor as it stands then.
    """
    for turn, guest in turns_of_older(session, floor=floor, policy=policy, actor=actor, at=at):
        receive(session, queue=queue, guest=guest, turn=turn, policy=policy, actor=actor, at=at)
        floor = floor.after(turn)
    return floor


def turns_of_older(
    session: Session, *, floor: Floor, policy: FloorPolicy, actor: Actor, at: Instant
) -> list[tuple[Turn, GuestInHouse]]:
    """By which turns those who wait would go before a newer guest: of everybody free, asked again; nothing is written."""
    if not floor.somebody_waits:
        return []
    guests = [guest.asking_again(floor.free) for guest in house.waiting(session, actor.club.id)]
    return turns_for(session, guests, floor=floor, policy=policy, actor=actor, at=at)


def turns_for(
    session: Session,
    guests: Sequence[GuestInHouse],
    *,
    floor: Floor,
    policy: FloorPolicy,
    actor: Actor,
    at: Instant,
) -> list[tuple[Turn, GuestInHouse]]:
    """The turns by which waiting guests would be received now; nothing is written."""
    found: list[tuple[Turn, GuestInHouse]] = []
    gone_to: set[ConsultantID] = set()
    day = local_day(at, actor.club.zone)
    for waiting in guests:
        guest = waiting.on(day)
        if not floor.somebody_free and not guest.announced:
            continue
        turn = turn_of(session, guest, floor=floor, policy=policy, actor=actor)
        if turn.consultant_id is not None and turn.consultant_id not in gone_to:
            found.append((turn, guest))
            gone_to.add(turn.consultant_id)
            floor = floor.after(turn)
    return found


def turn_of(
    session: Session, guest: GuestInHouse, *, floor: Floor, policy: FloorPolicy, actor: Actor
) -> Turn:
    """Who would take a guest who is in the house."""
    designation = designation_of(
        session,
        actor,
        floor,
        policy,
        signals=guest.signals,
        is_member=guest.is_member,
        announced=guest.announced,
    )
    return decided(
        floor,
        policy,
        designation,
        None,
        passed_by=who_lets_him_pass(guest.passed_by, acting=actor.consultant_id, rotation=policy.rotation),
        waits_for_designated=guest.waits_for_designated,
    )


def _asking_again(
    session: Session, guests: Sequence[GuestInHouse], who: Collection[ConsultantID]
) -> list[GuestInHouse]:
    """The waiting list once these have not let anybody's offer lapse; written down where it makes a difference."""
    again = [guest.asking_again(who) for guest in guests]
    for before, guest in zip(guests, again, strict=True):
        if guest.passed_by != before.passed_by:
            session.execute(
                sa.update(RECEPTION)
                .where(RECEPTION.c.id == guest.id)
                .values(passed_by=sorted(guest.passed_by))
            )
    return again
