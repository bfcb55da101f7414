"""What happened to what we know of people."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event


@dataclass(frozen=True, slots=True)
class PersonAnonymised(Event):
    """Everything that says who somebody is was taken away; `because` is one of few words, so that nothing personal
    comes into the audit."""

    tag: ClassVar[str] = "person:anonymised"
    subject: ClassVar[str] = "person_id"
    person_id: int
    because: str
