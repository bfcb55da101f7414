"""Tables of payments, refunds and provider events."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model
from clubsales.ids import new_public_id, new_token


class PaymentRow(Model, kw_only=True):
    """Money coming in for a sale. `link_token` opens our short /pay page on the guest's phone."""

    __tablename__ = "payment"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.CheckConstraint("status IN ('started', 'succeeded', 'failed', 'expired')", name="status"),
        sa.CheckConstraint(
            "method IN ('cash', 'card', 'wechat', 'alipay', 'transfer', 'online')", name="method"
        ),
        sa.CheckConstraint("refunded_minor >= 0 AND refunded_minor <= amount_minor", name="refunded"),
        sa.Index("ix_payment_club_paid", "club_id", "paid_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    link_token: Mapped[str] = mapped_column(sa.String(43), unique=True, default_factory=new_token)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sale.id"), index=True)
    method: Mapped[str] = mapped_column(sa.String(10))
    currency: Mapped[str] = mapped_column(sa.String(3))
    amount_minor: Mapped[int]
    refunded_minor: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(sa.String(10))
    started_at: Mapped[Instant]
    started_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    taken_by: Mapped[int | None] = mapped_column(sa.ForeignKey("consultant.id"), default=None)
    paid_at: Mapped[Instant | None] = mapped_column(default=None)
    terminal_reference: Mapped[str] = mapped_column(sa.String(60), default="")
    provider_session_id: Mapped[str | None] = mapped_column(sa.String(120), unique=True, default=None)
    provider_session_url: Mapped[str | None] = mapped_column(sa.Text, default=None)
    provider_payment_id: Mapped[str | None] = mapped_column(sa.String(120), unique=True, default=None)
    provider_expires_at: Mapped[Instant | None] = mapped_column(default=None)
    is_deposit: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # holds a reservation


class RefundRow(Model, kw_only=True):
    """Money going back out of one payment. An online refund is `started` until the provider says so."""

    __tablename__ = "refund"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.CheckConstraint("status IN ('started', 'succeeded', 'failed')", name="status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True, default_factory=new_public_id)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    sale_id: Mapped[int] = mapped_column(sa.ForeignKey("sale.id"), index=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payment.id"), index=True)
    currency: Mapped[str] = mapped_column(sa.String(3))
    amount_minor: Mapped[int]
    status: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    refunded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    started_at: Mapped[Instant]
    settled_at: Mapped[Instant | None] = mapped_column(default=None)
    provider_refund_id: Mapped[str | None] = mapped_column(sa.String(120), unique=True, default=None)


class ProviderEventRow(Model, kw_only=True):
    """A provider's event, once: recorded before it acts."""

    __tablename__ = "provider_event"
    __table_args__ = (sa.UniqueConstraint("provider", "event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    provider: Mapped[str] = mapped_column(sa.String(20))
    event_id: Mapped[str] = mapped_column(sa.String(120))
    type: Mapped[str] = mapped_column(sa.String(80))
    received_at: Mapped[Instant]
    outcome: Mapped[str] = mapped_column(sa.String(40))
