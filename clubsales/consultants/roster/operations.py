"""Who makes the plan: planning, clearing, copying a week, making room for leave (SHF-02, ATT-06)."""

from datetime import date

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.roster import queries
from clubsales.consultants.roster.planning import (
    LEAVE_RULE,
    Trace,
    insert,
    planner,
    withdraw,
)
from clubsales.consultants.roster.rules import (
    RosterRefused,
    Withdrawn,
    days_of_week,
    may_change,
    off_on,
    worked_part,
)
from clubsales.errors import Refusal, refuse
from clubsales.ids import ConsultantID, RosterEntryID


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


def copy_week(session: Session, *, from_monday: date, to_monday: date, actor: Actor, at: Instant) -> int:
    """Plan a week as another one was; returns how many shifts.

    A day that has a plan keeps it, and whatever may not be planned (leave, a day gone by, somebody who has left, a
    template no longer there) is left out. Raises Refused(RosterRefused.SAME_WEEK).
    """
    if from_monday == to_monday:
        refuse(RosterRefused.SAME_WEEK).or_raise()
    people = profiles.all_in_club(session, actor.club.id)
    source = queries.entries_of(
        session, (person.id for person in people), from_monday, days_of_week(from_monday)[-1]
    )
    planning = planner(session, people, days_of_week(to_monday), Trace(actor, at))
    planned_before = set(planning.entries)
    copied = 0
    for consultant_id, entries in source.items():
        for entry in entries:
            day = to_monday + (entry.day - from_monday)
            if (consultant_id, day) in planned_before:
                continue
            answer = planning.plan(consultant_id, day, entry.shift, beside=True)
            copied += not isinstance(answer, Refusal)
    return copied


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
