"""Tables of leave: requests, and days on which somebody with authority is away."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class LeaveRow(Model, kw_only=True):
    """A leave form. `half_days` are the working days it costs, times two (AMB-61).

    Live requests of one person never overlap: an exclusion constraint on PostgreSQL, triggers on SQLite
    (revision 0002).
    """

    __tablename__ = "leave_request"
    __table_args__ = (
        sa.Index("ix_leave_request_club_status", "club_id", "status"),
        sa.Index("ix_leave_request_consultant_day", "consultant_id", "first_day"),
        sa.CheckConstraint("last_day >= first_day", name="span"),
        sa.CheckConstraint("half_days > 0", name="half_days"),
        sa.CheckConstraint("status IN ('filed', 'approved', 'refused', 'withdrawn')", name="status"),
        sa.CheckConstraint("kind IN ('annual', 'personal', 'sick', 'day_swap', 'other')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    first_day: Mapped[date]
    last_day: Mapped[date]
    from_noon: Mapped[bool] = mapped_column(default=False)  # the first day's first half is worked
    until_noon: Mapped[bool] = mapped_column(default=False)  # the last day's second half is worked
    half_days: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    status: Mapped[str] = mapped_column(sa.String(10), default="filed")
    filed_at: Mapped[Instant]
    filed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decided_at: Mapped[Instant | None] = mapped_column(default=None)
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    decided_as: Mapped[str | None] = mapped_column(sa.String(20), default=None)  # the role it was decided in
    decision_note: Mapped[str] = mapped_column(sa.Text, default="")
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))


class AuthorityAwayRow(Model, kw_only=True):
    """Days on which somebody with authority is away, so that the deputy decides (ATT-04)."""

    __tablename__ = "authority_away"
    __table_args__ = (sa.CheckConstraint("last_day >= first_day", name="span"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    first_day: Mapped[date]
    last_day: Mapped[date]
    marked_at: Mapped[Instant]
    marked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    ended_at: Mapped[Instant | None] = mapped_column(default=None)
