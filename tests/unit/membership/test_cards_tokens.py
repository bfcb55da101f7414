"""The codes: signed, short, moving, and nobody else's."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from clubsales.ids import ALPHABET, OrganisationID
from clubsales.membership.cards.tokens import (
    LONGEST_STEP,
    PREFIX,
    SHORTEST_STEP,
    CardKeys,
    Misread,
    MovingCode,
    PrintedCode,
    make_moving_code,
    make_printed_code,
    read_code,
    seconds_left,
    step_seconds,
)
from clubsales.qr import svg

AT = datetime(2026, 3, 9, 6, 20, 30, tzinfo=UTC)
KEYS = CardKeys("a secret for tests")
OURS, THEIRS = OrganisationID(1), OrganisationID(2)
CARD = "23456789abcd"
MOVING = make_moving_code(CARD, seconds=60, at=AT, key=KEYS.private(OURS))
PRINTED = make_printed_code(CARD, serial="zzzzzzzzzzzz", key=KEYS.private(OURS))
SCALE, MARGIN = 6, 4  # pixels a module; white modules around
names = st.text(ALPHABET, min_size=12, max_size=12)


@given(
    card=names,
    seconds=st.integers(SHORTEST_STEP, LONGEST_STEP),
    at=st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)),
)
def test_a_moving_code_says_what_was_put_in(card: str, seconds: int, at: datetime) -> None:
    at = at.replace(tzinfo=UTC)
    text = make_moving_code(card, seconds=seconds, at=at, key=KEYS.private(OURS))
    code = read_code(text, KEYS.public(OURS))
    assert code == MovingCode(card, int(at.timestamp()) // seconds, seconds)
    assert code.is_current(at)


@given(card=names, serial=names)
def test_a_printed_code_says_what_was_put_in(card: str, serial: str) -> None:
    text = make_printed_code(card, serial=serial, key=KEYS.private(OURS))
    assert read_code(text, KEYS.public(OURS)) == PrintedCode(card, serial)


@pytest.mark.parametrize("text", [MOVING, PRINTED], ids=["moving", "printed"])
def test_one_changed_character_anywhere_is_noticed(text: str) -> None:
    for place in range(len(text)):
        for other in "A2Z":
            altered = text[:place] + other + text[place + 1 :]
            if altered != text:
                assert read_code(altered, KEYS.public(OURS)) is Misread.ALTERED, place


@pytest.mark.parametrize("text", [MOVING, PRINTED])
def test_a_cut_or_lengthened_code_is_refused(text: str) -> None:
    for altered in (
        text[:-1],
        text[:-8],
        text + "A",
        text + text,
        PREFIX,
        PREFIX + "A" * 8,
        text[:10] + "é" + text[11:],
    ):
        assert read_code(altered, KEYS.public(OURS)) is Misread.ALTERED


@given(st.text(max_size=600))
def test_whatever_is_scanned_gets_an_answer(text: str) -> None:
    assert isinstance(read_code(text, KEYS.public(OURS)), Misread)


@pytest.mark.parametrize(
    "text", ["", " ", "6901234567892", "https://example.com/card", "\x00", "A" * 100_000, "会员卡"]
)
def test_what_is_no_code_of_ours_is_unreadable(text: str) -> None:
    assert read_code(text, KEYS.public(OURS)) is Misread.UNREADABLE


def test_a_scanner_with_caps_lock_or_a_line_end_still_reads() -> None:
    assert read_code(MOVING.lower() + "\r\n", KEYS.public(OURS)) == read_code(MOVING, KEYS.public(OURS))


def test_another_organisation_or_another_secret_signs_nothing_here() -> None:
    assert read_code(MOVING, KEYS.public(THEIRS)) is Misread.ALTERED
    assert read_code(MOVING, CardKeys("another secret").public(OURS)) is Misread.ALTERED


def test_a_moving_code_lives_one_step_and_one_on_either_side() -> None:
    code = read_code(MOVING, KEYS.public(OURS))
    assert isinstance(code, MovingCode)
    start = AT.replace(second=0)
    inside = [start - timedelta(seconds=60), start, start + timedelta(seconds=119, microseconds=999_999)]
    outside = [start - timedelta(seconds=60, microseconds=1), start + timedelta(seconds=120)]
    assert [code.is_current(at) for at in inside] == [True] * 3
    assert [code.is_current(at) for at in outside] == [False] * 2


def test_the_next_step_gives_another_code() -> None:
    texts = {
        make_moving_code(CARD, seconds=60, at=AT + timedelta(seconds=60 * step), key=KEYS.private(OURS))
        for step in range(5)
    }
    assert len(texts) == 5
    assert seconds_left(60, AT) == 30
    assert seconds_left(60, AT.replace(second=0)) == 60


def test_a_step_is_kept_within_what_makes_sense() -> None:
    assert [step_seconds(n) for n in (0, 14, 60, 10**9)] == [SHORTEST_STEP, SHORTEST_STEP, 60, LONGEST_STEP]


def test_a_code_tells_nothing_of_the_secret_in_its_keys_name() -> None:
    assert "secret" not in repr(KEYS)


@pytest.mark.parametrize("text", [MOVING, PRINTED])
def test_a_code_is_of_letters_and_digits_and_small_enough_for_a_phone(text: str) -> None:
    assert text.isascii()
    assert text.isalnum()
    assert text == text.upper()
    code: QRCode[object] = QRCode(error_correction=ERROR_CORRECT_M)  # type: ignore[type-var]
    code.add_data(text, optimize=0)
    code.make(fit=True)
    assert code.version is not None
    assert code.version <= 6


@pytest.mark.parametrize(
    "text", [MOVING, PRINTED, "https://club.example/pay/k7m2w9q4x3rt"], ids=["moving", "printed", "link"]
)
def test_the_drawn_code_can_be_read(text: str) -> None:
    drawn = svg(text)
    assert "style" not in drawn
    assert [found.text for found in zxingcpp.read_barcodes(_pixels(drawn))] == [text]


def _pixels(drawn: str) -> memoryview:
    """The path of squares as a grey picture, `SCALE` pixels a module, with white around."""
    found = re.search(r'viewBox="0 0 (\d+)', drawn)
    assert found
    size = int(found.group(1)) + 2 * MARGIN
    modules = [bytearray(b"\xff" * size) for _ in range(size)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", drawn):
        start = int(x) + MARGIN
        modules[int(y) + MARGIN][start : start + int(width)] = bytes(int(width))
    picture = b"".join(bytes(grey for grey in row for _ in range(SCALE)) * SCALE for row in modules)
    return memoryview(picture).cast("B", (size * SCALE, size * SCALE))
