"""Who lives with whom. A household is evidence and never a reason by itself."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.errors import refuse
from clubsales.ids import ClubID, HouseholdID, OrganisationID, PersonID, new_public_id
from clubsales.leads.people import operations, queries
from clubsales.leads.people.events import HouseholdJoined, HouseholdLeft
from clubsales.leads.people.models import HouseholdMemberRow, HouseholdRow, PersonRow
from clubsales.leads.people.rules import PersonRefused, Relation, clean_name

HOUSEHOLD, LIVING = table_of(HouseholdRow), table_of(HouseholdMemberRow)
PERSON = table_of(PersonRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Housemate:
    """Somebody of a household. `lead_public_id` is his lead in the reader's club, if there is one."""

    person_id: PersonID
    person_public_id: str
    name: str
    relation: Relation
    birthday: date | None
    has_phone: bool
    lead_public_id: str | None


def of_person(session: Session, club_id: ClubID, person_id: PersonID) -> list[Housemate]:
    """All of a person's household, himself among them; empty for who is in none."""
    mine = sa.select(LIVING.c.household_id).where(LIVING.c.person_id == person_id).scalar_subquery()
    lead = queries.lead
    phone = sa.exists().where(queries.PHONE.c.person_id == PERSON.c.id)
    rows = session.execute(
        sa.select(
            PERSON.c.id,
            PERSON.c.public_id,
            PERSON.c.name,
            PERSON.c.birthday,
            LIVING.c.relation,
            lead.c.public_id.label("lead_public_id"),
            phone.label("has_phone"),
        )
        .join_from(LIVING, PERSON, PERSON.c.id == LIVING.c.person_id)
        .join(lead, sa.and_(lead.c.person_id == PERSON.c.id, lead.c.club_id == club_id), isouter=True)
        .where(LIVING.c.household_id == mine, PERSON.c.merged_into_id.is_(None))
        .order_by(LIVING.c.added_at, LIVING.c.id)
    )
    return [
        Housemate(
            person_id=PersonID(row.id),
            person_public_id=row.public_id,
            name=row.name,
            relation=Relation(row.relation),
            birthday=row.birthday,
            has_phone=row.has_phone,
            lead_public_id=row.lead_public_id,
        )
        for row in rows
    ]


def live_together(session: Session, first: PersonID, second: PersonID) -> bool:
    """Whether two persons are in one household."""
    other = LIVING.alias("other")
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    LIVING.c.person_id == first,
                    other.c.household_id == LIVING.c.household_id,
                    other.c.person_id == second,
                )
            )
        )
    )


def put_together(
    session: Session,
    *,
    person_id: PersonID,
    with_id: PersonID,
    relation: Relation,
    actor: Actor,
    at: Instant,
) -> None:
    """`with_id` lives in the household of `person_id`, which is made when there is none.

    Together already, he only gets the relation. Raises NotFound and Refused(PersonRefused.ANONYMOUS,
    HOUSEHOLD_SELF, HOUSEHOLD_OTHER).
    """
    organisation_id = actor.club.organisation_id
    for each in (person_id, with_id):
        queries.get(session, organisation_id, each)
        queries.still_known(session, each)
    if person_id == with_id:
        refuse(PersonRefused.HOUSEHOLD_SELF).or_raise()
    _lock(session, person_id, with_id)
    household_id, theirs = _household_of(session, person_id), _household_of(session, with_id)
    if household_id is not None and household_id == theirs:
        session.execute(
            sa.update(LIVING).where(LIVING.c.person_id == with_id).values(relation=relation.value)
        )
        return
    if household_id is not None and theirs is not None:
        refuse(PersonRefused.HOUSEHOLD_OTHER).or_raise()
    if household_id is None and theirs is not None:
        _enter(session, theirs, person_id, Relation.ADULT, actor=actor, at=at)
        session.execute(
            sa.update(LIVING).where(LIVING.c.person_id == with_id).values(relation=relation.value)
        )
        return
    if household_id is None:
        household_id = _found(session, organisation_id, at)
        _enter(session, household_id, person_id, Relation.ADULT, actor=actor, at=at)
    _enter(session, household_id, with_id, relation, actor=actor, at=at)


def add_somebody(
    session: Session,
    *,
    person_id: PersonID,
    name: str,
    birthday: date | None,
    relation: Relation,
    actor: Actor,
    at: Instant,
) -> PersonID:
    """A new person without a phone of his own, as a child, in the household of `person_id`.

    Raises NotFound and Refused(PersonRefused.HOUSEHOLD_NOBODY, NAME_TOO_LONG, BIRTHDAY).
    """
    if not clean_name(name):
        refuse(PersonRefused.HOUSEHOLD_NOBODY).or_raise()
    new = operations.add(session, e164=None, name=name, actor=actor, at=at)
    if birthday is not None:
        operations.set_birthday(session, person_id=new, birthday=birthday, actor=actor, at=at)
    put_together(session, person_id=person_id, with_id=new, relation=relation, actor=actor, at=at)
    return new


def leave(session: Session, *, person_id: PersonID, actor: Actor, at: Instant) -> None:
    """The person lives there no more; who would be left alone is in no household either. Nothing when he is in none.

    Raises NotFound.
    """
    queries.get(session, actor.club.organisation_id, person_id)
    household_id = _household_of(session, person_id)
    if household_id is None:
        return
    session.execute(sa.delete(LIVING).where(LIVING.c.person_id == person_id))
    audit.record(session, HouseholdLeft(person_id, household_id), actor=actor, at=at)
    left = session.scalars(sa.select(LIVING.c.person_id).where(LIVING.c.household_id == household_id)).all()
    if len(left) == 1:
        session.execute(sa.delete(LIVING).where(LIVING.c.household_id == household_id))
        audit.record(session, HouseholdLeft(left[0], household_id), actor=actor, at=at)


def _household_of(session: Session, person_id: PersonID) -> HouseholdID | None:
    found = session.scalar(sa.select(LIVING.c.household_id).where(LIVING.c.person_id == person_id))
    return HouseholdID(found) if found is not None else None


def _found(session: Session, organisation_id: OrganisationID, at: Instant) -> HouseholdID:
    new = {"public_id": new_public_id(), "organisation_id": organisation_id, "made_at": at}
    return HouseholdID(
        session.execute(sa.insert(HOUSEHOLD).values(new).returning(HOUSEHOLD.c.id)).scalar_one()
    )


def _enter(
    session: Session,
    household_id: HouseholdID,
    person_id: PersonID,
    relation: Relation,
    *,
    actor: Actor,
    at: Instant,
) -> None:
    new = {
        "household_id": household_id,
        "person_id": person_id,
        "relation": relation.value,
        "added_at": at,
    }
    session.execute(sa.insert(LIVING).values(new))
    audit.record(session, HouseholdJoined(person_id, household_id, relation.value), actor=actor, at=at)


def _lock(session: Session, *person_ids: PersonID) -> None:
    """Two who put the same people together do it one after the other."""
    session.execute(
        sa.select(PERSON.c.id)
        .where(PERSON.c.id.in_(sorted(person_ids)))
        .order_by(PERSON.c.id)
        .with_for_update(key_share=True)
    )
