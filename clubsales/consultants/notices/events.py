"""What happened to notices."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class NoticeWritten(Event):
    tag: ClassVar[str] = "notice:written"
    subject: ClassVar[str] = "notice_id"
    notice_id: int
    first_day: date
    last_day: date
    rule: str = "SHF-06"


@dataclass(frozen=True, slots=True)
class NoticeWithdrawn(Event):
    tag: ClassVar[str] = "notice:withdrawn"
    subject: ClassVar[str] = "notice_id"
    notice_id: int
    rule: str = "SHF-06"
