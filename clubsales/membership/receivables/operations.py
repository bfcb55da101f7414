"""Agreeing on days of payment, and confirming arrears."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor, Role
from clubsales.clock import Instant, local_day
from clubsales.errors import NotFound, refuse
from clubsales.ids import SaleID
from clubsales.membership.receivables.events import ArrearsConfirmed, PlanAgreed
from clubsales.membership.receivables.queries import (
    IN_FORCE,
    INSTALMENT,
    of_sale,
)
from clubsales.membership.receivables.rules import (
    CONFIRMERS,
    Part,
    ReceivableRefused,
    may_confirm,
    may_plan,
)
from clubsales.membership.sales import queries as sales
from clubsales.membership.sales.receipts import lock_sale
from clubsales.membership.sales.rules import SaleRefused
from clubsales.money import Money

AGREERS = CONFIRMERS | {Role.SUPERVISOR, Role.FINANCE_CLERK, Role.RECEPTIONIST}


def agree(session: Session, *, sale_id: SaleID, parts: Sequence[Part], actor: Actor, at: Instant) -> None:
    """Agree with the buyer when he pays what is open (RCV-06); a plan that there is is replaced whole.

    Raises NotFound, Refused(ReceivableRefused.*) and Refused(SaleRefused.CLOSED).
    """
    sale = lock_sale(session, actor.club.id, sale_id)
    if sale.closed_at is not None:
        refuse(SaleRefused.CLOSED).or_raise()
    is_his = sale.consultant_id is not None and sale.consultant_id == actor.consultant_id
    if not is_his and AGREERS.isdisjoint(actor.roles):
        refuse(ReceivableRefused.NOT_YOURS).or_raise()
    outstanding = sales.balance_of(sale).asked_for
    may_plan(parts, outstanding=outstanding, today=local_day(at, actor.club.zone)).or_raise()
    session.execute(
        sa.update(INSTALMENT).where(INSTALMENT.c.sale_id == sale_id, IN_FORCE).values(superseded_at=at)
    )
    latest = session.execute(
        sa.select(sa.func.coalesce(sa.func.max(INSTALMENT.c.plan), 0)).where(INSTALMENT.c.sale_id == sale_id)
    ).scalar_one()
    session.execute(
        sa.insert(INSTALMENT),
        [
            {
                "club_id": actor.club.id,
                "sale_id": sale_id,
                "plan": latest + 1,
                "position": position,
                "due_on": part.due_on,
                "amount_minor": part.amount.minor,
                "agreed_at": at,
                "agreed_by": actor.account_id,
            }
            for position, part in enumerate(parts, start=1)
        ],
    )
    event = PlanAgreed(
        sale_id, latest + 1, len(parts), parts[0].due_on, parts[-1].due_on, audit.money_fact(outstanding)
    )
    audit.record(session, event, actor=actor, at=at)


def confirm_arrears(session: Session, *, sale_id: SaleID, actor: Actor, at: Instant) -> None:
    """Confirm what is overdue as arrears of the buyer (RCV-04); what is confirmed stays so.

    Raises NotFound and Refused(ReceivableRefused.ROLE, NOT_LATE).
    """
    lock_sale(session, actor.club.id, sale_id)
    receivable = of_sale(session, actor.club, sale_id, local_day(at, actor.club.zone))
    if receivable is None:
        raise NotFound
    late = [part for part in receivable.late if part.confirmed_at is None]
    may_confirm(is_late=bool(late), roles=actor.roles).or_raise()
    session.execute(
        sa.update(INSTALMENT)
        .where(INSTALMENT.c.id.in_([part.id for part in late]))
        .values(confirmed_at=at, confirmed_by=actor.account_id)
    )
    outstanding = sum((part.standing.outstanding for part in late), Money.zero(receivable.price.currency))
    event = ArrearsConfirmed(sale_id, audit.money_fact(outstanding), late[0].standing.part.due_on)
    audit.record(session, event, actor=actor, at=at)
