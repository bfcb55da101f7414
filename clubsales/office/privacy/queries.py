"""Reads about making people anonymous: what a person still has, and whose time is over."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import day_start
from clubsales.errors import NotFound
from clubsales.ids import PersonID
from clubsales.office.privacy.rules import AnonymiseFacts, RetentionPolicy, kept_since
from clubsales.office.privacy.tables import CARD, LEAD, PAYMENT, PERSON, RECEPTION, SALE, TOUCH
from clubsales.policies import policy_on

LOCK = sa.select(PERSON.c.id, PERSON.c.anonymised_at).where(
    PERSON.c.id == sa.bindparam("person_id"), PERSON.c.organisation_id == sa.bindparam("organisation_id")
)


def facts_of(
    session: Session, club: Club, person_id: PersonID, everybody: Collection[PersonID], today: date
) -> AnonymiseFacts:
    """What a person, with all who were merged into him, still has; the person is locked. Raises NotFound."""
    asked = {"person_id": person_id, "organisation_id": club.organisation_id}
    person = session.execute(LOCK.with_for_update(), asked).one_or_none()
    if person is None:
        raise NotFound
    started = sa.exists().where(PAYMENT.c.sale_id == SALE.c.id, PAYMENT.c.status == "started")
    kept = SALE.c.received_minor - SALE.c.refunded_minor
    row = session.execute(
        sa.select(
            sa.exists()
            .where(RECEPTION.c.person_id.in_(everybody), RECEPTION.c.status != "ended")
            .label("is_in_the_house"),
            sa.exists()
            .where(
                SALE.c.person_id.in_(everybody),
                sa.or_(started, sa.and_(kept > 0, SALE.c.received_minor < SALE.c.price_minor)),
            )
            .label("has_open_sale"),
            sa.exists()
            .where(
                CARD.c.person_id.in_(everybody),
                CARD.c.status.in_(("active", "frozen")),
                sa.or_(CARD.c.valid_until.is_(None), CARD.c.valid_until >= today),
                sa.or_(CARD.c.visits_left.is_(None), CARD.c.visits_left > 0),
            )
            .label("has_running_card"),
        )
    ).one()
    return AnonymiseFacts(
        is_anonymous=person.anonymised_at is not None,
        is_in_the_house=row.is_in_the_house,
        has_open_sale=row.has_open_sale,
        has_running_card=row.has_running_card,
    )


def retention_months(session: Session, club: Club, day: date) -> int:
    """For how many months the club keeps a lead with whom nothing happens; 0 is for ever."""
    return policy_on(session, club, day).read("privacy", RetentionPolicy).retention_months


def time_is_over(session: Session, club: Club, today: date, *, limit: int) -> list[PersonID]:
    """Persons who are leads of the club and whose time is over, the oldest leads first."""
    months = retention_months(session, club, today)
    if not months:
        return []
    statement = sa.select(LEAD.c.person_id).order_by(LEAD.c.captured_at, LEAD.c.id).limit(limit)
    found = session.scalars(statement.where(*_over(club, kept_since(today, months))))
    return [PersonID(person_id) for person_id in found]


@dataclass(frozen=True, slots=True)
class Outlook:
    """How long a club keeps leads, and how many will be made anonymous by a day if nothing happens with them."""

    months: int
    by: date
    count: int


def outlook(session: Session, club: Club, today: date) -> Outlook:
    """What goes in the next month, by the policy in force at its end as it is known now."""
    by = kept_since(today, -1)
    months = retention_months(session, club, by)
    if not months:
        return Outlook(0, by, 0)
    statement = sa.select(sa.func.count()).select_from(LEAD).where(*_over(club, kept_since(by, months)))
    return Outlook(months, by, session.execute(statement).scalar_one())


def other_clubs(session: Session, club: Club, person_id: PersonID) -> list[int]:
    """The other clubs in which the person is a lead."""
    return list(
        session.scalars(
            sa.select(LEAD.c.club_id).where(LEAD.c.person_id == person_id, LEAD.c.club_id != club.id)
        )
    )


def is_over_in(session: Session, club: Club, person_id: PersonID, today: date) -> bool:
    """Whether a lead's time is over in one club."""
    months = retention_months(session, club, today)
    if not months:
        return False
    over = sa.select(LEAD.c.id).where(LEAD.c.person_id == person_id, *_over(club, kept_since(today, months)))
    return session.execute(over).first() is not None


def _over(club: Club, since: date) -> tuple[sa.ColumnElement[bool], ...]:
    """A lead of the club, captured and last touched before a day, of a known person who never had a sale."""
    start = day_start(since, club.zone)
    return (
        LEAD.c.club_id == club.id,
        LEAD.c.captured_at < start,
        sa.exists().where(
            PERSON.c.id == LEAD.c.person_id,
            PERSON.c.anonymised_at.is_(None),
            PERSON.c.merged_into_id.is_(None),
        ),
        ~sa.exists().where(
            TOUCH.c.club_id == LEAD.c.club_id, TOUCH.c.person_id == LEAD.c.person_id, TOUCH.c.at >= start
        ),
        ~sa.exists().where(SALE.c.person_id == LEAD.c.person_id),
    )
