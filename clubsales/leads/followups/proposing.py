"""By when a guest is contacted next, with the club's cadence and the consultant's days off (LED-06)."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, local_day
from clubsales.ids import ConsultantID, PersonID
from clubsales.leads.followups.cadence import CadencePolicy, days_between, next_day
from clubsales.leads.followups.due import LEAD, off_days
from clubsales.policies import policy_on


def next_day_with(
    session: Session, club: Club, person_id: PersonID, consultant_id: ConsultantID, at: Instant
) -> date | None:
    """The day of the next contact with a lead after one today; None where the club proposes none."""
    today = local_day(at, club.zone)
    grade = session.scalars(
        sa.select(LEAD.c.grade).where(LEAD.c.club_id == club.id, LEAD.c.person_id == person_id)
    ).one_or_none()
    days = days_between(grade, policy_on(session, club, today).read("follow_up", CadencePolicy))
    if not days:
        return None
    return next_day(today, days, off_days(session, club, [consultant_id], today)[consultant_id])
