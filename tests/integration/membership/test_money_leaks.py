"""Ways round the till: places nobody took, cards without money behind them, one yes used for many."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.errors import Refused
from clubsales.ids import CardID, PersonID, SaleID
from clubsales.membership.cards import checks as card_checks
from clubsales.membership.cards import grants
from clubsales.membership.cards import operations as card_operations
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.models import CardRow
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardStatus, ServiceKind, ServiceState
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.discounts import operations as discounts
from clubsales.membership.members import queries as members
from clubsales.membership.returns import operations as returns
from clubsales.membership.sales import checks as sale_checks
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.sales.operations import LineWish
from clubsales.membership.sales.rules import SaleKind
from clubsales.membership.services import operations
from clubsales.membership.services import queries as services
from clubsales.membership.services.wishes import Wish
from tests.builders import Cast, a_card_type, consultant_of, yuan
from tests.cards import a_person
from tests.integration.membership.test_deals import promote
from tests.integration.membership.test_returns import SOLD, approved, asked, sold
from tests.integration.membership.test_services import LATER, again, pay, take_up, terms


@pytest.fixture
def friend(session: Session, cast: Cast) -> PersonID:
    return a_person(session, cast, name="李梅", e164="+8613900139000")


def limit(session: Session, card_type_id: int, quota: int, taken: int = 0) -> None:
    session.execute(
        sa.update(CardTypeRow).where(CardTypeRow.id == card_type_id).values(quota=quota, quota_taken=taken)
    )


def places(session: Session, card_type_id: int) -> int:
    return session.execute(
        sa.select(CardTypeRow.quota_taken).where(CardTypeRow.id == card_type_id)
    ).scalar_one()


def faults(session: Session) -> list[str]:
    session.flush()
    every = (*sale_checks.INVARIANTS, *card_checks.INVARIANTS)
    return [fault for check in every for fault in check(session)]


def whole_back(session: Session, cast: Cast, sale: str | SaleID) -> None:
    sale_id = sale if isinstance(sale, int) else sale_queries.by_public_id(session, cast.club.id, sale).id
    sales.refund(session, sale_id=SaleID(sale_id), amount=None, reason="退款", actor=cast.manager, at=LATER)
    session.flush()


def test_a_fee_that_is_given_up_frees_no_place_of_the_cards_offer(session: Session, cast: Cast) -> None:
    terms(session, cast, freeze_fee_minor=5_000)
    card = sold(session, cast)
    limit(session, cast.annual.id, 3, taken=2)
    taken = take_up(session, cast, card, ServiceKind.FREEZE, fee_title="停卡手续费")
    fee = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
    sales.give_up(session, sale_id=fee.id, actor=cast.lin, at=LATER)
    assert places(session, cast.annual.id) == 2


def test_a_renewal_that_is_given_up_frees_no_place(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    limit(session, cast.annual.id, 3, taken=2)
    taken = take_up(session, cast, card, ServiceKind.RENEWAL, card_type=cast.annual.public_id)
    sale = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
    sales.give_up(session, sale_id=sale.id, actor=cast.lin, at=LATER)
    assert places(session, cast.annual.id) == 2


def test_an_upgrade_to_a_limited_offer_takes_its_place(session: Session, cast: Cast) -> None:
    gold = a_card_type(session, cast.club, "GOLD", name="金卡", price=yuan("9000.00"), days=365)
    limit(session, gold.id, 1)
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.UPGRADE, card_type=gold.public_id)
    assert places(session, gold.id) == 1
    sale = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
    sales.give_up(session, sale_id=sale.id, actor=cast.lin, at=LATER)
    assert places(session, gold.id) == 0


def test_a_sale_given_back_whole_frees_its_place_and_one_given_back_in_part_does_not(
    session: Session, cast: Cast
) -> None:
    limit(session, cast.annual.id, 1)
    card = sold(session, cast)
    sales.refund(
        session, sale_id=card.sale_id, amount=yuan("3979.99"), reason="退款", actor=cast.manager, at=LATER
    )
    assert places(session, cast.annual.id) == 1
    whole_back(session, cast, card.sale_id)
    assert places(session, cast.annual.id) == 0
    sold(session, cast)  # somebody else has it now
    assert places(session, cast.annual.id) == 1


def test_a_renewal_given_back_whole_frees_no_place(session: Session, cast: Cast) -> None:
    card = sold(session, cast)
    limit(session, cast.annual.id, 3, taken=2)
    taken = take_up(session, cast, card, ServiceKind.RENEWAL, card_type=cast.annual.public_id)
    pay(session, cast, taken.sales[0])
    whole_back(session, cast, taken.sales[0])
    assert places(session, cast.annual.id) == 2


def test_a_renewal_with_another_limited_offer_takes_its_place(session: Session, cast: Cast) -> None:
    founder = a_card_type(session, cast.club, "FOUNDER", name="创始会员卡", price=yuan("9000.00"), days=1095)
    limit(session, founder.id, 1)
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.RENEWAL, card_type=founder.public_id)
    assert places(session, founder.id) == 1
    operations.withdraw(session, service=taken.service, actor=cast.desk, at=LATER)
    assert places(session, founder.id) == 0
    taken = take_up(session, cast, card, ServiceKind.RENEWAL, card_type=founder.public_id)
    pay(session, cast, taken.sales[0])
    whole_back(session, cast, taken.sales[0])
    assert places(session, founder.id) == 0
    limit(session, founder.id, 1, taken=1)
    with pytest.raises(Refused, match="sold_out"):
        take_up(session, cast, card, ServiceKind.RENEWAL, card_type=founder.public_id)
    assert faults(session) == []


def paid_back(session: Session, cast: Cast, card: CardView) -> None:
    """All of a card's money goes back by a request: it is unused, and the cooling-off days run."""
    request = asked(session, cast, card, SOLD)
    approved(session, cast, request, SOLD)
    returns.pay_out(session, request=request, actor=cast.finance, at=SOLD)
    session.flush()


