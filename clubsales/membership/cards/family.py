"""Those who share a family card, beside its holder: each with a link, and so a code, of his own."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.errors import NotFound, refuse
from clubsales.ids import CardID, OrganisationID, PersonID
from clubsales.membership.cards.events import CardShared, CardUnshared
from clubsales.membership.cards.keeping import locked
from clubsales.membership.cards.models import CardPersonRow, CardRow
from clubsales.membership.cards.rules import CardRefused, CardStatus, must_live

SHARER, CARD = table_of(CardPersonRow), table_of(CardRow)
person = sa.table(
    "person",
    sa.column("id", sa.BigInteger),
    sa.column("public_id", sa.String),
    sa.column("name", sa.String),
    sa.column("organisation_id", sa.BigInteger),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharer:
    """Somebody who shares a card."""

    id: int
    card_id: CardID
    card: str  # public id
    organisation_id: OrganisationID
    person_id: PersonID
    person: str  # public id
    name: str
    code_name: str
    link_token: str
    added_at: Instant


def add_person(session: Session, *, card: str, person_id: PersonID, actor: Actor, at: Instant) -> None:
    """Let somebody share a card. Raises NotFound and Refused(CardRefused.PEOPLE_FULL, SHARES_ALREADY, UNPAID, CANCELLED)."""
    row = locked(session, card, actor=actor)
    must_live(CardStatus(row.status)).or_raise()
    known = session.execute(
        sa.select(person.c.id).where(
            person.c.id == person_id, person.c.organisation_id == actor.club.organisation_id
        )
    ).scalar_one_or_none()
    if known is None:
        raise NotFound
    there = sharers(session, CardID(row.id))
    if person_id == row.person_id or person_id in {each.person_id for each in there}:
        refuse(CardRefused.SHARES_ALREADY).or_raise()
    if len(there) + 1 >= row.people_max:
        refuse(CardRefused.PEOPLE_FULL, people=row.people_max).or_raise()
    session.add(CardPersonRow(card_id=row.id, person_id=person_id, added_at=at, added_by=actor.account_id))
    audit.record(session, CardShared(row.id, person_id), actor=actor, at=at)


def remove_person(session: Session, *, card: str, sharer_id: int, actor: Actor, at: Instant) -> None:
    """Let somebody share a card no longer; his link opens nothing. Raises NotFound."""
    row = locked(session, card, actor=actor)
    sharer = session.scalars(
        sa.select(CardPersonRow).where(
            CardPersonRow.id == sharer_id,
            CardPersonRow.card_id == row.id,
            CardPersonRow.removed_at.is_(None),
        )
    ).one_or_none()
    if sharer is None:
        raise NotFound
    sharer.removed_at = at
    audit.record(session, CardUnshared(row.id, sharer.person_id), actor=actor, at=at)


def sharers(session: Session, card_id: CardID) -> list[Sharer]:
    """Who shares a card now, in the order in which they came."""
    rows = session.execute(_live().where(SHARER.c.card_id == card_id).order_by(SHARER.c.id))
    return [_to_sharer(row) for row in rows]


def by_link_token(session: Session, link_token: str) -> Sharer | None:
    """Whose link this is."""
    row = session.execute(_live().where(SHARER.c.link_token == link_token)).one_or_none()
    return None if row is None else _to_sharer(row)


def by_code_name(session: Session, code_name: str) -> Sharer | None:
    """Who shows a code of this name."""
    row = session.execute(_live().where(SHARER.c.code_name == code_name)).one_or_none()
    return None if row is None else _to_sharer(row)


def names() -> sa.Subquery:
    """Everybody who ever shared a card, by the name of his codes: card_id, code_name, name."""
    return (
        sa.select(SHARER.c.card_id, SHARER.c.code_name, person.c.name)
        .join(person, person.c.id == SHARER.c.person_id)
        .subquery()
    )


def _live() -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(
            SHARER,
            person.c.public_id.label("person"),
            person.c.name,
            person.c.organisation_id,
            CARD.c.public_id.label("card"),
        )
        .join(person, person.c.id == SHARER.c.person_id)
        .join(CARD, CARD.c.id == SHARER.c.card_id)
        .where(SHARER.c.removed_at.is_(None))
    )


def _to_sharer(row: sa.Row[tuple[object, ...]]) -> Sharer:
    found = row._mapping
    return Sharer(
        id=found["id"],
        card_id=CardID(found["card_id"]),
        card=found["card"],
        organisation_id=OrganisationID(found["organisation_id"]),
        person_id=PersonID(found["person_id"]),
        person=found["person"],
        name=found["name"],
        code_name=found["code_name"],
        link_token=found["link_token"],
        added_at=found["added_at"],
    )
