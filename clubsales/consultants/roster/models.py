"""Tables of the roster: planned shifts, swaps asked for, calendar feeds."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id, new_token


class RosterEntryRow(Model, kw_only=True):
    """A planned shift. What no longer holds is withdrawn, not deleted.

    Nobody is planned twice at a time: an exclusion constraint on PostgreSQL, triggers on SQLite (revision 0002).
    """

    __tablename__ = "roster_entry"
    __table_args__ = (
        sa.Index("ix_roster_entry_club_day", "club_id", "local_day"),
        sa.Index("ix_roster_entry_consultant_day", "consultant_id", "local_day"),
        sa.CheckConstraint("ends_at > starts_at", name="span"),
        sa.CheckConstraint("withdrawn_at IS NULL OR withdrawn_why IS NOT NULL", name="withdrawn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    local_day: Mapped[date]
    shift: Mapped[str] = mapped_column(sa.String(20))  # the template's name: early, late, ...
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    made_at: Mapped[Instant]
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    withdrawn_at: Mapped[Instant | None] = mapped_column(default=None)
    withdrawn_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    withdrawn_why: Mapped[str | None] = mapped_column(
        sa.String(10), default=None
    )  # replaced|removed|swapped|leave


class SwapRow(Model, kw_only=True):
    """A shift somebody wants to give to a colleague, perhaps for one of the colleague's (SHF-02)."""

    __tablename__ = "roster_swap"
    __table_args__ = (
        sa.Index(
            "uq_roster_swap_live",
            "entry_id",
            unique=True,
            postgresql_where=sa.text("status IN ('asked', 'agreed')"),
            sqlite_where=sa.text("status IN ('asked', 'agreed')"),
        ),
        sa.Index("ix_roster_swap_club_status", "club_id", "status"),
        sa.CheckConstraint(
            "status IN ('asked', 'agreed', 'declined', 'approved', 'refused', 'withdrawn')", name="status"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("roster_entry.id"))
    asked_by: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    with_consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"), index=True)
    other_entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("roster_entry.id"), default=None)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    status: Mapped[str] = mapped_column(sa.String(10), default="asked")
    asked_at: Mapped[Instant]
    answered_at: Mapped[Instant | None] = mapped_column(default=None)
    decided_at: Mapped[Instant | None] = mapped_column(default=None)
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    decision_note: Mapped[str] = mapped_column(sa.Text, default="")


class CalendarFeedRow(Model, kw_only=True):
    """The unguessable link by which a consultant's own calendar reads his shifts."""

    __tablename__ = "calendar_feed"

    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"), primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(64), unique=True, default_factory=new_token)
    made_at: Mapped[Instant]
