"""What happened in disputes. `shares` are "consultant id:basis points", "house" for nobody; words are never copied."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event
from clubsales.clock import Instant


@dataclass(frozen=True, slots=True)
class DisputeOpened(Event):
    """The sale's credit is out of the ledger until the case ends."""

    tag: ClassVar[str] = "dispute:opened"
    subject: ClassVar[str] = "sale_id"
    sale_id: int
    dispute_id: int
    consultant_id: int
    shares: list[str]
    policy_version_id: int


@dataclass(frozen=True, slots=True)
class StatementMade(Event):
    tag: ClassVar[str] = "dispute:statement"
    subject: ClassVar[str] = "dispute_id"
    dispute_id: int
    step_id: int
    consultant_id: int | None
    papers: list[str]  # public ids


@dataclass(frozen=True, slots=True)
class DisputeDecided(Event):
    """Settled, ruled, or ruled on appeal: `step` says which, `reason` is the code of the ledger's reason."""

    tag: ClassVar[str] = "dispute:decided"
    subject: ClassVar[str] = "sale_id"
    sale_id: int
    dispute_id: int
    step: str
    reason: str
    shares: list[str]
    conduct_of: int | None
    stands_at: Instant | None
    appeal_until: date | None
    policy_version_id: int


@dataclass(frozen=True, slots=True)
class SettlementStood(Event):
    """Nobody objected in time."""

    tag: ClassVar[str] = "dispute:stood"
    subject: ClassVar[str] = "sale_id"
    sale_id: int
    dispute_id: int
    reason: str
    shares: list[str]


@dataclass(frozen=True, slots=True)
class SettlementObjected(Event):
    tag: ClassVar[str] = "dispute:objected"
    subject: ClassVar[str] = "dispute_id"
    dispute_id: int
    consultant_id: int | None


@dataclass(frozen=True, slots=True)
class DisputeAppealed(Event):
    """The credit is held again."""

    tag: ClassVar[str] = "dispute:appealed"
    subject: ClassVar[str] = "sale_id"
    sale_id: int
    dispute_id: int
    consultant_id: int | None


@dataclass(frozen=True, slots=True)
class DisputeWithdrawn(Event):
    """The credit stands as before."""

    tag: ClassVar[str] = "dispute:withdrawn"
    subject: ClassVar[str] = "sale_id"
    sale_id: int
    dispute_id: int
    consultant_id: int | None
    reason: str
