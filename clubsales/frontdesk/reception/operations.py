"""Guests arriving, being received and being seen out. Every operation here holds the club's queue first."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, policies
from clubsales.actor import Actor, ActorKind, Role
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.shifts import queries as shifts
from clubsales.errors import NotFound
from clubsales.frontdesk.reception import queries
from clubsales.frontdesk.reception.events import GuestAssigned, GuestSeenOut, OffDutyAuthorised
from clubsales.frontdesk.reception.queries import RECEPTION, Known, WaitingGuest
from clubsales.frontdesk.reception.rules import (
    DESIGNATES_MEMBERS,
    Company,
    Designation,
    GuestFacts,
    OffDutyFacts,
    Outcome,
    SeeOutFacts,
    Status,
    TryFacts,
    may_authorise_off_duty,
    may_receive,
    may_see_out,
    who_receives,
)
from clubsales.frontdesk.rotation import operations as rotation
from clubsales.frontdesk.rotation import queries as rotation_queries
from clubsales.frontdesk.rotation.operations import Queue
from clubsales.frontdesk.rotation.queries import Floor
from clubsales.frontdesk.rotation.rules import ProxyPolicy, RotationPolicy, Turn, for_off_duty
from clubsales.ids import ConsultantID, PersonID, PolicyVersionID, ReceptionID, new_public_id
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from clubsales.leads.people.rules import clean_name
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import DesignationPolicy, Signal, TouchKind, designated_by

DESK_ROLES = (Role.RECEPTIONIST, Role.SUPERVISOR, Role.CLUB_MANAGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A guest in the house. `turn` is None when he was here already: then nothing was decided."""

    reception_id: ReceptionID
    public_id: str
    turn: Turn | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorPolicy:
    """What turns are decided by on a club-local day."""

    version_id: PolicyVersionID
    rotation: RotationPolicy
    proxy: ProxyPolicy
    precedence: tuple[str, ...]


def arrive(
    session: Session,
    *,
    e164: str | None,
    name: str = "",
    signals: Sequence[Signal] = (),
    came_with: ReceptionID | None = None,
    once: bool = False,
    actor: Actor,
    at: Instant,
) -> Arrival:
    """Receive a guest: by company, designation or turn, or put him on the waiting list.

    A guest without a phone stays without a person. With `once`, somebody in the house already is not received a
    second time: two desks may type the same phone. Raises NotFound for a foreign consultant or reception,
    Refused(PersonRefused.NAME_TOO_LONG).
    """
    club = actor.club
    name = clean_name(name)
    queue = rotation.lock(session, club)
    known = queries.who_is(session, club, e164) if e164 is not None else None
    if once and known is not None and known.present is not None:
        here = queries.get(session, club.id, known.present)
        return Arrival(reception_id=here.id, public_id=here.public_id, turn=None)
    policy = floor_policy(session, actor, at)
    floor = rotation_queries.floor(session, club, policy.rotation)
    is_member = known is not None and known.is_member
    designation = designation_of(session, actor, floor, policy, signals, is_member=is_member)
    company = queries.company(session, club.id, came_with) if came_with is not None else None
    turn = _decided(floor, policy, designation, company)
    person_id = _person(session, known, e164=e164, name=name, actor=actor, at=at)
    public_id = new_public_id()
    day = local_day(at, club.zone)
    reception_id = ReceptionID(
        session.execute(
            sa.insert(RECEPTION)
            .values(
                public_id=public_id,
                club_id=club.id,
                local_day=day,
                person_id=person_id,
                name=name,
                status=(Status.WAITING if turn.consultant_id is None else Status.OPEN).value,
                basis=turn.basis.value if turn.consultant_id is not None else None,
                consultant_id=turn.consultant_id,
                designated_id=designation.consultant_id if designation is not None else None,
                came_with_id=came_with if company is not None else None,
                is_member=is_member,
                signals=[{"kind": s.kind.value, "consultant": s.consultant_id} for s in signals],
                arrived_at=at,
                received_at=at if turn.consultant_id is not None else None,
            )
            .returning(RECEPTION.c.id)
        ).scalar_one()
    )
    _record_visit(
        session,
        person_id=person_id,
        reception_id=reception_id,
        turn=turn,
        signals=signals,
        actor=actor,
        at=at,
    )
    _write_turn(session, queue=queue, turn=turn, reception_id=reception_id, policy=policy, actor=actor, at=at)
    return Arrival(reception_id=reception_id, public_id=public_id, turn=turn)


def see_out(
    session: Session, *, reception_id: ReceptionID, outcome: Outcome, actor: Actor, at: Instant
) -> None:
    """See a guest out, or take him off the waiting list; whoever is free then takes the oldest waiting.

    A guest seen out already is left as he is. Raises NotFound, Refused(ReceptionRefused.NOT_HIS) for a consultant
    and somebody else's guest.
    """
    queue = rotation.lock(session, actor.club)
    ended = session.execute(
        sa.update(RECEPTION)
        .where(
            RECEPTION.c.id == reception_id,
            RECEPTION.c.club_id == actor.club.id,
            RECEPTION.c.status != Status.ENDED.value,
        )
        .values(status=Status.ENDED.value, ended_at=at, outcome=outcome.value)
        .returning(RECEPTION.c.consultant_id)
    ).one_or_none()
    if ended is None:
        queries.get(session, actor.club.id, reception_id)
        return
    may_see_out(
        SeeOutFacts(
            is_his=ended.consultant_id is not None and ended.consultant_id == actor.consultant_id,
            at_the_desk=actor.kind is not ActorKind.STAFF or actor.has_role(*DESK_ROLES),
            consultant=actor.name,
        )
    ).or_raise()
    audit.record(session, GuestSeenOut(reception_id, ended.consultant_id, outcome.value), actor=actor, at=at)
    serve_waiting(session, queue=queue, actor=actor, at=at)


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
        designation = designation_of(session, actor, floor, policy, guest.signals, is_member=guest.is_member)
        turn = _decided(floor, policy, designation, None)
        if turn.consultant_id is not None:
            _receive(session, queue=queue, guest=guest, turn=turn, policy=policy, actor=actor, at=at)
            floor = floor.after(turn)


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


