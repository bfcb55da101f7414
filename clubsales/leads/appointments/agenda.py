"""Lists of appointments as the club looks at its days: all of them, missed ones, announced ones, a guest's next."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.ids import AccountID, ClubID, ConsultantID, PersonID
from clubsales.leads.appointments.queries import APPOINTMENT, LINES, AppointmentLine, consultant, lines_of
from clubsales.leads.appointments.rules import Status


def in_club(
    session: Session,
    club_id: ClubID,
    first: date,
    last: date,
    *,
    consultant_id: ConsultantID | None = None,
    team_of: ConsultantID | None = None,
) -> list[AppointmentLine]:
    """Everybody's, a consultant's or his whole team's appointments of these days, both inclusive, by time; cancelled
    ones too."""
    statement = LINES.where(APPOINTMENT.c.local_day.between(first, last))
    return lines_of(session, club_id, _whose(statement, consultant_id, team_of))


def missed_since(
    session: Session,
    club_id: ClubID,
    first: date,
    *,
    consultant_id: ConsultantID | None = None,
    team_of: ConsultantID | None = None,
) -> list[AppointmentLine]:
    """Whose guests did not come since a day, everybody's, a consultant's or his team's, by time."""
    statement = LINES.where(APPOINTMENT.c.local_day >= first, APPOINTMENT.c.status == Status.NO_SHOW.value)
    return lines_of(session, club_id, _whose(statement, consultant_id, team_of))


def expected_of(session: Session, club_id: ClubID, person_id: PersonID, first: date) -> list[AppointmentLine]:
    """When a person is expected from a day on, by time."""
    return lines_of(
        session,
        club_id,
        LINES.where(
            APPOINTMENT.c.person_id == person_id,
            APPOINTMENT.c.local_day >= first,
            APPOINTMENT.c.status == Status.BOOKED.value,
        ),
    )


def reported_to(
    session: Session, club_id: ClubID, account_id: AccountID, first: date
) -> list[AppointmentLine]:
    """What was announced to somebody for this day and later (SHF-07), by time."""
    return lines_of(
        session,
        club_id,
        LINES.where(
            APPOINTMENT.c.reported_to == account_id,
            APPOINTMENT.c.local_day >= first,
            APPOINTMENT.c.status == Status.BOOKED.value,
        ),
    )


def _whose(
    statement: sa.Select[Any], consultant_id: ConsultantID | None, team_of: ConsultantID | None
) -> sa.Select[Any]:
    if consultant_id is not None:
        return statement.where(APPOINTMENT.c.consultant_id == consultant_id)
    if team_of is not None:
        leader = consultant.alias("leader")
        team = sa.select(leader.c.team_id).where(leader.c.id == team_of).scalar_subquery()
        return statement.where(consultant.c.team_id == team)
    return statement