def test_a_card_given_back_frees_its_place_though_its_sale_goes_on_and_no_place_twice(
    session: Session, cast: Cast
) -> None:
    limit(session, cast.annual.id, 3)
    card = sold(session, cast, quantity=3)
    first, second, _third = cards.all_of_sale(session, card.sale_id)
    paid_back(session, cast, second)
    assert places(session, cast.annual.id) == 2
    request = asked(session, cast, first, LATER, amount=yuan("3000.00"))
    approved(session, cast, request, LATER)
    returns.pay_out(session, request=request, actor=cast.finance, at=LATER)
    assert places(session, cast.annual.id) == 2  # the club keeps a part of what was paid for it
    whole_back(session, cast, card.sale_id)
    assert places(session, cast.annual.id) == 0
    assert faults(session) == []


def test_the_last_card_given_back_by_request_frees_its_place_once(session: Session, cast: Cast) -> None:
    limit(session, cast.annual.id, 5, taken=2)
    card = sold(session, cast, quantity=2)
    for each in cards.all_of_sale(session, card.sale_id):
        paid_back(session, cast, each)
    assert places(session, cast.annual.id) == 2


@pytest.mark.parametrize("kind", [CardKind.GOODS, CardKind.PACKAGE])
def test_a_card_is_not_upgraded_to_what_is_no_card(session: Session, cast: Cast, kind: CardKind) -> None:
    thing = a_card_type(session, cast.club, "THING", name="物品", kind=kind, price=yuan("9000.00"), days=None)
    card = sold(session, cast)
    with pytest.raises(Refused):
        take_up(session, cast, card, ServiceKind.UPGRADE, card_type=thing.public_id)


@pytest.mark.parametrize("kind", [ServiceKind.UPGRADE, ServiceKind.RENEWAL])
def test_what_is_sold_no_more_is_not_sold_for_a_card_either(
    session: Session, cast: Cast, kind: ServiceKind
) -> None:
    gold = a_card_type(session, cast.club, "GOLD", name="金卡", price=yuan("9000.00"), days=365)
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == gold.id).values(on_sale=False))
    card = sold(session, cast)
    with pytest.raises(Refused, match="not_on_sale"):
        take_up(session, cast, card, kind, card_type=gold.public_id)


def test_one_granted_price_serves_one_piece_of_goods(session: Session, cast: Cast) -> None:
    towel = a_card_type(session, cast.club, "TOWEL", kind=CardKind.GOODS, price=yuan("100.00"), days=None)
    request = discounts.ask(
        session,
        card_type=towel,
        price=yuan("91.00"),
        reason="老客户",
        sale_kind="goods",
        actor=cast.lin,
        at=SOLD,
    )
    discounts.approve(session, request_public_id=request, granted=yuan("91.00"), actor=cast.manager, at=SOLD)
    with pytest.raises(Refused, match="discount"):
        sales.open_deal(
            session,
            lines=[LineWish(card_type=towel.public_id, quantity=5, price=yuan("91.00"), request=request)],
            kind=SaleKind.GOODS,
            consultant_id=consultant_of(cast.lin),
            actor=cast.lin,
            at=SOLD,
        )


