"""What an address asks for, what somebody types to find a person, and where a list goes on."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest

from clubsales.errors import Allowed, Refusal
from clubsales.leads.lists.rules import (
    LONGEST_NAME,
    LONGEST_QUIET,
    MOST_SAVED,
    NOBODY,
    ListFilter,
    ListRefused,
    Place,
    State,
    View,
    filter_name,
    may_be_called,
    may_save,
    wanted_filter,
)
from clubsales.leads.lists.sought import Missing, Sought, following, sought

SOMEBODY = "abcdefghjkmn"
AT = datetime(2026, 3, 9, 1, tzinfo=UTC)


def test_a_filter_comes_back_from_its_own_address() -> None:
    chosen = ListFilter(
        view=View.ALL,
        grade="A",
        source="online",
        holder=NOBODY,
        captured_by=SOMEBODY,
        since=date(2026, 1, 1),
        until=date(2026, 2, 1),
        quiet_days=30,
        state=State.LOST,
    )
    address = urlencode(chosen.query())
    assert wanted_filter(dict(parse_qsl(address)), default=View.MINE) == chosen
    assert chosen.narrowings == 8
    assert len(address) < 500


@pytest.mark.parametrize(
    "typed",
    [
        {"view": "everything"},
        {"grade": "E"},
        {"source": "a friend"},
        {"holder": "Lin"},
        {"captured_by": NOBODY},
        {"since": "yesterday", "until": "2026-02-30"},
        {"quiet": "-3"},
        {"quiet": "٣٠"},
        {"quiet": "1e9"},
        {"state": "sold"},
        {"nonsense": "x" * 10_000},
    ],
)
def test_what_cannot_be_read_asks_for_nothing(typed: dict[str, str]) -> None:
    assert wanted_filter(typed, default=View.MINE) == ListFilter(view=View.MINE)


def test_days_the_wrong_way_round_are_turned_and_too_many_days_are_the_most() -> None:
    chosen = wanted_filter({"since": "2026-03-01", "until": "2026-02-01", "quiet": "99999"}, default=View.ALL)
    assert (chosen.since, chosen.until) == (date(2026, 2, 1), date(2026, 3, 1))
    assert chosen.quiet_days == LONGEST_QUIET


def test_a_view_forgets_what_it_knows_already() -> None:
    chosen = ListFilter(view=View.ALL, grade="B", holder=SOMEBODY, state=State.BOUGHT)
    assert chosen.in_view(View.POOL) == ListFilter(view=View.POOL, grade="B")
    assert chosen.in_view(View.MINE) == ListFilter(view=View.MINE, grade="B", state=State.BOUGHT)


def test_the_warmer_then_the_latest_comes_first() -> None:
    warm, fresh, old = (
        Place.of(0, AT - timedelta(days=9), 1),  # type: ignore[arg-type]
        Place.of(1, AT, 2),  # type: ignore[arg-type]
        Place.of(1, AT - timedelta(microseconds=1), 3),  # type: ignore[arg-type]
    )
    beside = Place.of(1, AT, 4)  # type: ignore[arg-type]
    assert sorted([old, fresh, warm, beside]) == [warm, beside, fresh, old]
    assert (old.captured_at, old.id) == (AT - timedelta(microseconds=1), 3)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", ListRefused.NAMELESS),
        ("x" * (LONGEST_NAME + 1), ListRefused.NAME_TOO_LONG),
        ("热 客", ListRefused.NAME_TAKEN),
    ],
)
def test_a_filter_has_a_name_of_its_own(name: str, code: ListRefused) -> None:
    decision = may_be_called(name, others=["热 客"])
    assert isinstance(decision, Refusal)
    assert decision.code is code


def test_a_name_is_one_line() -> None:
    assert filter_name("  周末\n回电\u200b ") == "周末 回电"
    assert may_be_called("周末 回电", others=["热客"]) == Allowed()


def test_so_many_filters_and_no_more() -> None:
    assert may_save(saved=MOST_SAVED - 1) == Allowed()
    assert isinstance(may_save(saved=MOST_SAVED), Refusal)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", Sought(missing=Missing.NOTHING)),
        (" \t—", Sought(missing=Missing.NOTHING)),
        ("567", Sought(missing=Missing.DIGITS)),
        ("5678", Sought(phones=("8765",))),
        ("５６７８", Sought(phones=("8765",))),
        ("138 0013-8000", Sought(phones=("00083100831", "0008310083168"), e164="+8613800138000")),
        ("+86 13800138000", Sought(phones=("0008310083168",), e164="+8613800138000")),
        ("z", Sought(missing=Missing.LETTERS)),
        ("Zhang Wei", Sought(name="zhangwei", sound="zhangwei", wechat="zhangwei")),
        ("zw", Sought(name="zw", sound="zw", wechat="zw")),
        ("张", Sought(name="张")),
        ("张 伟", Sought(name="张伟")),
        ("wx_88-a", Sought(name="wx88a", sound="wx88a", wechat="wx_88-a")),
    ],
)
def test_what_is_typed_is_the_end_of_a_phone_or_the_beginning_of_a_name(typed: str, wanted: Sought) -> None:
    assert sought(typed) == wanted


@pytest.mark.parametrize(
    "typed", ["\0\0\0\0", "ab\0cd", "a\U0010ffff", "\ud800\udfff", "%_'\"--", "王" * 5_000]
)
def test_nothing_a_keyboard_sends_breaks_a_search(typed: str) -> None:
    wanted = sought(typed)
    for beginning in (*wanted.phones, wanted.name, wanted.sound, wanted.wechat):
        assert "\0" not in beginning
        if beginning:
            assert following(beginning) > beginning


@pytest.mark.parametrize("prefix", ["8765", "9", "zz", "张", "\ud7ff", "a\uffff"])
def test_what_follows_a_prefix_follows_all_that_begin_with_it(prefix: str) -> None:
    after = following(prefix)
    assert prefix < prefix + "\U0010fffe" < after
    after.encode()  # no half of a pair
