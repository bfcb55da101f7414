"""What opening a shift rests on: leave, the planned shift, lateness, the checklist that holds."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day, local_time
from clubsales.consultants.checklists import queries as checklists
from clubsales.consultants.checklists.rules import Checklist, Occasion
from clubsales.consultants.roster import queries as roster
from clubsales.consultants.roster.queries import PlannedShift
from clubsales.consultants.roster.rules import Off, RosterPolicy, late_minutes
from clubsales.consultants.shifts import queries as shifts
from clubsales.errors import Fact, Reason
from clubsales.frontdesk.posts.rules import nearest_shift
from clubsales.ids import ConsultantID


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A shift about to be opened. `late_minutes` counts from the planned start; none without a plan."""

    planned: PlannedShift | None
    shift: str
    templates: tuple[str, ...]
    off: Off | None
    late_minutes: int | None
    grace_minutes: int
    checklist: Checklist
    is_new: bool  # this version of the checklist has not been acknowledged yet

    @property
    def lateness(self) -> Reason | None:
        """Why somebody is late, or in time; none without a plan."""
        if self.planned is None or self.late_minutes is None:
            return None
        facts: dict[str, Fact] = {
            "planned": self.planned.starts_at,
            "grace": self.grace_minutes,
            "late": self.late_minutes,
        }
        return Reason("ATT-02", "shift.late" if self.late_minutes else "shift.in_time", facts)


def beginning(
    session: Session, consultant_id: ConsultantID, actor: Actor, at: Instant, *, chosen: str | None = None
) -> Beginning:
    """What a consultant would open now. `chosen`: the shift he says it is; a planned one goes before."""
    club, day = actor.club, local_day(at, actor.club.zone)
    policy = policies.policy_on(session, club, day).read("shift", RosterPolicy)
    planned = roster.planned_for(session, consultant_id=consultant_id, at=at, zone=club.zone)
    if planned is not None:
        shift = planned.shift
    elif chosen is not None and chosen in policy.templates:
        shift = chosen
    else:
        shift = nearest_shift(policy.templates, local_time(at, club.zone))
    checklist = checklists.current(session, club.id, Occasion.OPENING, shift)
    return Beginning(
        planned=planned,
        shift=shift,
        templates=tuple(policy.templates),
        off=roster.days_off(session, club.id, day, day).get((consultant_id, day)),
        late_minutes=_late(session, planned, at, policy.grace_minutes),
        grace_minutes=policy.grace_minutes,
        checklist=checklist,
        is_new=not checklists.has_read(session, consultant_id, checklist),
    )


def _late(session: Session, planned: PlannedShift | None, at: Instant, grace_minutes: int) -> int | None:
    if planned is None:
        return None
    if shifts.entry_is_taken(session, planned.entry_id):
        return 0  # he came for it, went and is here again
    return late_minutes(planned.starts_at, at, grace_minutes)
