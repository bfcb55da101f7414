"""What happened to counted money."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class TakingsCounted(Event):
    """`lines`: "cash 100.00 of 120.00" for each method, counted of booked."""

    tag: ClassVar[str] = "till_count:counted"
    subject: ClassVar[str] = "till_count_id"
    till_count_id: int
    lines: list[str]
    explanation: str


@dataclass(frozen=True, slots=True)
class TakingsDiffered(Event):
    """A blind count that did not agree: kept before the counter sees what is booked."""

    tag: ClassVar[str] = "till_count:differed"
    subject: ClassVar[str] = "account_id"
    account_id: int
    lines: list[str]
