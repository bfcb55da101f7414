"""Reads of persons: by phone or by id, never by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import table_of
from clubsales.errors import NotFound, refuse
from clubsales.ids import ClubID, OrganisationID, PersonID
from clubsales.leads.people.models import PersonPhoneRow, PersonRow
from clubsales.leads.people.rules import Details, PersonRefused, PhoneLabel, month_days, readable_phone

PERSON, PHONE = table_of(PersonRow), table_of(PersonPhoneRow)
BY_PHONE = (
    sa.select(PERSON.c.id, PERSON.c.public_id, PERSON.c.name, PHONE.c.e164)
    .join_from(PHONE, PERSON, PERSON.c.id == PHONE.c.person_id)
    .where(PHONE.c.organisation_id == sa.bindparam("organisation_id"), PHONE.c.e164 == sa.bindparam("e164"))
)
ANY_PHONE = PHONE.alias("any_phone")
FIRST_PHONE = (
    sa.select(sa.func.min(ANY_PHONE.c.id))
    .where(ANY_PHONE.c.person_id == PERSON.c.id)
    .correlate(PERSON)
    .scalar_subquery()
)
WITH_FIRST_PHONE = (
    sa.select(PERSON.c.id, PERSON.c.public_id, PERSON.c.name, PHONE.c.e164)
    .join_from(PERSON, PHONE, PHONE.c.id == FIRST_PHONE, isouter=True)
    .where(PERSON.c.organisation_id == sa.bindparam("organisation_id"))
)
MERGED = PERSON.alias("merged")
# Whoever was merged into another person is that person, whichever of the two is asked for.
BY_ID = WITH_FIRST_PHONE.where(
    PERSON.c.id
    == sa.select(sa.func.coalesce(MERGED.c.merged_into_id, MERGED.c.id))
    .where(MERGED.c.id == sa.bindparam("person_id"))
    .scalar_subquery()
)
BY_PUBLIC_ID = WITH_FIRST_PHONE.where(
    PERSON.c.id
    == sa.select(sa.func.coalesce(MERGED.c.merged_into_id, MERGED.c.id))
    .where(MERGED.c.public_id == sa.bindparam("public_id"))
    .scalar_subquery()
)
# Who is somebody's lead or member stands above this subject, so the tables are known by their names.
lead = sa.table(
    "lead",
    sa.column("club_id", sa.BigInteger),
    sa.column("person_id", sa.BigInteger),
    sa.column("public_id", sa.String),
)
member = sa.table("member", sa.column("person_id", sa.BigInteger), sa.column("first_sale_id", sa.BigInteger))
sale = sa.table("sale", sa.column("id", sa.BigInteger), sa.column("club_id", sa.BigInteger))


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
    return _one(session, BY_PUBLIC_ID, {"organisation_id": organisation_id, "public_id": public_id})


def get(session: Session, organisation_id: OrganisationID, person_id: PersonID) -> PersonView:
    """A person of the organisation; raises NotFound."""
    return _one(session, BY_ID, {"organisation_id": organisation_id, "person_id": person_id})


def still_known(session: Session, person_id: PersonID) -> None:
    """Nothing is written about a person who was made anonymous; raises Refused(PersonRefused.ANONYMOUS)."""
    if session.scalar(sa.select(PERSON.c.anonymised_at).where(PERSON.c.id == person_id)) is not None:
        refuse(PersonRefused.ANONYMOUS).or_raise()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneView:
    """A phone of a person."""

    id: int
    e164: str
    label: PhoneLabel

    @property
    def readable(self) -> str:
        """The phone as people read it."""
        return readable_phone(self.e164)


def phones_of(session: Session, person_id: PersonID) -> list[PhoneView]:
    """All of a person's phones, the one shown first at the head."""
    rows = session.execute(
        sa.select(PHONE.c.id, PHONE.c.e164, PHONE.c.label)
        .where(PHONE.c.person_id == person_id)
        .order_by(PHONE.c.id)
    )
    return [PhoneView(id=row.id, e164=row.e164, label=PhoneLabel(row.label)) for row in rows]


def details_of(session: Session, organisation_id: OrganisationID, person_id: PersonID) -> Details:
    """How a person is reached besides the phone; raises NotFound."""
    row = session.execute(
        sa.select(PERSON.c.wechat, PERSON.c.email, PERSON.c.address).where(
            PERSON.c.id == person_id, PERSON.c.organisation_id == organisation_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Details(wechat=row.wechat, email=row.email, address=row.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthdayView:
    """Whose birthday it is. No lead: a member who never was one."""

    person_id: PersonID
    name: str
    birthday: date
    lead_public_id: str | None


def birthday_of(session: Session, organisation_id: OrganisationID, person_id: PersonID) -> date | None:
    """A person's birthday, where somebody has asked for it; raises NotFound."""
    row = session.execute(
        sa.select(PERSON.c.birthday).where(
            PERSON.c.id == person_id, PERSON.c.organisation_id == organisation_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    birthday: date | None = row.birthday
    return birthday


def birthdays_on(
    session: Session, organisation_id: OrganisationID, club_id: ClubID, days: Sequence[date]
) -> list[BirthdayView]:
    """Leads of the club, and members who joined here, with a birthday on one of these days; in the year's order."""
    month, day = sa.extract("month", PERSON.c.birthday), sa.extract("day", PERSON.c.birthday)
    joined_here = (
        sa.select(member.c.person_id)
        .join_from(member, sale, sale.c.id == member.c.first_sale_id)
        .where(sale.c.club_id == club_id)
    )
    rows = session.execute(
        sa.select(PERSON.c.id, PERSON.c.name, PERSON.c.birthday, lead.c.public_id)
        .join_from(
            PERSON, lead, sa.and_(lead.c.person_id == PERSON.c.id, lead.c.club_id == club_id), isouter=True
        )
        .where(
            PERSON.c.organisation_id == organisation_id,
            PERSON.c.birthday.is_not(None),
            PERSON.c.merged_into_id.is_(None),
            sa.or_(
                *(sa.and_(month == each[0], day == each[1]) for each in sorted(month_days(days))), sa.false()
            ),
            sa.or_(lead.c.public_id.is_not(None), PERSON.c.id.in_(joined_here)),
        )
        .order_by(month, day, PERSON.c.name, PERSON.c.id)
    )
    return [
        BirthdayView(
            person_id=PersonID(row.id), name=row.name, birthday=row.birthday, lead_public_id=row.public_id
        )
        for row in rows
    ]


def _one(session: Session, statement: sa.Select[Any], asked: Mapping[str, Any]) -> PersonView:
    row = session.execute(statement, asked).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def _view(row: Any) -> PersonView:
    return PersonView(id=PersonID(row.id), public_id=row.public_id, name=row.name, e164=row.e164)
