"""Reading payments and refunds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, day_span
from clubsales.errors import NotFound
from clubsales.ids import AccountID, ClubID, ConsultantID, PaymentID, RefundID, SaleID
from clubsales.membership.payments.models import PaymentRow, RefundRow
from clubsales.membership.payments.rules import (
    LINK_LIFE,
    Method,
    PaymentStatus,
    Refundable,
    RefundStatus,
    may_be_token,
)
from clubsales.money import Currency, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    """Money in, or on its way in."""

    id: PaymentID
    public_id: str
    link_token: str
    club_id: ClubID
    sale_id: SaleID
    method: Method
    amount: Money
    refunded: Money
    status: PaymentStatus
    started_at: Instant
    started_by: AccountID | None
    taken_by: ConsultantID | None
    paid_at: Instant | None
    terminal_reference: str
    provider_session_id: str | None
    provider_session_url: str | None
    provider_payment_id: str | None

    @property
    def link_until(self) -> Instant:
        """Until when the guest may open the link."""
        return self.started_at + LINK_LIFE

    def is_open(self, at: Instant) -> bool:
        """Whether a guest can still pay by this link."""
        return self.status is PaymentStatus.STARTED and at < self.link_until


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundView:
    """Money going back."""

    id: RefundID
    public_id: str
    sale_id: SaleID
    payment_id: PaymentID
    amount: Money
    status: RefundStatus
    reason: str
    started_at: Instant
    settled_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRefund:
    """An online refund the provider has not settled: what to ask of it."""

    id: RefundID
    public_id: str
    club_id: ClubID
    amount: Money
    provider_payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Takings:
    """What one method brought in and gave back on a local day."""

    method: Method
    received: Money
    refunded: Money
    count: int


def by_link_token(session: Session, link_token: str) -> PaymentView:
    """The payment a guest's link opens; raises NotFound."""
    if not may_be_token(link_token):
        raise NotFound
    return _one(session, PaymentRow.link_token == link_token)


def get(session: Session, payment_id: PaymentID) -> PaymentView:
    """A payment; raises NotFound."""
    return _one(session, PaymentRow.id == payment_id)


def of_sale(session: Session, sale_id: SaleID) -> list[PaymentView]:
    """A sale's payments, oldest first."""
    statement = _payments().where(PaymentRow.sale_id == sale_id)
    return [
        _payment(row) for row in session.execute(statement.order_by(PaymentRow.started_at, PaymentRow.id))
    ]


def refunds_of_sale(session: Session, sale_id: SaleID) -> list[RefundView]:
    """A sale's refunds, oldest first."""
    statement = sa.select(*RefundRow.__table__.columns).where(RefundRow.sale_id == sale_id)
    return [_refund(row) for row in session.execute(statement.order_by(RefundRow.started_at, RefundRow.id))]


def refundable(session: Session, sale_id: SaleID) -> list[Refundable]:
    """What can still go back out of each payment, oldest first; refunds on their way are taken off."""
    on_the_way = (
        sa.select(sa.func.coalesce(sa.func.sum(RefundRow.amount_minor), 0))
        .where(RefundRow.payment_id == PaymentRow.id, RefundRow.status == RefundStatus.STARTED.value)
        .scalar_subquery()
    )
    statement = (
        sa.select(
            PaymentRow.id,
            PaymentRow.currency,
            PaymentRow.amount_minor,
            PaymentRow.refunded_minor,
            PaymentRow.provider_payment_id,
            on_the_way.label("on_the_way"),
        )
        .where(PaymentRow.sale_id == sale_id, PaymentRow.status == PaymentStatus.SUCCEEDED.value)
        .order_by(PaymentRow.paid_at, PaymentRow.id)
    )
    return [
        Refundable(
            payment_id=PaymentID(row.id),
            left=Money(row.amount_minor - row.refunded_minor - int(row.on_the_way), Currency(row.currency)),
            online=row.provider_payment_id is not None,
        )
        for row in session.execute(statement)
    ]


def open_refunds(session: Session, refund_ids: Sequence[RefundID] | None = None) -> list[OpenRefund]:
    """Online refunds that are not settled: these, or all of them."""
    statement = (
        sa.select(
            RefundRow.id,
            RefundRow.public_id,
            RefundRow.club_id,
            RefundRow.amount_minor,
            RefundRow.currency,
            PaymentRow.provider_payment_id,
        )
        .join(PaymentRow, PaymentRow.id == RefundRow.payment_id)
        .where(RefundRow.status == RefundStatus.STARTED.value, PaymentRow.provider_payment_id.is_not(None))
        .order_by(RefundRow.id)
    )
    if refund_ids is not None:
        statement = statement.where(RefundRow.id.in_(refund_ids))
    return [
        OpenRefund(
            id=RefundID(row.id),
            public_id=row.public_id,
            club_id=ClubID(row.club_id),
            amount=Money(row.amount_minor, Currency(row.currency)),
            provider_payment_id=row.provider_payment_id,
        )
        for row in session.execute(statement)
    ]


