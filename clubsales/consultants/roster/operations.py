"""Who makes the plan: planning, clearing, moving, making room for leave (SHF-02, ATT-06); and its other use cases."""

from datetime import date

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.roster import queries
from clubsales.consultants.roster.copying import copy_week, undo_copy
from clubsales.consultants.roster.planning import LEAVE_RULE, Trace, insert, planner, withdraw
from clubsales.consultants.roster.rules import Withdrawn, days_of_week, may_change, off_on, worked_part
from clubsales.consultants.roster.swapping import answer_swap, ask_swap, decide_swap, withdraw_swap
from clubsales.errors import NotFound, Refusal
from clubsales.ids import ConsultantID, RosterEntryID

__all__ = [
    "answer_swap",
    "ask_swap",
    "clear",
    "clear_week",
    "copy_week",
    "decide_swap",
    "free_for_leave",
    "move",
    "plan",
    "plan_week",
    "undo_copy",
    "withdraw_swap",
]


def plan(
    session: Session,
    *,
    consultant_id: ConsultantID,
    day: date,
    shift: str,
    actor: Actor,
    at: Instant,
) -> RosterEntryID:
    """Plan a consultant's shift of a local day, instead of whatever was planned for that day.

    Half a day of approved leave leaves the other half of the shift; a shift whose hours already run begins now.
    Planned a second time it stays as it is. Raises NotFound for a consultant of another club, Refused(RosterRefused).
    """
    person = profiles.get(session, actor.club.id, consultant_id)
    planned = planner(session, [person], [day], Trace(actor, at)).plan(consultant_id, day, shift)
    if isinstance(planned, Refusal):
        planned.or_raise()
    return planned


def plan_week(
    session: Session,
    *,
    consultant_id: ConsultantID,
    monday: date,
    shift: str,
    actor: Actor,
    at: Instant,
) -> int:
    """Plan the same shift for a consultant on every day of a week that may still have it; returns on how many.

    Raises NotFound for a consultant of another club, Refused(RosterRefused) when no day may have it.
    """
    person = profiles.get(session, actor.club.id, consultant_id)
    days = days_of_week(monday)
    planning = planner(session, [person], days, Trace(actor, at))
    answers = [planning.plan(consultant_id, day, shift) for day in days]
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    if len(refusals) == len(days):
        refusals[-1].or_raise()
    return len(days) - len(refusals)


def clear(session: Session, *, consultant_id: ConsultantID, day: date, actor: Actor, at: Instant) -> None:
    """Plan nothing for a consultant on a local day; what has begun stands.

    Raises NotFound for a consultant of another club, Refused(RosterRefused.BEGUN).
    """
    person = profiles.get(session, actor.club.id, consultant_id)
    entries = queries.entries_of(session, [consultant_id], day, day)[consultant_id]
    may_change(person.name, entries, at).or_raise()
    for entry in entries:
        withdraw(session, consultant_id, entry, Withdrawn.REMOVED, Trace(actor, at))


def clear_week(
    session: Session, *, consultant_id: ConsultantID, monday: date, actor: Actor, at: Instant
) -> int:
    """Plan nothing for a consultant in a week any more; what has begun stands. Returns how many shifts went.

    Raises NotFound for a consultant of another club.
    """
    profiles.get(session, actor.club.id, consultant_id)
    entries = queries.entries_of(session, [consultant_id], monday, days_of_week(monday)[-1])[consultant_id]
    removed = [entry for entry in entries if entry.span.starts_at > at]
    for entry in removed:
        withdraw(session, consultant_id, entry, Withdrawn.REMOVED, Trace(actor, at))
    return len(removed)


def free_for_leave(
    session: Session,
    *,
    consultant_id: ConsultantID,
    first_day: date,
    last_day: date,
    from_noon: bool,
    until_noon: bool,
    actor: Actor,
    at: Instant,
) -> None:
    """Take somebody's shifts of approved leave out of the plan; of half a day the other half of the shift stays.

    Raises NotFound for a consultant of another club.
    """
    profiles.get(session, actor.club.id, consultant_id)
    trace = Trace(actor, at, LEAVE_RULE)
    for entry in queries.entries_of(session, [consultant_id], first_day, last_day)[consultant_id]:
        off = off_on(
            entry.day, first_day=first_day, last_day=last_day, from_noon=from_noon, until_noon=until_noon
        )
        worked = worked_part(entry.span, off)
        if worked == entry.span:
            continue
        withdraw(session, consultant_id, entry, Withdrawn.LEAVE, trace)
        if worked is not None:
            insert(session, consultant_id, entry.day, entry.shift, worked, entry.id, trace)


def move(
    session: Session,
    *,
    from_consultant: ConsultantID,
    from_day: date,
    to_consultant: ConsultantID,
    to_day: date,
    actor: Actor,
    at: Instant,
) -> RosterEntryID:
    """Plan somebody's shift of a day for another person or day instead.

    What was planned there is replaced. Raises NotFound without such a shift and for consultants of other clubs,
    Refused(RosterRefused).
    """
    person = profiles.get(session, actor.club.id, from_consultant)
    entries = queries.entries_of(session, [person.id], from_day, from_day)[person.id]
    if not entries:
        raise NotFound
    may_change(person.name, entries, at).or_raise()
    withdraw(session, person.id, entries[0], Withdrawn.REMOVED, Trace(actor, at))
    return plan(session, consultant_id=to_consultant, day=to_day, shift=entries[0].shift, actor=actor, at=at)
