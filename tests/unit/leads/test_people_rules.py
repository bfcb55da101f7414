from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.errors import Refusal, Refused, allow
from clubsales.leads.people.rules import (
    LONGEST_NAME,
    PersonRefused,
    clean_name,
    may_be_birthday,
    month_days,
    normalise_phone,
)


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138-0013-8000",
        "0086 13800138000",
        "86 13800138000",
        "１３８００１３８０００",
        "＋８６　１３８－００１３－８０００",
        " 138‐0013–8000 ",
        "(138) 0013.8000",
    ],
)
def test_one_phone_is_written_one_way(typed: str) -> None:
    assert normalise_phone(typed) == "+8613800138000"


@pytest.mark.parametrize(
    ("typed", "region", "e164"),
    [
        ("021 5888 8888", "CN", "+862158888888"),
        ("+852 6123 4567", "CN", "+85261234567"),
        ("6123 4567", "HK", "+85261234567"),
        ("19400000001", "CN", "+8619400000001"),  # a mobile range newer than the tables
    ],
)
def test_landlines_and_other_countries_are_phones(typed: str, region: str, e164: str) -> None:
    assert normalise_phone(typed, region) == e164


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "+",
        "110",
        "1380013800",
        "138001380001",
        "12345678901",
        "138ABC38000",
        "13800138000 ext 5",
        "13800138000\x00",
        "'; DROP TABLE person; --",
        "٣٤٥",
        "1" * 10_000,
        "张伟",
        "++8613800138000",
    ],
)
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        normalise_phone(typed)
    assert refused.value.code == "person.phone_invalid"


@given(st.text(max_size=60))
def test_any_text_gives_a_phone_or_a_refusal(typed: str) -> None:
    try:
        e164 = normalise_phone(typed)
    except Refused:
        return
    assert e164.startswith("+")
    assert e164[1:].isdecimal()
    assert len(e164) <= 16
    assert normalise_phone(e164) == e164


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_chinese_mobile_is_a_phone(mobile: str) -> None:
    assert normalise_phone(mobile) == f"+86{mobile}"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  王  小明 ", "王 小明"),
        ("Ann\tLee\x00\r\n", "Ann Lee"),
        ("e\u0301va", "éva"),
        ("", ""),
        ("a" * LONGEST_NAME, "a" * LONGEST_NAME),
    ],
)
def test_names_are_kept_clean(typed: str, name: str) -> None:
    assert clean_name(typed) == name


def test_a_name_without_end_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        clean_name("a" * (LONGEST_NAME + 1))
    assert refused.value.code == "person.name_too_long"


@pytest.mark.parametrize("birthday", [date(2026, 3, 9), date(1990, 2, 28), date(1910, 1, 1)])
def test_whoever_is_alive_was_born_one_day(birthday: date) -> None:
    assert may_be_birthday(birthday, today=date(2026, 3, 9)) == allow()


@pytest.mark.parametrize("birthday", [date(2026, 3, 10), date(1900, 1, 1), date.min, date.max])
def test_nobody_is_born_tomorrow_or_that_long_ago(birthday: date) -> None:
    assert may_be_birthday(birthday, today=date(2026, 3, 9)) == Refusal(PersonRefused.BIRTHDAY)


@pytest.mark.parametrize(
    ("days", "kept"),
    [
        ([], set()),
        ([date(2026, 3, 9), date(2026, 3, 10)], {(3, 9), (3, 10)}),
        ([date(2026, 2, 28)], {(2, 28), (2, 29)}),
        ([date(2028, 2, 28)], {(2, 28)}),
        ([date(2028, 2, 29)], {(2, 29)}),
        ([date(2026, 3, 1)], {(3, 1)}),
    ],
)
def test_leap_day_birthdays_are_kept_every_year(days: list[date], kept: set[tuple[int, int]]) -> None:
    assert month_days(days) == kept
