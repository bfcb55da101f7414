"""Closing a sale that is not paid: no money comes in any more."""

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.ids import CardTypeID, SaleID
from clubsales.membership.cards.behind import given_back
from clubsales.membership.cards.models import CardRow
from clubsales.membership.catalogue import operations as places
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.payments import operations as payments
from clubsales.membership.sales import queries
from clubsales.membership.sales.events import SaleClosed
from clubsales.membership.sales.models import SaleLineRow, SaleRow
from clubsales.membership.sales.receipts import is_reserved, lock_sale
from clubsales.membership.sales.rules import ClosedAs, GiveUpFacts, SaleKind, may_close, may_give_up

CARD, BOUGHT = table_of(CardRow), table_of(SaleRow).alias("bought")


def close_sale(session: Session, *, sale_id: SaleID, closed_as: ClosedAs, actor: Actor, at: Instant) -> None:
    """Let no money come in any more; what came in stays where it is, until somebody refunds it.

    Links that were not opened yet end with it; money that the provider takes all the same is kept aside.
    Raises NotFound and Refused(SaleRefused.CLOSED, PAID).
    """
    sale = lock_sale(session, actor.club.id, sale_id)
    balance = queries.balance_of(sale)
    may_close(balance, is_closed=sale.closed_at is not None).or_raise()
    sale.closed_at, sale.closed_as = at, closed_as.value
    payments.give_up_started(session, sale_id=sale_id)
    event = SaleClosed(sale_id, closed_as.value, audit.money_fact(balance.received))
    audit.record(session, event, actor=actor, at=at)


def give_up(session: Session, *, sale_id: SaleID, actor: Actor, at: Instant) -> None:
    """Close a deal that nobody will pay; what it held of a limited offer is free again.

    Raises NotFound and Refused(SaleRefused.CLOSED, PAID, MONEY_KEPT, RESERVED, NOT_YOURS).
    """
    sale = lock_sale(session, actor.club.id, sale_id)
    may_give_up(
        GiveUpFacts(
            balance=queries.balance_of(sale),
            is_closed=sale.closed_at is not None,
            is_reserved=is_reserved(session, sale_id),
            is_own=_is_own(sale, actor),
        )
    ).or_raise()
    close_sale(session, sale_id=sale_id, closed_as=ClosedAs.GIVEN_UP, actor=actor, at=at)
    free_places(session, sale_id=sale_id, actor=actor)


def _is_own(sale: SaleRow, actor: Actor) -> bool:
    """Whoever sees everybody's sales answers for all of them."""
    if may(actor, Permission.CREDIT_SEE_ALL):
        return True
    return sale.opened_by == actor.account_id or (
        sale.consultant_id is not None and sale.consultant_id == actor.consultant_id
    )


def hold_places(session: Session, *, sale_id: SaleID, actor: Actor) -> bool:
    """Take the places of a sale's limited offers again; says whether there were any. Raises Refused(SOLD_OUT)."""
    wanted = _places_of(session, sale_id)
    for card_type_id, quantity in sorted(wanted.items()):
        places.take_place(session, card_type_id=card_type_id, quantity=quantity, actor=actor)
    return bool(wanted)


def free_places(session: Session, *, sale_id: SaleID, actor: Actor) -> None:
    """What a sale that came to nothing holds of limited offers is free again; the caller does it once."""
    free(session, held_places(session, sale_id), actor=actor)


def free(session: Session, places_: Counter[CardTypeID], *, actor: Actor) -> None:
    """Give places back, in one order. `actor` stands in the club that sold them."""
    for card_type_id, quantity in sorted(places_.items()):
        places.give_place_back(session, card_type_id=card_type_id, quantity=quantity, actor=actor)


def held_places(session: Session, sale_id: SaleID) -> Counter[CardTypeID]:
    """The places a sale holds: its pieces of limited offers, less those whose card was given back with all its money."""
    wanted = _places_of(session, sale_id)
    return wanted - given_back(session, sale_id) if wanted else wanted


def has_places(session: Session, sale_id: SaleID) -> bool:
    """Whether a sale holds something of a limited offer, be it in a package."""
    return bool(_places_of(session, sale_id))


def _places_of(session: Session, sale_id: SaleID) -> Counter[CardTypeID]:
    """Pieces by card type.

    Of the sales about a card that is there an upgrade's takes a place, a renewal's with another type, and a gift.
    """
    own_type = sa.func.coalesce(CARD.c.card_type_id, BOUGHT.c.card_type_id)
    takes_place = sa.or_(
        SaleRow.for_card_id.is_(None),
        SaleRow.kind == SaleKind.UPGRADE,
        sa.and_(SaleRow.kind == SaleKind.RENEWAL, SaleLineRow.card_type_id != own_type),
        SaleLineRow.is_gift,
    )
    rows = session.execute(
        sa.select(SaleLineRow.card_type_id, sa.func.sum(SaleLineRow.quantity))
        .join(CardTypeRow, CardTypeRow.id == SaleLineRow.card_type_id)
        .join(SaleRow, SaleRow.id == SaleLineRow.sale_id)
        .outerjoin(CARD, CARD.c.id == SaleRow.for_card_id)
        .outerjoin(BOUGHT, BOUGHT.c.id == CARD.c.sale_id)
        .where(SaleLineRow.sale_id == sale_id, CardTypeRow.quota.is_not(None), takes_place)
        .group_by(SaleLineRow.card_type_id)
    )
    return Counter({CardTypeID(card_type_id): int(quantity) for card_type_id, quantity in rows})
