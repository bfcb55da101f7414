"""Reads of persons: by phone or by id, never by name."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import OrganisationID, PersonID
from clubsales.leads.people.models import PersonPhoneRow, PersonRow

PERSON, PHONE = table_of(PersonRow), table_of(PersonPhoneRow)
BY_PHONE = (
    sa.select(PERSON.c.id, PERSON.c.public_id, PERSON.c.name, PHONE.c.e164)
    .join_from(PHONE, PERSON, PERSON.c.id == PHONE.c.person_id)
    .where(PHONE.c.organisation_id == sa.bindparam("organisation_id"), PHONE.c.e164 == sa.bindparam("e164"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A person with the phone he was found by, else the first one known."""

    id: PersonID
    public_id: str
    name: str
    e164: str | None


def by_phone(session: Session, organisation_id: OrganisationID, e164: str) -> PersonView | None:
    """Whose phone this is."""
    row = session.execute(BY_PHONE, {"organisation_id": organisation_id, "e164": e164}).one_or_none()
    return _view(row) if row is not None else None


def by_public_id(session: Session, organisation_id: OrganisationID, public_id: str) -> PersonView:
    """A person of the organisation by what stands in an address; raises NotFound."""
    return _one(session, _persons(organisation_id).where(PersonRow.public_id == public_id))


def get(session: Session, organisation_id: OrganisationID, person_id: PersonID) -> PersonView:
    """A person of the organisation; raises NotFound."""
    return _one(session, _persons(organisation_id).where(PersonRow.id == person_id))


def _persons(organisation_id: OrganisationID) -> sa.Select[*tuple[Any, ...]]:
    phone = aliased(PersonPhoneRow)
    first_phone = sa.select(sa.func.min(phone.id)).where(phone.person_id == PersonRow.id).scalar_subquery()
    return (
        sa.select(PersonRow.id, PersonRow.public_id, PersonRow.name, PersonPhoneRow.e164)
        .join_from(PersonRow, PersonPhoneRow, PersonPhoneRow.id == first_phone, isouter=True)
        .where(PersonRow.organisation_id == organisation_id)
    )


def _one(session: Session, statement: sa.Select[*tuple[Any, ...]]) -> PersonView:
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def _view(row: Any) -> PersonView:
    return PersonView(id=PersonID(row.id), public_id=row.public_id, name=row.name, e164=row.e164)
