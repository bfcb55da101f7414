"""Guests contested: who says that a guest is whose, for the docket (DSP-09, SHF-14)."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, day_span
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.frontdesk.reception.tables import CONTEST, PERSON, RECEPTION
from clubsales.ids import AccountID, ClubID, ConsultantID, ReceptionID


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestView:
    """Somebody said that a guest is his: for the docket (DSP-09)."""

    public_id: str
    reception_public_id: str
    guest: str
    consultant_id: ConsultantID
    consultant_name: str
    received_by: str
    raised_by: AccountID | None
    note: str
    at: Instant


def contested_on(session: Session, club: Club, day: date) -> list[ContestView]:
    """The guests contested on a club-local day, oldest first."""
    start, end = day_span(day, club.zone)
    return _contests(session, CONTEST.c.club_id == club.id, CONTEST.c.at >= start, CONTEST.c.at < end)


def contests_of(session: Session, club_id: ClubID, reception_id: ReceptionID) -> list[ContestView]:
    """Who says that a guest is his."""
    return _contests(session, CONTEST.c.club_id == club_id, CONTEST.c.reception_id == reception_id)


def _contests(session: Session, *conditions: sa.ColumnElement[bool]) -> list[ContestView]:
    receiver = CONSULTANT.alias("receiver")
    rows = session.execute(
        sa.select(
            CONTEST,
            RECEPTION.c.public_id.label("reception_public_id"),
            sa.func.coalesce(sa.func.nullif(PERSON.c.name, ""), RECEPTION.c.name).label("guest"),
            CONSULTANT.c.name.label("consultant_name"),
            receiver.c.name.label("received_by"),
        )
        .join(RECEPTION, RECEPTION.c.id == CONTEST.c.reception_id)
        .join(CONSULTANT, CONSULTANT.c.id == CONTEST.c.consultant_id)
        .outerjoin(receiver, receiver.c.id == RECEPTION.c.consultant_id)
        .outerjoin(PERSON, PERSON.c.id == RECEPTION.c.person_id)
        .where(*conditions)
        .order_by(CONTEST.c.at, CONTEST.c.id)
    ).all()
    return [
        ContestView(
            public_id=row.public_id,
            reception_public_id=row.reception_public_id,
            guest=row.guest,
            consultant_id=ConsultantID(row.consultant_id),
            consultant_name=row.consultant_name,
            received_by=row.received_by or "",
            raised_by=AccountID(row.raised_by) if row.raised_by is not None else None,
            note=row.note,
            at=row.at,
        )
        for row in rows
    ]
