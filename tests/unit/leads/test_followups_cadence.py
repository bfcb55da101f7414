from datetime import date

import pytest

from clubsales.leads.followups.cadence import CadencePolicy, days_between, days_off, has_run_out, next_day

DEFAULT = CadencePolicy(cadence_days={"A": 2, "B": 4, "C": 10, "D": 30})
MONDAY = date(2026, 3, 9)


def march(*days: int) -> frozenset[date]:
    return frozenset(date(2026, 3, day) for day in days)


@pytest.mark.parametrize(("grade", "days"), [("A", 2), ("B", 4), ("C", 10), ("D", 30), (None, 4)])
def test_the_grade_says_how_many_days_lie_between(grade: str | None, days: int) -> None:
    assert days_between(grade, DEFAULT) == days


@pytest.mark.parametrize(
    ("days", "off", "expected"),
    [
        (2, march(), date(2026, 3, 11)),
        # Days off do not count: on leave on Tuesday, the second day is Thursday.
        (2, march(10), date(2026, 3, 12)),
        (2, march(10, 11, 12), date(2026, 3, 14)),
        # A weekend off beyond the day changes nothing.
        (4, march(14, 15), date(2026, 3, 13)),
        (5, march(14, 15), date(2026, 3, 16)),
        # Today itself is never the next day, off or not.
        (1, march(9), date(2026, 3, 10)),
        (0, march(), None),
    ],
)
def test_the_next_day_pauses_on_days_off(days: int, off: frozenset[date], expected: date | None) -> None:
    assert next_day(MONDAY, days, off) == expected


def test_no_day_is_proposed_beyond_a_year() -> None:
    assert next_day(MONDAY, 366, frozenset()) == date(2027, 3, 10)
    assert next_day(MONDAY, 367, frozenset()) is None


@pytest.mark.parametrize(
    ("last_on", "off", "run_out"),
    [
        (date(2026, 3, 7), march(), True),
        (date(2026, 3, 8), march(), False),
        (date(2026, 3, 7), march(8), False),
        (date(2026, 3, 6), march(8), True),
    ],
)
def test_a_cadence_runs_out_on_the_day_it_would_have_proposed(
    last_on: date, off: frozenset[date], run_out: bool
) -> None:
    assert has_run_out(last_on, MONDAY, 2, off) is run_out
    proposed = next_day(last_on, 2, off)
    assert proposed is not None
    assert (proposed <= MONDAY) is run_out


def test_a_grade_without_cadence_never_runs_out() -> None:
    assert not has_run_out(date(2025, 1, 1), MONDAY, 0, frozenset())


def test_days_off_are_leave_and_days_without_a_shift_of_a_planned_week() -> None:
    first, last = date(2026, 3, 9), date(2026, 3, 22)
    assert days_off(first, last, on_leave=march(), planned=march()) == march()
    assert days_off(first, last, on_leave=march(18), planned=march(9, 10, 12, 13)) == march(11, 14, 15, 18)
    # The week before was planned, and only a day of leave is known of this one.
    assert days_off(first, last, on_leave=march(10), planned=march(2, 3)) == march(10)
    assert days_off(first, last, on_leave=march(9), planned=march(9, 10)) >= march(9)
