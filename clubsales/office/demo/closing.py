"""Before the story goes on, what an earlier run or somebody trying the demo left open is closed."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club, Role, system_actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.rules import Override
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception import queries as guests
from clubsales.frontdesk.reception.rules import Outcome, Status
from clubsales.ids import ConsultantID
from clubsales.office.demo.cast import Cast, CastIncomplete, gather, profile_of


def close_up(session: Session, club: Club, at: Instant) -> None:
    """See everybody out, the waiting ones first, and close every shift, if need be on a manager's word."""
    cast = _cast(session, club, at)
    actors = {profile_of(one): one for one in (*cast.inside, *cast.outside)} if cast else {}
    present = guests.present(session, club.id)
    for guest in sorted(present, key=lambda guest: guest.status is Status.OPEN):
        waited = guest.status is Status.WAITING
        reception.see_out(
            session,
            reception_id=guest.id,
            outcome=Outcome.LEFT if waited else Outcome.BE_BACK,
            actor=_whoever(actors, guest.consultant_id, club),
            at=at,
        )
    override = None
    if cast is not None and cast.manager.account_id is not None:
        override = Override(cast.manager.account_id, frozenset({Role.CLUB_MANAGER}), "打烊")
    for shift in shifts.open_shifts(session, club.id):
        posts.close_shift(
            session,
            consultant_id=shift.consultant_id,
            override=override,
            actor=_whoever(actors, shift.consultant_id, club),
            at=at,
        )


def _cast(session: Session, club: Club, at: Instant) -> Cast | None:
    try:
        return gather(session, club, local_day(at, club.zone))
    except CastIncomplete:
        return None


def _whoever(actors: Mapping[ConsultantID, Actor], consultant_id: ConsultantID | None, club: Club) -> Actor:
    """The one it concerns, or the system for somebody outside the story."""
    return actors.get(consultant_id, system_actor(club)) if consultant_id is not None else system_actor(club)
