"""Money is exact and splits without losing a cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.money import CNY, Currency, CurrencyMismatch, MalformedAmount, Money

JPY = Currency("JPY")


@pytest.mark.parametrize(
    ("minor", "weights", "parts"),
    [
        (398000, [7000, 3000], [278600, 119400]),
        (199999, [7000, 3000], [139999, 60000]),
        (33333, [7000, 3000], [23333, 10000]),
        (10005, [7000, 3000], [7004, 3001]),  # 70.035 and 30.015: the odd cent goes to the first
        (1, [7000, 3000], [1, 0]),
        (1001, [1, 1, 1], [334, 334, 333]),
        (-1001, [1, 1, 1], [-334, -334, -333]),
        (100, [0, 1], [0, 100]),
    ],
)
def test_allocates_by_largest_remainder_ties_to_the_first(
    minor: int, weights: list[int], parts: list[int]
) -> None:
    assert [part.minor for part in Money(minor, CNY).allocate(weights)] == parts


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.integers(0, 10_000), min_size=1, max_size=6).filter(lambda weights: sum(weights) > 0),
)
def test_allocated_parts_add_up_and_are_within_a_cent_of_fair(minor: int, weights: list[int]) -> None:
    parts = Money(minor, CNY).allocate(weights)
    assert sum(part.minor for part in parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - minor * weight / sum(weights)) < 1.001
        assert weight or part.minor == 0


@pytest.mark.parametrize("weights", [[], [0, 0], [-1, 2]])
def test_nothing_to_weigh_by_is_an_error(weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"weights|empty"):
        Money(1, CNY).allocate(weights)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("3980.00", CNY, 398000), (" 0.01 ", CNY, 1), ("-5", CNY, -500), ("3980", JPY, 3980)],
)
def test_reads_amounts_exactly(text: str, currency: Currency, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [("1.005", CNY), ("1.5", JPY), ("abc", CNY), ("", CNY), ("NaN", CNY), ("Infinity", CNY), ("1e30", CNY)],
)
def test_refuses_what_is_no_amount(text: str, currency: Currency) -> None:
    with pytest.raises(MalformedAmount):
        Money.parse(text, currency)


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, CNY) + Money(1, JPY)
    with pytest.raises(CurrencyMismatch):
        assert Money(1, CNY) < Money(1, JPY)


def test_prints_with_the_currencys_decimals() -> None:
    assert (str(Money(398000, CNY)), str(Money(5, CNY)), str(Money(3980, JPY))) == ("3980.00", "0.05", "3980")
