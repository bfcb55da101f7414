"""Persons come into the house once; whatever is recorded about them says who did it."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.db import table_of
from clubsales.ids import PersonID, new_public_id
from clubsales.leads.people import queries
from clubsales.leads.people.events import PersonBirthdayChanged, PersonNamed
from clubsales.leads.people.models import PersonPhoneRow, PersonRow
from clubsales.leads.people.rules import clean_name, may_be_birthday, reversed_digits, search_keys
from clubsales.prepared import Prepared

PERSON, PHONE = table_of(PersonRow), table_of(PersonPhoneRow)
INSERT_PERSON = Prepared(sa.insert(PERSON).returning(PERSON.c.id))
INSERT_PHONE = Prepared(sa.insert(PHONE))


def find_or_add(session: Session, *, e164: str | None, name: str, actor: Actor, at: Instant) -> PersonID:
    """The person with this phone, made when new; without a phone always a new one.

    A known person without a name gets this one. Two desks typing one new phone meet at the unique constraint, and
    `transact` runs the second again. Raises Refused(PersonRefused.NAME_TOO_LONG).
    """
    name = clean_name(name)
    known = None if e164 is None else queries.by_phone(session, actor.club.organisation_id, e164)
    if known is None:
        return add(session, e164=e164, name=name, actor=actor, at=at)
    if name and not known.name:
        name_person(session, person_id=known.id, name=name, actor=actor, at=at)
    return known.id


def add(session: Session, *, e164: str | None, name: str, actor: Actor, at: Instant) -> PersonID:
    """A new person, for whoever has just looked for the phone and found nobody.

    A phone that somebody has after all is stopped by the unique constraint. Raises
    Refused(PersonRefused.NAME_TOO_LONG).
    """
    organisation_id = actor.club.organisation_id
    new = {
        "organisation_id": organisation_id,
        "public_id": new_public_id(),
        "created_at": at,
        **_named(clean_name(name)),
    }
    person_id = PersonID(INSERT_PERSON.one(session, new).id)
    if e164 is not None:
        phone = {"organisation_id": organisation_id, "person_id": person_id, **_phone(e164)}
        INSERT_PHONE.run(session, phone)
    return person_id


def name_person(session: Session, *, person_id: PersonID, name: str, actor: Actor, at: Instant) -> None:
    """Give a person without a name one; a name that stands there already is kept.

    Raises NotFound and Refused(PersonRefused.NAME_TOO_LONG).
    """
    name = clean_name(name)
    known = queries.get(session, actor.club.organisation_id, person_id)
    if known.name or not name:
        return
    session.execute(
        sa.update(PersonRow).where(PersonRow.id == known.id, PersonRow.name == "").values(**_named(name))
    )
    audit.record(session, PersonNamed(known.id), actor=actor, at=at)


def correct_name(session: Session, *, person_id: PersonID, name: str, actor: Actor, at: Instant) -> None:
    """Write a person's name as it should have been; an empty one changes nothing.

    Raises NotFound and Refused(PersonRefused.NAME_TOO_LONG).
    """
    name = clean_name(name)
    known = queries.get(session, actor.club.organisation_id, person_id)
    if not name or known.name == name:
        return
    session.execute(sa.update(PersonRow).where(PersonRow.id == known.id).values(**_named(name)))
    audit.record(session, PersonNamed(known.id), actor=actor, at=at)


def set_birthday(
    session: Session, *, person_id: PersonID, birthday: date | None, actor: Actor, at: Instant
) -> None:
    """Write, correct or take back a person's birthday; the same one again changes nothing.

    Raises NotFound and Refused(PersonRefused.BIRTHDAY).
    """
    if birthday is not None:
        may_be_birthday(birthday, today=local_day(at, actor.club.zone)).or_raise()
    if queries.birthday_of(session, actor.club.organisation_id, person_id) == birthday:
        return
    session.execute(sa.update(PersonRow).where(PersonRow.id == person_id).values(birthday=birthday))
    audit.record(session, PersonBirthdayChanged(person_id), actor=actor, at=at)


def _named(name: str) -> dict[str, str]:
    """A name and the keys that it is found by."""
    keys = search_keys(name)
    return {"name": name, "name_key": keys.name_key, "pinyin": keys.pinyin, "initials": keys.initials}


def _phone(e164: str) -> dict[str, str]:
    return {"e164": e164, "reversed": reversed_digits(e164)}
