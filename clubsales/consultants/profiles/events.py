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


@dataclass(frozen=True, slots=True)
class CodeChanged(Event):
    """Another staff number."""

    tag: ClassVar[str] = "consultant:code_changed"
    subject: ClassVar[str] = "consultant_id"
    consultant_id: int
    old_code: str
    new_code: str


@dataclass(frozen=True, slots=True)
class PayTermSet(Event):
    """What somebody's pay is reckoned by from a day on; no base: the plan's."""

    tag: ClassVar[str] = "consultant:pay_term_set"
    subject: ClassVar[str] = "consultant_id"
    consultant_id: int
    valid_from: date
    level: int
    is_promotion: bool
    base: str | None
    probation_until: date | None
