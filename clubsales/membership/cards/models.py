"""Tables of cards: what they grant, who uses them, what was asked for them, and their printed codes."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model
from clubsales.ids import new_public_id, new_token


class CardRow(Model, kw_only=True):
    """An entitlement. `pending` until its sale is paid; `valid_from`/`valid_until` are club-local days, inclusive.

    Its days, visits and value are what its grants, freezes and uses add up to (`cards.checks`).
    """

    __tablename__ = "card"
    __table_args__ = (
        sa.CheckConstraint("status IN ('pending', 'active', 'frozen', 'cancelled')", name="status"),
        sa.CheckConstraint(
            "visits_left IS NULL OR (visits_left >= 0 AND visits_left <= visits_total)", name="visits"
        ),
        sa.CheckConstraint(
            "value_left_minor IS NULL OR (value_left_minor >= 0 AND value_left_minor <= value_total_minor)",
            name="value",
        ),
        sa.UniqueConstraint("sale_id", "line"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    link_token: Mapped[str] = mapped_column(sa.String(43), unique=True, default_factory=new_token)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sale.id"))
    line: Mapped[int] = mapped_column(default=1, server_default=sa.text("1"))  # of the sale
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
    card_type_id: Mapped[int | None] = mapped_column(sa.ForeignKey("card_type.id"), default=None)
    currency: Mapped[str] = mapped_column(sa.String(3), default="", server_default=sa.text("''"))
    value_total_minor: Mapped[int | None] = mapped_column(default=None)
    value_left_minor: Mapped[int | None] = mapped_column(default=None)
    are_sessions: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    people_max: Mapped[int] = mapped_column(default=1, server_default=sa.text("1"))
    start_rule: Mapped[str] = mapped_column(
        sa.String(12), default="payment", server_default=sa.text("'payment'")
    )  # "payment", "first_use" or "chosen"
    start_by: Mapped[date | None] = mapped_column(default=None)  # unused, it starts by itself on this day
    facilities: Mapped[list[str]] = mapped_column(Json, default_factory=list, server_default=sa.text("'[]'"))
    windows: Mapped[list[dict[str, Any]]] = mapped_column(
        Json, default_factory=list, server_default=sa.text("'[]'")
    )
    terms: Mapped[dict[str, Any]] = mapped_column(Json, default_factory=dict, server_default=sa.text("'{}'"))
    follows_card_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("card.id"), index=True, default=None
    )  # upgraded from, or transferred from
    ended_on: Mapped[date | None] = mapped_column(default=None)
    ended_as: Mapped[str] = mapped_column(
        sa.String(12), default="", server_default=sa.text("''")
    )  # "refunded", "upgraded", "transferred", "withdrawn"


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


class CardGrantRow(Model, kw_only=True):
    """What was given to a card: days, visits or value, by a sale, an upgrade, a transfer, an extension.

    `paid_minor` is the money that stands behind it, none for a gift. What is taken away is a grant below zero.
    Append-only, but its reason can be emptied.
    """

    __tablename__ = "card_grant"
    __table_args__ = (
        sa.UniqueConstraint("card_id", "sequence"),
        sa.CheckConstraint(
            "kind IN ('sale', 'renewal', 'upgrade', 'transfer', 'extension', 'promotion', 'gift', 'correction', "
            "'end')",
            name="kind",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("card.id"))
    sequence: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(10))
    days: Mapped[int | None] = mapped_column(default=None)
    visits: Mapped[int | None] = mapped_column(default=None)
    value_minor: Mapped[int | None] = mapped_column(default=None)
    paid_minor: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date | None] = mapped_column(default=None)
    sale_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sale.id"), index=True, default=None)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    granted_at: Mapped[Instant]
    granted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class CardFreezeRow(Model, kw_only=True):
    """A freeze: days that a card does not count, the first inclusive, `ran_again_on` exclusive."""

    __tablename__ = "card_freeze"
    __table_args__ = (
        sa.Index(
            "uq_card_freeze_open",
            "card_id",
            unique=True,
            postgresql_where=sa.text("ran_again_on IS NULL"),
            sqlite_where=sa.text("ran_again_on IS NULL"),
        ),
        sa.CheckConstraint("ran_again_on IS NULL OR ran_again_on >= first_day", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("card.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date | None]  # planned, inclusive; none: until somebody asks
    ran_again_on: Mapped[date | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    frozen_at: Mapped[Instant]
    frozen_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class CardValueRow(Model, kw_only=True):
    """Stored value that came or went, and what was left then. Append-only; a key counts once."""

    __tablename__ = "card_value"
    __table_args__ = (
        sa.UniqueConstraint("card_id", "key"),
        sa.CheckConstraint("amount_minor <> 0", name="amount"),
        sa.CheckConstraint("left_minor >= 0", name="left"),
        sa.CheckConstraint("kind IN ('load', 'use', 'undo', 'end')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("card.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str] = mapped_column(sa.String(6))
    amount_minor: Mapped[int]
    left_minor: Mapped[int]
    what: Mapped[str] = mapped_column(sa.String(120), default="")
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("card_value.id"), unique=True, default=None)
    at: Mapped[Instant]
    by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class CardSessionRow(Model, kw_only=True):
    """Visits taken by hand, such as a coached session, or given back. Append-only; a key counts once.

    What a door takes stands in the door's own check-ins.
    """

    __tablename__ = "card_session"
    __table_args__ = (
        sa.UniqueConstraint("card_id", "key"),
        sa.CheckConstraint("visits <> 0", name="visits"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("card.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    visits: Mapped[int]  # below zero: taken
    what: Mapped[str] = mapped_column(sa.String(120), default="")
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("card_session.id"), unique=True, default=None)
    at: Mapped[Instant]
    by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class CardPersonRow(Model, kw_only=True):
    """Somebody who shares a family card, beside its holder."""

    __tablename__ = "card_person"
    __table_args__ = (
        sa.Index(
            "uq_card_person_live",
            "card_id",
            "person_id",
            unique=True,
            postgresql_where=sa.text("removed_at IS NULL"),
            sqlite_where=sa.text("removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("card.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    code_name: Mapped[str] = mapped_column(
        sa.String(12), unique=True, default_factory=new_public_id
    )  # what his codes name, as the card's public id is named by its holder's
    link_token: Mapped[str] = mapped_column(sa.String(43), unique=True, default_factory=new_token)
    added_at: Mapped[Instant]
    added_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    removed_at: Mapped[Instant | None] = mapped_column(default=None)


class CardServiceRow(Model, kw_only=True):
    """Something asked for a card by its holder or at the desk: a freeze, a transfer, an upgrade. It is carried out once.

    Where it has a price or a fee it waits for that money: `sale_id` is the price's sale, `fee_sale_id` the fee's.
    """

    __tablename__ = "card_service"
    __table_args__ = (
        sa.CheckConstraint(
            "kind IN ('freeze', 'unfreeze', 'transfer', 'extension', 'reissue', 'upgrade', 'renewal', 'refund')",
            name="kind",
        ),
        sa.CheckConstraint("state IN ('asked', 'to_pay', 'done', 'refused', 'withdrawn')", name="state"),
        sa.Index("ix_card_service_club", "club_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    card_id: Mapped[int] = mapped_column(sa.ForeignKey("card.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    fee_minor: Mapped[int] = mapped_column(default=0)
    sale_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sale.id"), unique=True, default=None)
    fee_sale_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sale.id"), unique=True, default=None)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    asked_at: Mapped[Instant]
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))  # none: by whoever has its link
    answered_at: Mapped[Instant | None] = mapped_column(default=None)
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    done_at: Mapped[Instant | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