def test_a_granted_price_gives_nothing_away(session: Session, cast: Cast, friend: PersonID) -> None:
    request = discounts.ask(
        session,
        card_type=cast.annual,
        price=yuan("3900.00"),
        reason="老客户",
        sale_kind="new",
        person_id=friend,
        actor=cast.lin,
        at=SOLD,
    )
    discounts.approve(
        session, request_public_id=request, granted=yuan("3900.00"), actor=cast.manager, at=SOLD
    )
    with pytest.raises(Refused):
        sales.open_deal(
            session,
            lines=[
                LineWish(card_type=cast.annual.public_id, is_gift=True, gift_reason="送", request=request)
            ],
            kind=SaleKind.NEW,
            person_id=friend,
            consultant_id=consultant_of(cast.lin),
            actor=cast.lin,
            at=SOLD,
        )


def test_value_used_since_an_upgrade_was_agreed_is_not_traded_in(session: Session, cast: Cast) -> None:
    visits = a_card_type(
        session,
        cast.club,
        "V10",
        name="次卡",
        kind=CardKind.VISITS,
        price=yuan("1000.00"),
        days=None,
        visits=10,
    )
    gold = a_card_type(session, cast.club, "GOLD", name="金卡", price=yuan("9000.00"), days=365)
    card = sold(session, cast, card_type=visits)
    taken = take_up(session, cast, card, ServiceKind.UPGRADE, card_type=gold.public_id)
    card_operations.take_visits(
        session, card_id=card.id, visits=9, what="课", key="k", actor=cast.desk, at=LATER
    )
    pay(session, cast, taken.sales[0])
    service = services.by_public_id(session, cast.club.id, taken.service)
    assert (service.state, service.is_stuck) == (ServiceState.ASKED, True)
    with pytest.raises(Refused) as tried:
        operations.try_again(session, service=taken.service, actor=cast.lin, at=LATER)
    assert (tried.value.code, dict(tried.value.refusal.facts)) == (
        "card.worth_less",
        {"agreed": yuan("1000.00"), "now": yuan("100.00")},
    )
    assert again(session, cast, card).status is CardStatus.ACTIVE
    assert faults(session) == []


def test_whoever_is_given_a_card_for_nothing_is_a_member(
    session: Session, cast: Cast, friend: PersonID
) -> None:
    card = sold(session, cast)
    take_up(session, cast, card, ServiceKind.TRANSFER, person_id=friend)
    assert members.is_member(session, cast.club.organisation_id, friend)


def test_whoever_is_given_a_card_for_a_fee_is_a_member(
    session: Session, cast: Cast, friend: PersonID
) -> None:
    terms(session, cast, transfer_fee_minor=5_000)
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.TRANSFER, person_id=friend, fee_title="转卡手续费")
    assert not members.is_member(session, cast.club.organisation_id, friend)
    pay(session, cast, taken.sales[0])
    assert members.is_member(session, cast.club.organisation_id, friend)


def upgraded(session: Session, cast: Cast) -> tuple[cards.CardView, cards.CardView, str]:
    gold = a_card_type(session, cast.club, "GOLD", name="金卡", price=yuan("9000.00"), days=365)
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.UPGRADE, card_type=gold.public_id)
    pay(session, cast, taken.sales[0])
    new = cards.following(session, card.id)
    assert new is not None
    return card, new, taken.sales[0]


def money_behind(session: Session, card_id: int) -> int:
    return sum(each.grant.paid_minor for each in grants.of_card(session, CardID(card_id)))


def test_a_card_whose_traded_in_money_went_back_ends(session: Session, cast: Cast) -> None:
    card, new, _ = upgraded(session, cast)
    whole_back(session, cast, card.sale_id)
    assert again(session, cast, new).status is CardStatus.CANCELLED
    assert faults(session) == []


def test_an_upgrade_and_the_first_sale_given_back_leave_nothing_behind(session: Session, cast: Cast) -> None:
    card, new, sale = upgraded(session, cast)
    whole_back(session, cast, sale)
    assert again(session, cast, new).status is CardStatus.CANCELLED
    whole_back(session, cast, card.sale_id)
    assert (money_behind(session, card.id), money_behind(session, new.id)) == (0, 0)
    assert faults(session) == []


