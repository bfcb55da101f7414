"""Deals of several lines: prices, gifts, packages, starts (PRC-03 to PRC-10, EX-02, CRD-09)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clubsales.actor import Role
from clubsales.errors import Allowed, Decision, Refused
from clubsales.ids import CardTypeID, ClubID
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.offers import Promotion, offer_for
from clubsales.membership.catalogue.queries import PackageItem
from clubsales.membership.catalogue.rules import CardKind, CardTerms, DiscountPolicy, StartRule
from clubsales.membership.sales.authority import may_sell_deal
from clubsales.membership.sales.baskets import (
    DealLine,
    Found,
    LineWish,
    dearest,
    may_list,
    may_start,
    numbered,
    pieces_of,
    sold_line,
)
from clubsales.money import CNY, Money

POLICY = DiscountPolicy(
    limit_bp={"consultant": 0, "supervisor": 500, "club_manager": 1000},
    above=("sales_director", "general_manager"),
)
TODAY = date(2026, 3, 9)


def yuan(text: str) -> Money:
    return Money.parse(text, CNY)


def card_type(number: int = 1, price: str | None = "3980.00", **changes: Any) -> CardTypeView:
    plain = CardTypeView(
        id=CardTypeID(number),
        public_id=f"type{number}",
        club_id=ClubID(1),
        code=f"T{number}",
        name=f"卡{number}",
        name_en=f"Card {number}",
        description="",
        description_en="",
        kind=CardKind.TERM,
        currency=CNY,
        price=None if price is None else yuan(price),
        floor_price=None,
        days=365,
        visits=None,
        no_discount=False,
        all_clubs=False,
        on_sale=True,
        online=False,
        position=0,
        set_up_fee=Money.zero(CNY),
        referral=None,
        renewal_price=None,
        are_sessions=False,
        value=None,
        people_max=1,
        quota=None,
        quota_taken=0,
        deposit=None,
        facilities=(),
        windows=(),
        terms=CardTerms(),
    )
    return replace(plain, **changes)


def found(of: CardTypeView, *promotions: Promotion, kind: str = "new", **wish: Any) -> Found:
    return Found(
        wish=LineWish(card_type=of.public_id, **wish),
        card_type=of,
        offer=offer_for(of, kind, promotions),
    )


def lines(*all_found: Found) -> tuple[DealLine, ...]:
    return tuple(line for one in all_found for line in pieces_of(one))


def decide(*all_found: Found, roles: set[Role] | None = None) -> Decision:
    seller = frozenset(roles or {Role.CONSULTANT})
    return may_sell_deal(lines(*all_found), seller_roles=seller, policy=POLICY)


def refused(decision: Decision) -> str:
    assert not isinstance(decision, Allowed)
    return decision.code.value


def promotion(**changes: Any) -> Promotion:
    plain = Promotion(
        id=7,
        public_id="offer",
        name="春季",
        name_en="Spring",
        card_type_id=None,
        sale_kinds=(),
        first_day=TODAY,
        last_day=TODAY,
        price=None,
        discount_bp=None,
        extra_days=0,
        extra_visits=0,
        gift_card_type_id=None,
    )
    return replace(plain, **changes)


TOWEL = card_type(2, "60.00", kind=CardKind.GOODS, days=None)


@pytest.mark.parametrize(
    ("price", "roles", "allowed"),
    [
        ("3980.00", {Role.CONSULTANT}, True),
        ("3979.99", {Role.CONSULTANT}, False),
        ("3781.00", {Role.SUPERVISOR}, True),
        ("3780.99", {Role.SUPERVISOR}, False),
        ("3582.00", {Role.CLUB_MANAGER}, True),
        ("3581.99", {Role.CLUB_MANAGER}, False),
        ("3581.99", {Role.SALES_DIRECTOR}, True),
        ("3980.01", {Role.GENERAL_MANAGER}, False),
    ],
)
def test_each_line_of_a_deal_is_held_against_the_authority(
    price: str, roles: set[Role], allowed: bool
) -> None:
    """EX-02, beside a second line at its list price."""
    decision = decide(found(card_type(), price=yuan(price)), found(TOWEL), roles=roles)
    assert isinstance(decision, Allowed) is allowed


def test_a_line_above_its_price_does_not_pay_for_one_below() -> None:
    assert refused(decide(found(card_type(), price=yuan("3900.00")), found(TOWEL, price=yuan("60.00")))) == (
        "sale.discount"
    )


def test_a_consultant_gives_nothing_away() -> None:
    decision = decide(found(card_type()), found(TOWEL, is_gift=True, gift_reason="生日"))
    assert refused(decision) == "sale.gifts"


@pytest.mark.parametrize(("quantity", "allowed"), [(3, True), (4, False)])
def test_gifts_count_as_a_discount_on_the_whole_deal(quantity: int, allowed: bool) -> None:
    """A supervisor's 5 % of 3,980.00 and of the towels: 3 towels (of 4,160.00, 208.00) pass, 4 do not."""
    decision = decide(
        found(card_type()),
        found(TOWEL, quantity=quantity, is_gift=True, gift_reason="生日"),
        roles={Role.SUPERVISOR},
    )
    assert isinstance(decision, Allowed) is allowed


