"""Who a guest is: people met for the first time, and guests who give their phone later."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.errors import refuse
from clubsales.frontdesk.reception import house
from clubsales.frontdesk.reception.arriving import settle, shown_by
from clubsales.frontdesk.reception.events import GuestIdentified
from clubsales.frontdesk.reception.known import Known, who_is
from clubsales.frontdesk.reception.permitted import ReceptionRefused
from clubsales.frontdesk.reception.serving import record_visit
from clubsales.frontdesk.reception.tables import RECEPTION
from clubsales.frontdesk.reception.turns import floor_policy
from clubsales.frontdesk.reception.waiting import serve_waiting
from clubsales.frontdesk.rotation import operations as rotation
from clubsales.ids import PersonID, ReceptionID
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.passes import operations as passes
from clubsales.leads.people import operations as people
from clubsales.leads.people.rules import clean_name


def identify(
    session: Session, *, reception_id: ReceptionID, e164: str, name: str = "", actor: Actor, at: Instant
) -> PersonID:
    """A guest who came without a phone gives one: the visit becomes that person's.

    Raises NotFound, Refused(ReceptionRefused.IDENTIFIED) when it is somebody else's already,
    Refused(PersonRefused.NAME_TOO_LONG).
    """
    club, day = actor.club, local_day(at, actor.club.zone)
    name = clean_name(name) or house.guest(session, club.id, reception_id).name
    known = who_is(session, club, e164, day)
    person_id = new_person(session, known, e164=e164, name=name, actor=actor, at=at)
    queue = rotation.lock(session, club)
    guest = house.guest(session, club.id, reception_id).on(day)
    if guest.person_id is not None:
        if known is not None and known.person_id == guest.person_id:
            return known.person_id
        refuse(ReceptionRefused.IDENTIFIED).or_raise()
    if known is not None:
        person_id = known_person(session, known, name=name, actor=actor, at=at)
    assert person_id is not None
    shown = shown_by(
        session,
        known=known,
        person_id=person_id,
        signals=guest.signals,
        codes=(),
        policy=floor_policy(session, actor, at),
        actor=actor,
        at=at,
    )
    session.execute(
        sa.update(RECEPTION)
        .where(RECEPTION.c.id == reception_id)
        .values(
            person_id=person_id,
            is_member=known is not None and known.is_member,
            signals=shown.stored() if guest.local_day == day else RECEPTION.c.signals,
        )
    )
    record_visit(
        session,
        person_id=person_id,
        reception_id=reception_id,
        consultant_id=guest.consultant_id if guest.offered_until is None else None,
        signals=shown.signals,
        actor=actor,
        at=at,
    )
    settle(session, shown, reception_id=reception_id, person_id=person_id, actor=actor, at=at)
    passes.name_guest(session, reception_id=reception_id, person_id=person_id)
    audit.record(session, GuestIdentified(reception_id, person_id), actor=actor, at=at)
    serve_waiting(session, queue=queue, actor=actor, at=at)
    return person_id


def new_person(
    session: Session, known: Known | None, *, e164: str | None, name: str, actor: Actor, at: Instant
) -> PersonID | None:
    """Whoever nobody knows by this phone, captured as a walk-in lead; None for others.

    Two desks with one new phone meet at its unique constraint, and `transact` runs the second again.
    """
    if e164 is None or known is not None:
        return None
    person_id = people.add(session, e164=e164, name=name, actor=actor, at=at)
    _capture(session, person_id, actor, at)
    return person_id


def known_person(session: Session, known: Known, *, name: str, actor: Actor, at: Instant) -> PersonID:
    """A known person: named if he was not, and captured as a walk-in lead where he is new to this club."""
    if name and not known.name:
        people.name_person(session, person_id=known.person_id, name=name, actor=actor, at=at)
    if known.lead_public_id is None and not known.is_member:
        _capture(session, known.person_id, actor, at)
    return known.person_id


def _capture(session: Session, person_id: PersonID, actor: Actor, at: Instant) -> None:
    """The visit itself is the touch."""
    intake.capture(
        session,
        person_id=person_id,
        source=Source.WALK_IN,
        with_touch=False,
        is_new=True,
        actor=actor,
        at=at,
    )
