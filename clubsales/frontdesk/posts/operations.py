"""A consultant's day on the floor: his shift, his place in the queue, and the guests who were waiting for him."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_time
from clubsales.consultants.checklists import operations as checklists
from clubsales.consultants.checklists import queries as checklist_queries
from clubsales.consultants.checklists.rules import Checklist, Occasion
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.shifts import operations as shifts
from clubsales.consultants.shifts import queries as shift_queries
from clubsales.consultants.shifts.rules import Override, ShiftRefused, Status, Ticked
from clubsales.errors import refuse
from clubsales.frontdesk.posts import dayforms, dayplans, handovers
from clubsales.frontdesk.posts.beginning import beginning
from clubsales.frontdesk.posts.dayforms import Closing
from clubsales.frontdesk.posts.rules import DayPlan, LeaveFacts, PostRefused, may_come, may_leave_post
from clubsales.frontdesk.reception import offers
from clubsales.frontdesk.reception import queries as guests
from clubsales.frontdesk.reception.permitted import may_close_post
from clubsales.frontdesk.reception.queries import ReceptionView
from clubsales.frontdesk.reception.turns import floor_policy
from clubsales.frontdesk.reception.waiting import serve_waiting
from clubsales.frontdesk.rotation import operations as rotation
from clubsales.ids import ConsultantID, ShiftID


def open_shift(
    session: Session,
    *,
    consultant_id: ConsultantID,
    checklist: Mapping[str, object] | None,
    number: int | None = None,
    shift: str | None = None,
    plan: DayPlan | None = None,
    actor: Actor,
    at: Instant,
) -> ShiftID:
    """Go on post: open the shift, stand in the queue, take a waiting guest.

    `checklist` says of each item whether it is done (None: all are), `number` which version was read; `shift` names
    the template where none is planned; `plan` is what the consultant sets out to do today.
    Raises NotFound, Refused(PostRefused.ON_LEAVE, NEW_CHECKLIST; ShiftRefused.ALREADY_OPEN, CHECKLIST).
    """
    queue = rotation.lock(session, actor.club)
    name = profiles.get(session, actor.club.id, consultant_id).name
    found = beginning(session, consultant_id, actor, at, chosen=shift)
    may_come(found.off, name=name, local=local_time(at, actor.club.zone)).or_raise()
    if number is not None and number != found.checklist.number:
        refuse(PostRefused.NEW_CHECKLIST).or_raise()
    shift_id = shifts.open_shift(
        session,
        consultant_id=consultant_id,
        checklist=_ticked(found.checklist, checklist),
        roster_entry_id=found.planned.entry_id if found.planned is not None else None,
        late_minutes=found.late_minutes,
        actor=actor,
        at=at,
    )
    if checklist is not None:
        checklists.acknowledge(session, consultant_id=consultant_id, checklist=found.checklist, at=at)
    if plan is not None:
        dayplans.set_plan(session, consultant_id=consultant_id, plan=plan, actor=actor, at=at)
    policy = floor_policy(session, actor, at)
    rotation.join(session, queue=queue, consultant_id=consultant_id, policy=policy.rotation)
    serve_waiting(session, queue=queue, asked_again=(consultant_id,), actor=actor, at=at)
    return shift_id


def change_status(
    session: Session,
    *,
    consultant_id: ConsultantID,
    status: Status,
    override: Override | None = None,
    recorded: bool = False,
    actor: Actor,
    at: Instant,
) -> bool:
    """Leave the post for a while, or come back to it and take a waiting guest.

    Says whether a guest he was offered passes on with it, as if he had let the offer lapse. `recorded`: a history tells that he went, so nobody asks whether a guest was with him.
    Raises Refused(PostRefused.GUEST_WITH_HIM; ShiftRefused.NOT_OPEN, RELIEF_MISSING or OVERRIDE).
    """
    queue = rotation.lock(session, actor.club)
    is_offered = not recorded and _leaves_nobody_standing(session, consultant_id, status, override, actor)
    shifts.change_status(
        session, consultant_id=consultant_id, status=status, override=override, actor=actor, at=at
    )
    if status is Status.ON_POST:
        serve_waiting(session, queue=queue, asked_again=(consultant_id,), actor=actor, at=at)
        return False
    if is_offered:
        offers.pass_on_of(session, queue=queue, consultant_id=consultant_id, actor=actor, at=at)
    return is_offered


def close_shift(
    session: Session,
    *,
    consultant_id: ConsultantID,
    acknowledged_by: ConsultantID | None = None,
    handover_note: str = "",
    override: Override | None = None,
    closing_checklist: Mapping[str, object] | None = None,
    number: int | None = None,
    form: Closing | None = None,
    actor: Actor,
    at: Instant,
) -> bool:
    """Go off post and out of the queue, with the takings counted and the day form filled (SHF-13, RPT-01, RPT-12).

    Who takes over is who acknowledged the handover offered to him, unless `acknowledged_by` says that somebody did.
    `closing_checklist` None: all is done, but on a manager's word nobody has done anything; `number` says which
    version was read. Says whether a guest he was offered passes on with it.
    Raises Refused: ReceptionRefused.OPEN while a guest is with him, ShiftRefused.NOT_OPEN, CHECKLIST,
    RELIEF_MISSING, HANDOVER_MISSING or OVERRIDE, PostRefused.NEW_CHECKLIST, TakingsRefused.EXPLANATION.
    """
    queue = rotation.lock(session, actor.club)
    shift = shift_queries.open_shift_of(session, consultant_id)
    if shift is None:
        refuse(ShiftRefused.NOT_OPEN).or_raise()
    with_him = guests.guests_of(session, actor.club.id, consultant_id)
    is_offered = _is_offered(with_him)
    may_close_post(has_guest=bool(with_him) and not is_offered, consultant=shift.name).or_raise()
    asked = checklist_queries.current(session, actor.club.id, Occasion.CLOSING, shift.checklist_shift)
    if number is not None and number != asked.number:
        refuse(PostRefused.NEW_CHECKLIST).or_raise()
    offered = handovers.of_shift(session, actor.club.id, shift.id)
    if acknowledged_by is None and offered is not None and offered.acknowledged_at is not None:
        acknowledged_by = offered.to_consultant_id
    shifts.close_shift(
        session,
        consultant_id=consultant_id,
        acknowledged_by=acknowledged_by,
        handover_note=handover_note or (offered.note if offered is not None else ""),
        override=override,
        # On a manager's word nobody ticks for the one who has gone.
        closing_checklist=(
            None if closing_checklist is None and override is not None else _ticked(asked, closing_checklist)
        ),
        actor=actor,
        at=at,
    )
    if is_offered:
        offers.pass_on_of(session, queue=queue, consultant_id=consultant_id, actor=actor, at=at)
    if closing_checklist is not None:
        checklists.acknowledge(session, consultant_id=consultant_id, checklist=asked, at=at)
    dayforms.fill(session, shift=shift, closing=form, actor=actor, at=at)
    return is_offered


def _leaves_nobody_standing(
    session: Session, consultant_id: ConsultantID, wanted: Status, override: Override | None, actor: Actor
) -> bool:
    """Says whether a guest is offered to him; raises Refused(PostRefused.GUEST_WITH_HIM; ShiftRefused.NOT_OPEN)."""
    shift = shift_queries.open_shift_of(session, consultant_id)
    if shift is None:
        refuse(ShiftRefused.NOT_OPEN).or_raise()
    with_him = guests.guests_of(session, actor.club.id, consultant_id)
    is_offered = _is_offered(with_him)
    facts = LeaveFacts(
        now=shift.status,
        wanted=wanted,
        has_guest=bool(with_him) and not is_offered,
        consultant=shift.name,
        override=override,
    )
    may_leave_post(facts).or_raise()
    return is_offered


def _is_offered(with_him: Sequence[ReceptionView]) -> bool:
    """Whether he has not accepted yet; who came along with an offered guest was not asked for."""
    return any(guest.offered_until is not None for guest in with_him)


def _ticked(checklist: Checklist, ticked: Mapping[str, object] | None) -> Ticked:
    if ticked is None:
        return Ticked.whole(shift=checklist.shift, number=checklist.number, items=checklist.codes)
    return Ticked(shift=checklist.shift, number=checklist.number, items=checklist.codes, ticked=dict(ticked))
