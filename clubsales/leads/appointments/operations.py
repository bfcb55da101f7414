"""Appointments are made, announced, moved, kept, missed and cancelled."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Actor, system_actor
from clubsales.auth import queries as auth
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import Decision, refuse
from clubsales.ids import AccountID, AppointmentID, ConsultantID, PersonID, ReceptionID, new_public_id
from clubsales.leads.appointments import queries
from clubsales.leads.appointments.events import (
    AppointmentCancelled,
    AppointmentMade,
    AppointmentMissed,
    AppointmentMoved,
    AppointmentReported,
)
from clubsales.leads.appointments.queries import APPOINTMENT, AppointmentView
from clubsales.leads.appointments.rules import (
    AppointmentRefused,
    ChangeFacts,
    Status,
    clean_note,
    may_book,
    may_change,
    takes_reports,
)
from clubsales.leads.people import queries as people
from clubsales.leads.touches import operations as touches
from clubsales.leads.touches.rules import TouchKind

INSERT = sa.insert(APPOINTMENT).returning(APPOINTMENT.c.id)
KEEP = (
    sa.update(APPOINTMENT)
    .where(
        APPOINTMENT.c.id.in_(sa.bindparam("wanted", expanding=True)),
        APPOINTMENT.c.status == Status.BOOKED.value,
    )
    .values(
        status=Status.KEPT.value,
        missed_because="",  # he came after all
        reception_id=sa.bindparam("at_reception"),
        ended_at=sa.bindparam("came_at", type_=APPOINTMENT.c.ended_at.type),
    )
)
# What a guest was told holds no more once the time or the consultant is another.
NOT_REMINDED = {"reminded_at": None, "reminded_by": None, "missed_because": ""}
MISS = (
    sa.update(APPOINTMENT)
    .where(
        sa.text("status = 'booked'"),  # written out: the partial index holds these alone
        APPOINTMENT.c.club_id == sa.bindparam("of_club"),
        APPOINTMENT.c.local_day < sa.bindparam("today"),
    )
    .values(status=Status.NO_SHOW.value, ended_at=sa.bindparam("ended", type_=APPOINTMENT.c.ended_at.type))
    .returning(APPOINTMENT.c.id)
)


def make(
    session: Session,
    *,
    consultant_id: ConsultantID,
    person_id: PersonID,
    due_at: Instant,
    note: str = "",
    reported_to: AccountID | None = None,
    whenever: bool = False,
    actor: Actor,
    at: Instant,
) -> AppointmentID:
    """Book a guest; the same guest with the same consultant on the same day only changes the time.

    A report to somebody who is no supervisor or manager announces nothing (SHF-07) and is not kept. `whenever`: its
    time may be over or far ahead, because it is a club's past that is written down. Raises NotFound,
    Refused(AppointmentRefused.PAST, TOO_FAR or TEXT_TOO_LONG).
    """
    club = actor.club
    if not whenever:
        may_book(due_at=due_at, at=at, zone=club.zone).or_raise()
    note = clean_note(note)
    profiles.get(session, club.id, consultant_id)
    people.get(session, club.organisation_id, person_id)
    told = reported_to if reported_to is not None and _takes_reports(session, actor, reported_to) else None
    day = local_day(due_at, club.zone)
    booked = queries.booked_with(session, club.id, person_id, consultant_id, day)
    if booked is not None:
        _change_time(session, booked, due_at, note=note, actor=actor, at=at)
        if told is not None:
            _write_report(session, booked, told, actor=actor, at=at)
        return booked.id
    new = {
        "public_id": new_public_id(),
        "club_id": club.id,
        "consultant_id": consultant_id,
        "person_id": person_id,
        "due_at": due_at,
        "local_day": day,
        "note": note,
        "status": Status.BOOKED.value,
        "made_at": at,
        "made_by": actor.account_id,
        "reported_to": told,
        "reported_at": at if told is not None else None,
        "cancelled_because": "",
    }
    appointment_id = AppointmentID(session.execute(INSERT, new).scalar_one())
    audit.record(
        session, AppointmentMade(appointment_id, consultant_id, person_id, due_at), actor=actor, at=at
    )
    if told is not None:
        audit.record(session, AppointmentReported(appointment_id, told), actor=actor, at=at)
    touches.record(
        session,
        kind=TouchKind.APPOINTMENT,
        person_id=person_id,
        consultant_id=consultant_id,
        actor=actor,
        at=at,
    )
    return appointment_id


def move(session: Session, *, public_id: str, due_at: Instant, actor: Actor, at: Instant) -> None:
    """Another time. On another day it counts as made now, for the order of AMB-05, and has to be reported anew.

    Raises NotFound, Refused(AppointmentRefused.NOT_OWN, ENDED, PAST, TOO_FAR or DOUBLE).
    """
    club = actor.club
    appointment = for_change(session, public_id, actor)
    may_book(due_at=due_at, at=at, zone=club.zone).or_raise()
    day = local_day(due_at, club.zone)
    if day == appointment.local_day:
        _change_time(session, appointment, due_at, note="", actor=actor, at=at)
        return
    of_day = queries.booked_with(session, club.id, appointment.person_id, appointment.consultant_id, day)
    if of_day is not None:
        refuse(AppointmentRefused.DOUBLE).or_raise()
    update(
        session,
        appointment,
        due_at=due_at,
        local_day=day,
        made_at=at,
        reported_to=None,
        reported_at=None,
        **NOT_REMINDED,
    )
    audit.record(session, AppointmentMoved(appointment.id, appointment.due_at, due_at), actor=actor, at=at)


def report(session: Session, *, public_id: str, to: AccountID, actor: Actor, at: Instant) -> None:
    """Announce beforehand to a supervisor or manager that an off-duty consultant's guest comes (SHF-07).

    The first report stands. Raises NotFound, Refused(AppointmentRefused.NOT_OWN, ENDED or REPORTED_TO).
    """
    appointment = for_change(session, public_id, actor)
    if not _takes_reports(session, actor, to):
        refuse(AppointmentRefused.REPORTED_TO).or_raise()
    _write_report(session, appointment, to, actor=actor, at=at)


def cancel(session: Session, *, public_id: str, reason: str, actor: Actor, at: Instant) -> None:
    """The guest does not come after all. A second time changes nothing.

    Raises NotFound, Refused(AppointmentRefused.NOT_OWN, ENDED, REASON or TEXT_TOO_LONG).
    """
    appointment = queries.by_public_id(session, actor.club.id, public_id, lock=True)
    if appointment.status is Status.CANCELLED:
        return
    may_be_changed_by(appointment, actor).or_raise()
    reason = clean_note(reason)
    if not reason:
        refuse(AppointmentRefused.REASON).or_raise()
    update(session, appointment, status=Status.CANCELLED.value, ended_at=at, cancelled_because=reason)
    audit.record(session, AppointmentCancelled(appointment.id), actor=actor, at=at)


def keep(session: Session, *, ids: Sequence[AppointmentID], reception_id: ReceptionID, at: Instant) -> None:
    """The guest has come: these appointments are kept. The visit is the trace."""
    if ids:
        session.execute(KEEP, {"wanted": list(ids), "at_reception": reception_id, "came_at": at})


def mark_missed(session: Session, at: Instant) -> int:
    """Booked appointments of days that are over, in every club: nobody came. Returns how many."""
    missed = 0
    for club in clubs.all_clubs(session):
        ended = {"of_club": club.id, "today": local_day(at, club.zone), "ended": at}
        for appointment_id in session.execute(MISS, ended).scalars().all():
            audit.record(session, AppointmentMissed(appointment_id), actor=system_actor(club), at=at)
            missed += 1
    return missed


def may_be_changed_by(appointment: AppointmentView, actor: Actor) -> Decision:
    """Whether the actor may move, report, hand on or cancel it."""
    return may_change(facts_of(appointment, actor))


def facts_of(appointment: AppointmentView, actor: Actor) -> ChangeFacts:
    """What decides whether the actor may do something with an appointment."""
    receives = actor.consultant_id is not None and actor.consultant_id == appointment.consultant_id
    made = actor.account_id is not None and actor.account_id == appointment.made_by
    return ChangeFacts(status=appointment.status, is_his=receives or made, kind=actor.kind, roles=actor.roles)


def for_change(session: Session, public_id: str, actor: Actor) -> AppointmentView:
    """An appointment that the actor may change, locked; raises NotFound, Refused(NOT_OWN or ENDED)."""
    appointment = queries.by_public_id(session, actor.club.id, public_id, lock=True)
    may_be_changed_by(appointment, actor).or_raise()
    return appointment


def _takes_reports(session: Session, actor: Actor, account_id: AccountID) -> bool:
    return takes_reports(auth.roles_in(session, account_id=account_id, club_id=actor.club.id))


def _change_time(
    session: Session, booked: AppointmentView, due_at: Instant, *, note: str, actor: Actor, at: Instant
) -> None:
    """Another time of the same day; it stays as early made as it was."""
    update(session, booked, note=note or booked.note)
    if due_at != booked.due_at:
        update(session, booked, due_at=due_at, **NOT_REMINDED)
        audit.record(session, AppointmentMoved(booked.id, booked.due_at, due_at), actor=actor, at=at)


def _write_report(
    session: Session, appointment: AppointmentView, to: AccountID, *, actor: Actor, at: Instant
) -> None:
    if appointment.reported_to is None:
        update(session, appointment, reported_to=to, reported_at=at)
        audit.record(session, AppointmentReported(appointment.id, to), actor=actor, at=at)


def update(session: Session, appointment: AppointmentView, **values: object) -> None:
    """Write these columns of an appointment; whoever calls leaves the trace."""
    session.execute(sa.update(APPOINTMENT).where(APPOINTMENT.c.id == appointment.id).values(**values))
