"""Tables of shifts and presence."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class ShiftRow(Model, kw_only=True):
    """A consultant's shift, from opening to closing. `local_day` is the club-local date it opened."""

    __tablename__ = "shift"
    __table_args__ = (
        # One open shift per consultant, whoever presses at once.
        sa.Index(
            "uq_shift_open",
            "consultant_id",
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index("ix_shift_club_day", "club_id", "local_day"),
        sa.CheckConstraint("status IN ('on_post', 'meal', 'meeting', 'away')", name="status"),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="span"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"), index=True)
    local_day: Mapped[date]
    opened_at: Mapped[Instant]
    opening_checklist: Mapped[dict[str, object]] = mapped_column(Json, default_factory=dict)
    status: Mapped[str] = mapped_column(sa.String(10), default="on_post")
    status_since: Mapped[Instant]
    closed_at: Mapped[Instant | None] = mapped_column(default=None)
    closing_checklist: Mapped[dict[str, object]] = mapped_column(Json, default_factory=dict)
    handover_note: Mapped[str] = mapped_column(sa.Text, default="")
    acknowledged_by: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"), default=None)
    override_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    override_reason: Mapped[str | None] = mapped_column(sa.Text, default=None)
    roster_entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("roster_entry.id"), default=None)
    late_minutes: Mapped[int | None] = mapped_column(
        default=None
    )  # since the planned start; 0 in time; no plan: none


class PresenceRow(Model, kw_only=True):
    """A stretch of one status within a shift; the last one of an open shift has no end."""

    __tablename__ = "presence"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    shift_id: Mapped[int] = mapped_column(sa.ForeignKey("shift.id"), index=True)
    status: Mapped[str] = mapped_column(sa.String(10))
    since_at: Mapped[Instant]
    until_at: Mapped[Instant | None] = mapped_column(default=None)
