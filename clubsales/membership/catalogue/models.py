"""The card-type table: the price list."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.db import Model
from clubsales.ids import new_public_id


class CardTypeRow(Model, kw_only=True):
    """Something on the price list. No price: sold at any price. Sold facts are copied into the sale."""

    __tablename__ = "card_type"
    __table_args__ = (
        sa.UniqueConstraint("club_id", "code"),
        sa.CheckConstraint(
            "kind IN ('term', 'visits', 'stored_value', 'activity', 'package', 'goods')", name="kind"
        ),
        sa.CheckConstraint("price_minor IS NULL OR price_minor >= 0", name="price"),
        sa.CheckConstraint(
            "floor_price_minor IS NULL OR floor_price_minor <= price_minor", name="floor_price"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(80), default="")
    description: Mapped[str] = mapped_column(sa.String(200), default="")
    description_en: Mapped[str] = mapped_column(sa.String(200), default="")
    kind: Mapped[str] = mapped_column(sa.String(12))
    currency: Mapped[str] = mapped_column(sa.String(3))
    price_minor: Mapped[int | None] = mapped_column(default=None)
    floor_price_minor: Mapped[int | None] = mapped_column(default=None)
    days: Mapped[int | None] = mapped_column(default=None)
    visits: Mapped[int | None] = mapped_column(default=None)
    no_discount: Mapped[bool] = mapped_column(default=False)
    all_clubs: Mapped[bool] = mapped_column(default=False)  # opens every club of the organisation
    on_sale: Mapped[bool] = mapped_column(default=True)
    online: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # on the club's own page
    position: Mapped[int] = mapped_column(default=0)
    set_up_fee_minor: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))  # part of the price
    referral_minor: Mapped[int | None] = mapped_column(
        default=None
    )  # for staff who referred (ALL-01); none: the plan's
