"""What a sale keeps of its card type for commission: the set-up fee of the day it was opened."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import local_day
from clubsales.membership.catalogue import operations as catalogue
from clubsales.membership.catalogue import queries
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.rules import SaleKind
from clubsales.money import Money
from tests.builders import Cast, a_card_type, local, yuan


@pytest.fixture
def card(session: Session, cast: Cast) -> CardTypeView:
    return a_card_type(session, cast.club, "with-fee", set_up_fee=yuan("200.00"), referral=yuan("50.00"))


def fee_of_a_sale(session: Session, cast: Cast, card: CardTypeView, price: Money | None = None) -> int:
    sale_id = sales.open_sale(
        session,
        card_type_id=card.id,
        price=price,
        kind=SaleKind.NEW,
        person_id=None,
        consultant_id=None,
        actor=cast.manager,
        at=local(10),
    )
    return session.execute(sa.select(SaleRow.set_up_fee_minor).where(SaleRow.id == sale_id)).scalar_one()


def test_a_sale_keeps_the_fee_it_was_opened_with(session: Session, cast: Cast, card: CardTypeView) -> None:
    assert fee_of_a_sale(session, cast, card) == 20_000
    catalogue.set_pay(
        session,
        card_type_id=card.id,
        set_up_fee=yuan("300.00"),
        referral=None,
        actor=cast.manager,
        at=local(11),
    )
    assert fee_of_a_sale(session, cast, card) == 30_000
    kept = session.scalars(sa.select(SaleRow.set_up_fee_minor).order_by(SaleRow.id)).all()
    assert kept == [20_000, 30_000]


def test_a_fee_is_at_most_the_price_it_was_sold_at(session: Session, cast: Cast) -> None:
    any_price = a_card_type(session, cast.club, "any", price=None, set_up_fee=yuan("200.00"))
    assert fee_of_a_sale(session, cast, any_price, yuan("150.00")) == 15_000


def test_most_cards_have_no_fee_and_leave_the_referral_to_the_plan(session: Session, cast: Cast) -> None:
    annual = queries.get(session, cast.club.id, cast.annual.id, day=local_day(local(9), cast.club.zone))
    assert (annual.set_up_fee, annual.referral) == (yuan("0.00"), None)
    assert fee_of_a_sale(session, cast, annual) == 0
