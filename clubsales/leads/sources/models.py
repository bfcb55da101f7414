"""The table of sources."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class LeadSourceRow(Model, kw_only=True):
    """A source of the club's own list, below one of the seven kinds, or below another source.

    The row of a kind itself (`is_kind`) is there once the club has renamed or retired it.
    """

    __tablename__ = "lead_source"
    __table_args__ = (
        sa.Index(
            "uq_lead_source_kind",
            "club_id",
            "kind",
            unique=True,
            postgresql_where=sa.text("is_kind"),
            sqlite_where=sa.text("is_kind"),
        ),
        sa.Index("ix_lead_source_club", "club_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    kind: Mapped[str] = mapped_column(sa.String(12))  # a Source
    is_kind: Mapped[bool] = mapped_column(default=False)
    under_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lead_source.id"), default=None)
    name: Mapped[str] = mapped_column(sa.String(60), default="")  # empty: as the kind is called
    made_at: Mapped[Instant]
    retired_at: Mapped[Instant | None] = mapped_column(default=None)
