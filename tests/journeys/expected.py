"""Guests with an appointment: one who came, one who did not."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.frontdesk.reception.models import ReceptionRow
from clubsales.ids import AppointmentID, PersonID, ReceptionID
from clubsales.leads.appointments import operations
from clubsales.leads.appointments.models import AppointmentRow
from tests.builders import Cast, consultant_of


@dataclass(frozen=True)
class Expected:
    """The public ids of the appointments, both Lin's."""

    kept: str
    missed: str


def expect(session: Session, cast: Cast, *, guest: str, person_id: PersonID, at: Instant) -> Expected:
    """The guest in the house has kept his; yesterday he was expected in vain."""
    missed, kept = (
        operations.make(
            session,
            consultant_id=consultant_of(cast.lin),
            person_id=person_id,
            due_at=due_at,
            whenever=True,
            actor=cast.lin,
            at=at - timedelta(days=2),
        )
        for due_at in (at - timedelta(days=1), at)
    )
    operations.mark_missed(session, at)
    reception_id = session.execute(
        sa.select(ReceptionRow.id).where(ReceptionRow.public_id == guest)
    ).scalar_one()
    operations.keep(session, ids=[kept], reception_id=ReceptionID(reception_id), at=at)
    return Expected(kept=_public_id(session, kept), missed=_public_id(session, missed))


def _public_id(session: Session, appointment_id: AppointmentID) -> str:
    found: str = session.execute(
        sa.select(AppointmentRow.public_id).where(AppointmentRow.id == appointment_id)
    ).scalar_one()
    return found