def waiting_online(session: Session, *, before: Instant) -> list[PaymentView]:
    """Online payments opened at the provider and still undecided since before an instant: to be asked about."""
    statement = _payments().where(
        PaymentRow.status == PaymentStatus.STARTED.value,
        PaymentRow.provider_session_id.is_not(None),
        PaymentRow.started_at < before,
    )
    return [_payment(row) for row in session.execute(statement.order_by(PaymentRow.id))]


def open_pages(session: Session, sale_id: SaleID) -> list[str]:
    """The provider's pages on which a sale could still be paid."""
    statement = sa.select(PaymentRow.provider_session_id).where(
        PaymentRow.sale_id == sale_id,
        PaymentRow.status == PaymentStatus.STARTED.value,
        PaymentRow.provider_session_id.is_not(None),
    )
    return [page for page in session.scalars(statement) if page is not None]


def takings(session: Session, club: Club, day: date) -> list[Takings]:
    """What came in and went back on a club-local day, by method."""
    start, end = day_span(day, club.zone)
    received: dict[str, tuple[int, int]] = {}
    paid = (
        sa.select(PaymentRow.method, sa.func.sum(PaymentRow.amount_minor), sa.func.count())
        .where(
            PaymentRow.club_id == club.id,
            PaymentRow.status == PaymentStatus.SUCCEEDED.value,
            PaymentRow.paid_at >= start,
            PaymentRow.paid_at < end,
        )
        .group_by(PaymentRow.method)
    )
    for method, amount, count in session.execute(paid):
        received[method] = (int(amount), int(count))
    back = (
        sa.select(PaymentRow.method, sa.func.sum(RefundRow.amount_minor))
        .join(PaymentRow, PaymentRow.id == RefundRow.payment_id)
        .where(
            RefundRow.club_id == club.id,
            RefundRow.status == RefundStatus.SUCCEEDED.value,
            RefundRow.settled_at >= start,
            RefundRow.settled_at < end,
        )
        .group_by(PaymentRow.method)
    )
    refunded = {method: int(amount) for method, amount in session.execute(back)}
    return [
        Takings(
            method=method,
            received=Money(received.get(method.value, (0, 0))[0], club.currency),
            refunded=Money(refunded.get(method.value, 0), club.currency),
            count=received.get(method.value, (0, 0))[1],
        )
        for method in Method
        if method.value in received or method.value in refunded
    ]


def taken_by(
    session: Session, club: Club, account_id: AccountID, *, since: Instant, until: Instant
) -> dict[Method, Money]:
    """What somebody booked himself from `since` up to but not including `until`, less what he gave back, by method.

    A method he did not use is not there.
    """
    sums: dict[str, int] = {}
    paid = (
        sa.select(PaymentRow.method, sa.func.sum(PaymentRow.amount_minor))
        .where(
            PaymentRow.club_id == club.id,
            PaymentRow.started_by == account_id,
            PaymentRow.status == PaymentStatus.SUCCEEDED.value,
            PaymentRow.paid_at >= since,
            PaymentRow.paid_at < until,
        )
        .group_by(PaymentRow.method)
    )
    back = (
        sa.select(PaymentRow.method, -sa.func.sum(RefundRow.amount_minor))
        .join(PaymentRow, PaymentRow.id == RefundRow.payment_id)
        .where(
            RefundRow.club_id == club.id,
            RefundRow.refunded_by == account_id,
            RefundRow.status == RefundStatus.SUCCEEDED.value,
            RefundRow.settled_at >= since,
            RefundRow.settled_at < until,
        )
        .group_by(PaymentRow.method)
    )
    for statement in (paid, back):
        for method, amount in session.execute(statement):
            sums[method] = sums.get(method, 0) + int(amount)
    return {method: Money(sums[method.value], club.currency) for method in Method if method.value in sums}


def _payments() -> sa.Select[Any]:
    return sa.select(*PaymentRow.__table__.columns)


def _one(session: Session, condition: sa.ColumnElement[bool]) -> PaymentView:
    row = session.execute(_payments().where(condition)).one_or_none()
    if row is None:
        raise NotFound
    return _payment(row)


def _payment(row: sa.Row[Any]) -> PaymentView:
    currency = Currency(row.currency)
    return PaymentView(
        id=PaymentID(row.id),
        public_id=row.public_id,
        link_token=row.link_token,
        club_id=ClubID(row.club_id),
        sale_id=SaleID(row.sale_id),
        method=Method(row.method),
        amount=Money(row.amount_minor, currency),
        refunded=Money(row.refunded_minor, currency),
        status=PaymentStatus(row.status),
        started_at=row.started_at,
        started_by=row.started_by,
        taken_by=row.taken_by,
        paid_at=row.paid_at,
        terminal_reference=row.terminal_reference,
        provider_session_id=row.provider_session_id,
        provider_session_url=row.provider_session_url,
        provider_payment_id=row.provider_payment_id,
    )


def _refund(row: sa.Row[Any]) -> RefundView:
    return RefundView(
        id=RefundID(row.id),
        public_id=row.public_id,
        sale_id=SaleID(row.sale_id),
        payment_id=PaymentID(row.payment_id),
        amount=Money(row.amount_minor, Currency(row.currency)),
        status=RefundStatus(row.status),
        reason=row.reason,
        started_at=row.started_at,
        settled_at=row.settled_at,
    )
