"""Tables of alerts: where somebody wants to be told, and what was told already."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from clubsales.clock import Instant
from clubsales.db import Model


class PushSubscriptionRow(Model, kw_only=True):
    """A browser that wants to be told (Web Push, RFC 8030)."""

    __tablename__ = "push_subscription"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    endpoint: Mapped[str] = mapped_column(sa.String(1000), unique=True)
    key: Mapped[str] = mapped_column(sa.String(200))  # p256dh
    secret: Mapped[str] = mapped_column(sa.String(100))  # auth
    made_at: Mapped[Instant]
    ended_at: Mapped[Instant | None] = mapped_column(default=None)


class AlertCursorRow(Model, kw_only=True):
    """Up to which assignment a club's consultants have been told."""

    __tablename__ = "alert_cursor"

    club_id: Mapped[int] = mapped_column(sa.ForeignKey("club.id"), primary_key=True, autoincrement=False)
    assignment_id: Mapped[int]
