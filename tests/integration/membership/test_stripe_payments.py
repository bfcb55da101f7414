"""Paying online through the real SDK and our Stripe peer: each event once, in any order, nothing booked wrong."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.credits import queries as credits_
from clubsales.errors import Refused
from clubsales.ids import SaleID
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.rules import CardStatus
from clubsales.membership.payments import operations as payment_operations
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.gateways import CheckoutOrder, UntrustedEvent
from clubsales.membership.payments.queries import PaymentView
from clubsales.membership.payments.rules import (
    SESSION_LIFE,
    Method,
    PaymentNews,
    PaymentStatus,
    ProviderOutcome,
    RefundStatus,
)
from clubsales.membership.sales import checks, operations, queries
from clubsales.membership.sales.operations import EventOutcome, StartedPayment
from clubsales.membership.sales.rules import SaleState
from clubsales.money import Money
from tests.builders import Cast, local, yuan
from tests.integration.membership.paying import Provider, a_provider
from tests.integration.membership.test_sales_operations import an_open_sale, refused

AT = local(11)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with a_provider(AT) as provider:
        yield provider


@pytest.fixture
def sale(session: Session, cast: Cast) -> SaleID:
    return an_open_sale(session, cast)


def start(session: Session, cast: Cast, sale: SaleID, at: Instant = AT) -> StartedPayment:
    return operations.start_online_payment(session, sale_id=sale, actor=cast.lin, at=at)


def open_page(session: Session, provider: Provider, started: StartedPayment) -> str:
    """What happens when the guest presses pay: a page at the provider; gives its session."""
    payment = payments.get(session, started.payment_id)
    page = provider.gateway.open_checkout(
        CheckoutOrder(
            payment=payment.public_id,
            amount=payment.amount,
            title="年卡",
            success_url="https://club.test/done",
            cancel_url="https://club.test/cancelled",
            expires_at=payment.started_at + SESSION_LIFE,
        )
    )
    assert page.url is not None
    operations.record_session(
        session,
        payment_id=payment.id,
        session_id=page.session_id,
        url=page.url,
        expires_at=page.expires_at,
    )
    session.flush()
    return page.session_id


def hear_all(session: Session, provider: Provider, at: Instant = AT) -> list[EventOutcome]:
    return [operations.apply_provider_event(session, event=event, at=at) for event in provider.events()]


def money_of(session: Session, cast: Cast, sale: SaleID) -> tuple[str, str]:
    balance = queries.get(session, cast.club.id, sale).balance
    return str(balance.received), str(balance.refunded)


def all_well(session: Session) -> bool:
    session.flush()
    return [fault for check in checks.INVARIANTS for fault in check(session)] == []


def paid_online(
    session: Session, cast: Cast, provider: Provider, sale: SaleID, *, method: str = "card"
) -> PaymentView:
    started = start(session, cast, sale)
    provider.peer.pay(open_page(session, provider, started), method=method)
    assert EventOutcome.BOOKED in hear_all(session, provider)
    return payments.get(session, started.payment_id)


def test_a_paid_page_books_the_money_and_activates_the_card(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    payment = paid_online(session, cast, provider, sale)
    assert payment.status is PaymentStatus.SUCCEEDED
    assert payment.paid_at == AT
    assert payment.provider_payment_id is not None
    assert queries.get(session, cast.club.id, sale).balance.state is SaleState.PAID
    card = cards.of_sale(session, sale)
    assert card is not None
    assert card.status is CardStatus.ACTIVE
    postings = credits_.postings_of_sale(session, cast.club.id, sale)
    assert [(one.consultant_id, str(one.amount)) for one in postings] == [(cast.lin.consultant_id, "3980.00")]
    assert all_well(session)


def test_an_event_counts_once_however_often_it_comes(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    provider.peer.pay(open_page(session, provider, start(session, cast, sale)))
    event = provider.event("checkout.session.completed")
    outcomes = [operations.apply_provider_event(session, event=event, at=AT) for _again in range(3)]
    assert outcomes == [EventOutcome.BOOKED, EventOutcome.DUPLICATE, EventOutcome.DUPLICATE]
    other_id = replace(event, event_id="evt_other")
    assert operations.apply_provider_event(session, event=other_id, at=AT) is EventOutcome.ALREADY_KNOWN
    assert money_of(session, cast, sale) == ("3980.00", "0.00")


def test_credit_falls_into_the_month_of_the_success(session: Session, cast: Cast, provider: Provider) -> None:
    """SC-18 (a): success 03-31 23:50, heard of on 04-01 00:05."""
    late = local(23, 50, day=31)
    provider.move_to(late)
    sale = an_open_sale(session, cast, at=late)
    provider.peer.pay(open_page(session, provider, start(session, cast, sale, late)))
    assert EventOutcome.BOOKED in hear_all(session, provider, local(0, 5, day=1, month=4))
    (posting,) = credits_.postings_of_sale(session, cast.club.id, sale)
    assert (posting.month.month, posting.at) == (3, late)


def test_whoever_made_the_link_is_the_receiver(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    started = operations.start_online_payment(session, sale_id=sale, actor=cast.zhou, at=AT)
    provider.peer.pay(open_page(session, provider, started))
    hear_all(session, provider)
    (posting,) = credits_.postings_of_sale(session, cast.club.id, sale)
    assert posting.consultant_id == cast.zhou.consultant_id


def test_a_slow_method_books_nothing_until_the_money_is_here(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    session_id = open_page(session, provider, start(session, cast, sale))
    provider.peer.pay(session_id, outcome="later_paid")
    assert EventOutcome.BOOKED not in hear_all(session, provider)
    assert money_of(session, cast, sale) == ("0.00", "0.00")
    provider.peer.settle(session_id)
    assert EventOutcome.BOOKED in hear_all(session, provider)
    assert money_of(session, cast, sale) == ("3980.00", "0.00")


def test_a_failed_payment_leaves_the_card_inactive(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    started = start(session, cast, sale)
    session_id = open_page(session, provider, started)
    provider.peer.pay(session_id, outcome="later_failed")
    provider.peer.settle(session_id)
    assert EventOutcome.ENDED in hear_all(session, provider)
    assert payments.get(session, started.payment_id).status is PaymentStatus.FAILED
    card = cards.of_sale(session, sale)
    assert card is not None
    assert card.status is CardStatus.PENDING
    assert start(session, cast, sale).payment_id != started.payment_id


def test_events_may_come_in_any_order(session: Session, cast: Cast, provider: Provider, sale: SaleID) -> None:
    """A page's end that is heard of before, or after, its payment changes nothing about the money."""
    provider.peer.pay(open_page(session, provider, start(session, cast, sale)))
    paid = provider.event("checkout.session.completed")
    assert isinstance(paid.news, PaymentNews)
    expired = replace(
        paid,
        event_id="evt_expired",
        type="checkout.session.expired",
        news=replace(paid.news, outcome=ProviderOutcome.EXPIRED),
    )
    assert operations.apply_provider_event(session, event=expired, at=AT) is EventOutcome.ENDED
    assert operations.apply_provider_event(session, event=paid, at=AT) is EventOutcome.BOOKED
    again = replace(expired, event_id="evt_expired_again")
    assert operations.apply_provider_event(session, event=again, at=AT) is EventOutcome.ALREADY_KNOWN
    assert money_of(session, cast, sale) == ("3980.00", "0.00")


