"""What happened to claims."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class LeadClaimed(Event):
    tag: ClassVar[str] = "lead:claimed"
    subject: ClassVar[str] = "lead_id"
    lead_id: int
    claim_id: int
    consultant_id: int
    until: date
    basis: str = "pool"


@dataclass(frozen=True, slots=True)
class ClaimExtended(Event):
    """The holder reached the guest: the protection runs from that day."""

    tag: ClassVar[str] = "claim:extended"
    subject: ClassVar[str] = "claim_id"
    claim_id: int
    until: date


@dataclass(frozen=True, slots=True)
class ClaimEnding(Event):
    """The holder is warned that the protection ends soon."""

    tag: ClassVar[str] = "claim:ending"
    subject: ClassVar[str] = "claim_id"
    claim_id: int
    consultant_id: int
    until: date


@dataclass(frozen=True, slots=True)
class ClaimEnded(Event):
    """Somebody holds the lead no longer: expired, released, not called in time, handed over or merged."""

    tag: ClassVar[str] = "claim:ended"
    subject: ClassVar[str] = "claim_id"
    claim_id: int
    consultant_id: int
    reason: str
    ended_on: date
