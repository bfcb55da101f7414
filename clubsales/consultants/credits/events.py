"""What happened in the credit ledger; receipts and refunds are its postings themselves."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class CreditDecided(Event):
    """`shares` are "consultant id:basis points", "house" for nobody."""

    tag: ClassVar[str] = "credit:decided"
    subject: ClassVar[str] = "sale_id"
    sale_id: int
    rule: str
    reason: str
    shares: list[str]
    policy_version_id: int


@dataclass(frozen=True, slots=True)
class CreditHeld(Event):
    """A dispute took a sale's credit out of the ledger; `reference` is its public id."""

    tag: ClassVar[str] = "credit:held"
    subject: ClassVar[str] = "sale_id"
    sale_id: int
    reference: str


@dataclass(frozen=True, slots=True)
class CreditRebated(Event):
    """Part of a sale's money was paid out again; `reference` says what for."""

    tag: ClassVar[str] = "credit:rebated"
    subject: ClassVar[str] = "sale_id"
    sale_id: int
    amount: str
    reference: str


@dataclass(frozen=True, slots=True)
class CreditReallocated(Event):
    """A sale's credit stands in the ledger by somebody's word; `shares` as in CreditDecided."""

    tag: ClassVar[str] = "credit:reallocated"
    subject: ClassVar[str] = "sale_id"
    sale_id: int
    rule: str
    reason: str
    shares: list[str]
    policy_version_id: int
    reference: str
