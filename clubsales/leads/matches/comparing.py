"""Two persons side by side: what is known of each, and what happened with each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import Base
from clubsales.errors import NotFound
from clubsales.ids import PersonID
from clubsales.leads.disclosures import queries as disclosures
from clubsales.leads.intake import queries as leads
from clubsales.leads.intake.queries import LeadLine
from clubsales.leads.matches.queries import PERSON, of_this_club
from clubsales.leads.people import households
from clubsales.leads.people import queries as people
from clubsales.leads.people.households import Housemate
from clubsales.leads.people.queries import PersonView, PhoneView

COUNTED = ("reception", "contact", "appointment", "sale", "card")


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """A person as a supervisor compares him. Without `shown`, phones are masked and details left out."""

    id: PersonID
    public_id: str
    name: str
    created_at: Instant
    birthday: date | None
    wechat: str
    email: str
    address: str
    phones: tuple[PhoneView, ...]
    household: tuple[Housemate, ...]
    lead: LeadLine | None
    counts: dict[str, int]
    is_member: bool
    shown: bool

    def field(self, name: str) -> Any:
        """What a field of a merge says; a phone is the first one."""
        if name == "phone":
            return self.phones[0].e164 if self.phones else ""
        return getattr(self, name)


def pair(session: Session, actor: Actor, first: str, second: str) -> tuple[PersonView, PersonView]:
    """Two guests to compare, of whom one at least is the club's; whoever was merged is the one who stayed.

    Raises NotFound.
    """
    one, other = (people.by_public_id(session, actor.club.organisation_id, each) for each in (first, second))
    if not of_this_club(session, actor.club, (one.id, other.id)):
        raise NotFound
    return one, other


def portrait(session: Session, actor: Actor, person: PersonView, *, at: Instant) -> Portrait:
    """A person as this reader may see him: of another club's guest no more than of anybody's."""
    row = session.execute(sa.select(PERSON).where(PERSON.c.id == person.id)).one()
    ours = of_this_club(session, actor.club, [person.id])
    shown = person.id in disclosures.sees_whole(session, actor, ours, at=at)
    return Portrait(
        id=person.id,
        public_id=row.public_id,
        name=row.name,
        created_at=row.created_at,
        birthday=row.birthday,
        wechat=row.wechat if shown else "",
        email=row.email if shown else "",
        address=row.address if shown else "",
        phones=tuple(people.phones_of(session, person.id)),
        household=tuple(households.of_person(session, actor.club.id, person.id)),
        lead=leads.line_of_person(session, actor, person.id, at=at),
        counts={name: _count(session, name, person.id) for name in COUNTED},
        is_member=_count(session, "member", person.id) > 0,
        shown=shown,
    )


def _count(session: Session, name: str, person_id: PersonID) -> int:
    table = Base.metadata.tables[name]
    count = sa.select(sa.func.count()).select_from(table).where(table.c.person_id == person_id)
    return session.scalar(count) or 0
