"""Tables of notices and who has read them."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class NoticeRow(Model, kw_only=True):
    """Something everybody must know, from a day to a day (both included)."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.Index("ix_notice_club_last_day", "club_id", "last_day"),
        sa.CheckConstraint("last_day >= first_day", name="span"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    title: Mapped[str] = mapped_column(sa.String(120))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    first_day: Mapped[date]
    last_day: Mapped[date]
    written_at: Mapped[Instant]
    written_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    withdrawn_at: Mapped[Instant | None] = mapped_column(default=None)
    withdrawn_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)


class NoticeReadRow(Model, kw_only=True):
    """Somebody has read a notice."""

    __tablename__ = "notice_read"

    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notice.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    at: Mapped[Instant]
