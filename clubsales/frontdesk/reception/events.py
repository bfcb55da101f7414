"""What happened to guests."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class GuestAssigned(Event):
    """A guest was given to a consultant, or nobody was free and he waits."""

    tag: ClassVar[str] = "guest:assigned"
    subject: ClassVar[str] = "reception_id"
    reception_id: int
    consultant_id: int | None
    basis: str
    rule: str


@dataclass(frozen=True, slots=True)
class OffDutyAuthorised(Event):
    """A manager let somebody off duty receive a waiting guest."""

    tag: ClassVar[str] = "guest:off_duty_authorised"
    subject: ClassVar[str] = "reception_id"
    reception_id: int
    consultant_id: int


@dataclass(frozen=True, slots=True)
class GuestSeenOut(Event):
    """A guest left the house, or the waiting list."""

    tag: ClassVar[str] = "guest:seen_out"
    subject: ClassVar[str] = "reception_id"
    reception_id: int
    consultant_id: int | None
    outcome: str


@dataclass(frozen=True, slots=True)
class GuestIdentified(Event):
    """A guest who came without a phone gave one."""

    tag: ClassVar[str] = "guest:identified"
    subject: ClassVar[str] = "reception_id"
    reception_id: int
    person_id: int
