"""User names, passwords, PINs, lock-outs and how long a session lasts."""

from datetime import UTC, datetime, timedelta

import pytest

from clubsales.auth.rules import (
    AuthRefused,
    Tries,
    after_wrong_password,
    clean_secret,
    clean_username,
    is_fresh,
    is_live,
    may_be_password,
    may_be_pin,
    may_be_public_id,
    may_be_username,
)
from clubsales.errors import Allowed, Decision, Refusal
from clubsales.ids import new_public_id

AT = datetime(2026, 3, 9, 1, tzinfo=UTC)


def code(decision: Decision) -> str | None:
    return decision.code.value if isinstance(decision, Refusal) else None


@pytest.mark.parametrize("pin", ["4826", "90417", "730518", "４８２６", "1805"])
def test_pin_of_four_to_six_digits_is_taken(pin: str) -> None:
    assert may_be_pin(pin) == Allowed()


@pytest.mark.parametrize(
    "pin",
    ["", "123", "1234567", "12a4", "48 26", "١٢٣٤", "-482", "48.6", "4826\n", "4826\x00", "Ⅳ826", "٤826"],
)
def test_pin_of_another_shape_is_refused(pin: str) -> None:
    assert code(may_be_pin(pin)) == AuthRefused.PIN_SHAPE


@pytest.mark.parametrize(
    "pin",
    [
        *("0000", "1111", "999999"),
        *("1234", "0123", "7890", "9876", "012345", "654321", "8901"),
        *("1212", "4848", "123123", "909090"),
        *("1990", "2008", "1949", "2026"),
        *("1314", "2580", "520520"),
    ],
)
def test_pin_that_anybody_would_try_is_refused(pin: str) -> None:
    assert code(may_be_pin(pin)) == AuthRefused.PIN_TRIVIAL


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("short-one", AuthRefused.PASSWORD_SHORT),
        ("", AuthRefused.PASSWORD_SHORT),
        ("my-linjing-password", AuthRefused.PASSWORD_HAS_USERNAME),
        ("My-LinJing-Password", AuthRefused.PASSWORD_HAS_USERNAME),
        ("ｌｉｎｊｉｎｇ-password", AuthRefused.PASSWORD_HAS_USERNAME),
        ("Password1234", AuthRefused.PASSWORD_COMMON),
        ("1234567890", AuthRefused.PASSWORD_COMMON),
        ("34567890123456", AuthRefused.PASSWORD_COMMON),
        ("aaaaaaaaaaab", AuthRefused.PASSWORD_COMMON),
        ("x" * 10_000, AuthRefused.PASSWORD_LONG),
    ],
)
def test_weak_password_is_refused_with_its_reason(password: str, refused: AuthRefused) -> None:
    assert code(may_be_password(password, username="linjing")) == refused


@pytest.mark.parametrize(
    "password", ["correct-horse-battery", "会籍顾问的长密码一二三", "tr0ub4dor&3 mountain"]
)
def test_long_uncommon_password_is_taken(password: str) -> None:
    assert may_be_password(password, username="linjing") == Allowed()


@pytest.mark.parametrize("typed", ["LinJing", "  linjing ", "ｌｉｎｊｉｎｇ"])
def test_username_is_the_same_however_it_is_typed(typed: str) -> None:
    assert clean_username(typed) == "linjing"


@pytest.mark.parametrize("username", ["linjing", "林静", "wang.wu", "a1", "li_na-2"])
def test_username_of_our_shape_is_taken(username: str) -> None:
    assert may_be_username(username) == Allowed()


@pytest.mark.parametrize(
    "username", ["", "a", ".lin", "lin jing", "lin\x00", "x" * 41, "x" * 10_000, "<b>", "lin\n"]
)
def test_username_of_another_shape_is_refused(username: str) -> None:
    assert code(may_be_username(username)) == AuthRefused.USERNAME_SHAPE


def test_password_is_the_same_in_both_unicode_forms() -> None:
    assert clean_secret("caf\u00e9-passwort") == clean_secret("cafe\u0301-passwort")


@pytest.mark.parametrize(
    "text", ["", "abc", "x" * 5000, "abc\x00defghjkm", "ABCDEFGHJKMN", "1" * 12, "0" * 12]
)
def test_public_id_of_another_shape_is_none_of_ours(text: str) -> None:
    assert not may_be_public_id(text)


def test_public_id_we_drew_is_one_of_ours() -> None:
    assert may_be_public_id(new_public_id())


def test_fifth_wrong_password_locks_for_five_minutes() -> None:
    tries = Tries(0, 0, None)
    for _ in range(4):
        tries = after_wrong_password(tries, at=AT)
        assert not tries.are_locked(AT)
    tries = after_wrong_password(tries, at=AT)
    assert tries.are_locked(AT + timedelta(minutes=5) - timedelta(seconds=1))
    assert not tries.are_locked(AT + timedelta(minutes=5))


@pytest.mark.parametrize(("locks", "minutes"), [(0, 5), (1, 10), (2, 20), (3, 40), (6, 240), (500, 240)])
def test_each_lock_lasts_twice_as_long_up_to_four_hours(locks: int, minutes: int) -> None:
    tries = after_wrong_password(Tries(4, locks, None), at=AT)
    assert tries.locked_until == AT + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("ended", "expires_in", "seen_ago", "idle", "live"),
    [
        (False, 60, 0, None, True),
        (True, 60, 0, None, False),
        (False, 0, 0, None, False),
        (False, 60, 600, None, True),
        (False, 60, 14, 15, True),
        (False, 60, 15, 15, False),
    ],
)
def test_session_lives_until_ended_expired_or_idle(
    ended: bool, expires_in: int, seen_ago: int, idle: int | None, live: bool
) -> None:
    assert live is is_live(
        ended=ended,
        expires_at=AT + timedelta(minutes=expires_in),
        last_seen_at=AT - timedelta(minutes=seen_ago),
        idle_minutes=idle,
        at=AT,
    )


def test_password_is_fresh_for_fifteen_minutes() -> None:
    assert is_fresh(AT - timedelta(minutes=14, seconds=59), at=AT)
    assert not is_fresh(AT - timedelta(minutes=15), at=AT)
    assert not is_fresh(None, at=AT)
