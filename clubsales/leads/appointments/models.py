"""The appointment table."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class AppointmentRow(Model, kw_only=True):
    """A guest who said when he comes, and to whom. `local_day` is the club-local day of `due_at` (AMB-03)."""

    __tablename__ = "appointment"
    __table_args__ = (
        sa.Index("ix_appointment_club_day", "club_id", "local_day"),
        sa.Index("ix_appointment_person_day", "person_id", "local_day"),
        sa.Index("ix_appointment_consultant_day", "consultant_id", "local_day"),
        # The same guest with the same consultant on a day: the appointment moves, it does not double.
        sa.Index(
            "uq_appointment_booked",
            "person_id",
            "consultant_id",
            "local_day",
            unique=True,
            postgresql_where=sa.text("status = 'booked'"),
            sqlite_where=sa.text("status = 'booked'"),
        ),
        sa.CheckConstraint("status IN ('booked', 'kept', 'no_show', 'cancelled')", name="status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    due_at: Mapped[Instant]
    local_day: Mapped[date]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    status: Mapped[str] = mapped_column(sa.String(10), default="booked")
    made_at: Mapped[Instant]
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    reported_to: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    reported_at: Mapped[Instant | None] = mapped_column(default=None)
    reception_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reception.id"), default=None, index=True)
    ended_at: Mapped[Instant | None] = mapped_column(default=None)
    cancelled_because: Mapped[str] = mapped_column(sa.Text, default="")
    missed_because: Mapped[str] = mapped_column(sa.String(20), default="", server_default=sa.text("''"))
    outcome: Mapped[str] = mapped_column(
        sa.String(12), default="", server_default=sa.text("''")
    )  # of one kept: bought | be_back | lost
    reminded_at: Mapped[Instant | None] = mapped_column(default=None)
    reminded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
