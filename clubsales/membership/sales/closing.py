"""Closing a sale that is not paid: no money comes in any more."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant
from clubsales.ids import CardTypeID, SaleID
from clubsales.membership.catalogue import operations as places
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.payments import operations as payments
from clubsales.membership.sales import queries
from clubsales.membership.sales.events import SaleClosed
from clubsales.membership.sales.models import SaleLineRow, SaleRow
from clubsales.membership.sales.receipts import lock_sale
from clubsales.membership.sales.rules import ClosedAs, GiveUpFacts, SaleKind, may_close, may_give_up

# Reservations stand above: theirs is known by its table's name, as the database knows it.
reservation = sa.table("reservation", sa.column("sale_id", sa.BigInteger))


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
    is_reserved = session.execute(sa.select(sa.exists().where(reservation.c.sale_id == sale_id))).scalar_one()
    may_give_up(
        GiveUpFacts(
            balance=queries.balance_of(sale),
            is_closed=sale.closed_at is not None,
            is_reserved=is_reserved,
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


def free_places(session: Session, *, sale_id: SaleID, actor: Actor) -> None:
    """What a sale that came to nothing held of limited offers is free again; the caller does it once.

    Of the sales about a card that is there only an upgrade's took a place.
    """
    took_place = sa.or_(SaleRow.for_card_id.is_(None), SaleRow.kind == SaleKind.UPGRADE)
    held = session.execute(
        sa.select(SaleLineRow.card_type_id, sa.func.sum(SaleLineRow.quantity))
        .join(CardTypeRow, CardTypeRow.id == SaleLineRow.card_type_id)
        .join(SaleRow, SaleRow.id == SaleLineRow.sale_id)
        .where(SaleLineRow.sale_id == sale_id, CardTypeRow.quota.is_not(None), took_place)
        .group_by(SaleLineRow.card_type_id)
        .order_by(SaleLineRow.card_type_id)
    ).all()
    for card_type_id, quantity in held:
        places.give_place_back(
            session, card_type_id=CardTypeID(card_type_id), quantity=int(quantity), actor=actor
        )
