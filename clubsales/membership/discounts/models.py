"""The table of discount requests."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id


class DiscountRequestRow(Model, kw_only=True):
    """A price asked for silently (PRC-03). It lapses at `expires_at`; approved, it serves one sale."""

    __tablename__ = "discount_request"
    __table_args__ = (
        sa.CheckConstraint("state IN ('asked', 'approved', 'refused', 'withdrawn', 'used')", name="state"),
        sa.Index("ix_discount_request_club", "club_id", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    card_type_id: Mapped[int] = mapped_column(sa.ForeignKey("card_type.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reception_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reception.id"))
    sale_kind: Mapped[str] = mapped_column(sa.String(10))
    currency: Mapped[str] = mapped_column(sa.String(3))
    list_price_minor: Mapped[int]
    price_minor: Mapped[int]  # asked for
    reason: Mapped[str] = mapped_column(sa.String(300))
    state: Mapped[str] = mapped_column(sa.String(10))
    asked_at: Mapped[Instant]
    asked_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    expires_at: Mapped[Instant]
    answered_at: Mapped[Instant | None] = mapped_column(default=None)
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    granted_minor: Mapped[int | None] = mapped_column(default=None)  # the price allowed, which may be another
    answer: Mapped[str] = mapped_column(sa.String(300), default="")
    usable_until: Mapped[Instant | None] = mapped_column(default=None)
    sale_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sale.id"), unique=True, default=None)
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
