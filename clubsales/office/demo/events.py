"""What marks a database as the demo, and how far its story is told."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event
from clubsales.ids import ClubID


@dataclass(frozen=True, slots=True)
class DemoFounded(Event):
    tag: ClassVar[str] = "demo:founded"
    subject: ClassVar[str] = "club_id"
    club_id: ClubID


@dataclass(frozen=True, slots=True)
class DemoPlayed(Event):
    """The story of a day is told up to the event's instant."""

    tag: ClassVar[str] = "demo:played"
    subject: ClassVar[str] = "club_id"
    club_id: ClubID
    day: date
