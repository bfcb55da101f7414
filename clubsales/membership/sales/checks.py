"""What must hold in every sale; each check yields a sentence per fault. Run by `clubsales check`."""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.rules import CardStatus
from clubsales.membership.members.models import MemberRow
from clubsales.membership.payments.models import PaymentRow, RefundRow
from clubsales.membership.payments.rules import PaymentStatus, RefundStatus
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.rules import SaleKind

# The ledger's head and the club, by table name as the database knows them.
head = sa.table(
    "credit_basis", *(sa.column(name) for name in ("sale_id", "received_minor", "refunded_minor"))
)
club = sa.table("club", sa.column("id"), sa.column("organisation_id"))


def sales_agree_with_their_payments(session: Session) -> Iterator[str]:
    """What a sale has received and given back is what its payments and refunds add up to."""
    received = _sum(PaymentRow.amount_minor, PaymentRow.sale_id, PaymentRow.status == PaymentStatus.SUCCEEDED)
    refunded = _sum(RefundRow.amount_minor, RefundRow.sale_id, RefundRow.status == RefundStatus.SUCCEEDED)
    statement = sa.select(
        SaleRow.id, SaleRow.received_minor, SaleRow.refunded_minor, received, refunded
    ).where((SaleRow.received_minor != received) | (SaleRow.refunded_minor != refunded))
    for sale_id, has, gave, came, went in session.execute(statement.order_by(SaleRow.id)):
        yield f"Sale {sale_id} says {has} received and {gave} refunded; its payments say {came} and {went}."


def payments_agree_with_their_refunds(session: Session) -> Iterator[str]:
    """What has gone back out of a payment is what its refunds add up to."""
    refunded = (
        sa.select(sa.func.coalesce(sa.func.sum(RefundRow.amount_minor), 0))
        .where(RefundRow.payment_id == PaymentRow.id, RefundRow.status == RefundStatus.SUCCEEDED)
        .scalar_subquery()
    )
    statement = sa.select(PaymentRow.id, PaymentRow.refunded_minor, refunded).where(
        PaymentRow.refunded_minor != refunded
    )
    for payment_id, says, went in session.execute(statement.order_by(PaymentRow.id)):
        yield f"Payment {payment_id} says {says} refunded; its refunds say {went}."


def credit_agrees_with_the_money(session: Session) -> Iterator[str]:
    """The head of a sale's credit knows the same money as the sale; no money, no head. A fee has none."""
    statement = (
        sa.select(SaleRow.id)
        .outerjoin(head, head.c.sale_id == SaleRow.id)
        .where(
            sa.case(
                (SaleRow.is_fee, head.c.sale_id.is_not(None)),
                else_=(sa.func.coalesce(head.c.received_minor, 0) != SaleRow.received_minor)
                | (sa.func.coalesce(head.c.refunded_minor, 0) != SaleRow.refunded_minor),
            )
        )
        .order_by(SaleRow.id)
    )
    for sale_id in session.scalars(statement):
        yield f"Sale {sale_id}: its credit was reckoned on other money than came in and went back."


def cards_follow_the_money(session: Session) -> Iterator[str]:
    """A card is pending until all is paid, runs then, and ends when all is given back."""
    statement = (
        sa.select(
            CardRow.id, CardRow.status, SaleRow.price_minor, SaleRow.received_minor, SaleRow.refunded_minor
        )
        .join(SaleRow, SaleRow.id == CardRow.sale_id)
        .order_by(CardRow.id)
    )
    for card_id, status, price, received, refunded in session.execute(statement):
        if received == price and refunded == received and received:
            right = status == CardStatus.CANCELLED
        elif received == price:
            right = status in (CardStatus.ACTIVE, CardStatus.FROZEN, CardStatus.CANCELLED)
        else:
            right = status in (CardStatus.PENDING, CardStatus.CANCELLED)
        if not right:
            yield f"Card {card_id} is {status}, but {received} of {price} came in and {refunded} went back."


def paid_buyers_are_members(session: Session) -> Iterator[str]:
    """Whoever has paid a card in full is a member of the organisation."""
    statement = (
        sa.select(SaleRow.id)
        .join(CardRow, CardRow.sale_id == SaleRow.id)
        .join(club, club.c.id == SaleRow.club_id)
        .where(
            SaleRow.received_minor == SaleRow.price_minor,
            SaleRow.person_id.is_not(None),
            SaleRow.kind != SaleKind.GOODS,
            ~sa.exists().where(
                MemberRow.person_id == SaleRow.person_id,
                MemberRow.organisation_id == club.c.organisation_id,
            ),
        )
        .order_by(SaleRow.id)
    )
    for sale_id in session.scalars(statement):
        yield f"Sale {sale_id} is paid in full, but its buyer is no member."


INVARIANTS: tuple[Callable[[Session], Iterator[str]], ...] = (
    sales_agree_with_their_payments,
    payments_agree_with_their_refunds,
    credit_agrees_with_the_money,
    cards_follow_the_money,
    paid_buyers_are_members,
)


def _sum(amount: Any, of_sale: Any, condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """What a sale's rows add up to."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(amount), 0))
        .where(of_sale == SaleRow.id, condition)
        .scalar_subquery()
    )
