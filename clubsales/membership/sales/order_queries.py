"""What is sold, to whom and by whom, found in one look."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.errors import NotFound
from clubsales.ids import ConsultantID, PersonID
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.prepared import Answer, Prepared

# By table name, as the database knows them: they belong to their own subjects.
person = sa.table("person", sa.column("id"), sa.column("name"))
phone = sa.table("person_phone", *(sa.column(name) for name in ("organisation_id", "person_id", "e164")))
consultant = sa.table("consultant", *(sa.column(name) for name in ("id", "public_id", "name", "club_id")))
member = sa.table("member", sa.column("organisation_id"), sa.column("person_id"))
# Every trip to the database is time at the till.
ORDER = Prepared(
    catalogue.BY_PUBLIC_ID.add_columns(
        person.c.id.label("buyer_id"),
        person.c.name.label("buyer_name"),
        sa.exists()
        .where(member.c.organisation_id == sa.bindparam("organisation_id"), member.c.person_id == person.c.id)
        .label("buyer_is_member"),
        consultant.c.id.label("seller_id"),
        consultant.c.name.label("seller_name"),
    )
    .outerjoin(
        phone,
        (phone.c.organisation_id == sa.bindparam("organisation_id"))
        & (phone.c.e164 == sa.bindparam("e164", type_=sa.String)),
    )
    .outerjoin(person, person.c.id == phone.c.person_id)
    .outerjoin(
        consultant,
        (consultant.c.club_id == sa.bindparam("club_id"))
        & (consultant.c.public_id == sa.bindparam("seller", type_=sa.String)),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBuyer:
    """Somebody found by phone."""

    person_id: PersonID
    name: str
    is_member: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What is sold, who is found by the phone that was typed, and who was named as seller."""

    card_type: CardTypeView
    buyer: KnownBuyer | None
    seller_id: ConsultantID | None
    seller_name: str


def ask_order(
    session: Session, club: Club, *, card_type: str, e164: str | None, seller: str, day: date
) -> Answer:
    """Ask for a card type of the club at the prices of a day, whose phone this is, and a consultant of the club.

    It travels with what is asked next; `order_of` reads it.
    """
    return ORDER.ask(
        session,
        {
            "club_id": club.id,
            "organisation_id": club.organisation_id,
            "wanted": card_type,
            "e164": e164,
            "seller": seller,
            "day": day,
        },
    )


def order_of(asked: Answer, *, seller: str) -> OrderFacts:
    """What was found. Raises NotFound for another club's card type or consultant."""
    row = asked.one_or_none()
    if row is None or (seller and row.seller_id is None):
        raise NotFound
    buyer = None
    if row.buyer_id is not None:
        buyer = KnownBuyer(
            person_id=PersonID(row.buyer_id), name=row.buyer_name, is_member=bool(row.buyer_is_member)
        )
    return OrderFacts(
        card_type=catalogue.view_of(row),
        buyer=buyer,
        seller_id=None if row.seller_id is None else ConsultantID(row.seller_id),
        seller_name=row.seller_name or "",
    )
