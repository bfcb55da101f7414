"""Tables of checklists: versions, and who has acknowledged which."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model


class ChecklistVersionRow(Model, kw_only=True):
    """One whole checklist of an occasion and a shift. Append-only, by trigger; version 1 is the starter in code."""

    __tablename__ = "checklist_version"
    __table_args__ = (
        sa.UniqueConstraint("club_id", "occasion", "shift", "number"),
        sa.CheckConstraint("occasion IN ('opening', 'closing')", name="occasion"),
        sa.CheckConstraint("number > 1", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    occasion: Mapped[str] = mapped_column(sa.String(10))
    shift: Mapped[str] = mapped_column(sa.String(20))  # the roster's template name
    number: Mapped[int]
    items: Mapped[list[dict[str, Any]]] = mapped_column(Json)  # [{code, zh_Hans, en}]
    published_at: Mapped[Instant]
    published_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class ChecklistAcknowledgementRow(Model, kw_only=True):
    """Somebody has read a version (AMB-22). Append-only, by trigger."""

    __tablename__ = "checklist_acknowledgement"

    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"), primary_key=True)
    occasion: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    shift: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Instant]
