"""A card type's row, locked before it is changed."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.db import for_update
from clubsales.errors import NotFound
from clubsales.ids import CardTypeID
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.money import Currency, Money


def locked(session: Session, card_type_id: CardTypeID, actor: Actor) -> CardTypeRow:
    """A card type of the club, locked; raises NotFound."""
    row: CardTypeRow | None = session.scalars(
        for_update(
            sa.select(CardTypeRow).where(CardTypeRow.id == card_type_id, CardTypeRow.club_id == actor.club.id)
        ).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def value_of(row: CardTypeRow) -> Money | None:
    """What a card of it holds; None: what is paid for it, or nothing."""
    return None if row.value_minor is None else Money(row.value_minor, Currency(row.currency))
