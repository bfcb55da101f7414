"""Everything leaves a trace, in the same transaction; the worker seals it afterwards.

Writers never queue behind a hash chain: a *seal* lists the events it covers and is chained to the seal before it.
The unsealed tail is valid. Personal data is not copied into events; ids are.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import BigKey, Json, Model, for_update, insert_later, table_of
from clubsales.errors import plain
from clubsales.money import Money
from clubsales.prepared import Prepared

SEAL_BATCH = 5_000
LOOK_BACK = 50_000


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, in the past tense. `tag` is stable; `subject` says whose timeline it is on."""

    tag: ClassVar[str]
    subject: ClassVar[str]  # the field that holds the subject's id, e.g. "lead_id"


class AuditEvent(Model, kw_only=True):
    """One event. Append-only: a trigger refuses UPDATE and DELETE."""

    __tablename__ = "audit_event"
    __table_args__ = (sa.Index("ix_audit_event_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    club_id: Mapped[int | None] = mapped_column(sa.ForeignKey("club.id"), index=True)
    tag: Mapped[str] = mapped_column(sa.String(60))
    subject_kind: Mapped[str] = mapped_column(sa.String(30))
    subject_id: Mapped[int | None]
    actor_kind: Mapped[str] = mapped_column(sa.String(12))
    account_id: Mapped[int | None]
    device_id: Mapped[int | None]
    at: Mapped[Instant]
    facts: Mapped[dict[str, Any]] = mapped_column(Json)


class AuditSeal(Model, kw_only=True):
    """A hash over the events it covers, chained to the seal before."""

    __tablename__ = "audit_seal"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    previous_id: Mapped[int | None] = mapped_column(sa.ForeignKey("audit_seal.id"), unique=True)
    hash: Mapped[str] = mapped_column(sa.String(64))
    event_count: Mapped[int]
    sealed_at: Mapped[Instant]


audit_seal_event = sa.Table(
    "audit_seal_event",
    Model.metadata,
    sa.Column("event_id", BigKey, sa.ForeignKey("audit_event.id"), primary_key=True, autoincrement=False),
    sa.Column("seal_id", BigKey, sa.ForeignKey("audit_seal.id"), nullable=False, index=True),
)

INSERT = Prepared(sa.insert(table_of(AuditEvent)))


def record(session: Session, event: Event, *, actor: Actor, at: Instant) -> None:
    """Write the event in the running transaction, with its other events at its end; nothing else writes the audit."""
    facts = {f.name: plain(getattr(event, f.name)) for f in fields(event)}
    insert_later(
        session,
        INSERT,
        {
            "club_id": actor.club.id,
            "tag": event.tag,
            "subject_kind": event.subject.removesuffix("_id"),
            "subject_id": facts[event.subject],
            "actor_kind": actor.kind.value,
            "account_id": actor.account_id,
            "device_id": actor.device_id,
            "at": at,
            "facts": facts,
        },
    )


def seal(session: Session, *, at: Instant) -> int:
    """Seal what is not sealed yet, in batches; returns the number of events sealed.

    The last seal is locked and `previous_id` is unique: two sealers cannot fork the chain.
    """
    sealed = 0
    while True:
        unsealed = session.execute(_unsealed().limit(SEAL_BATCH)).all()
        if not unsealed:
            return sealed
        last = session.scalars(
            for_update(sa.select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))
        ).one_or_none()
        row = AuditSeal(
            previous_id=last.id if last else None,
            hash=_digest(last.hash if last else "", unsealed),
            event_count=len(unsealed),
            sealed_at=at,
        )
        session.add(row)
        session.flush()
        session.execute(
            sa.insert(audit_seal_event), [{"event_id": event.id, "seal_id": row.id} for event in unsealed]
        )
        sealed += len(unsealed)


def _unsealed() -> sa.Select[Any]:
    """Events no seal covers. Numbers commit out of order, so it looks back a good way, not over all history."""
    newest = sa.select(sa.func.coalesce(sa.func.max(audit_seal_event.c.event_id), 0)).scalar_subquery()
    covered = sa.exists().where(audit_seal_event.c.event_id == AuditEvent.id)
    return _events().where(AuditEvent.id > newest - LOOK_BACK, ~covered)


def broken_seals(session: Session) -> Iterator[int]:
    """The ids of seals whose events were changed, removed or added to, or whose chain does not hold."""
    previous: AuditSeal | None = None
    for row in session.scalars(sa.select(AuditSeal).order_by(AuditSeal.id)):
        events = session.execute(
            _events()
            .join(audit_seal_event, audit_seal_event.c.event_id == AuditEvent.id)
            .where(audit_seal_event.c.seal_id == row.id)
        ).all()
        chained = row.previous_id == (previous.id if previous else None)
        if not chained or row.hash != _digest(previous.hash if previous else "", events):
            yield row.id
        previous = row


def _events() -> sa.Select[Any]:
    columns = list(AuditEvent.__table__.columns)
    return sa.select(*columns).order_by(AuditEvent.id)


def _digest(previous: str, events: Any) -> str:
    digest = hashlib.sha256(previous.encode())
    for event in events:
        row = {**event._mapping, "at": event.at.isoformat()}
        digest.update(json.dumps(row, sort_keys=True, ensure_ascii=False, default=str).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def money_fact(amount: Money) -> str:
    """An amount as an event's fact."""
    return f"{amount} {amount.currency}"
