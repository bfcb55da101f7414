"""What happened to months."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class MonthApproved(Event):
    """Somebody gave his word for a month as its preview stood."""

    tag: ClassVar[str] = "month:approved"
    subject: ClassVar[str] = "club_id"
    club_id: int
    month: date
    role: str
    digest: str


@dataclass(frozen=True, slots=True)
class MonthClosed(Event):
    """`overridden` are the checks that stood open, as "check:count"."""

    tag: ClassVar[str] = "month:closed"
    subject: ClassVar[str] = "club_id"
    club_id: int
    month: date
    digest: str
    overridden: list[str]
    by_the_book: bool
