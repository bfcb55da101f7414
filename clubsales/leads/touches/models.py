"""The touch table."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model

TURN = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


class TouchRow(Model, kw_only=True):
    """Who did what with whom: the evidence. Append-only: a trigger refuses UPDATE and DELETE.

    `signals` of a visit are what designated somebody that day (OWN-03): a list of {kind, consultant}. `turn` is how
    its guest came to him who received him: {basis, rule, position, of, skipped: [{consultant, reason}]}; position is
    the place in the queue, from 1, none for whoever did not stand in it.
    """

    __tablename__ = "touch"
    __table_args__ = (
        sa.Index("ix_touch_person", "club_id", "person_id", "at"),
        sa.Index("ix_touch_reception", "reception_id"),
        sa.Index(
            "ix_touch_enquiry",
            "club_id",
            "at",
            postgresql_where=sa.text("kind = 'enquiry'"),
            sqlite_where=sa.text("kind = 'enquiry'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))  # a TouchKind
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    consultant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"))
    reception_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reception.id"))
    at: Mapped[Instant]
    local_day: Mapped[date]
    signals: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    turn: Mapped[dict[str, Any] | None] = mapped_column(TURN, default=None)
