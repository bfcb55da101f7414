"""What happened to passes."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class PassIssued(Event):
    tag: ClassVar[str] = "pass:issued"
    subject: ClassVar[str] = "pass_id"
    pass_id: int
    kind: str
    consultant_id: int | None


@dataclass(frozen=True, slots=True)
class PassRevoked(Event):
    tag: ClassVar[str] = "pass:revoked"
    subject: ClassVar[str] = "pass_id"
    pass_id: int


@dataclass(frozen=True, slots=True)
class PassShown(Event):
    """A guest showed it; `answer` says whether it counted."""

    tag: ClassVar[str] = "pass:shown"
    subject: ClassVar[str] = "pass_id"
    pass_id: int
    reception_id: int
    answer: str
