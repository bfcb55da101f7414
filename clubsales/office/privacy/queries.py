"""Reads about making people anonymous: what a person still has, and whose time is over."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, day_start
from clubsales.errors import NotFound
from clubsales.ids import PersonID
from clubsales.office.privacy.rules import AnonymiseFacts, RetentionPolicy, kept_since
from clubsales.office.privacy.tables import CARD, CLUB, LEAD, PAYMENT, PERSON, RECEPTION, SALE, SHARER, TOUCH
from clubsales.policies import policy_on

LOCK = sa.select(PERSON.c.id, PERSON.c.anonymised_at, PERSON.c.merged_into_id).where(
    PERSON.c.id == sa.bindparam("person_id"), PERSON.c.organisation_id == sa.bindparam("organisation_id")
)
IN_THE_HOUSE = RECEPTION.c.status != "ended"


@dataclass(frozen=True, slots=True)
class Locked:
    """A person whom nobody merges or makes anonymous meanwhile."""

    person_id: PersonID
    is_anonymous: bool


def lock(session: Session, club: Club, person_id: PersonID) -> Locked:
    """The person, or whom he was merged into, locked: only now is it certain who was merged into him. Raises NotFound."""
    asked = {"person_id": person_id, "organisation_id": club.organisation_id}
    person = session.execute(LOCK.with_for_update(), asked).one_or_none()
    if person is None:
        raise NotFound
    if person.merged_into_id is not None:
        return lock(session, club, PersonID(person.merged_into_id))
    return Locked(person_id, person.anonymised_at is not None)


def facts_of(
    session: Session, person: Locked, everybody: Collection[PersonID], today: date
) -> AnonymiseFacts:
    """What a locked person, with all who were merged into him, still has."""
    started = sa.exists().where(PAYMENT.c.sale_id == SALE.c.id, PAYMENT.c.status == "started")
    kept = SALE.c.received_minor - SALE.c.refunded_minor
    row = session.execute(
        sa.select(
            sa.exists().where(RECEPTION.c.person_id.in_(everybody), IN_THE_HOUSE).label("is_in_the_house"),
            sa.exists()
            .where(
                SALE.c.person_id.in_(everybody),
                sa.or_(started, sa.and_(kept > 0, SALE.c.received_minor < SALE.c.price_minor)),
            )
            .label("has_open_sale"),
            sa.exists()
            .where(sa.or_(CARD.c.person_id.in_(everybody), _shared_by(everybody)), _runs(today))
            .label("has_running_card"),
        )
    ).one()
    return AnonymiseFacts(
        is_anonymous=person.is_anonymous,
        is_in_the_house=row.is_in_the_house,
        has_open_sale=row.has_open_sale,
        has_running_card=row.has_running_card,
    )


def _runs(today: date) -> sa.ColumnElement[bool]:
    """A card that still opens doors, or will again."""
    return sa.and_(
        CARD.c.status.in_(("active", "frozen")),
        sa.or_(CARD.c.valid_until.is_(None), CARD.c.valid_until >= today),
        sa.or_(CARD.c.visits_left.is_(None), CARD.c.visits_left > 0),
        sa.or_(CARD.c.value_left_minor.is_(None), CARD.c.value_left_minor > 0),
    )


def _shared_by(everybody: Collection[PersonID]) -> sa.ColumnElement[bool]:
    """A card that any of them shares with its holder."""
    return sa.exists().where(
        SHARER.c.card_id == CARD.c.id,
        SHARER.c.person_id.in_(everybody),
        SHARER.c.removed_at.is_(None),
    )


def retention_months(session: Session, club: Club, day: date) -> int:
    """For how many months the club keeps a lead with whom nothing happens; 0 is for ever."""
    return policy_on(session, club, day).read("privacy", RetentionPolicy).retention_months


def time_is_over(
    session: Session, club: Club, today: date, *, others: Collection[tuple[Club, date]], limit: int
) -> list[PersonID]:
    """Persons who are leads of the club and can be made anonymous, the oldest leads first.

    `others` are the organisation's other clubs with their days: whoever is a lead there too is kept as long as any of
    them keeps him.
    """
    months = retention_months(session, club, today)
    if not months:
        return []
    waits = (
        sa.exists().where(RECEPTION.c.person_id == LEAD.c.person_id, IN_THE_HOUSE),
        sa.exists().where(CARD.c.person_id == LEAD.c.person_id, _runs(today)),
        *(_is_kept_in(other, day, retention_months(session, other, day)) for other, day in others),
    )
    statement = sa.select(LEAD.c.person_id).order_by(LEAD.c.captured_at, LEAD.c.id).limit(limit)
    over = _over(club, kept_since(today, months))
    found = session.scalars(statement.where(*over, *(~each for each in waits)))
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


def _over(club: Club, since: date) -> tuple[sa.ColumnElement[bool], ...]:
    """A lead of the club, captured before a day and touched nowhere since, of a known person who never had a sale.

    What somebody chose on the club's own page and never paid was none.
    """
    was_sold = sa.or_(SALE.c.opened_by.is_not(None), SALE.c.received_minor > 0)
    start = day_start(since, club.zone)
    return (
        LEAD.c.club_id == club.id,
        LEAD.c.captured_at < start,
        sa.exists().where(
            PERSON.c.id == LEAD.c.person_id,
            PERSON.c.anonymised_at.is_(None),
            PERSON.c.merged_into_id.is_(None),
        ),
        ~_touched_since(LEAD.c.person_id, club, start),
        ~sa.exists().where(SALE.c.person_id == LEAD.c.person_id, was_sold),
    )


def _is_kept_in(club: Club, today: date, months: int) -> sa.ColumnElement[bool]:
    """Whether the person of a lead is a lead of this club too, which keeps him."""
    there = LEAD.alias(f"lead_{club.id}")
    is_lead = sa.and_(there.c.club_id == club.id, there.c.person_id == LEAD.c.person_id)
    if not months:
        return sa.exists().where(is_lead)
    start = day_start(kept_since(today, months), club.zone)
    recent = sa.or_(there.c.captured_at >= start, _touched_since(there.c.person_id, club, start))
    return sa.exists().where(is_lead, recent)


def _touched_since(person_id: sa.ColumnElement[int], club: Club, start: Instant) -> sa.ColumnElement[bool]:
    """Whether anything happened with a person in any club of the organisation; the index begins with the club."""
    clubs = sa.select(CLUB.c.id).where(CLUB.c.organisation_id == club.organisation_id)
    return sa.exists().where(TOUCH.c.club_id.in_(clubs), TOUCH.c.person_id == person_id, TOUCH.c.at >= start)
