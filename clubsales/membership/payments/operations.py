"""Writing payments and refunds: rows only; what they mean for the sale is decided in `sales`."""

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import for_update, insert_row
from clubsales.errors import NotFound
from clubsales.ids import ClubID, ConsultantID, PaymentID, RefundID, SaleID
from clubsales.membership.payments.models import PaymentRow, ProviderEventRow, RefundRow
from clubsales.membership.payments.rules import (
    LINK_LIFE,
    SLOW_METHODS,
    Method,
    PaymentNews,
    PaymentStatus,
    RefundNews,
    RefundSlice,
    RefundStatus,
)
from clubsales.money import Money

BY_HAND = "hand"


def receive(
    session: Session,
    *,
    sale_id: SaleID,
    amount: Money,
    method: Method,
    taken_by: ConsultantID | None,
    terminal_reference: str,
    paid_at: Instant,
    actor: Actor,
    at: Instant,
) -> PaymentRow:
    """Write money that is already here; a deposit holds a reservation."""
    row = PaymentRow(
        club_id=actor.club.id,
        sale_id=sale_id,
        method=method.value,
        currency=amount.currency,
        amount_minor=amount.minor,
        status=PaymentStatus.SUCCEEDED.value,
        started_at=at,
        started_by=actor.account_id,
        taken_by=taken_by,
        paid_at=paid_at,
        terminal_reference=terminal_reference,
    )
    insert_row(session, row)
    return row


def start(session: Session, *, sale_id: SaleID, amount: Money, actor: Actor, at: Instant) -> PaymentRow:
    """Write a payment the guest is going to make online; whoever starts it is its receiver."""
    row = PaymentRow(
        club_id=actor.club.id,
        sale_id=sale_id,
        method=Method.ONLINE.value,
        currency=amount.currency,
        amount_minor=amount.minor,
        status=PaymentStatus.STARTED.value,
        started_at=at,
        started_by=actor.account_id,
        taken_by=actor.consultant_id,
    )
    insert_row(session, row)
    return row


def give_up_started(session: Session, *, sale_id: SaleID) -> None:
    """End the links of a sale that were never opened at the provider: nobody can have paid by them."""
    session.execute(
        sa.update(PaymentRow)
        .where(
            PaymentRow.sale_id == sale_id,
            PaymentRow.status == PaymentStatus.STARTED.value,
            PaymentRow.provider_session_id.is_(None),
        )
        .values(status=PaymentStatus.EXPIRED.value)
        .execution_options(synchronize_session=False)
    )


def expire_started(session: Session, *, at: Instant) -> int:
    """End links that are over: never opened, or whose page the provider has closed by now. Returns how many.

    Money that comes for one all the same is booked when it comes.
    """
    ended = session.execute(
        sa.update(PaymentRow)
        .where(
            PaymentRow.status == PaymentStatus.STARTED.value,
            sa.or_(
                sa.and_(PaymentRow.provider_session_id.is_(None), PaymentRow.started_at < at - LINK_LIFE),
                PaymentRow.provider_expires_at < at - SLOW_METHODS,
            ),
        )
        .values(status=PaymentStatus.EXPIRED.value)
        .execution_options(synchronize_session=False)
    )
    return cast("sa.CursorResult[Any]", ended).rowcount


def record_session(
    session: Session, *, payment_id: PaymentID, session_id: str, url: str, expires_at: Instant
) -> None:
    """Keep the provider's page with the payment it is for. Raises NotFound."""
    row = session.get(PaymentRow, payment_id)
    if row is None:
        raise NotFound
    row.provider_session_id = session_id
    row.provider_session_url = url
    row.provider_expires_at = expires_at


def sale_of_payment(session: Session, news: PaymentNews) -> tuple[ClubID, SaleID] | None:
    """The club and the sale a provider's word is about."""
    condition = _payment_of(news)
    if condition is None:
        return None
    found = session.execute(sa.select(PaymentRow.club_id, PaymentRow.sale_id).where(condition)).one_or_none()
    return None if found is None else (ClubID(found.club_id), SaleID(found.sale_id))


def lock_payment(session: Session, news: PaymentNews) -> PaymentRow:
    """The payment a provider's word is about, locked."""
    condition = _payment_of(news)
    assert condition is not None
    statement = for_update(sa.select(PaymentRow).where(condition))
    row: PaymentRow = session.scalars(statement.execution_options(populate_existing=True)).one()
    return row


