"""How far the story of the demo is told, who is received now, and which cards come to the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.ids import ClubID, ConsultantID, ReceptionID
from clubsales.office.demo.events import DemoFounded, DemoPlayed
from clubsales.office.demo.tables import (
    CARD,
    CLUB,
    RECEPTION,
)

ENDED_LATELY = timedelta(days=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorCard:
    """A card that may be shown at the door. `runs`: it should open."""

    public_id: str
    is_ours: bool
    opens_here: bool
    runs: bool


def demo_clubs(session: Session) -> list[ClubID]:
    """The clubs the demo founded."""
    found = session.scalars(
        sa.select(AuditEvent.club_id)
        .where(AuditEvent.subject_kind == "club", AuditEvent.tag == DemoFounded.tag)
        .order_by(AuditEvent.id)
    )
    return [ClubID(club_id) for club_id in found if club_id is not None]


def played_until(session: Session, club_id: ClubID) -> Instant | None:
    """How far a club's story is told."""
    return session.scalar(
        sa.select(sa.func.max(AuditEvent.at)).where(
            AuditEvent.subject_kind == "club",
            AuditEvent.subject_id == club_id,
            AuditEvent.tag == DemoPlayed.tag,
        )
    )


def last_event_at(session: Session, club_id: ClubID) -> Instant | None:
    """When anything last happened in a club, by the story or by somebody trying it."""
    return session.scalar(sa.select(sa.func.max(AuditEvent.at)).where(AuditEvent.club_id == club_id))


def received(session: Session, receptions: Sequence[ReceptionID]) -> dict[ReceptionID, ConsultantID]:
    """Which of these guests are with somebody now."""
    rows = session.execute(
        sa.select(RECEPTION.c.id, RECEPTION.c.consultant_id)
        .where(RECEPTION.c.id.in_(receptions), RECEPTION.c.status == "open")
        .order_by(RECEPTION.c.id)
    )
    return {ReceptionID(row.id): ConsultantID(row.consultant_id) for row in rows}


def door_cards(session: Session, club: Club, day: date) -> list[DoorCard]:
    """Cards of the organisation that are paid, or ended only lately."""
    rows = session.execute(
        sa.select(
            CARD.c.public_id,
            CARD.c.club_id,
            CARD.c.all_clubs,
            CARD.c.status,
            CARD.c.valid_until,
            CARD.c.visits_left,
        )
        .join(CLUB, CLUB.c.id == CARD.c.club_id)
        .where(
            CLUB.c.organisation_id == club.organisation_id,
            CARD.c.status.in_(("active", "frozen")),
            CARD.c.valid_from < day,
            CARD.c.valid_until >= day - ENDED_LATELY,
        )
        .order_by(CARD.c.id)
    )
    return [
        DoorCard(
            public_id=row.public_id,
            is_ours=row.club_id == club.id,
            opens_here=row.club_id == club.id or bool(row.all_clubs),
            runs=row.status == "active" and row.valid_until >= day and row.visits_left != 0,
        )
        for row in rows
    ]
