import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clubsales.typed import free_text, one_line

CLEANERS = (free_text, one_line)
UNSEEN = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202d\u202e\u2060\u2066\u2069\ufeff\ufffa\U000e0041"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"

# Plain characters, and those that text is spoilt with, about as often.
typed = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "a王 \u3000\u00a0\n\r\t\x00\x1b\x7f\x85\v\f\x1c\u2028\u2029\ud800e\u0301\u200c\u200d" + UNSEEN
        ),
    )
)


@pytest.mark.parametrize("clean", CLEANERS)
@given(text=typed)
@example(text="e\u200b\u0301")
@example(text="\u200d \u200d")
@example(text="\u2000\u2001")
def test_kept_text_is_composed_storable_and_has_no_edges(clean: Callable[[str], str], text: str) -> None:
    kept = clean(text)

    assert kept == unicodedata.normalize("NFC", kept)
    assert kept == kept.strip()
    assert kept == clean(kept)
    assert not {c for c in kept if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}} - {"\n", "\t"}
    assert not set(kept) & set(UNSEEN)


@given(text=typed, longest=st.integers(0, 20))
def test_a_cut_is_short_enough_and_begins_like_the_whole(text: str, longest: int) -> None:
    for clean in CLEANERS:
        kept = clean(text, longest)
        assert len(kept) <= longest
        assert clean(text).startswith(kept)
        assert clean(kept, longest) == kept


@given(text=typed)
def test_a_line_has_single_blanks_only(text: str) -> None:
    assert one_line(text).split() == free_text(text).split()
    assert one_line(text) == " ".join(one_line(text).split())


@pytest.mark.parametrize("clean", CLEANERS)
@pytest.mark.parametrize("empty", [None, "", " \u3000\n", UNSEEN, "\u200d\u200c", "\x00\ud800"])
def test_what_nobody_can_see_is_nothing(clean: Callable[[str | None], str], empty: str | None) -> None:
    assert clean(empty) == ""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_end_is_one_line_end(end: str) -> None:
    assert free_text(f"上午{end}下午") == "上午\n下午"
    assert one_line(f"上午{end}下午") == "上午 下午"


def test_lines_blank_lines_and_tabs_stay_in_a_text() -> None:
    assert free_text("  a \n\t\n\u3000b\tc \n") == "a\n\n\u3000b\tc"


def test_a_control_character_parts_words() -> None:
    assert free_text("a\x00b\x1b[1m") == "a b [1m"
    assert one_line("  忙\x00不\n过来 \ud800 ") == "忙 不 过来"
    assert one_line("\x00x\x07y") == "x y"


def test_a_line_that_would_read_backwards_reads_as_it_is_written() -> None:
    assert one_line("refund \u202e0001\u202c yuan") == "refund 0001 yuan"


@pytest.mark.parametrize("text", [FAMILY, "می\u200cخواهم", "❤\ufe0f", "𠮷野", "<b>&amp;</b>", "Ａ１"])
def test_what_somebody_meant_stays_as_it_is(text: str) -> None:
    for clean in CLEANERS:
        assert clean(text) == text


def test_a_cut_leaves_no_half_open_joiner_and_no_blank() -> None:
    assert free_text(FAMILY, 2) == FAMILY[0]
    assert one_line("长" * 4 + " 短", 5) == "长" * 4


def test_what_has_no_end_is_cut() -> None:
    assert free_text("长\n" * 900, 500) == ("长\n" * 250).strip()
    assert len(one_line("长" * 900, 500)) == 500
