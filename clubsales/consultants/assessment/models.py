"""Tables of assessment."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class SheetRow(Model, kw_only=True):
    """The items somebody is assessed by, from a month on. Append-only, by trigger; of several the latest counts."""

    __tablename__ = "assessment_sheet"
    __table_args__ = (sa.UniqueConstraint("club_id", "valid_from", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    valid_from: Mapped[date]
    sequence: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    published_at: Mapped[Instant]
    published_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class AssessmentRow(Model, kw_only=True):
    """Somebody's assessment of a month, a quarter or a year. Parts are hundredths of a point, 0 to 10,000.

    `score` is in ten-thousandths of a point, so that no weighing is rounded into a band (AMB-41). Once approved nothing of
    it changes, by trigger.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        sa.UniqueConstraint("consultant_id", "period", "month"),
        sa.Index("ix_assessment_club_month", "club_id", "month"),
        sa.CheckConstraint("period IN ('month', 'quarter', 'year')", name="period"),
        sa.CheckConstraint(
            "status IN ('issued', 'self_assessed', 'assessed', 'reviewed', 'sent', 'objected', 'confirmed', 'approved')",
            name="status",
        ),
        sa.CheckConstraint("(status = 'approved') = (approved_at IS NOT NULL)", name="approved_at"),
        sa.CheckConstraint("results BETWEEN 0 AND 10000", name="results"),
        sa.CheckConstraint("ability BETWEEN 0 AND 10000", name="ability"),
        sa.CheckConstraint("attitude BETWEEN 0 AND 10000", name="attitude"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    period: Mapped[str] = mapped_column(sa.String(8), default="month")
    month: Mapped[date]  # its first day; of a quarter or a year the first day of its first month
    sheet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assessment_sheet.id"))
    status: Mapped[str] = mapped_column(sa.String(16))
    results: Mapped[int | None] = mapped_column(default=None)
    ability: Mapped[int | None] = mapped_column(default=None)
    attitude: Mapped[int | None] = mapped_column(default=None)
    score: Mapped[int | None] = mapped_column(default=None)
    behaviour_bp: Mapped[int | None] = mapped_column(default=None)  # ASM-12: 6000 is 0.6, up to 12000
    issued_at: Mapped[Instant]
    sent_at: Mapped[Instant | None] = mapped_column(default=None)
    approved_at: Mapped[Instant | None] = mapped_column(default=None)
    approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class MarkRow(Model, kw_only=True):
    """What somebody, or the data, gave for an item, in hundredths of a point. Append-only; of several the latest counts."""

    __tablename__ = "assessment_mark"
    __table_args__ = (
        sa.Index("ix_assessment_mark_assessment", "assessment_id", "id"),
        sa.CheckConstraint(
            "source IN ('data', 'self', 'peer', 'supervisor', 'manager', 'customer')", name="source"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id"))
    source: Mapped[str] = mapped_column(sa.String(10))
    item: Mapped[str] = mapped_column(sa.String(30))
    points: Mapped[int]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default_factory=dict)  # what the data said
    at: Mapped[Instant]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class AssessmentStepRow(Model, kw_only=True):
    """A step of an assessment and its words. Append-only."""

    __tablename__ = "assessment_step"
    __table_args__ = (sa.Index("ix_assessment_step_assessment", "assessment_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    words: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[Instant]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class TrainingPlanRow(Model, kw_only=True):
    """What somebody is to train after a poor result (ASM-22)."""

    __tablename__ = "training_plan"
    __table_args__ = (sa.Index("ix_training_plan_consultant", "consultant_id", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id"), index=True)
    aim: Mapped[str] = mapped_column(sa.Text)
    steps: Mapped[str] = mapped_column(sa.Text)
    due_on: Mapped[date]
    made_at: Mapped[Instant]
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    done_at: Mapped[Instant | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(sa.Text, default="")


class ClubHolidayRow(Model, kw_only=True):
    """A day on which the club's own calendar differs from the country's: free, or worked after all (AMB-43)."""

    __tablename__ = "club_holiday"

    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    is_worked: Mapped[bool]
    name: Mapped[str] = mapped_column(sa.String(60), default="")
