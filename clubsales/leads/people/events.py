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


@dataclass(frozen=True, slots=True)
class PersonDetailsChanged(Event):
    """Which details were written, corrected or taken back; what they say is personal and stays out of the audit."""

    tag: ClassVar[str] = "person:details_changed"
    subject: ClassVar[str] = "person_id"
    person_id: int
    changed: list[str]


@dataclass(frozen=True, slots=True)
class PersonPhoneAdded(Event):
    tag: ClassVar[str] = "person:phone_added"
    subject: ClassVar[str] = "person_id"
    person_id: int
    phone_id: int
    label: str


@dataclass(frozen=True, slots=True)
class PersonPhoneRemoved(Event):
    tag: ClassVar[str] = "person:phone_removed"
    subject: ClassVar[str] = "person_id"
    person_id: int
    phone_id: int


@dataclass(frozen=True, slots=True)
class PersonPhoneFirst(Event):
    """From now on this phone is shown first, and called first."""

    tag: ClassVar[str] = "person:phone_first"
    subject: ClassVar[str] = "person_id"
    person_id: int
    phone_id: int


@dataclass(frozen=True, slots=True)
class HouseholdJoined(Event):
    tag: ClassVar[str] = "household:joined"
    subject: ClassVar[str] = "person_id"
    person_id: int
    household_id: int
    relation: str


@dataclass(frozen=True, slots=True)
class HouseholdLeft(Event):
    tag: ClassVar[str] = "household:left"
    subject: ClassVar[str] = "person_id"
    person_id: int
    household_id: int
