"""The reception table: a guest in the house."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id


class ReceptionRow(Model, kw_only=True):
    """A guest from arrival until seen out. Without a phone there is no person yet."""

    __tablename__ = "reception"
    __table_args__ = (
        # One guest at a time (ROT-05); only who joined him may stand beside.
        sa.Index(
            "uq_reception_open",
            "consultant_id",
            unique=True,
            postgresql_where=sa.text("status = 'open' AND NOT joined"),
            sqlite_where=sa.text("status = 'open' AND NOT joined"),
        ),
        sa.CheckConstraint("status IN ('waiting', 'open', 'ended')", name="status"),
        sa.CheckConstraint("status <> 'open' OR consultant_id IS NOT NULL", name="received"),
        sa.Index("ix_reception_club_day", "club_id", "local_day"),
        sa.Index(
            "ix_reception_present",
            "club_id",
            postgresql_where=sa.text("status <> 'ended'"),
            sqlite_where=sa.text("status <> 'ended'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    local_day: Mapped[date]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    status: Mapped[str] = mapped_column(sa.String(10))
    basis: Mapped[str | None] = mapped_column(sa.String(12), default=None)
    consultant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"), default=None)
    designated_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"), default=None)
    came_with_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reception.id"), default=None)
    joined: Mapped[bool] = mapped_column(
        default=False, server_default=sa.false()
    )  # stands beside his company
    is_member: Mapped[bool]
    signals: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    arrived_at: Mapped[Instant]
    received_at: Mapped[Instant | None] = mapped_column(default=None)
    ended_at: Mapped[Instant | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(sa.String(20), default=None)
    offered_until: Mapped[Instant | None] = mapped_column(default=None)  # an offer not accepted yet
    accepted_at: Mapped[Instant | None] = mapped_column(default=None)
    passed_by: Mapped[list[int]] = mapped_column(
        Json, default_factory=list, server_default="[]"
    )  # let an offer lapse
    waits_for_designated: Mapped[bool] = mapped_column(
        default=False, server_default=sa.false()
    )  # no proxy (AMB-04)
    toured: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class ContestRow(Model, kw_only=True):
    """Somebody says, quietly, that a guest is his: for the docket (DSP-09, SHF-14). Append-only, by trigger."""

    __tablename__ = "contested_guest"
    __table_args__ = (sa.UniqueConstraint("reception_id", "consultant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"), index=True)
    reception_id: Mapped[int] = mapped_column(sa.ForeignKey("reception.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    raised_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[Instant]
