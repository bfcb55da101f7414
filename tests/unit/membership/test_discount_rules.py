"""Silent discounts: who may ask, who may answer, until when (PRC-03, PRC-04, PRC-07, EX-02)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clubsales.actor import Role
from clubsales.errors import Allowed, Decision, Refusal
from clubsales.membership.catalogue.rules import DiscountPolicy, PriceFacts
from clubsales.membership.discounts.rules import (
    NEVER,
    AnswerFacts,
    DiscountRefused,
    RequestPolicy,
    Standing,
    State,
    UseFacts,
    may_answer,
    may_ask,
    may_grant,
    may_use,
    reaches,
    standing,
)
from tests.builders import local, yuan

NOW = local(15)
LATER = NOW + timedelta(minutes=10)
POLICY = DiscountPolicy(
    limit_bp={"consultant": 0, "supervisor": 500, "club_manager": 1000},
    above=("sales_director", "general_manager"),
)
PRICES = PriceFacts(
    price=yuan("3600.00"),
    list_price=yuan("3980.00"),
    floor_price=None,
    no_discount=False,
    seller_roles=frozenset({Role.CONSULTANT}),
)
ANSWER = AnswerFacts(
    state=State.ASKED,
    expires_at=LATER,
    is_own=False,
    answered_by="",
    prices=replace(PRICES, seller_roles=frozenset(), approver_roles=frozenset({Role.CLUB_MANAGER})),
)
USE = UseFacts(
    standing=Standing.APPROVED,
    is_own=True,
    is_same_card=True,
    is_same_guest=True,
    granted=yuan("3600.00"),
    price=yuan("3600.00"),
)


def code(decision: Decision) -> str | None:
    return decision.code.value if isinstance(decision, Refusal) else None


@pytest.mark.parametrize(
    ("price", "able"),
    [
        ("3979.99", {Role.SUPERVISOR, Role.CLUB_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER}),
        ("3781.00", {Role.SUPERVISOR, Role.CLUB_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER}),
        ("3780.99", {Role.CLUB_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER}),
        ("3582.00", {Role.CLUB_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER}),
        ("3581.99", {Role.SALES_DIRECTOR, Role.GENERAL_MANAGER}),
    ],
)
def test_ex_02_says_who_may_answer_for_a_price(price: str, able: set[Role]) -> None:
    """AMB-55."""
    asked = replace(PRICES, price=yuan(price))
    assert {role for role in Role if reaches(asked, frozenset({role}), POLICY)} == able


def test_ex_02_any_discount_on_catering_is_the_general_managers() -> None:
    asked = replace(PRICES, price=yuan("3979.99"), no_discount=True)
    assert {role for role in Role if reaches(asked, frozenset({role}), POLICY)} == {Role.GENERAL_MANAGER}


def test_only_what_one_may_not_give_oneself_is_asked_for() -> None:
    assert code(may_ask(PRICES, POLICY, reason="老会员介绍")) is None
    assert code(may_ask(PRICES, POLICY, reason="")) == DiscountRefused.REASON
    whole = replace(PRICES, price=yuan("3980.00"))
    assert code(may_ask(whole, POLICY, reason="x")) == DiscountRefused.NOT_NEEDED
    offered = replace(PRICES, offered=yuan("3500.00"))
    assert code(may_ask(offered, POLICY, reason="x")) == DiscountRefused.NOT_NEEDED
    assert (
        code(may_ask(replace(PRICES, list_price=None), POLICY, reason="x")) == DiscountRefused.NO_LIST_PRICE
    )


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({}, None),
        ({"is_own": True}, DiscountRefused.OWN),
        ({"state": State.APPROVED}, DiscountRefused.ANSWERED),
        ({"state": State.REFUSED}, DiscountRefused.ANSWERED),
        ({"state": State.USED}, DiscountRefused.ANSWERED),
        ({"state": State.WITHDRAWN}, DiscountRefused.WITHDRAWN),
        ({"expires_at": NOW}, DiscountRefused.LAPSED),  # the last moment is outside
    ],
)
def test_an_answer_is_somebody_elses_once_and_in_time(
    change: dict[str, object], refused: DiscountRefused | None
) -> None:
    assert code(may_answer(replace(ANSWER, **change), NOW)) == refused  # type: ignore[arg-type]


def test_another_price_is_granted_within_ones_own_authority() -> None:
    def granted(price: str) -> AnswerFacts:
        return replace(ANSWER, prices=replace(ANSWER.prices, price=yuan(price)))

    assert isinstance(may_grant(granted("3582.00"), POLICY, NOW), Allowed)
    assert code(may_grant(granted("3581.99"), POLICY, NOW)) == DiscountRefused.AUTHORITY
    assert code(may_grant(granted("3980.01"), POLICY, NOW)) == DiscountRefused.PRICE_ABOVE
    assert code(may_grant(replace(granted("3600.00"), is_own=True), POLICY, NOW)) == DiscountRefused.OWN


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({}, None),
        ({"price": yuan("3700.00")}, None),
        ({"price": yuan("3599.99")}, DiscountRefused.BELOW_GRANTED),
        ({"is_own": False}, DiscountRefused.NOT_YOURS),
        ({"is_same_card": False}, DiscountRefused.OTHER_CARD),
        ({"is_same_guest": False}, DiscountRefused.OTHER_GUEST),
        ({"standing": Standing.WAITING}, DiscountRefused.NOT_APPROVED),
        ({"standing": Standing.REFUSED}, DiscountRefused.NOT_APPROVED),
        ({"standing": Standing.LAPSED}, DiscountRefused.LAPSED),
        ({"standing": Standing.USED}, DiscountRefused.USED),
    ],
)
def test_an_answer_serves_one_sale_of_its_card_to_its_guest(
    change: dict[str, object], refused: DiscountRefused | None
) -> None:
    assert code(may_use(replace(USE, **change))) == refused  # type: ignore[arg-type]


def test_a_request_lapses_and_so_does_its_answer() -> None:
    assert standing(State.ASKED, LATER, None, NOW) is Standing.WAITING
    assert standing(State.ASKED, LATER, None, LATER) is Standing.LAPSED
    assert standing(State.APPROVED, NOW, LATER, NOW) is Standing.APPROVED
    assert standing(State.APPROVED, NOW, LATER, LATER) is Standing.LAPSED
    assert standing(State.USED, NOW, LATER, LATER) is Standing.USED


def test_the_policy_says_for_how_many_minutes_and_nought_is_for_good() -> None:
    assert RequestPolicy(request_minutes=10).until(NOW) == LATER
    assert RequestPolicy(request_minutes=0).until(NOW) == NEVER
