"""Tables of cards and their printed codes."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id, new_token


class CardRow(Model, kw_only=True):
    """An entitlement. `pending` until its sale is paid; `valid_from`/`valid_until` are club-local days, inclusive."""

    __tablename__ = "card"
    __table_args__ = (
        sa.CheckConstraint("status IN ('pending', 'active', 'frozen', 'cancelled')", name="status"),
        sa.CheckConstraint(
            "visits_left IS NULL OR (visits_left >= 0 AND visits_left <= visits_total)", name="visits"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    link_token: Mapped[str] = mapped_column(sa.String(43), unique=True, default_factory=new_token)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sale.id"), unique=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(80), default="")
    kind: Mapped[str] = mapped_column(sa.String(12))
    status: Mapped[str] = mapped_column(sa.String(10), default="pending")
    days: Mapped[int | None]
    valid_from: Mapped[date | None] = mapped_column(default=None)
    valid_until: Mapped[date | None] = mapped_column(default=None)
    visits_total: Mapped[int | None]
    visits_left: Mapped[int | None]
    all_clubs: Mapped[bool] = mapped_column(default=False)
    frozen_on: Mapped[date | None] = mapped_column(default=None)


class CardCodeRow(Model, kw_only=True):
    """A printed code for those without a phone: valid until revoked."""

    __tablename__ = "card_code"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("card.id"), index=True)
    serial: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    issued_at: Mapped[Instant]
    issued_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    revoked_at: Mapped[Instant | None] = mapped_column(default=None)
    revoked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
