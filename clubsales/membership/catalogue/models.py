"""The price list: card types, their dated prices, what a package holds, promotions, and the club's facilities."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
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
        # A limited offer is never oversold, whoever forgets to look (RSV-01). On SQLite by trigger.
        sa.CheckConstraint(
            "quota_taken >= 0 AND (quota IS NULL OR quota_taken <= quota)", name="quota"
        ).ddl_if(dialect="postgresql"),
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
    are_sessions: Mapped[bool] = mapped_column(
        default=False, server_default=sa.false()
    )  # its visits are coached
    value_minor: Mapped[int | None] = mapped_column(
        default=None
    )  # stored value it is loaded with; none: the price
    people_max: Mapped[int] = mapped_column(default=1, server_default=sa.text("1"))  # who may share it
    quota: Mapped[int | None] = mapped_column(default=None)  # how many there are; none: no limit
    quota_taken: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    deposit_minor: Mapped[int | None] = mapped_column(default=None)  # to reserve one; none: the policy's
    renewal_price_minor: Mapped[int | None] = mapped_column(
        default=None
    )  # for whoever renews; none: the price
    facilities: Mapped[list[str]] = mapped_column(Json, default_factory=list, server_default=sa.text("'[]'"))
    windows: Mapped[list[dict[str, Any]]] = mapped_column(
        Json, default_factory=list, server_default=sa.text("'[]'")
    )
    terms: Mapped[dict[str, Any]] = mapped_column(Json, default_factory=dict, server_default=sa.text("'{}'"))


class CardPriceRow(Model, kw_only=True):
    """What a card type costs from a club-local day on; the last written of the latest day counts. Append-only."""

    __tablename__ = "card_price"
    __table_args__ = (
        sa.UniqueConstraint("card_type_id", "valid_from", "sequence"),
        sa.CheckConstraint("price_minor IS NULL OR price_minor >= 0", name="price"),
        sa.CheckConstraint(
            "floor_price_minor IS NULL OR floor_price_minor <= price_minor", name="floor_price"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    card_type_id: Mapped[int] = mapped_column(sa.ForeignKey("card_type.id"))
    valid_from: Mapped[date]
    sequence: Mapped[int]
    price_minor: Mapped[int | None]
    floor_price_minor: Mapped[int | None]
    renewal_price_minor: Mapped[int | None]
    written_at: Mapped[Instant]
    written_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class PackageItemRow(Model, kw_only=True):
    """What a package holds: so many of another card type each."""

    __tablename__ = "package_item"
    __table_args__ = (
        sa.UniqueConstraint("package_id", "card_type_id"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("package_id <> card_type_id", name="not_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    package_id: Mapped[int] = mapped_column(sa.ForeignKey("card_type.id"))
    card_type_id: Mapped[int] = mapped_column(sa.ForeignKey("card_type.id"))
    quantity: Mapped[int]
    position: Mapped[int]


class FacilityRow(Model, kw_only=True):
    """A hall of the club that cards may grant one by one (CRD-01). Archived, never deleted."""

    __tablename__ = "facility"
    __table_args__ = (sa.UniqueConstraint("club_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(40))
    name_en: Mapped[str] = mapped_column(sa.String(40), default="")
    position: Mapped[int]
    archived_at: Mapped[Instant | None] = mapped_column(default=None)


class PromotionRow(Model, kw_only=True):
    """A published offer of some days, inclusive (PRC-10): a price or a part off the list price, more days or visits, a gift."""

    __tablename__ = "promotion"
    __table_args__ = (
        sa.CheckConstraint("first_day <= last_day", name="days"),
        sa.CheckConstraint(
            "discount_bp IS NULL OR (discount_bp > 0 AND discount_bp <= 10000)", name="discount"
        ),
        sa.Index("ix_promotion_club", "club_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(80), default="")
    card_type_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("card_type.id")
    )  # none: all that have a price
    sale_kinds: Mapped[list[str]] = mapped_column(Json)  # empty: all kinds of sale
    first_day: Mapped[date]
    last_day: Mapped[date]
    price_minor: Mapped[int | None] = mapped_column(default=None)
    discount_bp: Mapped[int | None] = mapped_column(default=None)
    extra_days: Mapped[int] = mapped_column(default=0)
    extra_visits: Mapped[int] = mapped_column(default=0)
    gift_card_type_id: Mapped[int | None] = mapped_column(sa.ForeignKey("card_type.id"), default=None)
    written_at: Mapped[Instant]
    written_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    withdrawn_at: Mapped[Instant | None] = mapped_column(default=None)
    withdrawn_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
