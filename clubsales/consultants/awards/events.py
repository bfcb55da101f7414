"""What happened in the ranking: a month was frozen, an award given."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class AwardGiven(Event):
    """Somebody has an award of a closed month; `amount` as everywhere in events."""

    tag: ClassVar[str] = "award:given"
    subject: ClassVar[str] = "consultant_id"
    consultant_id: int
    month: date
    kind: str
    amount: str
    run: int
