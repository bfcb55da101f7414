"""The table of instalments."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model


class InstalmentRow(Model, kw_only=True):
    """Part of a sale's price and the club-local day it is due (RCV-02, RCV-06). Paid in the order of the days.

    A plan is replaced whole: the old one's lines are superseded.
    """

    __tablename__ = "instalment"
    __table_args__ = (
        sa.UniqueConstraint("sale_id", "plan", "position"),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.Index("ix_instalment_due", "club_id", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sale.id"))
    plan: Mapped[int]  # from 1
    position: Mapped[int]
    due_on: Mapped[date]
    amount_minor: Mapped[int]
    agreed_at: Mapped[Instant]
    agreed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    superseded_at: Mapped[Instant | None] = mapped_column(default=None)
    reminded_at: Mapped[Instant | None] = mapped_column(default=None)
    confirmed_at: Mapped[Instant | None] = mapped_column(default=None)  # as arrears, by a manager (RCV-04)
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