def test_a_gift_and_a_discount_share_one_limit() -> None:
    """3,781.00 is the lowest a supervisor gives alone: with a towel beside it, it is below."""
    card = found(card_type(), price=yuan("3781.00"))
    towel = found(TOWEL, is_gift=True, gift_reason="生日")
    assert refused(decide(card, towel, roles={Role.SUPERVISOR})) == "sale.gifts"
    assert isinstance(decide(card, towel, roles={Role.CLUB_MANAGER}), Allowed)


def test_what_takes_no_discount_is_given_by_the_general_manager_only() -> None:
    drink = found(replace(TOWEL, no_discount=True), is_gift=True, gift_reason="庆祝")
    assert refused(decide(found(card_type()), drink, roles={Role.SALES_DIRECTOR})) == "sale.gift_no_discount"
    assert isinstance(decide(found(card_type()), drink, roles={Role.GENERAL_MANAGER}), Allowed)


def test_what_has_no_list_price_is_no_gift() -> None:
    decision = decide(found(card_type()), found(card_type(3, None), is_gift=True, gift_reason="x"))
    assert refused(decision) == "sale.gift_price"


def test_what_an_offer_gives_needs_nobodys_authority() -> None:
    offer = promotion(gift_card_type_id=TOWEL.id)
    gift = replace(found(TOWEL, is_gift=True, gift_reason="春季"), given_by=offer)
    assert isinstance(decide(found(card_type(), offer), gift), Allowed)


def test_an_offers_price_needs_nobodys_authority_and_is_no_step_to_a_lower_one() -> None:
    offer = promotion(price=yuan("3580.00"))
    assert isinstance(decide(found(card_type(), offer)), Allowed)
    assert refused(decide(found(card_type(), offer, price=yuan("3579.99")), roles={Role.SUPERVISOR})) == (
        "sale.discount"
    )


def test_an_offers_extras_go_with_its_price_only() -> None:
    offer = promotion(price=yuan("3580.00"), extra_days=30)
    (at_offer,) = lines(found(card_type(), offer))
    (below,) = lines(found(card_type(), offer, price=yuan("3400.00")))
    assert (at_offer.price, at_offer.promotion) == (yuan("3580.00"), offer)
    assert below.promotion is None
    assert (sold_line(1, at_offer).extra_days, sold_line(1, below).extra_days) == (30, 0)


def test_a_granted_price_serves_one_piece() -> None:
    pieces = lines(found(card_type(), price=yuan("3000.00"), quantity=2, request="req"))
    assert [piece.is_granted for piece in pieces] == [True, False]
    assert refused(may_sell_deal(pieces, seller_roles=frozenset({Role.CONSULTANT}), policy=POLICY)) == (
        "sale.discount"
    )
    assert isinstance(
        may_sell_deal(pieces[:1], seller_roles=frozenset({Role.CONSULTANT}), policy=POLICY), Allowed
    )


def test_so_many_cards_are_as_many_lines_and_goods_are_one() -> None:
    assert [line.quantity for line in lines(found(card_type(), quantity=3))] == [1, 1, 1]
    (towels,) = lines(found(TOWEL, quantity=3))
    assert (towels.quantity, towels.price) == (3, yuan("180.00"))


