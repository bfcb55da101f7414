"""Deals of several lines as they are written: lines, cards, prices, gifts, places, requests, fees, closing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor, ActorKind
from clubsales.consultants.credits import queries as credits_
from clubsales.consultants.targets import figures
from clubsales.errors import NotFound, Refused
from clubsales.ids import CardID, PersonID, SaleID
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.models import CardGrantRow, CardRow
from clubsales.membership.catalogue import queries as catalogue
from clubsales.membership.catalogue.models import CardTypeRow, PackageItemRow, PromotionRow
from clubsales.membership.catalogue.queries import CardTypeView
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.discounts import operations as discounts
from clubsales.membership.members import queries as members
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import checks, operations, queries, website
from clubsales.membership.sales.lines import lines_of
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.operations import Buyer, LineWish
from clubsales.membership.sales.rules import ClosedAs, SaleKind
from tests.builders import Cast, a_card_type, consultant_of, local, yuan
from tests.cards import a_person

AT = local(14, 20)
TODAY = date(2026, 3, 9)


@pytest.fixture
def buyer(session: Session, cast: Cast) -> PersonID:
    return a_person(session, cast, name="吴敏", e164="+8613800138000")


def open_deal(
    session: Session,
    cast: Cast,
    *lines: LineWish,
    by: Actor | None = None,
    person_id: PersonID | None = None,
    **more: object,
) -> SaleID:
    seller = by or cast.lin
    return operations.open_deal(
        session,
        lines=lines,
        kind=SaleKind.NEW,
        person_id=person_id,
        consultant_id=cast.lin.consultant_id,
        actor=seller,
        at=AT,
        **more,  # type: ignore[arg-type]
    )


def pay(session: Session, cast: Cast, sale_id: SaleID, **more: object) -> None:
    operations.book_receipt(
        session,
        sale_id=sale_id,
        amount=queries.get(session, cast.club.id, sale_id).balance.outstanding,
        method=Method.CASH,
        actor=cast.desk,
        at=AT,
        **more,  # type: ignore[arg-type]
    )


def faults(session: Session) -> list[str]:
    session.flush()
    return [fault for check in checks.INVARIANTS for fault in check(session)]


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        work()
    return caught.value.code


def a_package(session: Session, cast: Cast, *items: tuple[CardTypeView, int]) -> CardTypeView:
    package = a_card_type(
        session, cast.club, "PACK", name="套餐", kind=CardKind.PACKAGE, price=yuan("5000.00"), days=None
    )
    for position, (item, quantity) in enumerate(items):
        session.add(
            PackageItemRow(package_id=package.id, card_type_id=item.id, quantity=quantity, position=position)
        )
    session.flush()
    return package


def promote(session: Session, cast: Cast, **changes: object) -> None:
    values: dict[str, object] = {
        "club_id": cast.club.id,
        "name": "春季优惠",
        "card_type_id": cast.annual.id,
        "sale_kinds": [],
        "first_day": TODAY,
        "last_day": TODAY + timedelta(days=6),
        "written_at": AT,
        "written_by": None,
        **changes,
    }
    session.add(PromotionRow(**values))
    session.flush()


def test_a_deal_of_several_lines_makes_each_card_and_one_sum(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    sale_id = open_deal(
        session,
        cast,
        LineWish(card_type=cast.visits.public_id, quantity=2),
        LineWish(card_type=cast.annual.public_id),
        LineWish(card_type=cast.towel.public_id, quantity=3),
        person_id=buyer,
    )
    sale = queries.get(session, cast.club.id, sale_id)
    lines = lines_of(session, sale_id)
    assert [(line.title, line.quantity, str(line.price)) for line in lines] == [
        (cast.visits.name, 1, "1500.00"),
        (cast.visits.name, 1, "1500.00"),
        (cast.annual.name, 1, "3980.00"),
        (cast.towel.name, 3, "180.00"),
    ]
    assert sale.balance.price == yuan("7160.00")
    assert (sale.title, sale.card_type_id) == (
        cast.visits.name,
        cast.annual.id,
    )  # the first names it, the dearest pays
    pay(session, cast, sale_id)
    made = cards.all_of_sale(session, sale_id)
    assert [card.name for card in made] == [cast.visits.name, cast.visits.name, cast.annual.name]
    assert {card.status for card in made} == {"active"}
    assert members.is_member(session, cast.club.organisation_id, buyer)
    assert faults(session) == []


def test_money_behind_the_cards_is_the_money_paid_for_them(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    package = a_package(session, cast, (cast.annual, 1), (cast.visits, 2), (cast.towel, 1))
    sale_id = open_deal(session, cast, LineWish(card_type=package.public_id), person_id=buyer)
    pay(session, cast, sale_id)
    lines = lines_of(session, sale_id)
    parts = [line for line in lines if line.part_of]
    assert [line.part_of for line in lines] == [None, 1, 1, 1, 1]
    assert sum(line.price.minor for line in parts) == lines[0].price.minor == 500_000
    made = cards.all_of_sale(session, sale_id)
    assert len(made) == 3
    session.flush()
    behind = session.scalar(
        sa.select(sa.func.sum(CardGrantRow.paid_minor)).where(CardGrantRow.sale_id == sale_id)
    )
    towel = next(line for line in parts if line.kind is CardKind.GOODS)
    assert behind == 500_000 - towel.price.minor
    assert faults(session) == []


def test_a_deal_sold_for_cash_in_one_go_is_the_same(session: Session, cast: Cast, buyer: PersonID) -> None:
    package = a_package(session, cast, (cast.annual, 1), (cast.visits, 1))
    sold = operations.sell_deal(
        session,
        lines=[LineWish(card_type=package.public_id), LineWish(card_type=cast.towel.public_id)],
        kind=SaleKind.NEW,
        buyer=Buyer(person_id=buyer),
        seller=None,
        actor=cast.desk,
        at=AT,
    )
    assert [card.status for card in cards.all_of_sale(session, sold.sale_id)] == ["active", "active"]
    assert queries.get(session, cast.club.id, sold.sale_id).balance.is_paid
    assert faults(session) == []


def test_goods_alone_are_no_card_deal(session: Session, cast: Cast) -> None:
    sale_id = open_deal(session, cast, LineWish(card_type=cast.towel.public_id, quantity=2))
    assert queries.get(session, cast.club.id, sale_id).kind is SaleKind.GOODS
    pay(session, cast, sale_id)
    assert cards.all_of_sale(session, sale_id) == []
    assert faults(session) == []


def test_a_gift_stands_on_the_sale_with_its_reason(session: Session, cast: Cast, buyer: PersonID) -> None:
    wishes = (
        LineWish(card_type=cast.annual.public_id),
        LineWish(card_type=cast.towel.public_id, is_gift=True, gift_reason="生日"),
    )
    assert refused(lambda: open_deal(session, cast, *wishes, person_id=buyer)) == "sale.gifts"
    sale_id = open_deal(session, cast, *wishes, by=cast.supervisor, person_id=buyer)
    gift = lines_of(session, sale_id)[1]
    assert (gift.is_gift, gift.gift_reason, gift.price, gift.list_price) == (
        True,
        "生日",
        yuan("0.00"),
        yuan("60.00"),
    )
    assert queries.get(session, cast.club.id, sale_id).balance.price == yuan("3980.00")


def test_an_offer_of_the_day_is_sold_by_anybody_with_what_it_gives(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    promote(session, cast, price_minor=358_000, extra_days=30, gift_card_type_id=cast.towel.id)
    sale_id = open_deal(session, cast, LineWish(card_type=cast.annual.public_id), person_id=buyer)
    card_line, gift = lines_of(session, sale_id)
    assert (card_line.price, card_line.promotion) == (yuan("3580.00"), "春季优惠")
    assert (gift.title, gift.is_gift, gift.promotion) == (cast.towel.name, True, "春季优惠")
    assert (card_line.extra_days, gift.extra_days) == (30, 0)
    pay(session, cast, sale_id)
    (card,) = cards.all_of_sale(session, sale_id)
    assert card.valid_until == TODAY + timedelta(days=365 + 30 - 1)
    assert faults(session) == []


def test_an_offer_that_is_over_or_of_another_kind_of_sale_is_not_sold(session: Session, cast: Cast) -> None:
    promote(session, cast, price_minor=358_000, first_day=TODAY - timedelta(9), last_day=TODAY - timedelta(1))
    promote(session, cast, price_minor=368_000, sale_kinds=["renewal"])
    sale_id = open_deal(session, cast, LineWish(card_type=cast.annual.public_id))
    assert queries.get(session, cast.club.id, sale_id).balance.price == yuan("3980.00")


def test_the_clubs_own_page_sells_at_the_offer_of_the_day(session: Session, cast: Cast) -> None:
    season = a_card_type(session, cast.club, "SEASON", price=yuan("1200.00"), days=90)
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == season.id).values(online=True))
    promote(session, cast, card_type_id=season.id, discount_bp=1000)
    started = website.order(
        session,
        card_type_id=season.id,
        e164="+8613900139000",
        name="陈晨",
        line="",
        actor=replace(cast.system, kind=ActorKind.GUEST),
        at=AT,
    )
    assert started.amount == yuan("1080.00")


def test_a_limited_offer_is_not_sold_on_the_clubs_own_page(session: Session, cast: Cast) -> None:
    season = a_card_type(session, cast.club, "SEASON", price=yuan("1200.00"), days=90)
    values = {"online": True, "quota": 5}
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == season.id).values(**values))
    found = catalogue.get(session, cast.club.id, season.id, day=TODAY)
    assert not found.is_offered_online


def test_a_granted_price_is_used_once_by_who_asked(session: Session, cast: Cast, buyer: PersonID) -> None:
    request = _granted(session, cast, buyer)
    wish = LineWish(card_type=cast.annual.public_id, price=yuan("3600.00"), request=request)
    assert refused(lambda: open_deal(session, cast, wish, by=cast.zhou, person_id=buyer)) == (
        "discount.not_yours"
    )
    lower = replace(wish, price=yuan("3599.99"))
    assert refused(lambda: open_deal(session, cast, lower, person_id=buyer)) == "discount.below_granted"
    sale_id = open_deal(session, cast, wish, person_id=buyer)
    row = session.get(SaleRow, sale_id)
    assert row is not None
    assert row.discount_approved_by == cast.manager.account_id
    assert refused(lambda: open_deal(session, cast, wish, person_id=buyer)) == "discount.used"


def test_whoever_granted_one_price_stands_behind_no_other(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    request = _granted(session, cast, buyer)
    wishes = (
        LineWish(card_type=cast.annual.public_id, price=yuan("3600.00"), request=request),
        LineWish(card_type=cast.visits.public_id, price=yuan("1400.00")),
    )
    assert refused(lambda: open_deal(session, cast, *wishes, person_id=buyer)) == "sale.discount"


def test_the_last_place_is_sold_once(session: Session, cast: Cast) -> None:
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(quota=2))
    wish = LineWish(card_type=cast.annual.public_id, quantity=2)
    open_deal(session, cast, wish)
    assert refused(lambda: open_deal(session, cast, replace(wish, quantity=1))) == "catalogue.sold_out"


def test_a_deal_given_up_frees_its_places_and_counts_no_more(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(quota=1))
    wish = LineWish(card_type=cast.annual.public_id)
    sale_id = open_deal(session, cast, wish, person_id=buyer)

    def give_up(actor: Actor) -> None:
        operations.give_up(session, sale_id=sale_id, actor=actor, at=AT)

    assert refused(lambda: give_up(cast.zhou)) == "sale.not_yours"
    give_up(cast.lin)
    assert refused(lambda: pay(session, cast, sale_id)) == "sale.closed"
    assert refused(lambda: give_up(cast.lin)) == "sale.closed"
    open_deal(session, cast, wish)
    assert faults(session) == []


def test_a_deal_whose_money_is_here_is_not_given_up(session: Session, cast: Cast, buyer: PersonID) -> None:
    sale_id = open_deal(session, cast, LineWish(card_type=cast.annual.public_id), person_id=buyer)
    amount = yuan("500.00")
    operations.book_receipt(
        session, sale_id=sale_id, amount=amount, method=Method.CASH, actor=cast.desk, at=AT
    )
    assert refused(lambda: operations.give_up(session, sale_id=sale_id, actor=cast.lin, at=AT)) == (
        "sale.money_kept"
    )
    operations.refund(session, sale_id=sale_id, amount=None, actor=cast.finance, at=AT)
    operations.give_up(session, sale_id=sale_id, actor=cast.lin, at=AT)
    assert faults(session) == []


def test_another_clubs_card_type_is_not_found(session: Session, cast: Cast) -> None:
    foreign = a_card_type(session, cast.foreign_club, "X")
    with pytest.raises(NotFound):
        open_deal(session, cast, LineWish(card_type=foreign.public_id))


def test_a_sale_that_is_closed_takes_no_money(session: Session, cast: Cast, buyer: PersonID) -> None:
    sale_id = open_deal(session, cast, LineWish(card_type=cast.annual.public_id), person_id=buyer)
    operations.book_receipt(
        session,
        sale_id=sale_id,
        amount=yuan("500.00"),
        method=Method.CASH,
        actor=cast.desk,
        at=AT,
    )
    operations.close_sale(session, sale_id=sale_id, closed_as=ClosedAs.FORFEITED, actor=cast.manager, at=AT)
    assert refused(lambda: pay(session, cast, sale_id)) == "sale.closed"
    assert refused(
        lambda: operations.start_online_payment(session, sale_id=sale_id, actor=cast.lin, at=AT)
    ) == ("sale.closed")
    assert refused(
        lambda: operations.close_sale(
            session, sale_id=sale_id, closed_as=ClosedAs.WITHDRAWN, actor=cast.manager, at=AT
        )
    ) == ("sale.closed")
    operations.refund(session, sale_id=sale_id, amount=None, actor=cast.finance, at=AT)
    assert faults(session) == []


def test_a_paid_sale_is_not_closed(session: Session, cast: Cast, buyer: PersonID) -> None:
    sale_id = open_deal(session, cast, LineWish(card_type=cast.annual.public_id), person_id=buyer)
    pay(session, cast, sale_id)
    assert refused(
        lambda: operations.close_sale(
            session, sale_id=sale_id, closed_as=ClosedAs.GIVEN_UP, actor=cast.manager, at=AT
        )
    ) == ("sale.paid")


def a_card_of(session: Session, cast: Cast, buyer: PersonID) -> CardID:
    sale_id = open_deal(session, cast, LineWish(card_type=cast.annual.public_id), person_id=buyer)
    pay(session, cast, sale_id)
    return CardID(session.scalars(sa.select(CardRow.id).where(CardRow.sale_id == sale_id)).one())


def test_a_fee_is_received_and_refunded_and_in_nobodys_credit(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    card_id = a_card_of(session, cast, buyer)
    fee = operations.open_fee(
        session,
        card_id=card_id,
        what="冻结手续费",
        what_en="Freezing fee",
        amount=yuan("50.00"),
        person_id=buyer,
        consultant_id=consultant_of(cast.lin),
        actor=cast.desk,
        at=AT,
    )
    pay(session, cast, fee)
    assert queries.get(session, cast.club.id, fee).is_fee
    day = queries.sales_on(session, cast.club, TODAY)
    assert (len(day.sales), day.contracts) == (2, yuan("3980.00"))
    assert collected(session, cast) == 398_000
    assert credits_.credit_of_sale(session, cast.club.id, fee) is None
    assert credits_.postings_of_sale(session, cast.club.id, fee) == []
    operations.refund(session, sale_id=fee, amount=None, actor=cast.finance, at=AT)
    assert credits_.postings_of_sale(session, cast.club.id, fee) == []
    card = cards.by_id(session, card_id)
    assert card is not None
    assert card.status == "active"
    assert faults(session) == []


def collected(session: Session, cast: Cast) -> int:
    """What Lin's target of money that came in stands at."""
    session.flush()
    span = (local(0), local(23))
    return figures._collections(session, cast.club.id, span)[consultant_of(cast.lin)]


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_a_fee_of_nothing_is_refused(session: Session, cast: Cast, buyer: PersonID, amount: str) -> None:
    card_id = a_card_of(session, cast, buyer)
    assert refused(
        lambda: operations.open_fee(
            session, card_id=card_id, what="x", amount=yuan(amount), person_id=buyer, actor=cast.desk, at=AT
        )
    ) == ("sale.fee_amount")


