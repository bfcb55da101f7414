"""Guests arriving, being received and being seen out.

Every operation holds the club's queue before it looks at the floor. One queue is one club's bottleneck: what needs no
look at the floor - the day's policy, a person who is new - is done before, while others hold it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, policies
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.shifts import queries as shifts
from clubsales.frontdesk.reception import house, queries, worthless
from clubsales.frontdesk.reception.arriving import settle, shown_by
from clubsales.frontdesk.reception.by_hand import assign_by_hand, at_the_desk, contest, let_others_receive
from clubsales.frontdesk.reception.events import GuestSeenOut
from clubsales.frontdesk.reception.identity import identify, known_person, new_person
from clubsales.frontdesk.reception.known import who_is
from clubsales.frontdesk.reception.off_duty import authorise_off_duty
from clubsales.frontdesk.reception.offers import accept, come_forward, pass_on_lapsed, take_on, tend
from clubsales.frontdesk.reception.permitted import SeeOutFacts, TryFacts, may_receive, may_see_out
from clubsales.frontdesk.reception.rules import Outcome, Status
from clubsales.frontdesk.reception.serving import (
    give_turn_back,
    offered_until,
    read_floor,
    record_visit,
    taken,
    write_turn,
)
from clubsales.frontdesk.reception.tables import RECEPTION
from clubsales.frontdesk.reception.turns import decided, designation_of, floor_policy
from clubsales.frontdesk.reception.waiting import serve_older, serve_waiting
from clubsales.frontdesk.rotation import operations as rotation
from clubsales.frontdesk.rotation.operations import Queue
from clubsales.frontdesk.rotation.rules import Turn
from clubsales.ids import ConsultantID, ReceptionID, new_public_id
from clubsales.leads.people.rules import clean_name
from clubsales.leads.touches.rules import Signal
from clubsales.prepared import Prepared

__all__ = [
    "Arrival",
    "accept",
    "arrive",
    "assign_by_hand",
    "authorise_off_duty",
    "come_forward",
    "contest",
    "identify",
    "let_others_receive",
    "pass_on_lapsed",
    "see_out",
    "tend",
    "try_reception",
]
# Built once: every guest needs both.
WRITE_GUEST = Prepared(sa.insert(RECEPTION).returning(RECEPTION.c.id))
END_VISIT = Prepared(
    sa.update(RECEPTION)
    .where(
        RECEPTION.c.id == sa.bindparam("guest"),
        RECEPTION.c.club_id == sa.bindparam("club"),
        RECEPTION.c.status != Status.ENDED.value,
    )
    .values(
        status=Status.ENDED.value,
        ended_at=sa.bindparam("left_at"),
        outcome=sa.bindparam("how"),
        toured=sa.bindparam("tour"),
    )
    .returning(RECEPTION.c.consultant_id, RECEPTION.c.offered_until)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A guest in the house. `turn` is None when he was here already: then nothing was decided.

    With `offered_until` the one chosen has been asked and has to accept until then.
    """

    reception_id: ReceptionID
    public_id: str
    turn: Turn | None
    offered_until: Instant | None = None


