"""What happened to consultants' profiles."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class ConsultantAdded(Event):
    tag: ClassVar[str] = "consultant:added"
    subject: ClassVar[str] = "consultant_id"
    consultant_id: int
    account_id: int
    kind: str | None
    active_from: date


@dataclass(frozen=True, slots=True)
class TeamChanged(Event):
    tag: ClassVar[str] = "consultant:team_changed"
    subject: ClassVar[str] = "consultant_id"
    consultant_id: int
    old_team_id: int | None
    new_team_id: int | None


@dataclass(frozen=True, slots=True)
class ConsultantLeft(Event):
    tag: ClassVar[str] = "consultant:left"
    subject: ClassVar[str] = "consultant_id"
    consultant_id: int
    active_until: date


@dataclass(frozen=True, slots=True)
class KindChanged(Event):
    tag: ClassVar[str] = "consultant:kind_changed"
    subject: ClassVar[str] = "consultant_id"
    consultant_id: int
    old_kind: str | None
    new_kind: str | None
