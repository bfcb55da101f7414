"""Tables of disputes."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id

RUNNING = "status IN ('open', 'settled', 'appealed')"


class DisputeRow(Model, kw_only=True):
    """An argument over a sale's credit. While it runs the credit is held.

    `proposal` is what stood when it was opened: {shares: [[consultant or null, basis points]], rule, reason, working};
    `rule` and `sides` are what a similar case is found by. `appeal_until` is the last club-local day of an appeal.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        # One at a time over a sale, whoever presses at once.
        sa.Index(
            "uq_dispute_running",
            "sale_id",
            unique=True,
            postgresql_where=sa.text(RUNNING),
            sqlite_where=sa.text(RUNNING),
        ),
        sa.Index("ix_dispute_sale", "sale_id"),
        sa.Index("ix_dispute_docket", "club_id", "status", "opened_at"),
        sa.Index("ix_dispute_similar", "club_id", "rule", "decided_at"),
        sa.CheckConstraint(
            "status IN ('open', 'settled', 'appealed', 'decided', 'withdrawn')", name="status"
        ),
        sa.CheckConstraint("(status = 'settled') = (stands_at IS NOT NULL)", name="stands_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sale.id"))
    opened_by: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"), index=True)
    opened_at: Mapped[Instant]
    opened_day: Mapped[date]
    status: Mapped[str] = mapped_column(sa.String(10), default="open")
    proposal: Mapped[dict[str, Any]] = mapped_column(Json)
    rule: Mapped[str] = mapped_column(sa.String(12))
    sides: Mapped[str] = mapped_column(sa.String(20))  # kinds of opener and holder, as "inside-outside"
    stands_at: Mapped[Instant | None] = mapped_column(default=None)  # of a settlement, if nobody objects
    objected_at: Mapped[Instant | None] = mapped_column(
        default=None
    )  # from then on only the final role rules
    ruled_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    decided_at: Mapped[Instant | None] = mapped_column(default=None)
    appeal_until: Mapped[date | None] = mapped_column(default=None)
    appealed_at: Mapped[Instant | None] = mapped_column(default=None)
    shares: Mapped[list[list[Any]] | None] = mapped_column(
        Json, default=None
    )  # as it was settled or ruled last
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class DisputeStepRow(Model, kw_only=True):
    """Something said or decided in a case, in order. Append-only, by trigger; only its words can be taken away."""

    __tablename__ = "dispute_step"
    __table_args__ = (
        sa.Index("ix_dispute_step_dispute", "dispute_id", "id"),
        sa.CheckConstraint(
            "kind IN ('opened', 'statement', 'settled', 'objected', 'stood', 'ruled', 'appealed', "
            "'appeal_ruled', 'withdrawn')",
            name="kind",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("dispute.id"))
    kind: Mapped[str] = mapped_column(sa.String(12))
    at: Mapped[Instant]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))  # none: time did it
    consultant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"), default=None)
    shares: Mapped[list[list[Any]] | None] = mapped_column(Json, default=None)
    confirms: Mapped[bool] = mapped_column(default=False)  # the shares are those of the proposal
    words: Mapped[str] = mapped_column(sa.Text, default="")  # a statement, a reason
    conduct_of: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"), default=None)
    conduct_note: Mapped[str] = mapped_column(sa.Text, default="")  # DSP-09; for him and his managers


class DisputeAttachmentRow(Model, kw_only=True):
    """A picture or paper that somebody put beside his words. Name and content go when the guest is made anonymous."""

    __tablename__ = "dispute_attachment"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("dispute.id"), index=True)
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("dispute_step.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    media_type: Mapped[str] = mapped_column(sa.String(40))
    size: Mapped[int]  # bytes
    digest: Mapped[str] = mapped_column(sa.String(64))  # SHA-256, hexadecimal
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)


class DisputeNewsRow(Model, kw_only=True):
    """Somebody concerned who is to hear of a step, and whether he was told on his browser and has read it."""

    __tablename__ = "dispute_news"
    __table_args__ = (
        sa.UniqueConstraint("step_id", "account_id"),
        sa.Index(
            "ix_dispute_news_unread",
            "account_id",
            postgresql_where=sa.text("read_at IS NULL"),
            sqlite_where=sa.text("read_at IS NULL"),
        ),
        sa.Index(
            "ix_dispute_news_untold",
            "id",
            postgresql_where=sa.text("told_at IS NULL"),
            sqlite_where=sa.text("told_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("dispute.id"), index=True)
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("dispute_step.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    told_at: Mapped[Instant | None] = mapped_column(default=None)
    read_at: Mapped[Instant | None] = mapped_column(default=None)
