"""The table of reviews."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class ReviewRow(Model, kw_only=True):
    """A case with its evidence: proposed by the rules or a person, decided by a person with a reason, acknowledged.

    Nothing follows from an open one (AMB-34, AMB-36). `month` is the closed month that brought it; none for a fine
    proposed by hand.
    """

    __tablename__ = "review"
    __table_args__ = (
        sa.Index("ix_review_club_status", "club_id", "status", "opened_at"),
        sa.Index("ix_review_consultant", "consultant_id", "opened_at"),
        sa.Index(
            "uq_review_of_month",
            "consultant_id",
            "month",
            "kind",
            unique=True,
            postgresql_where=sa.text("month IS NOT NULL"),
            sqlite_where=sa.text("month IS NOT NULL"),
        ),
        sa.CheckConstraint("status IN ('open', 'decided', 'dismissed')", name="status"),
        sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided_at"),
        sa.CheckConstraint(
            "kind IN ('pay_rise', 'missed_target', 'low_score', 'promotion', 'fine', 'warning', 'expense')",
            name="kind",
        ),
        sa.CheckConstraint("amount_minor >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    rule: Mapped[str] = mapped_column(sa.String(12))
    month: Mapped[date | None] = mapped_column(default=None)
    reason: Mapped[dict[str, Any]] = mapped_column(Json)
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default_factory=dict)
    currency: Mapped[str] = mapped_column(sa.String(3))
    lowest_minor: Mapped[int | None] = mapped_column(default=None)  # of a fine: its range
    highest_minor: Mapped[int | None] = mapped_column(default=None)
    status: Mapped[str] = mapped_column(sa.String(10), default="open")
    decision: Mapped[str] = mapped_column(sa.String(20), default="")
    amount_minor: Mapped[int | None] = mapped_column(default=None)
    level: Mapped[int | None] = mapped_column(default=None)  # decided: promoted or demoted to
    valid_from: Mapped[date | None] = mapped_column(
        default=None
    )  # decided: the first day of the new terms of pay
    words: Mapped[str] = mapped_column(sa.Text, default="")  # why it was proposed by hand
    decision_words: Mapped[str] = mapped_column(sa.Text, default="")
    opened_at: Mapped[Instant]
    opened_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decided_at: Mapped[Instant | None] = mapped_column(default=None)
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    acknowledged_at: Mapped[Instant | None] = mapped_column(default=None)
    answer: Mapped[str] = mapped_column(sa.Text, default="")  # what the person it is about says to it
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
