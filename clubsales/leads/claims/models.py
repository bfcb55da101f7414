"""The claim table."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class ClaimRow(Model, kw_only=True):
    """A lead somebody holds. `until` is the last protected club-local day; days are club-local."""

    __tablename__ = "claim"
    __table_args__ = (
        # Exactly one holder, whoever presses at once (LED-11, EX-03).
        sa.Index(
            "uq_claim_live",
            "club_id",
            "person_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_claim_person", "club_id", "person_id", "claimed_at"),
        sa.Index("ix_claim_holder", "consultant_id", "claimed_day"),
        sa.Index(
            "ix_claim_running",
            "consultant_id",
            "until",
            postgresql_where=sa.text("ended_at IS NULL"),
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
        sa.CheckConstraint("ended_at IS NULL OR end_reason IS NOT NULL", name="ended"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    consultant_id: Mapped[int] = mapped_column(sa.ForeignKey("consultant.id"))
    claimed_at: Mapped[Instant]
    claimed_day: Mapped[date]
    until: Mapped[date]
    first_contact_at: Mapped[Instant | None] = mapped_column(default=None)
    ended_at: Mapped[Instant | None] = mapped_column(default=None)
    ended_day: Mapped[date | None] = mapped_column(default=None)  # the cool-down starts here
    end_reason: Mapped[str | None] = mapped_column(
        sa.String(12), default=None
    )  # expired|released|no_response|handed_over|merged
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    basis: Mapped[str] = mapped_column(sa.String(12), default="pool", server_default="pool")
    given_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    warned_at: Mapped[Instant | None] = mapped_column(default=None)  # that the protection ends soon