def arrive(
    session: Session,
    *,
    e164: str | None,
    name: str = "",
    signals: Sequence[Signal] = (),
    passes: Sequence[str] = (),
    came_with: ReceptionID | None = None,
    wait_for_designated: bool = False,
    once: bool = False,
    actor: Actor,
    at: Instant,
) -> Arrival:
    """Receive a guest: by company, designation or turn, or put him on the waiting list. By turn, older ones go first.

    `passes` are the codes of what he brings. A guest without a phone stays without a person. With
    `wait_for_designated` nobody stands in for the one he came for (AMB-04). With `once`, somebody in the house already
    is not received a second time: two desks may type the same phone. Raises NotFound for a foreign consultant or
    reception, Refused(PersonRefused.NAME_TOO_LONG or PassRefused.UNKNOWN).
    """
    club = actor.club
    name = clean_name(name)
    day = local_day(at, club.zone)
    asked = policies.ask_policy_on(session, club, day)
    known = who_is(session, club, e164, day) if e164 is not None else None
    policy = floor_policy(session, actor, at, asked=asked)
    person_id = new_person(session, known, e164=e164, name=name, actor=actor, at=at)
    queue = rotation.lock(session, club)
    if known is not None and e164 is not None:
        known = who_is(session, club, e164, day)  # another desk may have received him in the meantime
    if once and known is not None and known.present is not None:
        here = queries.get(session, club.id, known.present)
        return Arrival(reception_id=here.id, public_id=here.public_id, turn=None)
    shown = shown_by(
        session,
        known=known,
        person_id=known.person_id if known is not None else person_id,
        signals=signals,
        codes=passes,
        policy=policy,
        actor=actor,
        at=at,
    )
    floor = read_floor(session, queue, actor, policy, at)
    is_member = known is not None and known.is_member
    designation = designation_of(
        session,
        actor,
        floor,
        policy,
        signals=shown.signals,
        is_member=is_member,
        announced=shown.announced,
    )
    company = queries.company(session, club.id, came_with) if came_with is not None else None
    turn = decided(floor, policy, designation, company, waits_for_designated=wait_for_designated)
    if company is None and turn.is_by_turn:
        floor = serve_older(session, queue=queue, floor=floor, policy=policy, actor=actor, at=at)
        turn = decided(floor, policy, designation, company, waits_for_designated=wait_for_designated)
    if known is not None:
        person_id = known_person(session, known, name=name, actor=actor, at=at)
    turn = replace(turn, noted=worthless.noted(session, shown.passes))
    public_id = new_public_id()
    received = turn.consultant_id is not None
    until = offered_until(turn, policy, actor, at) if company is None else None
    row = {
        "public_id": public_id,
        "club_id": club.id,
        "local_day": day,
        "person_id": person_id,
        "name": name,
        "status": (Status.OPEN if received else Status.WAITING).value,
        "basis": turn.basis.value if received else None,
        "consultant_id": turn.consultant_id,
        "designated_id": designation.consultant_id if designation is not None else None,
        "came_with_id": came_with,
        "joined": company is not None,
        "is_member": is_member,
        "signals": shown.stored(),
        "waits_for_designated": wait_for_designated and designation is not None and not received,
        "arrived_at": at,
        "received_at": at if received else None,
        "offered_until": until,
    }
    reception_id = ReceptionID(WRITE_GUEST.one(session, row).id)
    record_visit(
        session,
        person_id=person_id,
        reception_id=reception_id,
        consultant_id=turn.consultant_id if until is None else None,
        signals=shown.signals,
        turn=taken(turn) if received and until is None else None,
        actor=actor,
        at=at,
    )
    settle(session, shown, reception_id=reception_id, person_id=person_id, actor=actor, at=at)
    write_turn(session, queue=queue, turn=turn, reception_id=reception_id, policy=policy, actor=actor, at=at)
    return Arrival(reception_id=reception_id, public_id=public_id, turn=turn, offered_until=until)


def see_out(
    session: Session,
    *,
    reception_id: ReceptionID,
    outcome: Outcome,
    toured: bool = False,
    actor: Actor,
    at: Instant,
) -> None:
    """See a guest out, or take him off the waiting list; whoever is free then takes the oldest waiting.

    A visitor who was no prospect, and to whom nothing was sold, gives the turn back that he cost (ROT-01). A guest seen
    out already is left as he is. Raises NotFound, Refused(ReceptionRefused.NOT_HIS) for a consultant
    and somebody else's guest.
    """
    queue = rotation.lock(session, actor.club)
    leaving = {
        "guest": reception_id,
        "club": actor.club.id,
        "left_at": at,
        "how": outcome.value,
        "tour": toured,
    }
    left = END_VISIT.ask(session, leaving)
    waiting = house.ask_who_waits(session, actor.club.id)
    ended = left.one_or_none()
    if ended is None:
        queries.get(session, actor.club.id, reception_id)
        return
    may_see_out(
        SeeOutFacts(
            is_his=ended.consultant_id is not None and ended.consultant_id == actor.consultant_id,
            at_the_desk=at_the_desk(actor),
            consultant=actor.name,
        )
    ).or_raise()
    audit.record(session, GuestSeenOut(reception_id, ended.consultant_id, outcome.value), actor=actor, at=at)
    if ended.offered_until is not None and outcome is not Outcome.LEFT:
        take_on(session, reception_id=reception_id, actor=actor, at=at)  # he was received without a word
    if ended.consultant_id is not None and not outcome.is_prospect:
        _no_prospect(session, queue, reception_id, actor, at)
    freed = () if ended.consultant_id is None else (ended.consultant_id,)
    serve_waiting(session, queue=queue, waiting=waiting, asked_again=freed, actor=actor, at=at)


def _no_prospect(
    session: Session, queue: Queue, reception_id: ReceptionID, actor: Actor, at: Instant
) -> None:
    if house.has_sale(session, actor.club.id, reception_id):
        return
    give_turn_back(
        session,
        queue=queue,
        reception_id=reception_id,
        policy=floor_policy(session, actor, at),
        code="rotation.returned_no_prospect",
        actor=actor,
        at=at,
    )


def try_reception(
    session: Session, *, consultant_id: ConsultantID, reception_id: ReceptionID, actor: Actor, at: Instant
) -> None:
    """A consultant takes a guest himself: refused unless the guest is his already. Nothing is assigned.

    Raises NotFound, Refused(ReceptionRefused.OFF_DUTY, OPEN or NOT_HIS).
    """
    guest = queries.get(session, actor.club.id, reception_id)
    consultant = profiles.get(session, actor.club.id, consultant_id)
    may_receive(
        TryFacts(
            is_his=guest.status is Status.OPEN and guest.consultant_id == consultant_id,
            on_shift=shifts.open_shift_of(session, consultant_id) is not None,
            has_guest=queries.has_guest(session, actor.club.id, consultant_id),
            consultant=consultant.name,
        )
    ).or_raise()
