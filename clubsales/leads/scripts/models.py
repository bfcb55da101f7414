"""The table of scripts."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class ScriptRow(Model, kw_only=True):
    """A script of the club for a situation (TEL-02). Changed in place: what was said is in the contact, not here."""

    __tablename__ = "script"
    __table_args__ = (sa.Index("ix_script_club", "club_id", "situation", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    situation: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(80))
    body: Mapped[str] = mapped_column(sa.Text)
    position: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[Instant]
    retired_at: Mapped[Instant | None] = mapped_column(default=None)