def authorise_off_duty(
    session: Session,
    *,
    consultant_id: ConsultantID,
    reception_id: ReceptionID | None = None,
    actor: Actor,
    at: Instant,
) -> ReceptionID:
    """A manager gives a waiting guest, or the one waiting longest, to a consultant off duty (SHF-08).

    Raises NotFound, Refused(ReceptionRefused.NOT_AUTHORISED, NOBODY_WAITING or OPEN).
    """
    club = actor.club
    queue = rotation.lock(session, club)
    consultant = profiles.get(session, club.id, consultant_id)
    if reception_id is not None:
        queries.get(session, club.id, reception_id)
    guests = queries.waiting(session, club.id)
    guest = next((guest for guest in guests if reception_id in (None, guest.id)), None)
    may_authorise_off_duty(
        OffDutyFacts(
            is_manager=actor.has_role(Role.CLUB_MANAGER),
            somebody_waits=guest is not None,
            has_guest=queries.has_guest(session, club.id, consultant_id),
            consultant=consultant.name,
        )
    ).or_raise()
    if guest is None:
        raise NotFound
    policy = floor_policy(session, actor, at)
    floor = rotation_queries.floor(session, club, policy.rotation)
    turn = for_off_duty(
        floor.queue,
        consultant_id=consultant_id,
        consultant_name=consultant.name,
        authorised_by=actor.name,
    )
    _receive(session, queue=queue, guest=guest, turn=turn, policy=policy, actor=actor, at=at)
    audit.record(session, OffDutyAuthorised(guest.id, consultant_id), actor=actor, at=at)
    return guest.id


def floor_policy(session: Session, actor: Actor, at: Instant) -> FloorPolicy:
    """The policy of the club-local day, as turns need it."""
    policy = policies.policy_on(session, actor.club, local_day(at, actor.club.zone))
    return FloorPolicy(
        version_id=policy.version_id,
        rotation=policy.read("rotation", RotationPolicy),
        proxy=policy.read("proxy", ProxyPolicy),
        precedence=policy.read("designation", DesignationPolicy).precedence,
    )


def designation_of(
    session: Session,
    actor: Actor,
    floor: Floor,
    policy: FloorPolicy,
    signals: Sequence[Signal],
    *,
    is_member: bool,
) -> Designation | None:
    """Whose guest the signals make him; a member is designated by an appointment only. Raises NotFound."""
    counting = tuple(s for s in signals if not is_member or s.kind in DESIGNATES_MEMBERS)
    signal = designated_by(counting, policy.precedence)
    if signal is None:
        return None
    seat = floor.on_shift.get(signal.consultant_id)
    name = seat.name if seat is not None else profiles.get(session, actor.club.id, signal.consultant_id).name
    return Designation(consultant_id=signal.consultant_id, name=name, signal=signal.kind.value)


def _decided(
    floor: Floor, policy: FloorPolicy, designation: Designation | None, company: Company | None
) -> Turn:
    facts = GuestFacts(queue=floor.queue, on_shift=floor.on_shift, designation=designation, company=company)
    return who_receives(facts, rotation=policy.rotation, proxy=policy.proxy)


def _person(
    session: Session, known: Known | None, *, e164: str | None, name: str, actor: Actor, at: Instant
) -> PersonID | None:
    """The person of the phone; a new one, and one new to this club, is captured as a walk-in lead."""
    if e164 is None:
        return None
    if known is None:
        person_id = people.find_or_add(session, e164=e164, name=name, actor=actor, at=at)
    else:
        person_id = known.person_id
        if name and not known.name:
            people.name_person(session, person_id=person_id, name=name, actor=actor, at=at)
    if known is None or (known.lead_public_id is None and not known.is_member):
        # The visit itself is the touch.
        intake.capture(
            session, person_id=person_id, source=Source.WALK_IN, with_touch=False, actor=actor, at=at
        )
    return person_id


def _receive(
    session: Session,
    *,
    queue: Queue,
    guest: WaitingGuest,
    turn: Turn,
    policy: FloorPolicy,
    actor: Actor,
    at: Instant,
) -> None:
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
    _record_visit(
        session,
        person_id=guest.person_id,
        reception_id=guest.id,
        turn=turn,
        signals=guest.signals,
        actor=actor,
        at=at,
    )
    _write_turn(session, queue=queue, turn=turn, reception_id=guest.id, policy=policy, actor=actor, at=at)


def _record_visit(
    session: Session,
    *,
    person_id: PersonID | None,
    reception_id: ReceptionID,
    turn: Turn,
    signals: Sequence[Signal],
    actor: Actor,
    at: Instant,
) -> None:
    touches.record(
        session,
        kind=TouchKind.VISIT,
        person_id=person_id,
        consultant_id=turn.consultant_id,
        reception_id=reception_id,
        signals=tuple(signals),
        actor=actor,
        at=at,
    )


def _write_turn(
    session: Session,
    *,
    queue: Queue,
    turn: Turn,
    reception_id: ReceptionID,
    policy: FloorPolicy,
    actor: Actor,
    at: Instant,
) -> None:
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
