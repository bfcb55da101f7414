"""How many guests came to their appointments, and what came of it."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import ClubID, ConsultantID
from clubsales.leads.appointments.queries import APPOINTMENT
from clubsales.leads.appointments.rules import AppointmentOutcome, Status

RATES = (
    sa.select(APPOINTMENT.c.consultant_id, APPOINTMENT.c.status, APPOINTMENT.c.outcome, sa.func.count())
    .where(
        APPOINTMENT.c.club_id == sa.bindparam("club_id"),
        APPOINTMENT.c.local_day.between(sa.bindparam("first"), sa.bindparam("last")),
        APPOINTMENT.c.status != Status.BOOKED.value,
    )
    .group_by(APPOINTMENT.c.consultant_id, APPOINTMENT.c.status, APPOINTMENT.c.outcome)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRate:
    """A consultant's appointments of some days that are over."""

    consultant_id: ConsultantID
    kept: int
    missed: int
    cancelled: int
    bought: int
    be_back: int
    lost: int

    @property
    def rate(self) -> Fraction | None:
        """The part of those not called off before who came; None of nobody."""
        expected = self.kept + self.missed
        return Fraction(self.kept, expected) if expected else None


def show_rates(
    session: Session, club_id: ClubID, first: date, last: date, *, consultant_id: ConsultantID | None = None
) -> list[ShowRate]:
    """Everybody's or one consultant's, of appointments due on these days, both inclusive; one statement."""
    statement = RATES
    if consultant_id is not None:
        statement = statement.where(APPOINTMENT.c.consultant_id == consultant_id)
    asked = {"club_id": club_id, "first": first, "last": last}
    statuses: dict[ConsultantID, dict[str, int]] = {}
    outcomes: dict[ConsultantID, dict[str, int]] = {}
    for whose, status, outcome, number in session.execute(statement, asked):
        of_status = statuses.setdefault(ConsultantID(whose), {})
        of_status[status] = of_status.get(status, 0) + number
        of_outcome = outcomes.setdefault(ConsultantID(whose), {})
        if status == Status.KEPT.value:
            of_outcome[outcome] = of_outcome.get(outcome, 0) + number
    return [
        ShowRate(
            consultant_id=whose,
            kept=found.get(Status.KEPT.value, 0),
            missed=found.get(Status.NO_SHOW.value, 0),
            cancelled=found.get(Status.CANCELLED.value, 0),
            bought=outcomes[whose].get(AppointmentOutcome.BOUGHT.value, 0),
            be_back=outcomes[whose].get(AppointmentOutcome.BE_BACK.value, 0),
            lost=outcomes[whose].get(AppointmentOutcome.LOST.value, 0),
        )
        for whose, found in sorted(statuses.items())
    ]
