"""Tables of statements: what a closed month pays, line by line."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class StatementRow(Model, kw_only=True):
    """Somebody's frozen statement of a month. Append-only, by trigger. Money in minor units, rates in basis points.

    `commission_minor` is before the band, `commission_paid_minor` after it. `document` is everything it was reckoned from, in
    the canonical form its month's digest covers.
    """

    __tablename__ = "statement"
    __table_args__ = (
        sa.UniqueConstraint("club_id", "month", "consultant_id"),
        sa.Index("ix_statement_consultant", "consultant_id", "month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    month: Mapped[date]
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    currency: Mapped[str] = mapped_column(sa.String(3))
    credit_minor: Mapped[int]
    brought_minor: Mapped[int]  # carried here from the month before: zero or negative
    rate_bp: Mapped[int]
    commission_minor: Mapped[int]
    paid_bp: Mapped[int]
    commission_paid_minor: Mapped[int]
    awards_minor: Mapped[int]
    base_minor: Mapped[int]
    pay_minor: Mapped[int]
    carried_minor: Mapped[int]  # carried on to the next month: zero or negative
    score: Mapped[int | None]  # ten-thousandths of a point
    plan_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commission_plan.id"))
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    frozen_at: Mapped[Instant]


class StatementItemRow(Model, kw_only=True):
    """A line of what is paid: base, commission, award, deduction; items of a statement add up to its pay. Append-only."""

    __tablename__ = "statement_item"
    __table_args__ = (sa.UniqueConstraint("statement_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    statement_id: Mapped[int] = mapped_column(sa.ForeignKey("statement.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    amount_minor: Mapped[int]
    rule: Mapped[str] = mapped_column(sa.String(12))
    reason: Mapped[dict[str, Any]] = mapped_column(Json)


class StatementLineRow(Model, kw_only=True):
    """What one posting earned: its credit, its rate, its part of the commission. Append-only.

    Parts of a statement add up to its commission before the band. No posting: what the month before carried, or a cap.
    `payable_on` is the club-local day on which its refund window has closed.
    """

    __tablename__ = "statement_line"
    __table_args__ = (
        sa.Index("ix_statement_line_statement", "statement_id", "id"),
        sa.Index("ix_statement_line_posting", "posting_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    statement_id: Mapped[int] = mapped_column(sa.ForeignKey("statement.id"))
    posting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("posting.id"))
    credit_minor: Mapped[int]  # what counts of the posting
    rate_bp: Mapped[int]
    factor_bp: Mapped[int]  # of the tier's rate, for renewals and kinds of goods
    commission_minor: Mapped[int]
    payable_on: Mapped[date]


class StatementAnswerRow(Model, kw_only=True):
    """What the person, or the manager, said to a statement. Append-only."""

    __tablename__ = "statement_answer"
    __table_args__ = (
        sa.Index("ix_statement_answer_statement", "statement_id", "id"),
        sa.CheckConstraint("kind IN ('acknowledged', 'objected', 'confirmed')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    statement_id: Mapped[int] = mapped_column(sa.ForeignKey("statement.id"))
    kind: Mapped[str] = mapped_column(sa.String(12))
    words: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[Instant]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class MonthApprovalRow(Model, kw_only=True):
    """Somebody's word that a month may be closed as its preview stands; another digest, another word. Append-only."""

    __tablename__ = "month_approval"
    __table_args__ = (sa.UniqueConstraint("club_id", "month", "role", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    month: Mapped[date]
    role: Mapped[str] = mapped_column(sa.String(20))
    digest: Mapped[str] = mapped_column(sa.String(64))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[Instant]


class MonthFigureRow(Model, kw_only=True):
    """What pay needs and no other table knows: expenses, benefits. Append-only; of several the latest counts."""

    __tablename__ = "month_figure"
    __table_args__ = (
        sa.UniqueConstraint("consultant_id", "month", "kind", "sequence"),
        sa.Index("ix_month_figure_club_month", "club_id", "month"),
        sa.CheckConstraint("kind IN ('expense', 'benefit')", name="kind"),
        sa.CheckConstraint("amount_minor >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    month: Mapped[date]
    kind: Mapped[str] = mapped_column(sa.String(10))
    sequence: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    amount_minor: Mapped[int]
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    at: Mapped[Instant]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class StatementPayoutRow(Model, kw_only=True):
    """Money paid out on a statement, and the club-local day it was. Append-only."""

    __tablename__ = "statement_payout"
    __table_args__ = (
        sa.UniqueConstraint("statement_id", "sequence"),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    statement_id: Mapped[int] = mapped_column(sa.ForeignKey("statement.id"))
    sequence: Mapped[int]
    amount_minor: Mapped[int]
    paid_on: Mapped[date]
    reference: Mapped[str] = mapped_column(sa.String(80), default="")
    recorded_at: Mapped[Instant]
    recorded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