def _payment_of(news: PaymentNews) -> sa.ColumnElement[bool] | None:
    """By our own id; by the provider's page where it does not say ours."""
    if news.payment is not None:
        return PaymentRow.public_id == news.payment
    return None if news.session_id is None else PaymentRow.provider_session_id == news.session_id


def latest_link(session: Session, sale_id: SaleID) -> PaymentRow | None:
    """The online payment started last for a sale."""
    statement = (
        sa.select(PaymentRow)
        .where(PaymentRow.sale_id == sale_id, PaymentRow.method == Method.ONLINE.value)
        .order_by(PaymentRow.started_at.desc(), PaymentRow.id.desc())
        .limit(1)
    )
    return session.scalars(statement).one_or_none()


def start_refund(
    session: Session,
    *,
    sale_id: SaleID,
    slices: Sequence[RefundSlice],
    reason: str,
    actor: Actor,
    at: Instant,
) -> list[RefundRow]:
    """Write what goes back: out of an online payment it is only started, anything else is done at once."""
    rows = []
    for part in slices:
        status = RefundStatus.STARTED if part.online else RefundStatus.SUCCEEDED
        row = RefundRow(
            club_id=actor.club.id,
            sale_id=sale_id,
            payment_id=part.payment_id,
            currency=part.amount.currency,
            amount_minor=part.amount.minor,
            status=status.value,
            reason=reason,
            refunded_by=actor.account_id,
            started_at=at,
            settled_at=None if part.online else at,
        )
        session.add(row)
        rows.append(row)
        if not part.online:
            count_refund(session, part.payment_id, part.amount)
    session.flush()
    return rows


def count_refund(session: Session, payment_id: PaymentID, amount: Money) -> None:
    """Add to what has gone back out of a payment; the table refuses more than came in."""
    session.execute(
        sa.update(PaymentRow)
        .where(PaymentRow.id == payment_id)
        .values(refunded_minor=PaymentRow.refunded_minor + amount.minor)
        .execution_options(synchronize_session=False)
    )


def sale_of_refund(session: Session, news: RefundNews) -> tuple[ClubID, RefundID] | None:
    """The club and the refund of ours that a provider's word is about."""
    condition = RefundRow.provider_refund_id == news.provider_refund_id
    if news.refund is not None:
        condition = condition | (RefundRow.public_id == news.refund)
    found = session.execute(sa.select(RefundRow.club_id, RefundRow.id).where(condition)).one_or_none()
    return None if found is None else (ClubID(found.club_id), RefundID(found.id))


def sale_of_refund_id(session: Session, refund_id: RefundID) -> SaleID:
    """The sale a refund belongs to. Raises NotFound."""
    found = session.execute(
        sa.select(RefundRow.sale_id).where(RefundRow.id == refund_id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return SaleID(found)


def lock_refund(session: Session, refund_id: RefundID) -> RefundRow:
    """A refund, locked."""
    statement = for_update(sa.select(RefundRow).where(RefundRow.id == refund_id))
    row: RefundRow = session.scalars(statement.execution_options(populate_existing=True)).one()
    return row


def record_event(
    session: Session, *, provider: str, event_id: str, type_: str, outcome: str, at: Instant
) -> bool:
    """Write a provider's event, once; False when it was here before.

    Two deliveries at the same moment meet at the unique constraint; the loser runs again and finds the first.
    """
    known = sa.exists().where(ProviderEventRow.provider == provider, ProviderEventRow.event_id == event_id)
    new = sa.select(
        sa.literal(provider),
        sa.literal(event_id),
        sa.literal(type_),
        sa.literal(at, ProviderEventRow.__table__.c.received_at.type),
        sa.literal(outcome),
    ).where(~known)
    columns = ["provider", "event_id", "type", "received_at", "outcome"]
    inserted = sa.insert(ProviderEventRow).from_select(columns, new).returning(ProviderEventRow.id)
    return session.execute(inserted).scalar_one_or_none() is not None


def is_new(session: Session, club_id: ClubID, event_id: str, type_: str, at: Instant) -> bool:
    """Record an event that a history or a clerk names, once per club; False when it was here before."""
    return record_event(
        session, provider=BY_HAND, event_id=f"{club_id}:{event_id}", type_=type_, outcome="booked", at=at
    )


def set_event_outcome(session: Session, *, provider: str, event_id: str, outcome: str) -> None:
    """Say what a recorded event led to."""
    session.execute(
        sa.update(ProviderEventRow)
        .where(ProviderEventRow.provider == provider, ProviderEventRow.event_id == event_id)
        .values(outcome=outcome)
        .execution_options(synchronize_session=False)
    )
