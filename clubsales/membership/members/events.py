"""Who became a member."""

from dataclasses import dataclass
from typing import ClassVar

from clubsales.audit import Event
from clubsales.ids import PersonID, SaleID


@dataclass(frozen=True, slots=True)
class MemberEnrolled(Event):
    tag: ClassVar[str] = "member:enrolled"
    subject: ClassVar[str] = "person_id"
    person_id: PersonID
    sale_id: SaleID
