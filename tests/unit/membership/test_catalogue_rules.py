"""Who may sell at which price (EX-02)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.actor import Role
from clubsales.errors import Allowed, Refusal
from clubsales.membership.catalogue.rules import (
    CatalogueRefused,
    DiscountPolicy,
    PriceFacts,
    lowest_price,
    may_sell_at,
)
from clubsales.money import CNY, Money

POLICY = DiscountPolicy(
    limit_bp={"consultant": 0, "supervisor": 500, "club_manager": 1000},
    above=("sales_director", "general_manager"),
)
LIST = Money(398_000, CNY)


def facts(price: int, *roles: Role, approver: Role | None = None, **changes: object) -> PriceFacts:
    values: dict[str, object] = {
        "price": Money(price, CNY),
        "list_price": LIST,
        "floor_price": None,
        "no_discount": False,
        "seller_roles": frozenset(roles or {Role.CONSULTANT}),
        "approver_roles": frozenset({approver} if approver else ()),
    }
    values.update(changes)
    return PriceFacts(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("price", "approver", "allowed"),
    [
        (398_000, None, True),
        (397_999, None, False),
        (397_999, Role.SUPERVISOR, True),
        (378_100, Role.SUPERVISOR, True),  # 5.00 %
        (378_099, Role.SUPERVISOR, False),
        (378_099, Role.CLUB_MANAGER, True),
        (358_200, Role.CLUB_MANAGER, True),  # 10.00 %
        (358_199, Role.CLUB_MANAGER, False),
        (358_199, Role.SALES_DIRECTOR, True),
        (358_199, Role.GENERAL_MANAGER, True),
        (358_199, Role.DEPUTY_GM, False),
        (1, Role.GENERAL_MANAGER, True),
    ],
)
def test_a_discount_needs_somebody_whose_limit_covers_it(
    price: int, approver: Role | None, allowed: bool
) -> None:
    decision = may_sell_at(facts(price, approver=approver), POLICY)
    assert isinstance(decision, Allowed) is allowed
    if isinstance(decision, Refusal):
        assert decision.code is CatalogueRefused.DISCOUNT


def test_a_seller_needs_nobody_within_his_own_limit() -> None:
    assert isinstance(may_sell_at(facts(378_100, Role.SUPERVISOR), POLICY), Allowed)
    assert isinstance(may_sell_at(facts(378_099, Role.SUPERVISOR), POLICY), Refusal)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_sells_above_the_list_price(role: Role) -> None:
    decision = may_sell_at(facts(398_001, role, approver=role), POLICY)
    assert isinstance(decision, Refusal)
    assert decision.code is CatalogueRefused.ABOVE_LIST


@pytest.mark.parametrize("price", [0, 1, 10_000_000])
def test_without_a_list_price_any_price_is_right(price: int) -> None:
    assert isinstance(may_sell_at(facts(price, list_price=None), POLICY), Allowed)


@pytest.mark.parametrize("role", list(Role))
def test_catering_is_discounted_by_the_general_manager_only(role: Role) -> None:
    decision = may_sell_at(facts(397_999, approver=role, no_discount=True), POLICY)
    assert isinstance(decision, Allowed) is (role is Role.GENERAL_MANAGER)


@pytest.mark.parametrize("role", [Role.CLUB_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER])
@pytest.mark.parametrize("no_discount", [False, True])
def test_nobody_goes_below_the_floor_price(role: Role, no_discount: bool) -> None:
    floor = Money(390_000, CNY)
    below = facts(389_999, approver=role, floor_price=floor, no_discount=no_discount)
    assert isinstance(may_sell_at(below, POLICY), Refusal)


@given(
    price=st.integers(0, 2_000_000),
    listed=st.integers(0, 1_000_000),
    floor=st.none() | st.integers(0, 1_000_000),
    roles=st.frozensets(st.sampled_from(list(Role)), max_size=3),
    no_discount=st.booleans(),
)
def test_the_lowest_price_told_is_allowed_and_one_fen_less_is_not(
    price: int, listed: int, floor: int | None, roles: frozenset[Role], no_discount: bool
) -> None:
    floor_price = None if floor is None else Money(min(floor, listed), CNY)
    list_price = Money(listed, CNY)

    def at(minor: int) -> PriceFacts:
        return facts(
            minor,
            list_price=list_price,
            floor_price=floor_price,
            no_discount=no_discount,
            seller_roles=roles,
        )

    lowest = lowest_price(at(price), list_price, POLICY).minor
    assert (floor_price.minor if floor_price else 0) <= lowest <= listed
    assert isinstance(may_sell_at(at(lowest), POLICY), Allowed)
    assert isinstance(may_sell_at(at(lowest - 1), POLICY), Refusal)
    assert isinstance(may_sell_at(at(price), POLICY), Allowed) is (lowest <= price <= listed)
