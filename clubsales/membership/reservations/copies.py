"""The copies of an agreement: handed over with the deposit, taken back when it is over (RSV-04)."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.ids import ReservationID
from clubsales.membership.approvals.rules import Form
from clubsales.membership.reservations.events import CopiesTakenBack
from clubsales.membership.reservations.models import PaperCopyRow
from clubsales.membership.reservations.rules import holder_of

COPY = table_of(PaperCopyRow)


def hand_over(
    session: Session, *, reservation_id: ReservationID, copies: int, actor: Actor, at: Instant
) -> None:
    """Register the copies of an agreement and who has which."""
    if copies:
        session.execute(
            sa.insert(COPY),
            [
                {
                    "club_id": actor.club.id,
                    "form": Form.RESERVATION.value,
                    "form_id": reservation_id,
                    "copy": copy,
                    "holder": holder_of(copy),
                    "handed_at": at,
                    "handed_by": actor.account_id,
                }
                for copy in range(1, copies + 1)
            ],
        )


def take_back(session: Session, *, reservation_id: ReservationID, actor: Actor, at: Instant) -> int:
    """Register that all copies that are out have come back; how many."""
    back = session.execute(
        sa.update(COPY)
        .where(
            COPY.c.form == Form.RESERVATION.value,
            COPY.c.form_id == reservation_id,
            COPY.c.back_at.is_(None),
        )
        .values(back_at=at, back_by=actor.account_id)
        .returning(COPY.c.id)
    ).all()
    if back:
        audit.record(session, CopiesTakenBack(reservation_id, len(back)), actor=actor, at=at)
    return len(back)