def test_a_package_is_split_by_list_prices_to_the_last_cent() -> None:
    package = card_type(9, "1000.00", kind=CardKind.PACKAGE, days=None)
    items = (
        PackageItem(card_type=card_type(1, "300.00"), quantity=2),
        PackageItem(card_type=card_type(3, "100.00"), quantity=1),
    )
    (line,) = lines(replace(found(package), items=items))
    assert [part.price for part in line.parts] == [yuan("428.57"), yuan("428.57"), yuan("142.86")]
    assert [(number, part_of) for number, part_of, _ in numbered([line])] == [
        (1, None),
        (2, 1),
        (3, 1),
        (4, 1),
    ]
    assert not line.makes_card


def test_a_package_of_what_has_no_price_is_split_evenly() -> None:
    package = card_type(9, "100.00", kind=CardKind.PACKAGE, days=None)
    items = (PackageItem(card_type=card_type(1, None), quantity=3),)
    (line,) = lines(replace(found(package), items=items))
    assert [part.price.minor for part in line.parts] == [3334, 3333, 3333]


def test_an_empty_package_is_not_sold() -> None:
    with pytest.raises(Refused, match="empty_package"):
        lines(found(card_type(9, kind=CardKind.PACKAGE)))


def test_the_dearest_line_gives_the_card_type_and_the_first_of_equals() -> None:
    deal = lines(found(TOWEL), found(card_type(3)), found(card_type(4)))
    assert dearest(deal).card_type.id == 3


@pytest.mark.parametrize(
    ("terms", "starts_on", "code"),
    [
        (CardTerms(), date(2026, 3, 10), "sale.start_fixed"),
        (CardTerms(start_rule=StartRule.FIRST_USE), date(2026, 3, 10), "sale.start_fixed"),
        (CardTerms(start_rule=StartRule.CHOSEN), date(2026, 3, 8), "sale.start_past"),
        (CardTerms(start_rule=StartRule.CHOSEN, start_within_days=30), date(2026, 4, 9), "sale.start_late"),
        (CardTerms(start_rule=StartRule.CHOSEN, start_within_days=30), date(2026, 4, 8), ""),
        (CardTerms(start_rule=StartRule.CHOSEN), TODAY, ""),
        (CardTerms(start_rule=StartRule.CHOSEN), date(2027, 3, 9), ""),
        (CardTerms(), None, ""),
    ],
)
def test_a_start_is_chosen_within_the_terms(terms: CardTerms, starts_on: date | None, code: str) -> None:
    decision = may_start(found(card_type(terms=terms), starts_on=starts_on), today=TODAY)
    assert ("" if isinstance(decision, Allowed) else decision.code.value) == code


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ([], "sale.lines"),
        ([LineWish(card_type="a", quantity=0)], "sale.quantity"),
        ([LineWish(card_type="a", quantity=51)], "sale.quantity"),
        ([LineWish(card_type="a", quantity=40), LineWish(card_type="b", quantity=40)], "sale.lines"),
        ([LineWish(card_type="a", is_gift=True)], "sale.gift_reason"),
        ([LineWish(card_type="a", request="x"), LineWish(card_type="b", request="y")], "sale.one_request"),
    ],
)
def test_a_basket_that_makes_no_deal_is_refused(wishes: list[LineWish], code: str) -> None:
    assert refused(may_list(wishes)) == code


def test_stored_value_is_what_is_paid_unless_the_card_type_says_another() -> None:
    stored = card_type(5, "500.00", kind=CardKind.STORED_VALUE, days=None)
    (plain,) = lines(found(stored, price=yuan("480.00")))
    (more,) = lines(found(replace(stored, value=yuan("600.00"))))
    (gift,) = lines(found(stored, is_gift=True, gift_reason="x"))
    assert [line.value for line in (plain, more, gift)] == [yuan("480.00"), yuan("600.00"), yuan("500.00")]


@pytest.mark.parametrize("kind", list(CardKind))
def test_goods_open_no_door_and_a_package_is_what_it_holds(kind: CardKind) -> None:
    of = card_type(6, kind=kind)
    items = (PackageItem(card_type=card_type(1), quantity=1),) if kind is CardKind.PACKAGE else ()
    (line,) = lines(replace(found(of), items=items))
    assert line.makes_card is (kind not in (CardKind.GOODS, CardKind.PACKAGE))
