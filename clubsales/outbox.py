"""What may be late is queued: written in the same transaction, delivered by the worker."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from clubsales.clock import Instant
from clubsales.db import Json, Model, for_update, table_of

GIVE_UP_AFTER = 8
Delivery = Callable[[Session, Mapping[str, Any], Instant], None]


class OutboxMessage(Model, kw_only=True):
    """A job to be done once the transaction that asked for it has happened."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.Index(
            "ix_outbox_due",
            "due_at",
            postgresql_where=sa.text("done_at IS NULL"),
            sqlite_where=sa.text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(sa.String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[Instant]
    due_at: Mapped[Instant]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[Instant | None] = mapped_column(default=None)
    last_error: Mapped[str | None] = mapped_column(sa.Text, default=None)


INSERT = sa.insert(table_of(OutboxMessage))


def enqueue(
    session: Session, name: str, payload: Mapping[str, Any], *, at: Instant, due_at: Instant | None = None
) -> None:
    """Ask for a delivery; `name` is bound to a function in `clubsales.jobs`."""
    session.execute(
        INSERT,
        {"name": name, "payload": dict(payload), "created_at": at, "due_at": due_at or at, "attempts": 0},
    )


def due(session: Session, *, names: Collection[str], at: Instant, limit: int = 50) -> list[OutboxMessage]:
    """Lock the messages of these names that are due; two workers never get the same one."""
    statement = (
        sa.select(OutboxMessage)
        .where(
            OutboxMessage.done_at.is_(None),
            OutboxMessage.name.in_(names),
            OutboxMessage.due_at <= at,
            OutboxMessage.attempts < GIVE_UP_AFTER,
        )
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
    )
    return list(session.scalars(for_update(statement, skip_locked=True)))


def put_off(message: OutboxMessage, *, error: str, at: Instant) -> None:
    """Try again later: after 10 s, 20 s, 40 s ..."""
    message.attempts += 1
    message.last_error = error[:2000]
    message.due_at = at + timedelta(seconds=10 * 2 ** (message.attempts - 1))
