"""Closing a sale that is not paid: no money comes in any more."""

from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.ids import SaleID
from clubsales.membership.payments import operations as payments
from clubsales.membership.sales import queries
from clubsales.membership.sales.events import SaleClosed
from clubsales.membership.sales.receipts import lock_sale
from clubsales.membership.sales.rules import ClosedAs, may_close


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
