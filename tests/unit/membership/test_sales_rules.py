"""What a sale may take in and give back."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.actor import Role
from clubsales.errors import Allowed, Refusal
from clubsales.membership.sales.rules import (
    REFUND_ROLES,
    Balance,
    GiveUpFacts,
    SaleRefused,
    SaleState,
    may_give_up,
    may_receive,
    may_refund,
)
from clubsales.money import CNY, Currency, Money

MANAGER = frozenset({Role.CLUB_MANAGER})
NOTHING = Money(0, CNY)


def fen(minor: int) -> Money:
    return Money(minor, CNY)


def balance(price: int, received: int = 0, refunded: int = 0) -> Balance:
    return Balance(price=fen(price), received=fen(received), refunded=fen(refunded))


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (fen(1), None),
        (fen(80), None),
        (fen(81), SaleRefused.ABOVE_PRICE),
        (fen(0), SaleRefused.RECEIPT_AMOUNT),
        (fen(-1), SaleRefused.RECEIPT_AMOUNT),
        (Money(1, Currency("EUR")), SaleRefused.CURRENCY),
    ],
)
def test_money_comes_in_up_to_the_price(amount: Money, code: SaleRefused | None) -> None:
    decision = may_receive(amount, balance(100, 20))
    assert (decision.code if isinstance(decision, Refusal) else None) is code


def test_a_refund_does_not_make_room_for_more_money() -> None:
    assert isinstance(may_receive(fen(1), balance(100, 100, 100)), Refusal)


@pytest.mark.parametrize("role", list(Role))
def test_refunds_are_made_by_those_who_answer_for_them(role: Role) -> None:
    decision = may_refund(fen(1), balance(100, 100), on_the_way=NOTHING, roles=frozenset({role}))
    assert isinstance(decision, Allowed) is (role in REFUND_ROLES)
    if isinstance(decision, Refusal):
        assert decision.code is SaleRefused.REFUND_ROLE


@pytest.mark.parametrize(
    ("amount", "on_the_way", "code"),
    [
        (60, 0, None),
        (61, 0, SaleRefused.ABOVE_PAID),
        (50, 10, None),
        (51, 10, SaleRefused.ABOVE_PAID),
        (0, 0, SaleRefused.REFUND_AMOUNT),
        (0, 60, SaleRefused.ABOVE_PAID),
        (-1, 0, SaleRefused.REFUND_AMOUNT),
    ],
)
def test_no_more_goes_back_than_is_left(amount: int, on_the_way: int, code: SaleRefused | None) -> None:
    decision = may_refund(fen(amount), balance(200, 100, 40), on_the_way=fen(on_the_way), roles=MANAGER)
    assert (decision.code if isinstance(decision, Refusal) else None) is code


@pytest.mark.parametrize(
    ("money", "state"),
    [
        (balance(100), SaleState.OPEN),
        (balance(100, 20), SaleState.PART_PAID),
        (balance(100, 100), SaleState.PAID),
        (balance(100, 100, 1), SaleState.PART_REFUNDED),
        (balance(100, 20, 20), SaleState.REFUNDED),
        (balance(0), SaleState.PAID),
    ],
)
def test_the_state_of_a_sale_is_its_money(money: Balance, state: SaleState) -> None:
    assert money.state is state


@given(
    price=st.integers(0, 1000), steps=st.lists(st.tuples(st.booleans(), st.integers(-5, 600)), max_size=12)
)
def test_whatever_is_tried_the_money_stays_within_bounds(price: int, steps: list[tuple[bool, int]]) -> None:
    now = balance(price)
    for is_receipt, amount in steps:
        if is_receipt and isinstance(may_receive(fen(amount), now), Allowed):
            now = Balance(price=now.price, received=now.received + fen(amount), refunded=now.refunded)
        elif not is_receipt and isinstance(
            may_refund(fen(amount), now, on_the_way=NOTHING, roles=MANAGER), Allowed
        ):
            now = Balance(price=now.price, received=now.received, refunded=now.refunded + fen(amount))
        assert 0 <= now.refunded.minor <= now.received.minor <= price


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"is_own": False}, SaleRefused.NOT_YOURS),
        ({"is_reserved": True}, SaleRefused.RESERVED),
        ({"is_closed": True}, SaleRefused.CLOSED),
        ({"balance": balance(100, 20)}, SaleRefused.MONEY_KEPT),
        ({"balance": balance(100, 20, 20)}, None),
        ({"balance": balance(100, 100, 100)}, SaleRefused.PAID),
    ],
)
def test_a_deal_is_given_up_by_whoever_answers_for_it_once_nothing_of_its_money_is_left(
    changes: dict[str, Any], code: SaleRefused | None
) -> None:
    plain = GiveUpFacts(balance=balance(100), is_closed=False, is_reserved=False, is_own=True)
    decision = may_give_up(replace(plain, **changes))
    assert (decision.code if isinstance(decision, Refusal) else None) == code


def test_a_closed_sale_takes_nothing() -> None:
    decision = may_receive(fen(1), balance(100), is_closed=True)
    assert isinstance(decision, Refusal)
    assert decision.code is SaleRefused.CLOSED
