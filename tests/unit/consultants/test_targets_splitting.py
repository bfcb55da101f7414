"""A whole and its parts (TGT-01 to TGT-03, TGT-08, TGT-09)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.consultants.targets.rules import months_of_year
from clubsales.consultants.targets.splitting import Member, among_people, among_teams, grown, replanned, split

MONTHS = months_of_year(2026)


@given(
    st.integers(0, 10**13),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=40),
    st.sampled_from([1, 100]),
)
def test_the_parts_add_up_to_the_last_unit(whole: int, weights: list[int], unit: int) -> None:
    parts = split(whole, weights, unit=unit)
    assert sum(parts) == whole
    assert min(parts) >= 0
    if whole % unit == 0:
        assert all(part % unit == 0 for part in parts)


def test_odd_units_go_to_the_largest_remainders_and_of_equals_to_the_first() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(100, [1, 2, 3]) == [17, 33, 50]
    assert split(1_000_00, [1, 1, 1], unit=100) == [334_00, 333_00, 333_00]
    assert split(1_000_01, [1, 1, 1], unit=100) == [333_34, 333_34, 333_33]


def test_where_nothing_weighs_anything_all_weigh_the_same() -> None:
    assert split(9, [0, 0, 0]) == [3, 3, 3]
    assert split(9, [-5, 1, 0]) == [0, 9, 0]
    assert split(9, []) == []


def test_parts_of_days_weigh_exactly() -> None:
    assert split(10, [Fraction(1, 3), Fraction(2, 3)]) == [3, 7]


def test_closed_months_stay_and_the_rest_is_split_among_the_others() -> None:
    kept = {MONTHS[0]: 500, MONTHS[1]: 100}
    parts = replanned(1600, MONTHS, [1] * 12, kept)
    assert parts[MONTHS[0]] == 500
    assert [parts[month] for month in MONTHS[2:]] == [100] * 10
    assert sum(parts.values()) == 1600
    assert sum(replanned(400, MONTHS, [1] * 12, kept).values()) == 600  # more than the whole is fixed already


@pytest.mark.parametrize(
    ("before", "percent", "unit", "after"),
    [
        (1_000_00, "20", 100, 1_200_00),
        (333_33, "15", 1, 383_33),
        (333_33, "15", 100, 383_00),
        (10, "-99", 1, 0),
        (-5, "20", 1, 0),
    ],
)
def test_growth_is_so_much_more_than_before(before: int, percent: str, unit: int, after: int) -> None:
    assert grown(before, Decimal(percent), unit=unit) == after


def people(*weights: tuple[int | None, int]) -> list[Member]:
    return [
        Member(id=place, team_id=team, weight=Fraction(weight))
        for place, (team, weight) in enumerate(weights)
    ]


def test_a_club_is_split_by_team_and_person_as_they_weigh() -> None:
    members = people((1, 20), (1, 10), (2, 10), (None, 10))
    teams = among_teams(100_00, members)
    assert teams == {1: 60_00, 2: 20_00, None: 20_00}
    assert among_people(teams, members) == {0: 40_00, 1: 20_00, 2: 20_00, 3: 20_00}


def test_without_any_shift_everybody_has_the_same() -> None:
    members = people((1, 0), (1, 0), (2, 0))
    teams = among_teams(90, members)
    assert teams == {1: 60, 2: 30}
    assert among_people(teams, members) == {0: 30, 1: 30, 2: 30}


def test_a_team_that_does_not_work_gets_nothing_and_one_with_a_whole_shares_it() -> None:
    members = people((1, 5), (2, 0), (2, 0))
    assert among_teams(90, members) == {1: 90, 2: 0}
    assert among_people({2: 50}, members) == {1: 25, 2: 25}


def test_a_year_has_twelve_months() -> None:
    assert MONTHS[0] == date(2026, 1, 1)
    assert sum(split(1_000_000_00, [1] * 12, unit=100)) == 1_000_000_00
