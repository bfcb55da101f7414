"""Changing the price list."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.errors import NotFound, refuse
from clubsales.ids import CardTypeID
from clubsales.membership.catalogue.events import CardTypeAdded, CardTypeWithdrawn
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.catalogue.rules import CardKind, CatalogueRefused
from clubsales.money import Money


def add_card_type(
    session: Session,
    *,
    code: str,
    name: str,
    kind: CardKind,
    price: Money | None = None,
    floor_price: Money | None = None,
    days: int | None = None,
    visits: int | None = None,
    no_discount: bool = False,
    all_clubs: bool = False,
    name_en: str = "",
    description: str = "",
    description_en: str = "",
    actor: Actor,
    at: Instant,
) -> CardTypeID:
    """Put something on the club's price list, behind what is there.

    Raises Refused(CatalogueRefused.CODE_TAKEN) and Refused(CatalogueRefused.FLOOR_ABOVE_PRICE).
    """
    if floor_price is not None and (price is None or price < floor_price):
        refuse(CatalogueRefused.FLOOR_ABOVE_PRICE, floor_price=floor_price).or_raise()
    of_club = CardTypeRow.club_id == actor.club.id
    taken = session.execute(sa.select(sa.exists().where(of_club, CardTypeRow.code == code))).scalar_one()
    if taken:
        refuse(CatalogueRefused.CODE_TAKEN, card_code=code).or_raise()
    position = session.execute(
        sa.select(sa.func.count()).select_from(CardTypeRow).where(of_club)
    ).scalar_one()
    row = CardTypeRow(
        club_id=actor.club.id,
        code=code,
        name=name,
        name_en=name_en,
        description=description,
        description_en=description_en,
        kind=kind.value,
        currency=actor.club.currency,
        price_minor=None if price is None else price.minor,
        floor_price_minor=None if floor_price is None else floor_price.minor,
        days=days,
        visits=visits,
        no_discount=no_discount,
        all_clubs=all_clubs,
        position=position,
    )
    session.add(row)
    session.flush()
    shown = "" if price is None else audit.money_fact(price)
    event = CardTypeAdded(CardTypeID(row.id), code, kind.value, shown)
    audit.record(session, event, actor=actor, at=at)
    return CardTypeID(row.id)


def withdraw(session: Session, *, card_type_id: CardTypeID, actor: Actor, at: Instant) -> None:
    """Take a card type off the price list; cards already sold stay as they are. Raises NotFound."""
    withdrawn = session.execute(
        sa.update(CardTypeRow)
        .where(CardTypeRow.id == card_type_id, CardTypeRow.club_id == actor.club.id)
        .values(on_sale=False)
        .returning(CardTypeRow.id)
    ).one_or_none()
    if withdrawn is None:
        raise NotFound
    audit.record(session, CardTypeWithdrawn(card_type_id), actor=actor, at=at)
