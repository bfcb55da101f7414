"""Amounts in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.membership.amounts import in_words
from clubsales.money import CNY, LARGEST_MINOR, Currency, Money

DIGITS = {sign: number for number, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def yuan(text: str) -> Money:
    return Money.parse(text, CNY)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("3980.00", "人民币叁仟玖佰捌拾元整"),
        ("0.00", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角整"),
        ("10.50", "人民币壹拾元伍角整"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("1001.01", "人民币壹仟零壹元零壹分"),
        ("20008.00", "人民币贰万零捌元整"),
        ("1000100.00", "人民币壹佰万零壹佰元整"),
        ("100010001.00", "人民币壹亿零壹万零壹元整"),
        ("76700001571.00", "人民币柒佰陆拾柒亿零壹仟伍佰柒拾壹元整"),
        ("-12.30", "人民币负壹拾贰元叁角整"),
    ],
)
def test_an_amount_in_formal_chinese(amount: str, words: str) -> None:
    assert in_words(yuan(amount), "zh_Hans") == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("3980.00", "Three thousand nine hundred eighty and 00/100 Chinese Yuan"),
        ("0.05", "Zero and 05/100 Chinese Yuan"),
        ("21.10", "Twenty-one and 10/100 Chinese Yuan"),
        ("1000014.00", "One million fourteen and 00/100 Chinese Yuan"),
        ("-100.00", "Minus one hundred and 00/100 Chinese Yuan"),
    ],
)
def test_an_amount_in_english(amount: str, words: str) -> None:
    assert in_words(yuan(amount), "en") == words


def test_other_currencies_are_named_and_keep_their_digits() -> None:
    assert in_words(Money(1205, Currency("USD")), "zh_Hans") == "美元壹拾贰元零伍分"
    assert in_words(Money(500, Currency("JPY")), "en") == "Five hundred Japanese Yen"
    assert in_words(Money(500, Currency("JPY")), "zh_Hans") == "日元伍佰元整"
    assert in_words(Money(1234, Currency("KWD")), "zh_Hans") == "科威特第纳尔壹元零贰叁肆"


@given(st.integers(0, LARGEST_MINOR))
def test_chinese_words_read_back_are_the_amount(minor: int) -> None:
    words = in_words(Money(minor, CNY), "zh_Hans").removeprefix("人民币")
    assert _read(words) == minor
    assert "零零" not in words


@given(st.integers(0, LARGEST_MINOR))
def test_different_amounts_have_different_english_words(minor: int) -> None:
    assert in_words(Money(minor, CNY), "en") != in_words(Money(minor + 1, CNY), "en")


def _read(words: str) -> int:
    whole, _yuan, rest = words.rpartition("元")
    total, section, digit = 0, 0, 0
    for sign in whole:
        if sign in DIGITS:
            digit = DIGITS[sign]
        elif sign in UNITS:
            section, digit = section + digit * UNITS[sign], 0
        else:
            power = {"万": 10**4, "亿": 10**8}[sign]
            total, section, digit = (
                (total + section + digit) * power if sign == "亿" else total + (section + digit) * power,
                0,
                0,
            )
    minor = (total + section + digit) * 100
    digit = 0
    for sign in rest:
        if sign in DIGITS:
            digit = DIGITS[sign]
        elif sign in "角分":
            minor, digit = minor + digit * (10 if sign == "角" else 1), 0
    return minor
