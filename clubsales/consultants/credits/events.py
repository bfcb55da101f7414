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
