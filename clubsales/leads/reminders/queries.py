"""Whom there is to remind, with as much of phone and e-mail as the reader may see (CFD-07)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.ids import ConsultantID
from clubsales.leads.appointments import agenda
from clubsales.leads.appointments import queries as appointments
from clubsales.leads.appointments.queries import AppointmentLine
from clubsales.leads.appointments.rules import Status
from clubsales.leads.disclosures.queries import sees_whole
from clubsales.leads.people.models import PersonRow
from clubsales.leads.people.rules import readable_phone

PERSON = table_of(PersonRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLine:
    """A guest to come. `e164` and `email` are there for readers who see them whole; `no_calls`: asked not to be."""

    appointment: AppointmentLine
    e164: str
    email: str
    no_calls: bool

    @property
    def phone(self) -> str:
        """The phone as people read it, for who may see it."""
        return readable_phone(self.e164) if self.e164 else ""


def to_come(
    session: Session,
    actor: Actor,
    first: date,
    last: date,
    *,
    consultant_id: ConsultantID | None = None,
    team_of: ConsultantID | None = None,
    at: Instant,
) -> list[ReminderLine]:
    """Who is booked on these days and still to come, by time; three statements."""
    lines = agenda.in_club(session, actor.club.id, first, last, consultant_id=consultant_id, team_of=team_of)
    ahead = [line for line in lines if line.status is Status.BOOKED and line.due_at > at]
    return _lines(session, actor, ahead, at)


def one(session: Session, actor: Actor, public_id: str, *, at: Instant) -> ReminderLine:
    """A guest by the appointment; raises NotFound."""
    line = appointments.line(session, actor.club.id, public_id)
    return _lines(session, actor, [line], at)[0]


def _lines(
    session: Session, actor: Actor, lines: Sequence[AppointmentLine], at: Instant
) -> list[ReminderLine]:
    if not lines:
        return []
    ids = {line.person_id for line in lines}
    seen = sees_whole(session, actor, ids, at=at)
    details: dict[int, Any] = {
        row.id: row
        for row in session.execute(
            sa.select(PERSON.c.id, PERSON.c.email, PERSON.c.do_not_call_at).where(PERSON.c.id.in_(ids))
        )
    }
    return [
        ReminderLine(
            appointment=line,
            e164=(line.e164 or "") if line.person_id in seen else "",
            email=details[line.person_id].email if line.person_id in seen else "",
            no_calls=details[line.person_id].do_not_call_at is not None,
        )
        for line in lines
    ]
