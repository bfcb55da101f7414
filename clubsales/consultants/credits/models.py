"""Tables of the sales-credit ledger."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model


class CreditBasisRow(Model, kw_only=True):
    """What a sale's postings must add up to: the head of its ledger.

    `shares` is a list of [consultant id or null for the house, basis points], in the order that rounding ties follow;
    `working` is how the rules came to them, step by step. While `held` nothing stands in the ledger (DSP-10).
    """

    __tablename__ = "credit_basis"
    __table_args__ = (
        sa.CheckConstraint("refunded_minor >= 0 AND refunded_minor <= received_minor", name="refunded"),
    )

    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sale.id"), primary_key=True, autoincrement=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    currency: Mapped[str] = mapped_column(sa.String(3))
    basis: Mapped[str] = mapped_column(sa.String(30))  # credit.basis of the policy it was decided under
    contract_minor: Mapped[int]
    received_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    rebated_minor: Mapped[int] = mapped_column(
        default=0, server_default=sa.text("0")
    )  # paid out again (COM-08)
    shares: Mapped[list[list[Any]]] = mapped_column(Json)
    rule: Mapped[str] = mapped_column(sa.String(12))
    reason: Mapped[dict[str, Any]] = mapped_column(Json)
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))
    decided_at: Mapped[Instant]
    working: Mapped[list[dict[str, Any]]] = mapped_column(Json, default_factory=list, server_default="[]")
    held: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class PostingRow(Model, kw_only=True):
    """One signed line of credit. Append-only: a trigger refuses UPDATE and DELETE. No consultant: the house."""

    __tablename__ = "posting"
    __table_args__ = (
        sa.UniqueConstraint("sale_id", "sequence"),
        sa.CheckConstraint("amount_minor <> 0", name="amount"),
        sa.Index("ix_posting_club_month", "club_id", "month", "consultant_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sale.id"))
    sequence: Mapped[int]
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    consultant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"))
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    at: Mapped[Instant]
    month: Mapped[date]  # first day of the month it counts in
    rule: Mapped[str] = mapped_column(sa.String(12))
    cause: Mapped[str] = mapped_column(sa.String(12))  # receipt | refund | rebate | dispute | ruling
    reference: Mapped[str] = mapped_column(sa.String(40))
    reason: Mapped[dict[str, Any]] = mapped_column(Json)
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"))


class ClosedMonthRow(Model, kw_only=True):
    """A month nothing is posted in any more: a trigger on `posting` says so too. Append-only.

    `digest` covers everything that was frozen with it; `overridden` are the checks that stood open, with the reason.
    """

    __tablename__ = "closed_month"

    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    following: Mapped[date]  # the month after: what comes too late falls in that
    digest: Mapped[str] = mapped_column(sa.String(64))
    overridden: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(sa.Text)
    closed_at: Mapped[Instant]
    closed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
