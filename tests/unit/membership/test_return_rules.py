"""How much of a card's money goes back."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.errors import Refusal
from clubsales.membership.returns.rules import (
    Line,
    RefundBasis,
    RefundFacts,
    ReturnRefused,
    basis_of,
    may_ask,
    may_pay_out,
    part_of,
    reckon,
)
from clubsales.money import CNY, Money

BOUGHT = date(2026, 3, 2)


def yuan(amount: int) -> Money:
    return Money(amount * 100, CNY)


def facts(**changes: object) -> RefundFacts:
    values: dict[str, object] = {
        "paid": yuan(3650),
        "used": yuan(0),
        "is_opened": False,
        "bought_on": BOUGHT,
        "today": BOUGHT,
        "cooling_off_days": 7,
        "is_refundable": True,
        "fee": yuan(0),
        "fee_bp": 0,
    }
    return RefundFacts(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "opened", "basis", "amount"),
    [
        (0, False, RefundBasis.COOLING_OFF, yuan(3650)),
        (7, False, RefundBasis.COOLING_OFF, yuan(3650)),  # the last day counts
        (8, False, RefundBasis.TERMS, yuan(3050)),
        (1, True, RefundBasis.TERMS, yuan(3050)),
    ],
)
def test_a_card_nobody_used_goes_back_whole_within_the_cooling_off_days(
    days: int, opened: bool, basis: RefundBasis, amount: Money
) -> None:
    reckoned = reckon(
        facts(today=BOUGHT + timedelta(days=days), is_opened=opened, used=yuan(400), fee=yuan(200))
    )
    assert (reckoned.basis, reckoned.amount) == (basis, amount)
    assert reckoned.working_days == (5 if basis is RefundBasis.COOLING_OFF else 15)


def test_without_cooling_off_days_the_terms_count_from_the_first_day() -> None:
    assert reckon(facts(cooling_off_days=0, fee=yuan(100))).amount == yuan(3550)


def test_what_was_used_and_both_fees_are_kept_each_with_its_reason() -> None:
    reckoned = reckon(facts(is_opened=True, used=yuan(1000), fee=yuan(100), fee_bp=1000))
    assert [line.amount for line in reckoned.lines] == [yuan(3650), -yuan(1000), -yuan(100), -yuan(365)]
    assert reckoned.amount == yuan(2185)
    assert [line.reason.code for line in reckoned.lines] == [
        "return.paid",
        "return.used",
        "return.fee",
        "return.fee_share",
    ]


def test_a_line_comes_back_from_where_it_was_stored_as_it_was() -> None:
    kept = reckon(facts(is_opened=True, used=yuan(400), fee=yuan(200), fee_bp=500))
    shares = (part_of(kept, units=7, left=30), part_of(kept, units=700, left=3000, in_money=True))
    for reckoned in (reckon(facts()), kept, *shares):
        assert [Line.restored(line.stored(), CNY) for line in reckoned.lines] == list(reckoned.lines)


def test_terms_without_a_refund_give_nothing_back() -> None:
    reckoned = reckon(facts(is_opened=True, is_refundable=False))
    assert reckoned.amount == yuan(0)
    assert reckoned.lines[1].reason.code == "return.not_refundable"


@given(
    paid=st.integers(0, 10**9),
    used=st.integers(0, 10**9),
    fee=st.integers(0, 10**6),
    bp=st.integers(0, 10_000),
    opened=st.booleans(),
    days=st.integers(0, 30),
)
def test_never_more_than_was_paid_never_less_than_nothing_and_the_lines_add_up(
    paid: int, used: int, fee: int, bp: int, opened: bool, days: int
) -> None:
    reckoned = reckon(
        facts(
            paid=Money(paid, CNY),
            used=Money(used, CNY),
            fee=Money(fee, CNY),
            fee_bp=bp,
            is_opened=opened,
            today=BOUGHT + timedelta(days=days),
        )
    )
    assert 0 <= reckoned.amount.minor <= paid
    assert sum(line.amount.minor for line in reckoned.lines) == reckoned.amount.minor


def test_more_than_was_reckoned_is_goodwill() -> None:
    reckoned = reckon(facts(is_opened=True, used=yuan(1000)))
    assert basis_of(yuan(2650), reckoned) is RefundBasis.TERMS
    assert basis_of(yuan(2651), reckoned) is RefundBasis.GOODWILL


OTHERWISE: dict[str, object] = {
    "paid": 100,
    "is_open": False,
    "service_waits": False,
    "card_stays": False,
    "reason": "moved",
}


@pytest.mark.parametrize(
    ("amount", "said", "code"),
    [
        (100, {"is_open": True}, ReturnRefused.OPEN),
        (100, {"service_waits": True}, ReturnRefused.SERVICE),
        (100, {"paid": 0}, ReturnRefused.NOTHING),
        (0, {}, ReturnRefused.AMOUNT),
        (101, {}, ReturnRefused.ABOVE_KEPT),
        (100, {"card_stays": True}, ReturnRefused.KEEPS),
        (100, {"reason": "  "}, ReturnRefused.REASON),
    ],
)
def test_a_request_is_refused_for_what_is_wrong_with_it(
    amount: int, said: dict[str, object], code: ReturnRefused
) -> None:
    how: dict[str, Any] = OTHERWISE | said
    how["paid"] = yuan(how["paid"])
    decision = may_ask(yuan(amount), reckon(facts()), **how)
    assert isinstance(decision, Refusal)
    assert decision.code is code


@pytest.mark.parametrize(
    ("paid", "now", "used_since", "code"),
    [
        (300, 300, False, None),
        (300, 250, False, None),  # days that passed while the club thought
        (300, 250, True, ReturnRefused.USED_SINCE),
        (300, 300, True, None),
        (299, 300, False, ReturnRefused.CHANGED),
    ],
)
def test_a_payout_is_what_was_approved_unless_the_card_was_used_since(
    paid: int, now: int, used_since: bool, code: ReturnRefused | None
) -> None:
    decision = may_pay_out(
        yuan(300), paid=yuan(paid), reckoned_then=yuan(300), reckoned_now=yuan(now), used_since=used_since
    )
    assert (decision.code if isinstance(decision, Refusal) else None) == code
