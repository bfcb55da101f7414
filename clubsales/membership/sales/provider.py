"""Asking the provider, between two transactions: open a page, hear what became of it, send money back."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import structlog

from clubsales.clock import Instant
from clubsales.db import db, transact
from clubsales.errors import Refused, refuse
from clubsales.ids import RefundID
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.gateways import CheckoutOrder, Gateway
from clubsales.membership.payments.queries import PaymentView
from clubsales.membership.payments.rules import SESSION_LIFE, PaymentRefused, PaymentStatus
from clubsales.membership.sales import operations

ASK_AFTER = timedelta(minutes=2)  # an event that has not come by then is asked for
log: structlog.stdlib.BoundLogger = structlog.get_logger("clubsales.sales")


def open_page(
    gateway: Gateway, payment: PaymentView, *, title: str, success_url: str, cancel_url: str, at: Instant
) -> str:
    """The address of the provider's page for a link that is good; the same one when asked again.

    Raises Refused(PaymentRefused.LINK_OVER, PROVIDER_DOWN).
    """
    if not payment.is_open(at):
        refuse(PaymentRefused.LINK_OVER).or_raise()
    if payment.provider_session_url is not None:
        return payment.provider_session_url
    _let_go()
    page = gateway.open_checkout(
        CheckoutOrder(
            payment=payment.public_id,
            amount=payment.amount,
            title=title,
            success_url=success_url,
            cancel_url=cancel_url,
            expires_at=payment.started_at + SESSION_LIFE,
        )
    )
    if page.url is None:
        refuse(PaymentRefused.LINK_OVER).or_raise()
    url = page.url
    transact(
        lambda s: operations.record_session(
            s, payment_id=payment.id, session_id=page.session_id, url=url, expires_at=page.expires_at
        )
    )
    return url


def hear(gateway: Gateway, payment: PaymentView, *, at: Instant) -> None:
    """Ask what became of a payment when its event has not come yet; quiet when the provider cannot say."""
    if payment.status is PaymentStatus.SUCCEEDED or payment.provider_session_id is None:
        return
    _let_go()
    try:
        news = gateway.ask(payment.provider_session_id, at=at)
    except Refused:
        return  # its event will come, or the next question
    transact(lambda s: operations.apply_payment_news(s, news=news, at=at))


def close_pages(gateway: Gateway, session_ids: Sequence[str]) -> None:
    """Let nobody pay by pages that were replaced; money that comes all the same is kept aside."""
    for session_id in session_ids:
        try:
            gateway.close_checkout(session_id)
        except Refused:
            log.warning("page stays open", session=session_id)


def send_refunds(gateway: Gateway, *, at: Instant, refund_ids: Sequence[RefundID] | None = None) -> int:
    """Send started refunds to the provider; asked again, each goes back once. Returns how many could not be sent.

    What the provider refuses for good has failed: it can be made again, another way.
    """
    waiting = 0
    for refund in payments.open_refunds(db.session, refund_ids):
        _let_go()
        try:
            news = gateway.refund(
                refund=refund.public_id,
                provider_payment_id=refund.provider_payment_id,
                amount=refund.amount,
            )
        except Refused as refused:
            if refused.refusal.code is PaymentRefused.PROVIDER_REFUSED:
                transact(partial(operations.fail_refund, refund=refund, at=at))
            else:
                waiting += 1
            continue
        settle = partial(
            operations.settle_provider_refund,
            club_id=refund.club_id,
            refund_id=refund.id,
            news=news,
            at=at,
        )
        transact(settle)
    return waiting


def _let_go() -> None:
    """Give the connection back before waiting for somebody else's machine."""
    db.session.rollback()


def catch_up(gateway: Gateway, *, at: Instant) -> None:
    """What the worker does now and then: ask about payments whose event is late, send refunds that are stuck."""
    for payment in payments.waiting_online(db.session, before=at - ASK_AFTER):
        hear(gateway, payment, at=at)
    send_refunds(gateway, at=at)
