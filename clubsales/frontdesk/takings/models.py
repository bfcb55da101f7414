"""The table of counts."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class TillCountRow(Model, kw_only=True):
    """What somebody counted of the money he took, against what is booked. Append-only, by trigger.

    `lines` are [{method, expected_minor, counted_minor}]; a difference has an explanation.
    """

    __tablename__ = "till_count"
    __table_args__ = (
        sa.Index("ix_till_count_account", "account_id", "counted_at"),
        sa.Index("ix_till_count_club", "club_id", "counted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    shift_id: Mapped[int | None] = mapped_column(sa.ForeignKey("shift.id"), default=None)
    since_at: Mapped[Instant]
    counted_at: Mapped[Instant]
    currency: Mapped[str] = mapped_column(sa.String(3))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    explanation: Mapped[str] = mapped_column(sa.Text, default="")
