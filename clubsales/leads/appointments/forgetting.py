"""Appointments stay as evidence, without what was written down; nobody is expected any more."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.ids import PersonID
from clubsales.leads.appointments.models import AppointmentRow
from clubsales.leads.appointments.rules import Status


def forget(session: Session, *, person_ids: Collection[PersonID], at: Instant) -> None:
    """Notes go, booked ones are cancelled."""
    of_them = AppointmentRow.person_id.in_(person_ids)
    session.execute(sa.update(AppointmentRow).where(of_them).values(note="", cancelled_because=""))
    session.execute(
        sa.update(AppointmentRow)
        .where(of_them, AppointmentRow.status == Status.BOOKED.value)
        .values(status=Status.CANCELLED.value, ended_at=at)
    )
