"""Tables of the frozen ranking and of awards."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class StandingRow(Model, kw_only=True):
    """Where somebody stood when a month was closed. Append-only, by trigger; the next month's runs go on from it.

    A run counts months in a row: as the department's best, as his team's best, below target. `team_id` is his team at the
    month's end.
    """

    __tablename__ = "standing"
    __table_args__ = (
        sa.UniqueConstraint("club_id", "month", "consultant_id"),
        sa.Index("ix_standing_consultant", "consultant_id", "month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    month: Mapped[date]
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))  # inside | outside: each has a board of its own
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"))
    currency: Mapped[str] = mapped_column(sa.String(3))
    credit_minor: Mapped[int]
    target_minor: Mapped[int | None]
    sales_count: Mapped[int]
    rank: Mapped[int]
    team_rank: Mapped[int | None]
    is_top: Mapped[bool]
    is_team_top: Mapped[bool]
    top_run: Mapped[int]
    team_run: Mapped[int]
    missed_run: Mapped[int]
    level_run: Mapped[int]  # months in a row at the target of the next level (PRO-01)


class AwardRow(Model, kw_only=True):
    """An award as it was given when its month was closed; a later refund does not take it back (AMB-65). Append-only.

    A team's award is a row of each member's part. An amount of zero is an honour.
    """

    __tablename__ = "award"
    __table_args__ = (
        sa.Index("ix_award_club_month", "club_id", "month"),
        sa.Index("ix_award_consultant", "consultant_id", "month"),
        sa.CheckConstraint("amount_minor >= 0", name="amount"),
        sa.CheckConstraint(
            "kind IN ('department_top', 'team_streak', 'department_streak', 'outside_top', 'quarter_team', 'year_best')",
            name="kind",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    month: Mapped[date]  # the closed month that brought it; of a quarter or a year its last
    kind: Mapped[str] = mapped_column(sa.String(20))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"))
    currency: Mapped[str] = mapped_column(sa.String(3))
    amount_minor: Mapped[int]
    run: Mapped[int]  # months in a row; 1 for what needs none
    reason: Mapped[dict[str, Any]] = mapped_column(Json)
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    given_at: Mapped[Instant]
