"""What happened to persons."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class PersonNamed(Event):
    tag: ClassVar[str] = "person:named"
    subject: ClassVar[str] = "person_id"
    person_id: int
