import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.consultants.credits.rules import (
    Attribution,
    Basis,
    Head,
    Posting,
    SaleLine,
    Share,
    postings_to_reach,
    sales_moved,
    sales_won,
    shared_ranks,
    target,
    whole,
)
from clubsales.errors import Reason
from clubsales.ids import ConsultantID
from clubsales.money import CNY, Money

X, B, C = ConsultantID(1), ConsultantID(2), ConsultantID(3)
SEVENTY_THIRTY = (Share(X, 7000), Share(B, 3000))
Holder = ConsultantID | None


def yuan(text: str) -> Money:
    return Money.parse(text, CNY)


def head(
    received: str,
    refunded: str = "0",
    *,
    contract: str = "3980.00",
    basis: Basis = Basis.CASH_RECEIVED,
    shares: tuple[Share, ...] = SEVENTY_THIRTY,
) -> Head:
    return Head(basis, yuan(contract), yuan(received), yuan(refunded), shares)


def after(booked: dict[Holder, Money], postings: list[Posting]) -> dict[Holder, Money]:
    result = dict(booked)
    for posting in postings:
        result[posting.consultant_id] = result.get(posting.consultant_id, Money(0, CNY)) + posting.amount
    return result


@pytest.mark.parametrize(
    ("paid", "outside", "inside"),
    [
        ("3980.00", "2786.00", "1194.00"),
        ("1999.99", "1399.99", "600.00"),
        ("333.33", "233.33", "100.00"),
        ("100.05", "70.04", "30.01"),
        ("0.01", "0.01", "0.00"),
    ],
)
def test_seventy_thirty_rounds_to_the_cent(paid: str, outside: str, inside: str) -> None:
    assert target(head(paid)) == {X: yuan(outside), B: yuan(inside)}


@pytest.mark.parametrize(
    ("price", "refunds", "outside", "inside"),
    [
        ("3980.00", ["3980.00"], ["-2786.00"], ["-1194.00"]),
        ("3980.00", ["1000.01", "2979.99"], ["-700.01", "-2085.99"], ["-300.00", "-894.00"]),
        ("100.10", ["50.05", "50.05"], ["-35.04", "-35.03"], ["-15.01", "-15.02"]),
    ],
)
def test_partial_refunds_reverse_cumulatively(
    price: str, refunds: list[str], outside: list[str], inside: list[str]
) -> None:
    booked = target(head(price))
    refunded = Money(0, CNY)
    for refund, by_outside, by_inside in zip(refunds, outside, inside, strict=True):
        refunded += yuan(refund)
        postings = postings_to_reach(target(head(price, str(refunded))), booked)
        assert postings == [Posting(X, yuan(by_outside)), Posting(B, yuan(by_inside))]
        booked = after(booked, postings)
    assert not any(booked.values())


def test_a_first_small_receipt_leaves_out_the_empty_line() -> None:
    assert postings_to_reach(target(head("0.01")), {}) == [Posting(X, yuan("0.01"))]


def test_a_contract_is_booked_whole_at_the_first_receipt() -> None:
    whole = Basis.CONTRACT_AT_FIRST_RECEIPT
    deposit = target(head("200.00", basis=whole))
    assert deposit == {X: yuan("2786.00"), B: yuan("1194.00")}
    assert postings_to_reach(target(head("3980.00", basis=whole)), deposit) == []
    assert not any(target(head("0", basis=whole)).values())
    refunded = postings_to_reach(target(head("3980.00", "1000.01", basis=whole)), deposit)
    assert refunded == [Posting(X, yuan("-700.01")), Posting(B, yuan("-300.00"))]


def test_whoever_lost_his_share_is_reversed_after_the_others() -> None:
    booked: dict[Holder, Money] = {C: yuan("10.00"), X: yuan("5.00")}
    wanted: dict[Holder, Money] = {X: yuan("5.00"), None: yuan("10.00")}
    assert postings_to_reach(wanted, booked) == [Posting(None, yuan("10.00")), Posting(C, yuan("-10.00"))]


def test_shares_that_are_no_whole_are_no_attribution() -> None:
    reason = Reason("DSP-03", "attribution.receiver")
    for shares in [(Share(X, 9999),), (Share(X, 5000), Share(X, 5000)), ()]:
        with pytest.raises(ValueError, match="add up"):
            Attribution(shares, "DSP-03", reason)


