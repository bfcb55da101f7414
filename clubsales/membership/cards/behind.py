"""Which sales' money stands behind a card, all along its chain."""

from sqlalchemy.orm import Session

from clubsales.ids import CardID, SaleID
from clubsales.membership.cards import grants, passing


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
