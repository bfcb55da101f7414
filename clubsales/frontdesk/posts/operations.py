"""A consultant's day on the floor: his shift, his place in the queue, and the guests who were waiting for him."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.shifts import operations as shifts
from clubsales.consultants.shifts import queries as shift_queries
from clubsales.consultants.shifts.rules import Override, Status
from clubsales.frontdesk.reception import queries as guests
from clubsales.frontdesk.reception.rules import may_close_post
from clubsales.frontdesk.reception.serving import serve_waiting
from clubsales.frontdesk.reception.turns import floor_policy
from clubsales.frontdesk.rotation import operations as rotation
from clubsales.ids import ConsultantID, ShiftID


def open_shift(
    session: Session,
    *,
    consultant_id: ConsultantID,
    checklist: Mapping[str, object],
    actor: Actor,
    at: Instant,
) -> ShiftID:
    """Go on post: open the shift, stand in the queue, take a waiting guest.

    Raises NotFound, Refused(ShiftRefused.ALREADY_OPEN or CHECKLIST).
    """
    queue = rotation.lock(session, actor.club)
    shift_id = shifts.open_shift(
        session, consultant_id=consultant_id, checklist=checklist, actor=actor, at=at
    )
    policy = floor_policy(session, actor, at)
    rotation.join(session, queue=queue, consultant_id=consultant_id, policy=policy.rotation)
    serve_waiting(session, queue=queue, actor=actor, at=at)
    return shift_id


def change_status(
    session: Session,
    *,
    consultant_id: ConsultantID,
    status: Status,
    override: Override | None = None,
    actor: Actor,
    at: Instant,
) -> None:
    """Leave the post for a while, or come back to it and take a waiting guest.

    Raises Refused(ShiftRefused.NOT_OPEN, RELIEF_MISSING or OVERRIDE).
    """
    queue = rotation.lock(session, actor.club)
    shifts.change_status(
        session, consultant_id=consultant_id, status=status, override=override, actor=actor, at=at
    )
    if status is Status.ON_POST:
        serve_waiting(session, queue=queue, actor=actor, at=at)


def close_shift(
    session: Session,
    *,
    consultant_id: ConsultantID,
    acknowledged_by: ConsultantID | None = None,
    handover_note: str = "",
    override: Override | None = None,
    closing_checklist: Mapping[str, object] | None = None,
    actor: Actor,
    at: Instant,
) -> None:
    """Go off post and out of the queue.

    Raises Refused: ReceptionRefused.OPEN while a guest is with him, ShiftRefused.NOT_OPEN, RELIEF_MISSING,
    HANDOVER_MISSING or OVERRIDE.
    """
    rotation.lock(session, actor.club)
    shift = shift_queries.open_shift_of(session, consultant_id)
    if shift is not None:
        has_guest = guests.has_guest(session, actor.club.id, consultant_id)
        may_close_post(has_guest=has_guest, consultant=shift.name).or_raise()
    shifts.close_shift(
        session,
        consultant_id=consultant_id,
        acknowledged_by=acknowledged_by,
        handover_note=handover_note,
        override=override,
        closing_checklist=closing_checklist,
        actor=actor,
        at=at,
    )
