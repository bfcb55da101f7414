"""Which sales' money stands behind a card, all along its chain."""

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import table_of
from clubsales.ids import CardID, CardTypeID, SaleID
from clubsales.membership.cards import grants, passing
from clubsales.membership.cards.ending import EndedAs
from clubsales.membership.cards.models import CardGrantRow, CardRow

CARD, GRANT = table_of(CardRow), table_of(CardGrantRow)


def paid_by_sale(session: Session, card_id: CardID) -> dict[SaleID, int]:
    """How much of each sale was paid for the card or one it followed, the oldest first; what only went along is not twice.

    A sale of several cards counts with what was paid for this one. An upgrade's sale counts with the old card's worth:
    hold it against what the sale has received.
    """
    paid: dict[SaleID, int] = {}
    for link in reversed(passing.chain(session, card_id)):
        for each in grants.of_card(session, link):
            given = each.grant
            if given.sale_id is not None and given.paid_minor > 0:
                sale_id = SaleID(given.sale_id)
                paid[sale_id] = max(paid.get(sale_id, 0), given.paid_minor)
    return paid


def given_back(session: Session, sale_id: SaleID) -> Counter[CardTypeID]:
    """How many of a sale's cards, by type, were given back with all that was paid for them.

    A card that went to somebody else is one with his. What was given for nothing is none of them.
    """
    rows = session.execute(
        sa.select(
            CARD.c.id,
            CARD.c.card_type_id,
            CARD.c.follows_card_id,
            CARD.c.ended_as,
            sa.func.sum(GRANT.c.paid_minor).label("kept"),
            sa.func.max(GRANT.c.paid_minor).label("most"),
        )
        .join(GRANT, GRANT.c.card_id == CARD.c.id)
        .where(CARD.c.sale_id == sale_id)
        .group_by(CARD.c.id, CARD.c.card_type_id, CARD.c.follows_card_id, CARD.c.ended_as)
    ).all()
    by_id = {row.id: row for row in rows}
    found: Counter[CardTypeID] = Counter()
    for row in rows:
        if row.ended_as != EndedAs.REFUNDED or row.card_type_id is None:
            continue
        kept, most = row.kept, row.most
        before = by_id.get(row.follows_card_id)
        while before is not None:
            kept, most = kept + before.kept, max(most, before.most)
            before = by_id.get(before.follows_card_id)
        if most > 0 and kept == 0:
            found[CardTypeID(row.card_type_id)] += 1
    return found
