"""What became of an appointment: the outcome of a visit, why nobody came, the reminder, another consultant."""

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.errors import allow, refuse
from clubsales.ids import AppointmentID, ConsultantID
from clubsales.leads.appointments import operations, queries
from clubsales.leads.appointments.events import (
    AppointmentConcluded,
    AppointmentExplained,
    AppointmentReassigned,
    GuestReminded,
)
from clubsales.leads.appointments.operations import NOT_REMINDED, facts_of, for_change, update
from clubsales.leads.appointments.queries import AppointmentView
from clubsales.leads.appointments.rules import (
    AppointmentOutcome,
    AppointmentRefused,
    MissedBecause,
    may_conclude,
    may_explain,
)


def conclude(
    session: Session,
    *,
    public_id: str,
    outcome: AppointmentOutcome,
    next_at: Instant | None = None,
    actor: Actor,
    at: Instant,
) -> AppointmentID | None:
    """Say what came of a visit; a later word corrects it. The same word again changes nothing.

    `next_at` is when a guest who comes again has promised to: that appointment is made at once, with the same
    consultant, and returned. Raises NotFound, Refused(AppointmentRefused.NOT_OWN, NOT_KEPT, PAST or TOO_FAR).
    """
    appointment = queries.by_public_id(session, actor.club.id, public_id, lock=True)
    may_conclude(facts_of(appointment, actor)).or_raise()
    next_id = None
    if outcome is AppointmentOutcome.BE_BACK and next_at is not None:
        next_id = operations.make(
            session,
            consultant_id=appointment.consultant_id,
            person_id=appointment.person_id,
            due_at=next_at,
            actor=actor,
            at=at,
        )
    if outcome is appointment.outcome:
        return next_id
    update(session, appointment, outcome=outcome.value)
    event = AppointmentConcluded(appointment.id, outcome.value, next_id)
    audit.record(session, event, actor=actor, at=at)
    return next_id


def explain(session: Session, *, public_id: str, because: MissedBecause, actor: Actor, at: Instant) -> None:
    """Say why a guest did not come; a later word corrects it. The same word again changes nothing.

    Raises NotFound, Refused(AppointmentRefused.NOT_OWN or NOT_MISSED).
    """
    appointment = queries.by_public_id(session, actor.club.id, public_id, lock=True)
    may_explain(facts_of(appointment, actor), is_over=appointment.due_at < at).or_raise()
    if because is appointment.missed_because:
        return
    update(session, appointment, missed_because=because.value)
    audit.record(session, AppointmentExplained(appointment.id, because.value), actor=actor, at=at)


def reassign(
    session: Session, *, public_id: str, consultant_id: ConsultantID, actor: Actor, at: Instant
) -> None:
    """Another consultant of the club receives the guest, for somebody who leaves or is away.

    It stays as early made as it was (AMB-05) and has to be reported anew (SHF-07). The same consultant changes
    nothing. Raises NotFound, Refused(AppointmentRefused.NOT_OWN, ENDED, SELLS_NOTHING or DOUBLE).
    """
    appointment = for_change(session, public_id, actor)
    if consultant_id == appointment.consultant_id:
        return
    if profiles.get(session, actor.club.id, consultant_id).kind is None:
        refuse(AppointmentRefused.SELLS_NOTHING).or_raise()
    if _is_double(session, appointment, consultant_id, actor):
        refuse(AppointmentRefused.DOUBLE).or_raise()
    update(
        session, appointment, consultant_id=consultant_id, reported_to=None, reported_at=None, **NOT_REMINDED
    )
    event = AppointmentReassigned(appointment.id, appointment.consultant_id, consultant_id)
    audit.record(session, event, actor=actor, at=at)


def remind(session: Session, *, public_id: str, actor: Actor, at: Instant) -> None:
    """Note that the guest was reminded; the first note stands, until the time or the consultant changes.

    Raises NotFound, Refused(AppointmentRefused.NOT_OWN or ENDED).
    """
    appointment = for_change(session, public_id, actor)
    if appointment.reminded_at is None:
        update(session, appointment, reminded_at=at, reminded_by=actor.account_id)
        audit.record(session, GuestReminded(appointment.id), actor=actor, at=at)


def may_be_concluded_by(appointment: AppointmentView, actor: Actor) -> bool:
    """Whether the actor may say what came of the visit now."""
    return may_conclude(facts_of(appointment, actor)) == allow()


def may_be_explained_by(appointment: AppointmentView, actor: Actor, at: Instant) -> bool:
    """Whether the actor may say now why nobody came."""
    return may_explain(facts_of(appointment, actor), is_over=appointment.due_at < at) == allow()


def _is_double(
    session: Session, appointment: AppointmentView, consultant_id: ConsultantID, actor: Actor
) -> bool:
    booked = queries.booked_with(
        session, actor.club.id, appointment.person_id, consultant_id, appointment.local_day
    )
    return booked is not None
