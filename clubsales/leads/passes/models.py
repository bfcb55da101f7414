"""Tables of passes: what was issued, and each time it was shown."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class PassRow(Model, kw_only=True):
    """A trial pass, a gift coupon or a business card. `valid_until` is inclusive, a club-local day.

    `shown_first_*` is the guest it counts for: set once, by whoever shows it first.
    """

    __tablename__ = "guest_pass"
    __table_args__ = (
        sa.UniqueConstraint("club_id", "code"),
        sa.Index("ix_guest_pass_consultant", "consultant_id", "issued_at"),
        # One business card in use per consultant.
        sa.Index(
            "uq_guest_pass_live_card",
            "consultant_id",
            unique=True,
            postgresql_where=sa.text("kind = 'business_card' AND revoked_at IS NULL"),
            sqlite_where=sa.text("kind = 'business_card' AND revoked_at IS NULL"),
        ),
        sa.Index(
            "ix_guest_pass_shown_to",
            "shown_first_person_id",
            postgresql_where=sa.text("shown_first_person_id IS NOT NULL"),
            sqlite_where=sa.text("shown_first_person_id IS NOT NULL"),
        ),
        sa.CheckConstraint("kind IN ('trial_pass', 'gift_coupon', 'business_card')", name="kind"),
        sa.CheckConstraint("kind <> 'gift_coupon' OR consultant_id IS NULL", name="coupon"),
        sa.CheckConstraint("kind <> 'business_card' OR consultant_id IS NOT NULL", name="card"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    kind: Mapped[str] = mapped_column(sa.String(15))
    code: Mapped[str] = mapped_column(sa.String(40))
    consultant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"))
    valid_until: Mapped[date | None] = mapped_column(default=None)
    issued_at: Mapped[Instant]
    issued_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    shown_first_at: Mapped[Instant | None] = mapped_column(default=None)
    shown_first_reception_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reception.id"), default=None)
    shown_first_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), default=None)
    revoked_at: Mapped[Instant | None] = mapped_column(default=None)
    revoked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)


class PassShowingRow(Model, kw_only=True):
    """A guest showed a pass, and what it was worth. Append-only, by trigger."""

    __tablename__ = "pass_showing"
    __table_args__ = (
        sa.Index(
            "ix_pass_showing_person",
            "person_id",
            postgresql_where=sa.text("person_id IS NOT NULL"),
            sqlite_where=sa.text("person_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    pass_id: Mapped[int] = mapped_column(sa.ForeignKey("guest_pass.id"), index=True)
    reception_id: Mapped[int] = mapped_column(sa.ForeignKey("reception.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[Instant]
    answer: Mapped[str] = mapped_column(sa.String(15))  # counts | shown_before | expired | revoked | member
