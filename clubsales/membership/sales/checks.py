"""What must hold in every sale; each check yields a sentence per fault. Run by `clubsales check`."""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import table_of
from clubsales.membership.cards.models import CardGrantRow, CardRow
from clubsales.membership.cards.rules import CardStatus
from clubsales.membership.members.models import MemberRow
from clubsales.membership.payments.models import PaymentRow, RefundRow
from clubsales.membership.payments.rules import PaymentStatus, RefundStatus
from clubsales.membership.sales.models import SaleLineRow, SaleRow
from clubsales.membership.sales.rules import SaleKind

# The ledger's head and the club, by table name as the database knows them.
head = sa.table(
    "credit_basis", *(sa.column(name) for name in ("sale_id", "received_minor", "refunded_minor"))
)
LINE = table_of(SaleLineRow)
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
    """A card is pending until all is paid (net of what went back before), runs then, and ends when all is given back.

    One that another card's worth was traded in for may go on with that.
    """
    behind = (
        sa.select(sa.func.coalesce(sa.func.sum(CardGrantRow.paid_minor), 0))
        .where(CardGrantRow.card_id == CardRow.id, CardRow.follows_card_id.is_not(None))
        .scalar_subquery()
    )
    statement = (
        sa.select(
            CardRow.id,
            CardRow.status,
            SaleRow.price_minor,
            SaleRow.received_minor,
            SaleRow.refunded_minor,
            SaleRow.paid_at,
            behind,
        )
        .join(SaleRow, SaleRow.id == CardRow.sale_id)
        .order_by(CardRow.id)
    )
    for card_id, status, price, received, refunded, paid_at, traded_in in session.execute(statement):
        if received == price and refunded == received and received and not traded_in:
            right = status == CardStatus.CANCELLED
        elif paid_at is not None:
            right = status in (CardStatus.ACTIVE, CardStatus.FROZEN, CardStatus.CANCELLED)
        else:
            right = status in (CardStatus.PENDING, CardStatus.CANCELLED)
        if not right:
            yield f"Card {card_id} is {status}, but {received} of {price} came in and {refunded} went back."


def lines_agree_with_their_sale(session: Session) -> Iterator[str]:
    """A sale's lines add up to its price, and a package's parts to the package."""
    whole = sa.func.coalesce(sa.func.sum(sa.case((LINE.c.part_of.is_(None), LINE.c.price_minor), else_=0)), 0)
    statement = (
        sa.select(SaleRow.id, SaleRow.price_minor, whole)
        .outerjoin(LINE, LINE.c.sale_id == SaleRow.id)
        .group_by(SaleRow.id, SaleRow.price_minor)
        .having(whole != SaleRow.price_minor)
        .order_by(SaleRow.id)
    )
    for sale_id, price, added in session.execute(statement):
        yield f"Sale {sale_id} costs {price}; its lines add up to {added}."
    part = LINE.alias("part")
    parts = sa.func.sum(part.c.price_minor)
    statement = (
        sa.select(LINE.c.sale_id, LINE.c.line, LINE.c.price_minor, parts)
        .join(part, (part.c.sale_id == LINE.c.sale_id) & (part.c.part_of == LINE.c.line))
        .group_by(LINE.c.sale_id, LINE.c.line, LINE.c.price_minor)
        .having(parts != LINE.c.price_minor)
        .order_by(LINE.c.sale_id, LINE.c.line)
    )
    for sale_id, line, price, added in session.execute(statement):
        yield f"Line {line} of sale {sale_id} costs {price}; its parts add up to {added}."


def cards_come_from_lines(session: Session) -> Iterator[str]:
    """A card stands on a line of its sale, and what it was first granted is what was paid for that line."""
    first = (
        sa.select(CardGrantRow.card_id, CardGrantRow.paid_minor, CardGrantRow.sale_id)
        .where(CardGrantRow.sequence == 1, CardGrantRow.kind == "sale")
        .subquery()
    )
    statement = (
        sa.select(CardRow.id, LINE.c.price_minor, first.c.paid_minor)
        .outerjoin(LINE, (LINE.c.sale_id == CardRow.sale_id) & (LINE.c.line == CardRow.line))
        .outerjoin(first, (first.c.card_id == CardRow.id) & (first.c.sale_id == CardRow.sale_id))
        .where(
            CardRow.follows_card_id.is_(None),
            LINE.c.id.is_(None) | (first.c.paid_minor != LINE.c.price_minor),
        )
        .order_by(CardRow.id)
    )
    for card_id, price, paid in session.execute(statement):
        if price is None:
            yield f"Card {card_id} stands on no line of its sale."
        else:
            yield f"Card {card_id} was granted for {paid}; its line costs {price}."


def closed_sales_take_no_money(session: Session) -> Iterator[str]:
    """No money came in after a sale was closed, and a closed sale is not paid."""
    late = sa.exists().where(
        PaymentRow.sale_id == SaleRow.id,
        PaymentRow.status == PaymentStatus.SUCCEEDED,
        PaymentRow.started_at > SaleRow.closed_at,
    )
    statement = sa.select(SaleRow.id).where(
        SaleRow.closed_at.is_not(None), late | (SaleRow.received_minor == SaleRow.price_minor)
    )
    for sale_id in session.scalars(statement.order_by(SaleRow.id)):
        yield f"Sale {sale_id} is closed, but its money went on coming in."


def paid_buyers_are_members(session: Session) -> Iterator[str]:
    """Whoever has paid a card in full is a member of the organisation."""
    statement = (
        sa.select(SaleRow.id)
        .join(CardRow, CardRow.sale_id == SaleRow.id)
        .join(club, club.c.id == SaleRow.club_id)
        .where(
            SaleRow.paid_at.is_not(None),
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
    lines_agree_with_their_sale,
    cards_come_from_lines,
    closed_sales_take_no_money,
)


def _sum(amount: Any, of_sale: Any, condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """What a sale's rows add up to."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(amount), 0))
        .where(of_sale == SaleRow.id, condition)
        .scalar_subquery()
    )
