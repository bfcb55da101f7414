"""People the demo club knows, who may come, come back or renew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import day_start
from clubsales.ids import ConsultantID, PersonID
from clubsales.office.demo.price_list import SHORT_TERM
from clubsales.office.demo.tables import (
    CARD,
    CONTACT,
    LEAD,
    PASS,
    PERSON,
    PHONE,
    RECEPTION,
    SALE,
)

COMES_BACK_WITHIN = timedelta(days=9)
LEAD_STAYS_WARM = timedelta(days=14)
RECORD_COUNTS = timedelta(days=12)
RENEWS_AROUND = timedelta(days=3)
TRIAL = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """Somebody the club knows, and whom he knows there."""

    person_id: PersonID
    name: str
    e164: str
    consultant_id: ConsultantID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A member whose short card ends about now."""

    who: Acquaintance
    was_trial: bool


def coming_back(session: Session, club: Club, day: date) -> list[Acquaintance]:
    """Guests of the last days who said they would think about it, and have neither bought nor come since."""
    later = RECEPTION.alias("later")
    statement = people_with_phone(RECEPTION.c.person_id, RECEPTION.c.consultant_id).where(
        RECEPTION.c.club_id == club.id,
        RECEPTION.c.outcome.in_(("be_back", "follow_up")),
        RECEPTION.c.local_day >= day - COMES_BACK_WITHIN,
        RECEPTION.c.local_day < day,
        ~sa.exists().where(
            later.c.club_id == club.id,
            later.c.person_id == RECEPTION.c.person_id,
            later.c.id > RECEPTION.c.id,
        ),
        ~sa.exists().where(SALE.c.person_id == RECEPTION.c.person_id),
    )
    return [acquaintance(row) for row in session.execute(statement.order_by(RECEPTION.c.id))]


def leads_not_seen(session: Session, club: Club, day: date) -> list[Acquaintance]:
    """People whom a consultant met outdoors or on the phone, and who have not come yet."""
    statement = people_with_phone(LEAD.c.person_id, LEAD.c.captured_by.label("consultant_id")).where(
        LEAD.c.club_id == club.id,
        LEAD.c.captured_by.is_not(None),
        LEAD.c.captured_at >= day_start(day - LEAD_STAYS_WARM, club.zone),
        LEAD.c.captured_at < day_start(day, club.zone),
        ~sa.exists().where(RECEPTION.c.club_id == club.id, RECEPTION.c.person_id == LEAD.c.person_id),
    )
    return [acquaintance(row) for row in session.execute(statement.order_by(LEAD.c.id))]


def spoken_to(session: Session, club: Club, day: date, callers: Sequence[ConsultantID]) -> list[Acquaintance]:
    """People whom one of these reached lately and who have not come yet."""
    reached = sa.exists().where(
        CONTACT.c.club_id == club.id,
        CONTACT.c.person_id == LEAD.c.person_id,
        CONTACT.c.consultant_id.in_(callers),
        CONTACT.c.outcome.in_(("answered", "replied", "met")),
        CONTACT.c.local_day.between(day - RECORD_COUNTS, day - timedelta(days=1)),
    )
    statement = people_with_phone(LEAD.c.person_id, LEAD.c.captured_by.label("consultant_id")).where(
        LEAD.c.club_id == club.id,
        reached,
        ~sa.exists().where(RECEPTION.c.club_id == club.id, RECEPTION.c.person_id == LEAD.c.person_id),
    )
    return [acquaintance(row) for row in session.execute(statement.order_by(LEAD.c.id))]


def unused_pass(session: Session, club: Club, consultant_id: ConsultantID | None, day: date) -> str | None:
    """A pass nobody has shown yet: a consultant's trial pass, or without one a gift coupon of the club."""
    return session.scalar(
        sa.select(PASS.c.code)
        .where(
            PASS.c.club_id == club.id,
            PASS.c.kind == ("gift_coupon" if consultant_id is None else "trial_pass"),
            PASS.c.consultant_id == consultant_id,
            PASS.c.shown_first_at.is_(None),
            sa.or_(PASS.c.valid_until.is_(None), PASS.c.valid_until >= day),
        )
        .order_by(PASS.c.id)
        .limit(1)
    )


def endings(session: Session, club: Club, day: date) -> list[Ending]:
    """Members whose month or trial week ends about now and who hold nothing newer."""
    newer = CARD.alias("newer")
    statement = (
        people_with_phone(CARD.c.person_id, SALE.c.consultant_id, CARD.c.days)
        .join(SALE, SALE.c.id == CARD.c.sale_id)
        .where(
            CARD.c.club_id == club.id,
            CARD.c.status == "active",
            CARD.c.days <= SHORT_TERM.days,
            CARD.c.valid_until >= day - RENEWS_AROUND,
            CARD.c.valid_until <= day + RENEWS_AROUND,
            ~sa.exists().where(newer.c.person_id == CARD.c.person_id, newer.c.id > CARD.c.id),
        )
        .order_by(CARD.c.id)
    )
    return [
        Ending(who=acquaintance(row), was_trial=row.days <= TRIAL.days) for row in session.execute(statement)
    ]


def people_with_phone(
    person_id: sa.ColumnElement[Any], *columns: sa.ColumnElement[Any]
) -> sa.Select[*tuple[Any, ...]]:
    """A selection of known persons with a phone, and further columns."""
    return (
        sa.select(person_id.label("person_id"), PERSON.c.name, PHONE.c.e164, *columns)
        .join(PERSON, PERSON.c.id == person_id)
        .join(PHONE, PHONE.c.person_id == person_id)
    )


def acquaintance(row: Any) -> Acquaintance:
    """One of them."""
    return Acquaintance(
        person_id=PersonID(row.person_id),
        name=row.name,
        e164=row.e164,
        consultant_id=None if row.consultant_id is None else ConsultantID(row.consultant_id),
    )
