"""Somebody who has done his work for the day is called in for a waiting guest, on the manager's word (SHF-08)."""

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor, Role
from clubsales.clock import Instant, local_day, local_time
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.roster import queries as roster
from clubsales.errors import NotFound
from clubsales.frontdesk.reception import house, queries
from clubsales.frontdesk.reception.events import OffDutyAuthorised
from clubsales.frontdesk.reception.permitted import LONGEST_TEXT, OffDutyFacts, may_authorise_off_duty
from clubsales.frontdesk.reception.serving import read_floor, receive
from clubsales.frontdesk.reception.turns import floor_policy
from clubsales.frontdesk.rotation import operations as rotation
from clubsales.frontdesk.rotation.out_of_turn import for_off_duty
from clubsales.ids import ConsultantID, ReceptionID
from clubsales.typed import one_line


def authorise_off_duty(
    session: Session,
    *,
    consultant_id: ConsultantID,
    reception_id: ReceptionID | None = None,
    reason: str | None = None,
    actor: Actor,
    at: Instant,
) -> ReceptionID:
    """A manager gives a waiting guest, or the one waiting longest, to a consultant off duty (SHF-08).

    The reason stands in the decision for everybody concerned; None where nobody was asked for one, as in a history
    of other books. Raises NotFound, Refused(ReceptionRefused.NOT_AUTHORISED, NOBODY_WAITING, OPEN, ON_LEAVE or
    OFF_DUTY_REASON).
    """
    club = actor.club
    queue = rotation.lock(session, club)
    consultant = profiles.get(session, club.id, consultant_id)
    if reception_id is not None:
        queries.get(session, club.id, reception_id)
    guests = house.waiting(session, club.id)
    guest = next((one.on(local_day(at, club.zone)) for one in guests if reception_id in (None, one.id)), None)
    why = one_line(reason, LONGEST_TEXT) if reason is not None else None
    may_authorise_off_duty(
        OffDutyFacts(
            is_manager=actor.has_role(Role.CLUB_MANAGER),
            somebody_waits=guest is not None,
            has_guest=queries.has_guest(session, club.id, consultant_id),
            on_leave=consultant_id in on_leave(session, actor, at),
            reason=why,
            consultant=consultant.name,
        )
    ).or_raise()
    if guest is None:
        raise NotFound
    policy = floor_policy(session, actor, at)
    floor = read_floor(session, queue, actor, policy, at)
    turn = for_off_duty(
        floor.queue,
        consultant_id=consultant_id,
        consultant_name=consultant.name,
        authorised_by=actor.name,
        why=why,
    )
    receive(session, queue=queue, guest=guest, turn=turn, policy=policy, actor=actor, at=at)
    audit.record(session, OffDutyAuthorised(guest.id, consultant_id, why), actor=actor, at=at)
    return guest.id


def on_leave(session: Session, actor: Actor, at: Instant) -> frozenset[ConsultantID]:
    """Whoever in the club is on approved leave at this moment."""
    day, local = local_day(at, actor.club.zone), local_time(at, actor.club.zone)
    off = roster.days_off(session, actor.club.id, day, day)
    return frozenset(consultant_id for (consultant_id, _day), taken in off.items() if taken.holds_at(local))
