"""Reads of the log: who looked at whom, when, and whether somebody looks at more people than others do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.consultants.profiles.tables import CONSULTANT
from clubsales.errors import NotFound
from clubsales.ids import AccountID, ClubID, PersonID
from clubsales.leads.claims.queries import CLAIM, RUNNING
from clubsales.leads.disclosures.queries import DISCLOSURE, LEAD, PERSON
from clubsales.leads.disclosures.rules import DisclosureKind, looked_unusually

LATELY = timedelta(days=30)
WEEK = timedelta(days=7)
RECEPTION = sa.table(
    "reception", *(sa.column(name) for name in ("club_id", "person_id")), sa.column("local_day", sa.Date)
)
ACCOUNT = sa.table("account", *(sa.column(name) for name in ("id", "public_id", "name")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A line of the log. No person: a phone that nobody had, of which the last digits are known, or an export."""

    id: int
    at: Instant
    kind: DisclosureKind
    account: str
    account_public_id: str
    person: str | None
    is_anonymous: bool
    lead_public_id: str | None
    last_digits: str
    how_many: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the log is read. `before` is the line after which it goes on."""

    person_id: PersonID | None = None
    account_id: AccountID | None = None
    kind: DisclosureKind | None = None
    day: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Somebody who looked lately: at how many people that he does not hold, and whether that is unusual."""

    name: str
    account_public_id: str
    looked_at: int
    is_unusual: bool


def log(session: Session, club_id: ClubID, wanted: Wanted, *, limit: int) -> list[Look]:
    """Lines of a club's log, the latest first."""
    statement = (
        sa.select(
            DISCLOSURE,
            ACCOUNT.c.name.label("account"),
            ACCOUNT.c.public_id.label("account_public_id"),
            PERSON.c.name.label("person"),
            PERSON.c.anonymised_at,
            LEAD.c.public_id.label("lead_public_id"),
        )
        .join_from(DISCLOSURE, ACCOUNT, ACCOUNT.c.id == DISCLOSURE.c.account_id)
        .join(PERSON, PERSON.c.id == DISCLOSURE.c.person_id, isouter=True)
        .join(
            LEAD,
            sa.and_(LEAD.c.club_id == DISCLOSURE.c.club_id, LEAD.c.person_id == DISCLOSURE.c.person_id),
            isouter=True,
        )
        .where(DISCLOSURE.c.club_id == club_id)
        .order_by(DISCLOSURE.c.id.desc())
        .limit(limit)
    )
    for column, value in (
        (DISCLOSURE.c.person_id, wanted.person_id),
        (DISCLOSURE.c.account_id, wanted.account_id),
        (DISCLOSURE.c.kind, wanted.kind.value if wanted.kind else None),
        (DISCLOSURE.c.local_day, wanted.day),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.before is not None:
        statement = statement.where(DISCLOSURE.c.id < wanted.before)
    return [_look(row) for row in session.execute(statement)]


def lookers(session: Session, club_id: ClubID, today: date) -> list[Looker]:
    """Whoever looked at people of the club in the last seven days, the busiest first.

    Left out are one's own leads, guests who were in the club that day, and phones that nobody had.
    """
    was_here = sa.exists().where(
        RECEPTION.c.club_id == DISCLOSURE.c.club_id,
        RECEPTION.c.person_id == DISCLOSURE.c.person_id,
        RECEPTION.c.local_day == DISCLOSURE.c.local_day,
    )
    own = sa.exists().where(
        CLAIM.c.club_id == DISCLOSURE.c.club_id,
        CLAIM.c.person_id == DISCLOSURE.c.person_id,
        CLAIM.c.consultant_id == CONSULTANT.c.id,
        CONSULTANT.c.account_id == DISCLOSURE.c.account_id,
        RUNNING,
    )
    rows = session.execute(
        sa.select(
            ACCOUNT.c.name,
            ACCOUNT.c.public_id,
            sa.func.count(sa.distinct(DISCLOSURE.c.person_id)).label("looked_at"),
        )
        .join_from(DISCLOSURE, ACCOUNT, ACCOUNT.c.id == DISCLOSURE.c.account_id)
        .where(
            DISCLOSURE.c.club_id == club_id,
            DISCLOSURE.c.at > _before(today - WEEK),
            DISCLOSURE.c.local_day > today - WEEK,
            DISCLOSURE.c.person_id.is_not(None),
            ~own,
            ~was_here,
        )
        .group_by(ACCOUNT.c.id, ACCOUNT.c.name, ACCOUNT.c.public_id)
    ).all()
    found = [
        Looker(
            name=row.name,
            account_public_id=row.public_id,
            looked_at=row.looked_at,
            is_unusual=looked_unusually(
                row.looked_at, [other.looked_at for other in rows if other.public_id != row.public_id]
            ),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.looked_at, one.name))


def people_who_looked(session: Session, club_id: ClubID, person_id: PersonID, today: date) -> int:
    """How many people of a club asked about a person or saw him in the last 30 days."""
    return session.execute(
        sa.select(sa.func.count(sa.distinct(DISCLOSURE.c.account_id))).where(
            DISCLOSURE.c.person_id == person_id,
            DISCLOSURE.c.club_id == club_id,
            DISCLOSURE.c.local_day > today - LATELY,
        )
    ).scalar_one()


def accounts_of_log(session: Session, club_id: ClubID) -> Sequence[Any]:
    """Whoever stands in a club's log, by name: `public_id` and `name`."""
    in_log = sa.select(DISCLOSURE.c.id).where(
        DISCLOSURE.c.account_id == ACCOUNT.c.id, DISCLOSURE.c.club_id == club_id
    )
    return session.execute(
        sa.select(ACCOUNT.c.public_id, ACCOUNT.c.name)
        .where(sa.exists(in_log.limit(1)))  # asked for each account: the log grows, the staff do not
        .order_by(ACCOUNT.c.name, ACCOUNT.c.id)
    ).all()


def account_in_log(session: Session, club_id: ClubID, public_id: str) -> AccountID:
    """Somebody who stands in a club's log, by what stands in an address; raises NotFound."""
    found = None
    if may_be_public_id(public_id):
        found = session.execute(
            sa.select(ACCOUNT.c.id).where(
                ACCOUNT.c.public_id == public_id,
                sa.exists().where(DISCLOSURE.c.account_id == ACCOUNT.c.id, DISCLOSURE.c.club_id == club_id),
            )
        ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return AccountID(found)


def _before(day: date) -> Instant:
    """A moment before a day begins anywhere: the index knows moments, which day it was the clubs' zones say."""
    return datetime.combine(day, time(), UTC) - timedelta(days=1)


def _look(row: Any) -> Look:
    return Look(
        id=row.id,
        at=row.at,
        kind=DisclosureKind(row.kind),
        account=row.account,
        account_public_id=row.account_public_id,
        person=row.person,
        is_anonymous=row.anonymised_at is not None,
        lead_public_id=row.lead_public_id,
        last_digits=row.last_digits,
        how_many=row.how_many,
    )
