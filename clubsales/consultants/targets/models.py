"""The target table."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class TargetRow(Model, kw_only=True):
    """A consultant's target of a month, in minor units; of several the latest counts. Append-only, by trigger."""

    __tablename__ = "target"
    __table_args__ = (
        sa.UniqueConstraint("consultant_id", "month", "sequence"),
        sa.Index("ix_target_club_month", "club_id", "month"),
        sa.CheckConstraint("amount_minor >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    month: Mapped[date]
    sequence: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    amount_minor: Mapped[int]
    issued_at: Mapped[Instant]
    issued_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="", server_default=sa.text("''"))


class TargetAnswerRow(Model, kw_only=True):
    """A consultant has read the target as it then stood. Append-only."""

    __tablename__ = "target_acknowledgement"
    __table_args__ = (sa.UniqueConstraint("consultant_id", "month", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    month: Mapped[date]
    sequence: Mapped[int]  # of the target
    at: Mapped[Instant]


class GoalRow(Model, kw_only=True):
    """A target other than a consultant's sales of a month: of the club, a team, a year, customers (TGT-01 to TGT-07).

    `value` is minor units for sales, profit and collections, a count for customers, basis points for satisfaction.
    `result` is what came of it, typed where no record of the program's own says it (satisfaction, profit). Append-only;
    of several with the same scope, period and kind the latest counts.
    """

    __tablename__ = "goal"
    __table_args__ = (
        sa.Index("ix_goal_club_period", "club_id", "starts_on", "period"),
        sa.CheckConstraint("scope IN ('club', 'team', 'consultant')", name="scope"),
        sa.CheckConstraint("(scope = 'team') = (team_id IS NOT NULL)", name="team"),
        sa.CheckConstraint("(scope = 'consultant') = (consultant_id IS NOT NULL)", name="consultant"),
        sa.CheckConstraint("period IN ('year', 'quarter', 'month', 'week')", name="period"),
        sa.CheckConstraint(
            "kind IN ('sales', 'customers', 'satisfaction', 'profit', 'collections')", name="kind"
        ),
        sa.CheckConstraint("value >= 0", name="value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    scope: Mapped[str] = mapped_column(sa.String(10))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"), default=None)
    consultant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"), default=None)
    period: Mapped[str] = mapped_column(sa.String(8))
    starts_on: Mapped[date]
    kind: Mapped[str] = mapped_column(sa.String(12))
    value: Mapped[int]
    result: Mapped[int | None] = mapped_column(default=None)
    currency: Mapped[str] = mapped_column(sa.String(3))
    sequence: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    issued_at: Mapped[Instant]
    issued_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
