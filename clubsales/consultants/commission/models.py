"""Tables of commission plans."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class PlanRow(Model, kw_only=True):
    """A published commission plan, from the first day of a month on. Append-only, by trigger.

    Of the plans of one scope the latest `valid_from`, then the latest `sequence` counts; the narrower scope comes first. An
    empty scope column fits everybody; where no plan fits, the policy's section `commission` pays.
    """

    __tablename__ = "commission_plan"
    __table_args__ = (
        sa.UniqueConstraint("club_id", "valid_from", "sequence"),
        sa.CheckConstraint("kind IN ('inside', 'outside', 'supervisor')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    kind: Mapped[str | None] = mapped_column(sa.String(10), default=None)
    level: Mapped[int | None] = mapped_column(default=None)
    probation: Mapped[bool] = mapped_column(default=False)  # for whoever is on probation at the month's end
    valid_from: Mapped[date]
    sequence: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.Text)
    published_at: Mapped[Instant]
    published_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class PlanDraftRow(Model, kw_only=True):
    """A plan somebody is writing; it pays nobody until it is published."""

    __tablename__ = "commission_plan_draft"
    __table_args__ = (sa.CheckConstraint("kind IN ('inside', 'outside', 'supervisor')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    kind: Mapped[str | None] = mapped_column(sa.String(10), default=None)
    level: Mapped[int | None] = mapped_column(default=None)
    probation: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[Instant]
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