def test_what_a_card_is_upgraded_for_is_credited_and_makes_no_card(
    session: Session, cast: Cast, buyer: PersonID
) -> None:
    """PRC-03: what is paid and what is traded in are held against the list price together."""
    card_id = a_card_of(session, cast, buyer)
    dearer = a_card_type(session, cast.club, "GOLD", price=yuan("6800.00"))

    def upgrade(price: str | None) -> SaleID:
        return operations.open_service_sale(
            session,
            kind=SaleKind.UPGRADE,
            card_id=card_id,
            card_type_id=dearer.id,
            price=None if price is None else yuan(price),
            trade_in=yuan("3980.00"),
            person_id=buyer,
            consultant_id=consultant_of(cast.lin),
            actor=cast.lin,
            at=AT,
        )

    assert refused(lambda: upgrade("2819.99")) == "sale.discount"
    sale_id = upgrade(None)
    sale = queries.get(session, cast.club.id, sale_id)
    assert (sale.balance.price, sale.trade_in, sale.for_card_id) == (
        yuan("2820.00"),
        yuan("3980.00"),
        card_id,
    )
    pay(session, cast, sale_id)
    assert cards.all_of_sale(session, sale_id) == []
    credit = credits_.credit_of_sale(session, cast.club.id, sale_id)
    assert credit is not None
    assert faults(session) == []


def test_another_clubs_card_has_no_fee(session: Session, cast: Cast, buyer: PersonID) -> None:
    card_id = a_card_of(session, cast, buyer)
    with pytest.raises(NotFound):
        operations.open_fee(
            session,
            card_id=card_id,
            what="x",
            amount=yuan("50.00"),
            person_id=buyer,
            actor=cast.other_manager,
            at=AT,
        )


def _granted(session: Session, cast: Cast, buyer: PersonID) -> str:
    """3,600.00 for a yearly card, asked by Lin and allowed by the manager."""
    request = discounts.ask(
        session,
        card_type=cast.annual,
        price=yuan("3600.00"),
        sale_kind="new",
        reason="老客户介绍",
        person_id=buyer,
        actor=cast.lin,
        at=AT,
    )
    discounts.approve(
        session, request_public_id=request, granted=yuan("3600.00"), answer="", actor=cast.manager, at=AT
    )
    return request
