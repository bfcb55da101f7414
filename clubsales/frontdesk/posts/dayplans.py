"""What a consultant sets out to do on a day (RPT-02)."""

from dataclasses import asdict
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import table_of
from clubsales.frontdesk.posts.events import DayPlanned
from clubsales.frontdesk.posts.models import DayPlanRow
from clubsales.frontdesk.posts.rules import DayPlan
from clubsales.ids import ConsultantID

PLAN = table_of(DayPlanRow)
OF_DAY = sa.select(PLAN.c.calls, PLAN.c.visits, PLAN.c.flyers, PLAN.c.sales, PLAN.c.note).where(
    PLAN.c.consultant_id == sa.bindparam("consultant"), PLAN.c.local_day == sa.bindparam("day")
)


def plan_of(session: Session, consultant_id: ConsultantID, day: date) -> DayPlan | None:
    """A consultant's plan of a club-local day."""
    row = session.execute(OF_DAY, {"consultant": consultant_id, "day": day}).one_or_none()
    if row is None:
        return None
    return DayPlan(calls=row.calls, visits=row.visits, flyers=row.flyers, sales=row.sales, note=row.note)


def set_plan(
    session: Session, *, consultant_id: ConsultantID, plan: DayPlan, actor: Actor, at: Instant
) -> None:
    """Set the plan of the club-local day, or set it anew; the same again changes nothing. Raises NotFound."""
    profiles.get(session, actor.club.id, consultant_id)
    day = local_day(at, actor.club.zone)
    before = plan_of(session, consultant_id, day)
    if before == plan:
        return
    key = {"consultant_id": consultant_id, "local_day": day}
    values = {**asdict(plan), "set_at": at}
    if before is None:
        session.execute(sa.insert(PLAN).values(**key, club_id=actor.club.id, **values))
    else:
        session.execute(
            sa.update(PLAN)
            .where(PLAN.c.consultant_id == consultant_id, PLAN.c.local_day == day)
            .values(**values)
        )
    event = DayPlanned(consultant_id, day, plan.calls, plan.visits, plan.flyers, plan.sales)
    audit.record(session, event, actor=actor, at=at)
