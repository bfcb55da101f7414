"""Tables of the post: handovers, the day's plan and the day's form."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class HandoverRow(Model, kw_only=True):
    """What one shift tells the next; the relief acknowledges it himself (SHF-13, SC-06)."""

    __tablename__ = "handover"
    __table_args__ = (
        sa.Index(
            "uq_handover_live",
            "shift_id",
            unique=True,
            postgresql_where=sa.text("withdrawn_at IS NULL"),
            sqlite_where=sa.text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    shift_id: Mapped[int] = mapped_column(sa.ForeignKey("shift.id"))
    to_consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"), index=True)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    offered_at: Mapped[Instant]
    acknowledged_at: Mapped[Instant | None] = mapped_column(default=None)
    withdrawn_at: Mapped[Instant | None] = mapped_column(default=None)


class DayPlanRow(Model, kw_only=True):
    """What a consultant sets out to do on a day (RPT-02)."""

    __tablename__ = "day_plan"

    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"), primary_key=True)
    local_day: Mapped[date] = mapped_column(primary_key=True)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    calls: Mapped[int] = mapped_column(default=0)
    visits: Mapped[int] = mapped_column(default=0)
    flyers: Mapped[int] = mapped_column(default=0)
    sales: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    set_at: Mapped[Instant]


class DayFormRow(Model, kw_only=True):
    """A shift's form, filled by the program from what happened (RPT-01, RPT-10, RPT-12). Append-only, by trigger."""

    __tablename__ = "day_form"
    __table_args__ = (sa.Index("ix_day_form_club_day", "club_id", "local_day"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    shift_id: Mapped[int] = mapped_column(sa.ForeignKey("shift.id"), unique=True)
    local_day: Mapped[date]
    filled_at: Mapped[Instant]
    numbers: Mapped[dict[str, Any]] = mapped_column(Json)
    till_count_id: Mapped[int | None] = mapped_column(sa.ForeignKey("till_count.id"), default=None)
    note: Mapped[str] = mapped_column(sa.Text, default="")
