"""Tables of the rotation: the queue and the ledger of assignments."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model


class QueueRow(Model, kw_only=True):
    """A club's queue: locked by whoever decides a turn. `version` moves with every change the board shows."""

    __tablename__ = "rotation_queue"

    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"), primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=0)
    next_place: Mapped[int] = mapped_column(default=1)


class SeatRow(Model, kw_only=True):
    """A consultant's place in the queue, smaller is earlier; kept after the shift for `start = carry_over`."""

    __tablename__ = "rotation_seat"

    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"), primary_key=True)
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"), primary_key=True)
    place: Mapped[int]


class AssignmentRow(Model, kw_only=True):
    """One decision of who takes a guest, with everything it was decided on (ROT-09). Append-only, by trigger."""

    __tablename__ = "assignment"
    __table_args__ = (sa.Index("ix_assignment_club_at", "club_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    reception_id: Mapped[int] = mapped_column(sa.ForeignKey("reception.id"), index=True)
    at: Mapped[Instant]
    consultant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"), index=True)
    # rotation | designated | proxy | off_duty | waiting | manual | returned
    basis: Mapped[str] = mapped_column(sa.String(12))
    rule: Mapped[str] = mapped_column(sa.String(12))
    skipped: Mapped[list[dict[str, Any]]] = mapped_column(Json)  # [{consultant, reason}] in queue order
    queue_before: Mapped[list[int]] = mapped_column(Json)
    queue_after: Mapped[list[int]] = mapped_column(Json)
    reason: Mapped[dict[str, Any]] = mapped_column(Json)
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    # Who went to the tail: [{consultant, from, to}], places; how a turn is given back.
    moved: Mapped[list[dict[str, int]] | None] = mapped_column(Json, default=None)