@pytest.mark.parametrize("wrong", [Money(397_999, yuan("1").currency), Money(398_000, "EUR"), None])  # type: ignore[arg-type]
def test_another_amount_than_asked_for_is_kept_aside(
    session: Session, cast: Cast, provider: Provider, sale: SaleID, wrong: Money | None
) -> None:
    provider.peer.pay(open_page(session, provider, start(session, cast, sale)))
    event = provider.event("checkout.session.completed")
    assert isinstance(event.news, PaymentNews)
    changed = replace(event, news=replace(event.news, amount=wrong))
    assert operations.apply_provider_event(session, event=changed, at=AT) is EventOutcome.KEPT_ASIDE
    assert money_of(session, cast, sale) == ("0.00", "0.00")
    tags = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.subject_id == sale))
    assert "sale:money_kept_aside" in set(tags)


def test_money_for_a_sale_paid_meanwhile_is_kept_aside(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    session_id = open_page(session, provider, start(session, cast, sale))
    operations.book_receipt(
        session, sale_id=sale, amount=yuan("3980.00"), method=Method.CASH, actor=cast.desk, at=AT
    )
    provider.peer.pay(session_id)
    assert EventOutcome.KEPT_ASIDE in hear_all(session, provider)
    assert money_of(session, cast, sale) == ("3980.00", "0.00")
    assert all_well(session)


def test_events_about_nothing_of_ours_are_recorded_and_left_alone(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    provider.peer.pay(open_page(session, provider, start(session, cast, sale)))
    event = provider.event("checkout.session.completed")
    assert isinstance(event.news, PaymentNews)
    foreign = replace(event, news=replace(event.news, payment="nosuchpaymen", session_id="cs_other"))
    assert operations.apply_provider_event(session, event=foreign, at=AT) is EventOutcome.UNMATCHED
    assert operations.apply_provider_event(session, event=foreign, at=AT) is EventOutcome.DUPLICATE


def test_the_truth_can_be_asked_for_when_no_event_comes(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    session_id = open_page(session, provider, start(session, cast, sale))
    waiting = provider.gateway.ask(session_id, at=AT)
    assert operations.apply_payment_news(session, news=waiting, at=AT) is EventOutcome.WAITING
    provider.peer.pay(session_id)
    paid = provider.gateway.ask(session_id, at=AT)
    assert operations.apply_payment_news(session, news=paid, at=AT) is EventOutcome.BOOKED
    assert set(hear_all(session, provider)) <= {EventOutcome.ALREADY_KNOWN, EventOutcome.IGNORED}
    assert money_of(session, cast, sale) == ("3980.00", "0.00")


def test_opening_the_page_twice_is_one_page(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    started = start(session, cast, sale)
    assert open_page(session, provider, started) == open_page(session, provider, started)
    assert start(session, cast, sale) == started


def test_a_closed_page_takes_no_money(session: Session, cast: Cast, provider: Provider, sale: SaleID) -> None:
    session_id = open_page(session, provider, start(session, cast, sale))
    provider.gateway.close_checkout(session_id)
    provider.gateway.close_checkout(session_id)
    assert EventOutcome.ENDED in hear_all(session, provider)


def test_another_link_replaces_the_one_that_is_over(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    first = start(session, cast, sale)
    session_id = open_page(session, provider, first)
    second = start(session, cast, sale, local(15))
    assert second.link_token != first.link_token
    assert second.outdated == (session_id,)


def test_links_that_are_over_end_by_themselves(session: Session, cast: Cast, sale: SaleID) -> None:
    started = start(session, cast, sale)
    assert payment_operations.expire_started(session, at=local(12)) == 0
    assert payment_operations.expire_started(session, at=local(14)) == 1
    assert payments.get(session, started.payment_id).status is PaymentStatus.EXPIRED


def test_nothing_is_asked_for_a_paid_sale(session: Session, cast: Cast, sale: SaleID) -> None:
    operations.book_receipt(
        session, sale_id=sale, amount=yuan("3980.00"), method=Method.CASH, actor=cast.desk, at=AT
    )
    with refused("payment.nothing_due"):
        start(session, cast, sale)


def test_an_online_refund_counts_when_the_provider_says_so(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    paid_online(session, cast, provider, sale)
    (part,) = operations.refund(session, sale_id=sale, amount=None, actor=cast.manager, at=local(12))
    assert part.status is RefundStatus.STARTED
    assert money_of(session, cast, sale) == ("3980.00", "0.00")
    with refused("refund.above_paid"):
        operations.refund(session, sale_id=sale, amount=yuan("0.01"), actor=cast.manager, at=local(12))
    (waiting,) = payments.open_refunds(session)
    news = [
        provider.gateway.refund(
            refund=waiting.public_id,
            provider_payment_id=waiting.provider_payment_id,
            amount=waiting.amount,
        )
        for _again in range(2)
    ]
    assert news[0].provider_refund_id == news[1].provider_refund_id
    outcomes = [operations.apply_refund_news(session, news=one, at=local(12)) for one in news]
    outcomes += hear_all(session, provider)
    assert outcomes.count(EventOutcome.REFUNDED) == 1
    assert money_of(session, cast, sale) == ("3980.00", "3980.00")
    card = cards.of_sale(session, sale)
    assert card is not None
    assert card.status is CardStatus.CANCELLED
    assert sum(one.amount.minor for one in credits_.postings_of_sale(session, cast.club.id, sale)) == 0
    assert all_well(session)


def test_a_slow_refund_counts_once_it_is_confirmed(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    paid_online(session, cast, provider, sale, method="alipay")
    operations.refund(session, sale_id=sale, amount=yuan("80.00"), actor=cast.manager, at=local(12))
    (waiting,) = payments.open_refunds(session)
    news = provider.gateway.refund(
        refund=waiting.public_id,
        provider_payment_id=waiting.provider_payment_id,
        amount=waiting.amount,
    )
    assert operations.apply_refund_news(session, news=news, at=local(12)) is EventOutcome.WAITING
    assert money_of(session, cast, sale) == ("3980.00", "0.00")
    provider.peer.settle(news.provider_refund_id)
    assert hear_all(session, provider).count(EventOutcome.REFUNDED) == 1
    assert money_of(session, cast, sale) == ("3980.00", "80.00")
    assert all_well(session)


def test_a_refused_refund_can_be_tried_again(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    paid_online(session, cast, provider, sale)
    (part,) = operations.refund(session, sale_id=sale, amount=None, actor=cast.manager, at=local(12))
    operations.settle_refund(
        session,
        refund_id=part.refund_id,
        succeeded=False,
        provider_refund_id="re_refused",
        actor=cast.system,
        at=local(12),
    )
    assert money_of(session, cast, sale) == ("3980.00", "0.00")
    (again,) = operations.refund(session, sale_id=sale, amount=None, actor=cast.manager, at=local(13))
    assert again.amount == yuan("3980.00")


def test_a_refund_of_both_kinds_sends_only_the_online_part(
    session: Session, cast: Cast, provider: Provider, sale: SaleID
) -> None:
    operations.book_receipt(
        session, sale_id=sale, amount=yuan("980.00"), method=Method.CASH, actor=cast.desk, at=local(10)
    )
    paid_online(session, cast, provider, sale)
    parts = operations.refund(session, sale_id=sale, amount=yuan("3500.00"), actor=cast.manager, at=local(12))
    assert [(str(part.amount), part.status) for part in parts] == [
        ("3000.00", RefundStatus.STARTED),
        ("500.00", RefundStatus.SUCCEEDED),
    ]
    assert money_of(session, cast, sale) == ("3980.00", "500.00")


def test_letters_nobody_signed_are_not_read(
    provider: Provider, session: Session, cast: Cast, sale: SaleID
) -> None:
    open_page(session, provider, start(session, cast, sale))
    for body, signature in [
        (b"{}", ""),
        (b"{}", "t=1,v1=00"),
        (b"\xff\xfe", "t=1,v1=00"),
        (b'{"id": "evt_1"}', "nonsense" * 1000),
    ]:
        with pytest.raises(UntrustedEvent):
            provider.gateway.read_event(body, signature)


def test_a_silent_provider_is_a_refusal_with_a_way_out(cast: Cast, session: Session, sale: SaleID) -> None:
    with a_provider(AT) as gone:
        pass
    with pytest.raises(Refused) as caught:
        gone.gateway.ask("cs_1", at=AT)
    assert caught.value.code == "payment.provider_unreachable"
