"""What happened to persons."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class PersonNamed(Event):
    tag: ClassVar[str] = "person:named"
    subject: ClassVar[str] = "person_id"
    person_id: int


@dataclass(frozen=True, slots=True)
class PersonBirthdayChanged(Event):
    """Written, corrected or taken back; the day itself is personal and stays out of the audit."""

    tag: ClassVar[str] = "person:birthday_changed"
    subject: ClassVar[str] = "person_id"
    person_id: int


@dataclass(frozen=True, slots=True)
class PersonNotToBeCalled(Event):
    tag: ClassVar[str] = "person:not_to_be_called"
    subject: ClassVar[str] = "person_id"
    person_id: int
    why: str


@dataclass(frozen=True, slots=True)
class PersonMayBeCalled(Event):
    tag: ClassVar[str] = "person:may_be_called"
    subject: ClassVar[str] = "person_id"
    person_id: int
    why: str