def test_days_of_a_renewal_given_back_go_from_whoever_has_the_card_now(
    session: Session, cast: Cast, friend: PersonID
) -> None:
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.RENEWAL, card_type=cast.annual.public_id)
    pay(session, cast, taken.sales[0])
    take_up(session, cast, card, ServiceKind.TRANSFER, person_id=friend)
    new = cards.following(session, card.id)
    assert new is not None
    whole_back(session, cast, taken.sales[0])
    assert again(session, cast, new).valid_until == card.valid_until
    assert money_behind(session, card.id) + money_behind(session, new.id) == 398_000
    assert faults(session) == []


def test_all_sales_of_a_card_given_back_leave_no_money_behind_it(
    session: Session, cast: Cast, friend: PersonID
) -> None:
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.RENEWAL, card_type=cast.annual.public_id)
    pay(session, cast, taken.sales[0])
    take_up(session, cast, card, ServiceKind.TRANSFER, person_id=friend)
    new = cards.following(session, card.id)
    assert new is not None
    whole_back(session, cast, card.sale_id)
    whole_back(session, cast, taken.sales[0])
    rows = session.scalars(sa.select(CardRow.status)).all()
    assert set(rows) == {CardStatus.CANCELLED}
    assert money_behind(session, card.id) + money_behind(session, new.id) == 0
    assert faults(session) == []


def test_goodwill_out_of_all_an_upgrade_cost_leaves_the_card_running(session: Session, cast: Cast) -> None:
    better = a_card_type(session, cast.club, "PLUS", name="金卡", price=yuan("4000.00"), days=365)
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.UPGRADE, card_type=better.public_id)
    pay(session, cast, taken.sales[0])
    new = cards.following(session, card.id)
    assert new is not None
    request = returns.ask(
        session, card=new, amount=yuan("500.00"), keeps_card=True, reason="道歉", actor=cast.desk, at=LATER
    )
    returns.answer(session, request=request, approved=True, actor=cast.manager, at=LATER)
    returns.pay_out(session, request=request, actor=cast.finance, at=LATER)
    session.flush()
    assert again(session, cast, new).status is CardStatus.ACTIVE
    assert money_behind(session, new.id) == 350_000
    assert faults(session) == []


@pytest.mark.parametrize(("price", "days"), [("3980.00", 365 + 30), ("3900.00", 365)])
def test_an_offers_days_are_not_given_below_its_price(
    session: Session, cast: Cast, price: str, days: int
) -> None:
    card = sold(session, cast)
    promote(session, cast, extra_days=30)
    taken = operations.take_up(
        session,
        card=card.public_id,
        wish=Wish(kind=ServiceKind.RENEWAL, card_type=cast.annual.public_id, price=yuan(price)),
        actor=cast.manager,
        at=LATER,
    )
    pay(session, cast, taken.sales[0])
    assert card.valid_until is not None
    assert again(session, cast, card).valid_until == card.valid_until + timedelta(days=days)


@pytest.mark.parametrize("given_up_first", [False, True])
def test_an_upgrade_that_comes_to_nothing_frees_its_place_once(
    session: Session, cast: Cast, given_up_first: bool
) -> None:
    gold = a_card_type(session, cast.club, "GOLD", name="金卡", price=yuan("9000.00"), days=365)
    limit(session, gold.id, 3, taken=1)
    taken = take_up(session, cast, sold(session, cast), ServiceKind.UPGRADE, card_type=gold.public_id)
    assert places(session, gold.id) == 2
    if given_up_first:
        sale = sale_queries.by_public_id(session, cast.club.id, taken.sales[0])
        sales.give_up(session, sale_id=sale.id, actor=cast.lin, at=LATER)
    operations.withdraw(session, service=taken.service, actor=cast.lin, at=LATER)
    assert places(session, gold.id) == 1


def test_an_upgrade_that_could_not_be_done_and_was_given_back_frees_its_place(
    session: Session, cast: Cast
) -> None:
    gold = a_card_type(session, cast.club, "GOLD", name="金卡", price=yuan("9000.00"), days=365)
    limit(session, gold.id, 1)
    card = sold(session, cast)
    taken = take_up(session, cast, card, ServiceKind.UPGRADE, card_type=gold.public_id)
    whole_back(session, cast, card.sale_id)
    pay(session, cast, taken.sales[0])
    assert services.by_public_id(session, cast.club.id, taken.service).is_stuck
    whole_back(session, cast, taken.sales[0])
    operations.withdraw(session, service=taken.service, actor=cast.lin, at=LATER)
    assert places(session, gold.id) == 0
    assert faults(session) == []
