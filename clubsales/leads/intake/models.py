"""The lead table."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


def _order_of_some(name: str, *columns: str, only: str) -> sa.Index:
    return sa.Index(
        name, *columns, "captured_at", "id", postgresql_where=sa.text(only), sqlite_where=sa.text(only)
    )


class LeadRow(Model, kw_only=True):
    """A person as one club's prospect: one lead per person and club."""

    __tablename__ = "lead"
    __table_args__ = (
        sa.UniqueConstraint("club_id", "person_id"),
        sa.CheckConstraint("grade IN ('A', 'B', 'C', 'D')", name="grade"),
        # Orders of the lists: each ends with the lead itself, after which a list goes on.
        sa.Index("ix_lead_club_captured", "club_id", "captured_at", "id"),
        sa.Index("ix_lead_grade", "club_id", "grade", "captured_at", "id"),
        sa.Index("ix_lead_source", "club_id", "source", "captured_at", "id"),
        sa.Index("ix_lead_captured_by", "captured_by", "captured_at", "id"),
        _order_of_some("ix_lead_source_id", "source_id", only="source_id IS NOT NULL"),
        _order_of_some("ix_lead_open", "club_id", "grade", only="converted_at IS NULL AND lost_at IS NULL"),
        _order_of_some("ix_lead_bought", "club_id", only="converted_at IS NOT NULL"),
        _order_of_some("ix_lead_lost", "club_id", only="lost_at IS NOT NULL"),
        sa.Index(
            "ix_lead_referred_by",
            "referred_by_id",
            postgresql_where=sa.text("referred_by_id IS NOT NULL"),
            sqlite_where=sa.text("referred_by_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    source: Mapped[str] = mapped_column(sa.String(12))
    interest: Mapped[str] = mapped_column(sa.String(200), default="")
    grade: Mapped[str | None] = mapped_column(sa.String(1), default=None)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    consent_at: Mapped[Instant | None] = mapped_column(default=None)
    captured_by: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"))
    captured_at: Mapped[Instant]
    converted_sale_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sale.id"), default=None)
    converted_at: Mapped[Instant | None] = mapped_column(default=None)
    source_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lead_source.id"), default=None)  # more exact
    referred_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), default=None)  # LED-09
    urgency: Mapped[str | None] = mapped_column(sa.String(12), default=None)  # LED-07
    budget: Mapped[str] = mapped_column(
        sa.String(100), default="", server_default=sa.text("''")
    )  # LED-08, as the guest said it
    decides: Mapped[str] = mapped_column(
        sa.String(200), default="", server_default=sa.text("''")
    )  # who decides, and how
    lost_at: Mapped[Instant | None] = mapped_column(default=None)
    lost_reason: Mapped[str | None] = mapped_column(sa.String(20), default=None)
