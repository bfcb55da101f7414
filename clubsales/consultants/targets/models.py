"""The target table."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model


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
