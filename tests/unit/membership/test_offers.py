"""What anybody may sell at with nobody's authority: the list, a renewal, a promotion (PRC-01, PRC-10, EX-02)."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from clubsales.actor import Role
from clubsales.errors import Allowed, Refusal
from clubsales.ids import CardTypeID, ClubID
from clubsales.membership.catalogue.card_types import CardTypeView
from clubsales.membership.catalogue.offers import NewPromotion, Promotion, may_promote, offer_for
from clubsales.membership.catalogue.rules import (
    CardKind,
    CardTerms,
    CatalogueRefused,
    DiscountPolicy,
    PriceFacts,
    StartRule,
    Window,
    may_grant,
    may_have_prices,
    may_have_terms,
    may_have_windows,
    may_sell_at,
)
from clubsales.money import CNY
from tests.builders import yuan

MONDAY = date(2026, 3, 9)
POLICY = DiscountPolicy(
    limit_bp={"consultant": 0, "supervisor": 500, "club_manager": 1000},
    above=("sales_director", "general_manager"),
)
ANNUAL = CardTypeView(
    id=CardTypeID(1),
    public_id="annual",
    club_id=ClubID(1),
    code="annual",
    name="年卡",
    name_en="Annual card",
    description="",
    description_en="",
    kind=CardKind.TERM,
    currency=CNY,
    price=yuan("3980.00"),
    floor_price=yuan("3380.00"),
    days=365,
    visits=None,
    no_discount=False,
    all_clubs=False,
    on_sale=True,
    online=False,
    position=0,
    set_up_fee=yuan("0.00"),
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
SPRING = Promotion(
    id=1,
    public_id="spring",
    name="春季优惠",
    name_en="Spring offer",
    card_type_id=None,
    sale_kinds=(),
    first_day=MONDAY,
    last_day=MONDAY,
    price=None,
    discount_bp=1000,
    extra_days=0,
    extra_visits=0,
    gift_card_type_id=None,
)
WISHED = NewPromotion(
    name="春季优惠",
    name_en="",
    card_type=ANNUAL,
    sale_kinds=(),
    first_day=MONDAY,
    last_day=MONDAY,
    price=yuan("3000.00"),
    discount_bp=None,
    extra_days=0,
    extra_visits=0,
    gift=None,
)


def price(card_type: CardTypeView = ANNUAL, kind: str = "new", *promotions: Promotion) -> str:
    return str(offer_for(card_type, kind, promotions).price)


def test_without_any_offer_the_list_price_holds() -> None:
    offer = offer_for(ANNUAL, "new", ())
    assert (offer.price, offer.promotion, offer.reason.code) == (yuan("3980.00"), None, "price.list")


def test_what_has_no_list_price_has_no_offer() -> None:
    assert offer_for(replace(ANNUAL, price=None, floor_price=None), "new", [SPRING]).price is None


def test_the_renewal_price_is_for_renewals_only() -> None:
    card = replace(ANNUAL, renewal_price=yuan("3500.00"))
    assert price(card, "renewal") == "3500.00"
    assert price(card, "new") == "3980.00"
    assert offer_for(card, "renewal", ()).reason.code == "price.renewal"


def test_the_cheapest_of_renewal_and_promotion_counts() -> None:
    card = replace(ANNUAL, renewal_price=yuan("3500.00"))
    assert price(card, "renewal", SPRING) == "3500.00"
    assert price(card, "renewal", replace(SPRING, discount_bp=1300)) == "3462.60"


def test_what_only_gives_something_goes_with_the_renewal_price() -> None:
    card = replace(ANNUAL, renewal_price=yuan("3500.00"))
    gift = replace(SPRING, price=None, discount_bp=None, extra_days=15)
    offer = offer_for(card, "renewal", (gift,))
    assert (offer.price, offer.promotion) == (yuan("3500.00"), gift)
    assert offer.reason.code == "price.promotion"
    added = offer_for(card, "new", (gift,))
    assert (added.price, added.reason.code) == (yuan("3980.00"), "price.promotion_adds")
    nothing_off = offer_for(card, "renewal", (gift, replace(SPRING, discount_bp=100)))
    assert (nothing_off.price, nothing_off.promotion) == (yuan("3500.00"), gift)


def test_a_part_off_ends_at_the_floor_and_a_named_price_does_not() -> None:
    assert price(ANNUAL, "new", SPRING) == "3582.00"
    assert price(ANNUAL, "new", replace(SPRING, discount_bp=5000)) == "3380.00"
    assert price(ANNUAL, "new", replace(SPRING, discount_bp=None, price=yuan("2999.00"))) == "2999.00"


@pytest.mark.parametrize(
    ("change", "kind"),
    [({"card_type_id": CardTypeID(2)}, "new"), ({"sale_kinds": ("renewal",)}, "new")],
)
def test_a_promotion_of_something_else_changes_nothing(change: dict[str, object], kind: str) -> None:
    assert price(ANNUAL, kind, replace(SPRING, **change)) == "3980.00"  # type: ignore[arg-type]


def test_what_takes_no_discount_gets_no_promotion() -> None:
    assert price(replace(ANNUAL, no_discount=True), "new", SPRING) == "3980.00"


def test_the_cheapest_of_several_counts_and_at_the_same_price_the_one_that_gives_more() -> None:
    cheaper = replace(SPRING, id=2, discount_bp=1200)
    assert offer_for(ANNUAL, "new", [SPRING, cheaper]).promotion == cheaper
    giving = replace(SPRING, id=3, extra_days=30)
    assert offer_for(ANNUAL, "new", [SPRING, giving]).promotion == giving


def test_days_on_top_are_an_offer_at_the_list_price() -> None:
    giving = replace(SPRING, discount_bp=None, extra_days=30)
    offer = offer_for(ANNUAL, "new", [giving])
    assert (str(offer.price), offer.promotion) == ("3980.00", giving)


@pytest.mark.parametrize(
    ("typed", "role", "offered", "allowed"),
    [
        ("3582.00", Role.CONSULTANT, "3582.00", True),
        ("3581.99", Role.CONSULTANT, "3582.00", False),
        ("3781.00", Role.SUPERVISOR, "3900.00", True),  # his five percent are of the list price
        ("3705.00", Role.SUPERVISOR, "3900.00", False),  # and not of the offer's
        ("2999.00", Role.CONSULTANT, "2999.00", True),  # published below the floor
        ("3379.99", Role.SALES_DIRECTOR, None, False),
    ],
)
def test_authority_is_not_added_to_an_offer(
    typed: str, role: Role, offered: str | None, allowed: bool
) -> None:
    facts = PriceFacts(
        price=yuan(typed),
        list_price=ANNUAL.price,
        floor_price=ANNUAL.floor_price,
        no_discount=False,
        seller_roles=frozenset({role}),
        offered=None if offered is None else yuan(offered),
    )
    assert isinstance(may_sell_at(facts, POLICY), Allowed) is allowed


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"last_day": date(2026, 3, 8)}, CatalogueRefused.PROMOTION_DAYS),
        ({"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 8)}, CatalogueRefused.PROMOTION_OVER),
        ({"discount_bp": 500}, CatalogueRefused.PROMOTION_BOTH),
        ({"card_type": None}, CatalogueRefused.PROMOTION_PRICE),
        ({"price": yuan("3980.01")}, CatalogueRefused.PROMOTION_PRICE),
        ({"price": None}, CatalogueRefused.PROMOTION_EMPTY),
        ({"price": None, "extra_visits": 2}, None),
        ({"card_type": replace(ANNUAL, no_discount=True)}, CatalogueRefused.PROMOTION_NO_DISCOUNT),
    ],
)
def test_an_offer_gives_something_for_days_that_are_not_over(
    change: dict[str, object], code: CatalogueRefused | None
) -> None:
    decision = may_promote(replace(WISHED, **change), today=MONDAY)  # type: ignore[arg-type]
    assert (decision.code if isinstance(decision, Refusal) else None) == code


def test_a_renewal_costs_at_most_the_price() -> None:
    decision = may_have_prices(price=yuan("100.00"), floor_price=None, renewal_price=yuan("100.01"))
    assert isinstance(decision, Refusal)
    assert isinstance(
        may_have_prices(price=yuan("100.00"), floor_price=None, renewal_price=yuan("100.00")), Allowed
    )
    assert isinstance(may_have_prices(price=None, floor_price=None, renewal_price=yuan("1.00")), Refusal)


def test_a_term_card_runs_for_days_and_a_visit_card_has_visits() -> None:
    assert isinstance(may_grant(CardKind.TERM, days=None, visits=None), Refusal)
    assert isinstance(may_grant(CardKind.VISITS, days=30, visits=None), Refusal)
    assert isinstance(may_grant(CardKind.STORED_VALUE, days=None, visits=None), Allowed)


def test_terms_come_back_as_they_were_stored_and_say_what_was_the_default() -> None:
    terms = CardTerms(freeze_times_max=2, transfer_fee_bp=500, start_rule=StartRule.FIRST_USE)
    assert CardTerms.from_json(terms.to_json()) == terms
    assert CardTerms.from_json({}) == CardTerms()
    assert CardTerms.from_json({"freeze_allowed": False, "of_another_version": 1}).freeze_allowed is False
    assert CardTerms().to_json()["freeze_allowed"] is True


def test_a_transfer_costs_an_amount_or_a_part_and_freezes_fit_into_their_days() -> None:
    assert isinstance(may_have_terms(CardTerms(transfer_fee_minor=100, transfer_fee_bp=1)), Refusal)
    assert isinstance(may_have_terms(CardTerms(freeze_days_min=8, freeze_days_max=7)), Refusal)
    assert isinstance(may_have_terms(CardTerms(freeze_days_min=8)), Allowed)


@pytest.mark.parametrize(
    ("day", "clock", "inside"),
    [
        (9, "08:59", False),
        (9, "09:00", True),
        (9, "16:59", True),
        (9, "17:00", False),
        (14, "10:00", False),  # Saturday
    ],
)
def test_hours_of_weekdays_hold_their_beginning_and_not_their_end(day: int, clock: str, inside: bool) -> None:
    weekdays = Window((1, 2, 3, 4, 5), time(9), time(17))
    moment = datetime.combine(date(2026, 3, day), time.fromisoformat(clock))
    assert weekdays.holds(moment) is inside
    assert Window.from_json(weekdays.to_json()) == weekdays


@pytest.mark.parametrize(
    ("day", "clock", "inside"),
    [(13, "23:00", True), (14, "01:59", True), (14, "02:00", False), (13, "01:00", False)],
)
def test_hours_over_midnight_belong_to_the_day_they_begin_on(day: int, clock: str, inside: bool) -> None:
    friday_night = Window((5,), time(22), time(2))
    moment = datetime.combine(date(2026, 3, day), time.fromisoformat(clock))
    assert friday_night.holds(moment) is inside


def test_hours_need_a_day_and_a_length() -> None:
    assert isinstance(may_have_windows([Window((), time(9), time(17))]), Refusal)
    assert isinstance(may_have_windows([Window((1,), time(9), time(9))]), Refusal)
    assert isinstance(may_have_windows([Window((7,), time(9), time(17))]), Allowed)
