"""Percentages as they are typed, what became of a proposal, and what is dated back."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.clock import Instant
from clubsales.consultants.credits.rules import Share
from clubsales.ids import ConsultantID
from clubsales.leads.disputes.forms import basis_points, percent
from clubsales.leads.disputes.lines import is_dated_back
from clubsales.leads.disputes.precedents import Ending, ending_of
from tests.builders import local

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("typed", "points"),
    [("50", 5000), ("33.33", 3333), (" 70 % ", 7000), ("66，67", 6667), ("100％", 10000), ("", 0), ("0", 0)],
)
def test_a_percentage_is_read_as_people_type_it(typed: str, points: int) -> None:
    assert basis_points(typed) == points


@given(points=st.integers(0, 10000))
def test_what_is_shown_is_read_back(points: int) -> None:
    assert basis_points(percent(points)) == points


def shares(*parts: tuple[int | None, int]) -> tuple[Share, ...]:
    return tuple(Share(None if who is None else ConsultantID(who), points) for who, points in parts)


@pytest.mark.parametrize(
    ("proposed", "decided", "ending"),
    [
        (shares((1, 10000)), shares((1, 10000)), Ending.CONFIRMED),
        (shares((1, 7000), (2, 3000)), shares((2, 3000), (1, 7000)), Ending.CONFIRMED),
        (shares((1, 10000)), shares((1, 6000), (2, 4000)), Ending.SPLIT),
        (shares((1, 10000)), shares((1, 5000), (2, 5000)), Ending.SPLIT),
        (shares((1, 10000)), shares((1, 4000), (2, 6000)), Ending.TURNED),
        (shares((1, 10000)), shares((2, 10000)), Ending.TURNED),
        (shares((None, 10000)), shares((2, 10000)), Ending.TURNED),
    ],
)
def test_an_ending_is_confirmed_split_or_turned(
    proposed: tuple[Share, ...], decided: tuple[Share, ...], ending: Ending
) -> None:
    assert ending_of(proposed, decided) is ending


@pytest.mark.parametrize(
    ("said", "written", "arrived", "is_so"),
    [
        (local(9), local(9), local(10), False),
        (local(9), local(9, 40), local(10), False),  # half an hour late is no more than that
        (local(9), local(11), local(10), True),  # said to have been before the guest came
        (local(11), local(12), local(10), False),
        (local(9, day=8), local(9), local(10), True),
        (local(23, 50, day=8), local(0, 10), None, True),
    ],
)
def test_what_is_dated_back(said: Instant, written: Instant, arrived: Instant | None, is_so: bool) -> None:
    assert is_dated_back(said, written, arrived, SHANGHAI) is is_so