@st.composite
def splits(draw: st.DrawFn) -> tuple[Share, ...]:
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), max_size=3)))
    edges = [0, *cuts, 10_000]
    parts = [high - low for low, high in itertools.pairwise(edges)]
    holders: list[Holder] = [None, X, B, C]
    return tuple(Share(holders[i], part) for i, part in enumerate(parts))


@given(
    shares=splits(),
    price=st.integers(1, 10**9),
    cuts=st.lists(st.integers(1, 10**9), max_size=6),
    basis=st.sampled_from(Basis),
)
def test_the_ledger_follows_the_money_whatever_the_order(
    shares: tuple[Share, ...], price: int, cuts: list[int], basis: Basis
) -> None:
    """Receipts and refunds in parts add up as if they had come at once; all back is zero for everybody."""
    booked: dict[Holder, Money] = {}
    steps = sorted({cut % price for cut in cuts} | {price})

    def move(received: int, refunded: int) -> None:
        nonlocal booked
        now = Head(basis, Money(price, CNY), Money(received, CNY), Money(refunded, CNY), shares)
        postings = postings_to_reach(target(now), booked)
        assert all(posting.amount for posting in postings)
        booked = after(booked, postings)
        assert postings_to_reach(target(now), booked) == []
        earned = price if basis is Basis.CONTRACT_AT_FIRST_RECEIPT and received else received
        assert sum(amount.minor for amount in booked.values()) == earned - refunded

    for received in steps:
        move(received, 0)
    for refunded in steps:
        move(price, refunded)
    assert not any(booked.values())


@pytest.mark.parametrize(
    ("lines", "winners"),
    [
        ([], []),
        ([SaleLine(1, X, 278600, 1, 1), SaleLine(1, B, 119400, 2, 2)], [X]),
        ([SaleLine(1, X, 100, 1, 3), SaleLine(1, B, 100, 2, 4)], [X]),
        ([SaleLine(1, B, 100, 2, 4), SaleLine(1, X, 100, 1, 3)], [X]),
        ([SaleLine(1, X, 100, 3, 3)], []),  # its first posting fell in an earlier month
        ([SaleLine(1, X, 0, 1, 2)], []),  # refunded in full
        ([SaleLine(1, None, 100, 1, 1), SaleLine(2, X, 5, 1, 1)], [None, X]),
    ],
)
def test_a_sale_counts_for_its_larger_share(lines: list[SaleLine], winners: list[Holder]) -> None:
    assert list(sales_won(lines).elements()) == winners


TO_B = [SaleLine(1, B, 100, 1, 1)]
HELD = [SaleLine(1, B, 0, 1, 2)]
RULED_TO_X = [SaleLine(1, B, 30, 1, 4), SaleLine(1, X, 70, 3, 3)]
RULED_LEVEL = [SaleLine(1, B, 50, 1, 4), SaleLine(1, X, 50, 3, 3)]


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [
        ([], [], {}),
        ([], TO_B, {B: 1}),
        ([], HELD, {}),  # sold and held in one month
        (TO_B, HELD, {B: -1}),
        (HELD, RULED_TO_X, {X: 1}),
        (HELD, RULED_LEVEL, {X: 1}),  # the ruling named X first, though B stood in the ledger before him
        (TO_B, RULED_TO_X, {X: 1, B: -1}),
        (TO_B, TO_B, {B: 0}),  # confirmed in the month it was held in
    ],
)
def test_the_count_of_a_sale_follows_holds_and_rulings(
    before: list[SaleLine], after: list[SaleLine], moves: dict[Holder, int]
) -> None:
    assert sales_moved(before, after) == moves


@pytest.mark.parametrize(
    ("amounts", "ranks"),
    [([], []), ([5, 5, 3], [1, 1, 3]), ([9, 5, 5, 1, 0, 0, -1], [1, 2, 2, 4, None, None, None])],
)
def test_the_level_share_a_rank(amounts: list[int], ranks: list[int | None]) -> None:
    """Who brought nothing has no rank (AMB-28)."""
    assert shared_ranks(amounts) == ranks


def test_nothing_stands_while_credit_is_held() -> None:
    held = Head(Basis.CASH_RECEIVED, yuan("3980.00"), yuan("3980.00"), yuan("0"), SEVENTY_THIRTY, held=True)
    assert postings_to_reach(target(held), {X: yuan("2786.00"), B: yuan("1194.00")}) == [
        Posting(X, yuan("-2786.00")),
        Posting(B, yuan("-1194.00")),
    ]


def test_a_share_of_nothing_is_no_share() -> None:
    assert whole([Share(X, 0), Share(B, 10_000)]) == (Share(B, 10_000),)
