"""By when assessments have to be where (ASM-07, ASM-09, AMB-43)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.consultants.assessment.periods import Period, after, before, last_day, months_of, start_of
from clubsales.consultants.assessment.working_days import Calendar, deadlines
from tests.unit.consultants.test_assessment_rules import policy_with

DAYS = st.dates(date(2015, 1, 1), date(2026, 12, 31))
PERIODS = st.sampled_from(list(Period))


def test_a_month_is_assessed_from_the_first_to_the_fifth_of_the_next() -> None:
    due = deadlines(Period.MONTH, date(2026, 1, 1), policy_with(), Calendar("CN"))
    assert (due.opens, due.closes) == (date(2026, 2, 1), date(2026, 2, 5))
    assert (due.send_by, due.confirm_by) == (date(2026, 2, 12), date(2026, 2, 14))  # a Saturday made good


def test_the_last_day_moves_over_a_weekend_and_a_holiday() -> None:
    """5 April 2026 is the Sunday of Qingming, whose Monday is free."""
    due = deadlines(Period.MONTH, date(2026, 3, 1), policy_with(), Calendar("CN"))
    assert due.closes == date(2026, 4, 7)
    weekdays_only = deadlines(Period.MONTH, date(2026, 3, 1), policy_with(holidays=""), Calendar(""))
    assert weekdays_only.closes == date(2026, 4, 6)


def test_a_club_may_work_or_rest_on_a_day_of_its_own() -> None:
    rests = Calendar("CN", {date(2026, 2, 5): False, date(2026, 2, 6): False})
    assert deadlines(Period.MONTH, date(2026, 1, 1), policy_with(), rests).closes == date(2026, 2, 9)
    works = Calendar("", {date(2026, 4, 5): True})
    assert deadlines(Period.MONTH, date(2026, 3, 1), policy_with(), works).closes == date(2026, 4, 5)


@pytest.mark.parametrize(
    ("period", "start", "opens", "closes"),
    [
        (Period.QUARTER, date(2026, 1, 1), date(2026, 4, 5), date(2026, 4, 15)),
        (Period.YEAR, date(2025, 1, 1), date(2026, 1, 5), date(2026, 1, 15)),
    ],
)
def test_quarters_and_years_are_assessed_in_the_month_after(
    period: Period, start: date, opens: date, closes: date
) -> None:
    due = deadlines(period, start, policy_with(), Calendar("CN"))
    assert (due.opens, due.closes) == (opens, closes)


def test_windows_and_days_to_confirm_are_the_clubs_own() -> None:
    policy = policy_with(month_window=[2, 10], quarter_window=[10, 20], confirm_days=[1, 2])
    month = deadlines(Period.MONTH, date(2026, 1, 1), policy, Calendar(""))
    assert (month.opens, month.closes) == (date(2026, 2, 2), date(2026, 2, 10))
    assert (month.send_by, month.confirm_by) == (date(2026, 2, 11), date(2026, 2, 12))
    year = deadlines(Period.YEAR, date(2025, 1, 1), policy, Calendar(""))
    assert (year.opens, year.closes) == (date(2026, 1, 10), date(2026, 1, 20))  # ASM-08


@given(DAYS, PERIODS, st.sampled_from(["", "CN", "DE"]))
def test_deadlines_are_working_days_in_their_order(day: date, period: Period, country: str) -> None:
    calendar = Calendar(country)
    due = deadlines(period, start_of(period, day), policy_with(), calendar)
    assert due.opens <= due.closes < due.send_by < due.confirm_by
    assert all(calendar.is_working(each) for each in (due.closes, due.send_by, due.confirm_by))
    assert due.opens > last_day(period, start_of(period, day))


@given(DAYS, PERIODS)
def test_periods_follow_each_other_without_a_gap(day: date, period: Period) -> None:
    start = start_of(period, day)
    assert start <= day <= last_day(period, start)
    assert before(period, after(period, start)) == start
    assert months_of(period, start)[0] == start
    assert after(Period.MONTH, months_of(period, start)[-1]) == after(period, start)


@pytest.mark.parametrize(
    ("day", "length"), [(date(2026, 2, 28), 28), (date(2028, 2, 1), 29), (date(2026, 12, 31), 31)]
)
def test_a_month_is_the_calendar_month(day: date, length: int) -> None:
    """ASM-21: assessed over the natural month, early in the next one."""
    start = start_of(Period.MONTH, day)
    assert (start.day, (last_day(Period.MONTH, start) - start).days + 1) == (1, length)
    due = deadlines(Period.MONTH, start, policy_with(), Calendar(""))
    assert due.opens == last_day(Period.MONTH, start) + timedelta(days=1)
