"""What happened to scripts."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class ScriptsTakenOver(Event):
    """A club made the scripts every club begins with its own."""

    tag: ClassVar[str] = "script:taken_over"
    subject: ClassVar[str] = "club_id"
    club_id: int
    count: int


@dataclass(frozen=True, slots=True)
class ScriptChanged(Event):
    """Added, written anew, or put in another place."""

    tag: ClassVar[str] = "script:changed"
    subject: ClassVar[str] = "script_id"
    script_id: int
    situation: str


@dataclass(frozen=True, slots=True)
class ScriptRetired(Event):
    tag: ClassVar[str] = "script:retired"
    subject: ClassVar[str] = "script_id"
    script_id: int
