"""How far, how much of the time, where it leads, what it takes (TGT-02, TGT-06)."""

from collections.abc import Collection
from datetime import date, timedelta
from fractions import Fraction

import pytest

from clubsales.consultants.targets.pace import Gone, Progress, Standing, gone, progress, together, weigh
from clubsales.consultants.targets.reaching import Activity, Reach, StepKind, reach

DAYS = [date(2026, 3, 1) + timedelta(days=number) for number in range(10)]
HALF = Fraction(1, 2)


def time(behind: int | str, whole: int, left: int | None = None) -> Gone:
    past = Fraction(behind)
    return Gone(
        behind=past, whole=Fraction(whole), left=Fraction(whole) - past if left is None else Fraction(left)
    )


def stands(
    target: int | None, reached: int | None, at: Gone, *, adds_up: bool = True, least: int = 3
) -> Progress:
    return progress(target, reached, at, adds_up=adds_up, least_days=least)


def test_half_the_time_and_half_the_target_is_on_pace() -> None:
    found = stands(1000, 500, time(5, 10))
    assert (found.percent, found.pace, found.forecast, found.per_day) == (50, 50, 1000, 100)
    assert (found.standing, found.days_left) == (Standing.ON_PACE, 5)


@pytest.mark.parametrize(
    ("target", "reached", "at", "standing"),
    [
        (1000, 499, time(5, 10), Standing.BEHIND),
        (1000, 1000, time(5, 10), Standing.MET),
        (1000, 999, time(10, 10), Standing.MISSED),
        (0, 0, time(0, 10), Standing.MET),
        (None, 700, time(5, 10), Standing.NO_TARGET),
        (1000, None, time(5, 10), Standing.NO_DATA),
        (1000, -50, time(5, 10), Standing.BEHIND),
    ],
)
def test_where_somebody_stands_is_a_word(
    target: int | None, reached: int | None, at: Gone, standing: Standing
) -> None:
    assert stands(target, reached, at).standing is standing


def test_a_line_through_too_few_days_says_nothing() -> None:
    assert stands(1000, 500, time("5/2", 10)).forecast is None
    assert stands(1000, 500, time(3, 10)).forecast == 1667  # half up
    assert stands(1000, 500, time(2, 2)).forecast == 500  # a time of two days that is over
    assert stands(1000, 500, time("1/2", 5), least=1).forecast is None


def test_what_is_needed_a_day_is_never_too_little() -> None:
    assert stands(1000, 0, time(3, 10)).per_day == 143
    assert stands(1000, 1000, time(3, 10)).per_day is None
    assert stands(1000, 0, time(10, 10)).per_day is None


def test_what_does_not_add_up_has_no_forecast() -> None:
    found = stands(9500, 9000, time(5, 10), adds_up=False)
    assert (found.forecast, found.per_day, found.standing) == (None, None, Standing.BEHIND)


def test_of_today_the_part_that_is_gone_counts_and_the_whole_is_left() -> None:
    days = dict.fromkeys(DAYS, Fraction(1))
    found = gone(days, DAYS[4], HALF)
    assert (found.behind, found.whole, found.left) == (Fraction(9, 2), 10, 6)
    assert gone(days, DAYS[4], Fraction(1)).left == 5
    before, after = (
        gone(days, DAYS[0] - timedelta(days=1), HALF),
        gone(days, DAYS[-1] + timedelta(days=1), HALF),
    )
    assert (before.share, before.left) == (0, 10)
    assert (after.share, after.left) == (1, 0)


def test_days_off_weigh_nothing_and_days_not_planned_yet_as_the_known_ones() -> None:
    def weights(works: Collection[date], known: Collection[date]) -> list[Fraction]:
        return list(weigh(DAYS[:4], works, known).values())

    assert weights(DAYS[:1], DAYS[:4]) == [1, 0, 0, 0]
    assert weights(DAYS[:1], DAYS[:2]) == [1, 0, HALF, HALF]
    assert weights([], DAYS[:2]) == [1, 1, 1, 1]  # no shift anywhere: the club's days
    assert weights([], []) == [1, 1, 1, 1]


def test_a_teams_time_is_its_peoples() -> None:
    one, other = dict.fromkeys(DAYS[:2], Fraction(1)), {DAYS[1]: HALF}
    assert together([one, other]) == {DAYS[0]: 1, DAYS[1]: Fraction(3, 2)}


LATELY = Activity(sales=40, new_sales=30, turnover_minor=16_000_000, tours=200, appointments=100, calls=1000)


def needed(found: Reach | None) -> dict[StepKind, int | None]:
    assert found is not None
    return {step.kind: step.needed for step in found.steps}


def test_an_amount_is_so_many_sales_tours_appointments_and_calls() -> None:
    found = reach(3_000_000, LATELY)
    assert found is not None
    assert found.ticket_minor == 400_000
    assert needed(found) == {
        StepKind.SALES: 8,  # 7.5
        StepKind.NEW: 6,
        StepKind.TOURS: 40,
        StepKind.APPOINTMENTS: 20,
        StepKind.CALLS: 200,
    }


def test_nothing_takes_nothing() -> None:
    assert set(needed(reach(0, LATELY)).values()) == {0}


def with_(**changes: int) -> Activity:
    values = {field: getattr(LATELY, field) for field in LATELY.__dataclass_fields__}
    return Activity(**{**values, **changes})


@pytest.mark.parametrize("few", [{"sales": 4}, {"turnover_minor": 0}, {"turnover_minor": -5}])
def test_without_enough_sales_nobody_can_say(few: dict[str, int]) -> None:
    assert reach(1_000_000, with_(**few)) is None


@pytest.mark.parametrize(
    ("few", "known"),
    [
        ({"calls": 9}, {StepKind.TOURS: 40, StepKind.APPOINTMENTS: 20, StepKind.CALLS: None}),
        ({"appointments": 9}, {StepKind.TOURS: 40, StepKind.APPOINTMENTS: None, StepKind.CALLS: None}),
        ({"tours": 39}, {StepKind.TOURS: None, StepKind.APPOINTMENTS: None, StepKind.CALLS: None}),
    ],
)
def test_a_step_that_is_hardly_recorded_is_not_guessed(
    few: dict[str, int], known: dict[StepKind, int | None]
) -> None:
    found = needed(reach(3_000_000, with_(**few)))
    assert {kind: found[kind] for kind in known} == known
