"""Payouts of cards bought online, upgraded, or in a package: each way back, and what the provider says of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.consultants.credits.models import PostingRow
from clubsales.ids import SaleID
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.checks import INVARIANTS
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardStatus, ServiceKind
from clubsales.membership.payments.rules import Method, RefundStatus
from clubsales.membership.returns import operations
from clubsales.membership.returns import queries as returns
from clubsales.membership.returns.rules import ReturnState
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.sales.refunds import RefundPart
from clubsales.membership.services import operations as services
from clubsales.membership.services.wishes import Wish
from tests.builders import Cast, a_card_type, consultant_of, local, yuan
from tests.integration.membership.paying import Provider, a_provider
from tests.integration.membership.test_returns import SOLD, sold
from tests.integration.membership.test_sales_operations import an_open_sale
from tests.integration.membership.test_stripe_payments import AT, paid_online

LATER = local(15)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with a_provider(AT) as provider:
        yield provider


@pytest.fixture
def online(session: Session, cast: Cast, provider: Provider) -> CardView:
    """An annual card: 980.00 of it in cash, the rest online."""
    sale_id = an_open_sale(session, cast)
    sales.book_receipt(
        session, sale_id=sale_id, amount=yuan("980.00"), method=Method.CASH, actor=cast.desk, at=local(10)
    )
    paid_online(session, cast, provider, sale_id)
    card = cards.of_sale(session, sale_id)
    assert card is not None
    return card


def approved(session: Session, cast: Cast, card: CardView) -> str:
    request = operations.ask(session, card=card, reason="搬家了", actor=cast.desk, at=LATER)
    operations.answer(session, request=request, approved=True, actor=cast.manager, at=LATER)
    return request


def paid_out(session: Session, cast: Cast, card: CardView) -> tuple[str, tuple[RefundPart, ...]]:
    request = approved(session, cast, card)
    return request, operations.pay_out(session, request=request, actor=cast.finance, at=LATER)


def credit(session: Session) -> int:
    return session.execute(sa.select(sa.func.coalesce(sa.func.sum(PostingRow.amount_minor), 0))).scalar_one()


def faults(session: Session) -> list[str]:
    session.flush()
    return [fault for check in INVARIANTS for fault in check(session)]


def settle(session: Session, cast: Cast, part: RefundPart, *, succeeded: bool) -> None:
    sales.settle_refund(
        session,
        refund_id=part.refund_id,
        succeeded=succeeded,
        provider_refund_id=f"re_{part.refund}",
        actor=cast.manager,
        at=LATER,
    )
    session.flush()


def stands(session: Session, cast: Cast, request: str) -> dict[Method, RefundStatus]:
    view = returns.by_public_id(session, cast.club.id, request)
    assert view.state is ReturnState.PAID
    return {each.method: each.status for each in returns.gone_back(session, view, cast.club.id)}


def test_what_came_online_goes_back_online_and_the_cash_over_the_desk(
    session: Session, cast: Cast, online: CardView
) -> None:
    request, parts = paid_out(session, cast, online)
    assert stands(session, cast, request) == {
        Method.CASH: RefundStatus.SUCCEEDED,
        Method.ONLINE: RefundStatus.STARTED,
    }
    assert credit(session) == 300_000  # the credit goes with the money, not before it
    settle(session, cast, next(each for each in parts if each.status is RefundStatus.STARTED), succeeded=True)
    assert stands(session, cast, request)[Method.ONLINE] is RefundStatus.SUCCEEDED
    assert (credit(session), faults(session)) == (0, [])


def test_a_refund_the_provider_refuses_is_said_and_goes_back_another_way(
    session: Session, cast: Cast, online: CardView
) -> None:
    request, parts = paid_out(session, cast, online)
    settle(
        session, cast, next(each for each in parts if each.status is RefundStatus.STARTED), succeeded=False
    )
    assert stands(session, cast, request)[Method.ONLINE] is RefundStatus.FAILED
    assert credit(session) == 300_000
    (again,) = sales.refund(session, sale_id=online.sale_id, amount=None, actor=cast.finance, at=local(16))
    settle(session, cast, again, succeeded=True)
    assert (credit(session), faults(session)) == (0, [])


def test_an_upgraded_card_goes_back_out_of_both_its_sales_the_newer_first(
    session: Session, cast: Cast
) -> None:
    gold = a_card_type(session, cast.club, "gold", name="金卡", price=yuan("9000.00"), days=365)
    card = sold(session, cast)
    at = SOLD + timedelta(days=73)  # a fifth of the old card is used
    taken = services.take_up(
        session,
        card=card.public_id,
        wish=Wish(kind=ServiceKind.UPGRADE, card_type=gold.public_id),
        consultant_id=consultant_of(cast.lin),
        actor=cast.lin,
        at=at,
    )
    upgrade = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
    sales.book_receipt(
        session,
        sale_id=upgrade.id,
        amount=upgrade.balance.price,
        method=Method.CASH,
        actor=cast.desk,
        at=at,
    )
    new = cards.following(session, card.id)
    assert new is not None
    assert str(upgrade.balance.price) == "5816.00"
    request = operations.ask(session, card=new, reason="搬家了", actor=cast.desk, at=at)
    assert str(returns.by_public_id(session, cast.club.id, request).amount) == "9000.00"
    operations.answer(session, request=request, approved=True, actor=cast.manager, at=at)
    parts = operations.pay_out(session, request=request, actor=cast.finance, at=at)
    assert [str(part.amount) for part in parts] == ["5816.00", "3184.00"]
    old = sale_queries.get(session, cast.club.id, SaleID(card.sale_id)).balance
    assert str(old.kept) == "796.00"  # the fifth that was used
    assert (credit(session), faults(session)) == (79_600, [])
    assert cards.by_public_id(session, cast.club, new.public_id).status is CardStatus.CANCELLED
