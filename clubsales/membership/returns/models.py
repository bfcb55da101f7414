"""The table of requests for money back."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class RefundRequestRow(Model, kw_only=True):
    """Money asked back for a card or a sale: what was reckoned then, who said yes, until when it is due, when it was paid."""

    __tablename__ = "refund_request"
    __table_args__ = (
        sa.CheckConstraint("state IN ('asked', 'approved', 'refused', 'paid', 'withdrawn')", name="state"),
        sa.CheckConstraint("basis IN ('cooling_off', 'terms', 'goodwill')", name="basis"),
        sa.CheckConstraint("amount_minor >= 0", name="amount"),
        sa.Index("ix_refund_request_club", "club_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sale.id"), index=True)
    card_id: Mapped[int | None] = mapped_column(sa.ForeignKey("card.id"), index=True, default=None)
    state: Mapped[str] = mapped_column(sa.String(10))
    basis: Mapped[str] = mapped_column(sa.String(12))
    currency: Mapped[str] = mapped_column(sa.String(3))
    amount_minor: Mapped[int]
    reckoning: Mapped[dict[str, Any]] = mapped_column(Json)  # each figure with its reason, as it stood
    ends_card: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text)
    asked_at: Mapped[Instant]
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))  # none: by whoever has its link
    due_on: Mapped[date]
    answered_at: Mapped[Instant | None] = mapped_column(default=None)
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    paid_at: Mapped[Instant | None] = mapped_column(default=None)
    paid_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
