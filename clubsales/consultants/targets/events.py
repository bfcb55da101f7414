"""What happened to targets."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class TargetSet(Event):
    tag: ClassVar[str] = "target:set"
    subject: ClassVar[str] = "consultant_id"
    consultant_id: int
    month: date
    amount: str
    before: str | None
    rule: str = "TGT-04"
