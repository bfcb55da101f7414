"""What happened to leave."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class LeaveFiled(Event):
    tag: ClassVar[str] = "leave:filed"
    subject: ClassVar[str] = "leave_id"
    leave_id: int
    consultant_id: int
    kind: str
    first_day: date
    last_day: date
    half_days: int
    rule: str = "ATT-03"


@dataclass(frozen=True, slots=True)
class LeaveDecided(Event):
    tag: ClassVar[str] = "leave:decided"
    subject: ClassVar[str] = "leave_id"
    leave_id: int
    consultant_id: int
    status: str
    half_days: int
    decided_as: str
    level: str
    rule: str = "ATT-04"


@dataclass(frozen=True, slots=True)
class LeaveWithdrawn(Event):
    tag: ClassVar[str] = "leave:withdrawn"
    subject: ClassVar[str] = "leave_id"
    leave_id: int
    consultant_id: int
    was: str
    rule: str = "ATT-05"


@dataclass(frozen=True, slots=True)
class LeaveEnded(Event):
    """Somebody is back early: `given_back` is what the leave costs less, in halves of working days."""

    tag: ClassVar[str] = "leave:ended"
    subject: ClassVar[str] = "leave_id"
    leave_id: int
    consultant_id: int
    back_day: date
    back_at_noon: bool
    last_day: date  # as it was approved
    given_back: int
    ended_as: str
    reason: str
    rule: str = "ATT-04"


@dataclass(frozen=True, slots=True)
class AuthorityMarkedAway(Event):
    tag: ClassVar[str] = "leave:authority_away"
    subject: ClassVar[str] = "authority_away_id"
    authority_away_id: int
    role: str
    first_day: date
    last_day: date
    rule: str = "ATT-04"


@dataclass(frozen=True, slots=True)
class AuthorityBack(Event):
    tag: ClassVar[str] = "leave:authority_back"
    subject: ClassVar[str] = "authority_away_id"
    authority_away_id: int
    role: str
    rule: str = "ATT-04"
