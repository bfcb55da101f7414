"""Tables of sales and their lines."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id, new_token


class SaleRow(Model, kw_only=True):
    """A deal: what was sold at which price to whom, and how much of it has come in. Names and prices are copies."""

    __tablename__ = "sale"
    __table_args__ = (
        sa.CheckConstraint(
            "kind IN ('new', 'reopen', 'transfer', 'renewal', 'upgrade', 'goods')", name="kind"
        ),
        sa.CheckConstraint("price_minor >= 0", name="price"),
        sa.CheckConstraint("received_minor >= 0 AND received_minor <= price_minor", name="received"),
        sa.CheckConstraint("refunded_minor >= 0 AND refunded_minor <= received_minor", name="refunded"),
        sa.Index("ix_sale_club_opened", "club_id", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    guest_token: Mapped[str] = mapped_column(sa.String(43), unique=True, default_factory=new_token)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    card_type_id: Mapped[int] = mapped_column(sa.ForeignKey("card_type.id"), index=True)
    card_type_name: Mapped[str] = mapped_column(sa.String(80))
    card_type_name_en: Mapped[str] = mapped_column(sa.String(80), default="")
    kind: Mapped[str] = mapped_column(sa.String(10))
    currency: Mapped[str] = mapped_column(sa.String(3))
    list_price_minor: Mapped[int | None]
    price_minor: Mapped[int]
    set_up_fee_minor: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))  # part of the price
    received_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    reception_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reception.id"), index=True)
    consultant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"), index=True)
    discount_approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    opened_at: Mapped[Instant]
    opened_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    first_receipt_at: Mapped[Instant | None] = mapped_column(default=None)
    paid_at: Mapped[Instant | None] = mapped_column(default=None)
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    # A fee for a service on a card: a receipt like any other, and nobody's sales credit. Its kind is goods.
    is_fee: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    for_card_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("card.id", name="fk_sale_for_card_id_card", use_alter=True), index=True, default=None
    )  # which it renews, upgrades, transfers or serves
    trade_in_minor: Mapped[int] = mapped_column(
        default=0, server_default=sa.text("0")
    )  # of the old card's worth
    starts_on: Mapped[date | None] = mapped_column(default=None)  # the buyer's wish
    closed_at: Mapped[Instant | None] = mapped_column(default=None)  # no money comes in any more
    closed_as: Mapped[str] = mapped_column(
        sa.String(12), default="", server_default=sa.text("''")
    )  # "withdrawn", "forfeited" or "given_up"
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class SaleLineRow(Model, kw_only=True):
    """A line of a sale, as sold: every fact is a copy. Append-only, but a gift's reason can be emptied. The lines' prices add up to the sale's.

    The first line gives the sale its name; the dearest one its card type, by which commission is paid.
    """

    __tablename__ = "sale_line"
    __table_args__ = (
        sa.UniqueConstraint("sale_id", "line"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("price_minor >= 0 AND (NOT is_gift OR price_minor = 0)", name="price"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sale.id"))
    line: Mapped[int]
    part_of: Mapped[int | None] = mapped_column(default=None)  # the line of the package it came with
    card_type_id: Mapped[int] = mapped_column(sa.ForeignKey("card_type.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(80), default="")
    kind: Mapped[str] = mapped_column(sa.String(12))
    quantity: Mapped[int] = mapped_column(default=1)
    list_price_minor: Mapped[int | None]  # of all of them
    price_minor: Mapped[int]  # of all of them
    set_up_fee_minor: Mapped[int] = mapped_column(default=0)
    is_gift: Mapped[bool] = mapped_column(default=False)
    gift_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    promotion_id: Mapped[int | None] = mapped_column(sa.ForeignKey("promotion.id"), default=None)
    days: Mapped[int | None] = mapped_column(default=None)
    visits: Mapped[int | None] = mapped_column(default=None)
    value_minor: Mapped[int | None] = mapped_column(default=None)
    terms: Mapped[dict[str, Any]] = mapped_column(Json, default_factory=dict)
