"""The table of back-tests."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class BackTestRow(Model, kw_only=True):
    """Past sales decided again under changed settings. It changes nothing but itself.

    `first_day` to `last_day` are club-local and inclusive; `changes` is a partial policy document; `result` is what
    was found, once it is done. `done` of `total` sales.
    """

    __tablename__ = "back_test"
    __table_args__ = (
        sa.Index("ix_back_test_club", "club_id", "asked_at"),
        sa.Index(
            "ix_back_test_unfinished",
            "id",
            postgresql_where=sa.text("finished_at IS NULL"),
            sqlite_where=sa.text("finished_at IS NULL"),
        ),
        sa.CheckConstraint("last_day >= first_day", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    asked_at: Mapped[Instant]
    first_day: Mapped[date]
    last_day: Mapped[date]
    changes: Mapped[dict[str, Any]] = mapped_column(Json)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None] = mapped_column(default=None)
    started_at: Mapped[Instant | None] = mapped_column(default=None)
    finished_at: Mapped[Instant | None] = mapped_column(default=None)
    problem: Mapped[str] = mapped_column(sa.String(200), default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None, deferred=True)
