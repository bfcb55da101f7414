"""Whose, of which time and of what a target is (TGT-01 to TGT-08)."""

from dataclasses import replace
from datetime import date

import pytest

from clubsales.consultants.targets.forms import growth_typed, month_typed, typed_text, value_typed
from clubsales.consultants.targets.rules import (
    CLUB,
    GoalKind,
    Period,
    Scope,
    ScopeKind,
    Slot,
    may_aim,
    may_change,
    may_set,
    may_state_result,
    weeks_of_month,
)
from clubsales.errors import Decision, Refusal
from clubsales.money import CNY, Currency, MalformedAmount, Money

MARCH = date(2026, 3, 1)
CLUBS_MARCH = Slot(CLUB, Period.MONTH, MARCH)


def code(decision: Decision) -> str | None:
    return decision.code.value if isinstance(decision, Refusal) else None


@pytest.mark.parametrize(
    ("amount", "refused"),
    [
        (Money(0, CNY), None),
        (Money(-1, CNY), "target.amount"),
        (Money(100_000_000_00, CNY), None),
        (Money(100_000_000_01, CNY), "target.amount"),
        (Money(100, Currency("USD")), "target.currency"),
    ],
)
def test_target_is_an_amount_of_the_club(amount: Money, refused: str | None) -> None:
    assert code(may_set(amount, currency=CNY)) == refused


@pytest.mark.parametrize(
    ("period", "day", "refused"),
    [
        (Period.YEAR, date(2026, 1, 1), None),
        (Period.YEAR, date(2026, 2, 1), "target.period"),
        (Period.QUARTER, date(2026, 4, 1), None),
        (Period.QUARTER, date(2026, 5, 1), "target.period"),
        (Period.MONTH, date(2026, 3, 2), "target.period"),
        (Period.WEEK, date(2026, 3, 2), None),
        (Period.WEEK, MARCH, None),  # a Sunday: the part of its week that lies in March
        (Period.WEEK, date(2026, 3, 3), "target.period"),
        (Period.MONTH, date(1999, 12, 1), "target.period"),
    ],
)
def test_a_target_begins_when_such_a_time_begins(period: Period, day: date, refused: str | None) -> None:
    assert code(may_aim(Slot(CLUB, period, day), 1, currency=CNY)) == refused


@pytest.mark.parametrize(
    ("kind", "value", "refused"),
    [
        (GoalKind.CUSTOMERS, 1_000_000, None),
        (GoalKind.CUSTOMERS, 1_000_001, "target.amount"),
        (GoalKind.SATISFACTION, 10_000, None),
        (GoalKind.SATISFACTION, 10_001, "target.amount"),
        (GoalKind.PROFIT, -1, "target.amount"),
        (GoalKind.COLLECTIONS, 100_000_000_01, "target.amount"),
    ],
)
def test_each_kind_has_its_size(kind: GoalKind, value: int, refused: str | None) -> None:
    assert code(may_aim(replace(CLUBS_MARCH, kind=kind), value, currency=CNY)) == refused


def test_what_was_issued_before_changes_with_a_reason() -> None:
    def asked(*, before: bool, reason: str) -> str | None:
        return code(may_change(CLUBS_MARCH, issued_before=before, reason=reason, closed_through=None))

    assert asked(before=False, reason="") is None
    assert asked(before=True, reason="") == "target.reason"
    assert asked(before=True, reason="淡季") is None


@pytest.mark.parametrize(
    ("period", "day", "closed"),
    [
        (Period.MONTH, MARCH, True),
        (Period.WEEK, date(2026, 3, 30), True),
        (Period.WEEK, date(2026, 4, 1), False),  # the same Monday week, its part in April
        (Period.QUARTER, date(2026, 1, 1), True),
        (Period.YEAR, date(2026, 1, 1), False),
        (Period.MONTH, date(2026, 4, 1), False),
    ],
)
def test_what_belongs_to_closed_months_alone_stays(period: Period, day: date, closed: bool) -> None:
    slot = Slot(CLUB, period, day)
    decision = may_change(slot, issued_before=False, reason="改", closed_through=MARCH)
    assert code(decision) == ("target.month_closed" if closed else None)


def test_a_result_is_typed_where_no_record_says_it_and_beside_a_goal() -> None:
    def asked(kind: GoalKind, *, has_goal: bool = True, closed: date | None = None) -> str | None:
        slot = replace(CLUBS_MARCH, kind=kind)
        return code(may_state_result(slot, has_goal=has_goal, closed_through=closed))

    assert asked(GoalKind.PROFIT) is None
    assert asked(GoalKind.SALES) == "target.result"
    assert asked(GoalKind.SATISFACTION, has_goal=False) == "target.no_goal"
    assert asked(GoalKind.SATISFACTION, closed=MARCH) == "target.month_closed"


def test_the_weeks_of_a_month_begin_on_monday_and_add_up_to_it() -> None:
    weeks = weeks_of_month(date(2026, 4, 1))
    assert [(week.first.day, week.last.day) for week in weeks] == [
        (1, 5),
        (6, 12),
        (13, 19),
        (20, 26),
        (27, 30),
    ]
    for month in (date(2026, number, 1) for number in range(1, 13)):
        days = [day for week in weeks_of_month(month) for day in week.days]
        assert days[0] == month
        assert len(days) == len(set(days))
        assert (days[-1] - days[0]).days == len(days) - 1


def test_only_a_consultants_sales_of_a_month_are_his_task() -> None:
    his = Scope(ScopeKind.CONSULTANT, 1)
    assert Slot(his, Period.MONTH, MARCH).is_task
    assert not Slot(his, Period.MONTH, MARCH, GoalKind.CUSTOMERS).is_task
    assert not Slot(his, Period.YEAR, date(2026, 1, 1)).is_task
    assert not CLUBS_MARCH.is_task


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("2026-03", date(2026, 3, 1)),
        ("2026-12", date(2026, 12, 1)),
        ("2026-13", None),
        ("2026-00", None),
        ("1999-12", None),
        ("9999-12", None),
        ("2026-3", None),
        ("2026-03-01", None),
        ("x", None),
    ],
)
def test_month_is_written_with_its_year(typed: str, month: date | None) -> None:
    assert month_typed(typed) == month


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (GoalKind.SALES, "５０，０００．５", 5_000_050),
        (GoalKind.SALES, "¥ 50,000", 5_000_000),
        (GoalKind.CUSTOMERS, "12", 12),
        (GoalKind.SATISFACTION, "92.5 %", 9250),
        (GoalKind.SATISFACTION, "100", 10_000),
    ],
)
def test_figures_are_read_as_people_type_them(kind: GoalKind, typed: str, value: int) -> None:
    assert value_typed(kind, typed, CNY) == value
    assert value_typed(kind, typed_text(kind, value, CNY), CNY) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        *((GoalKind.SALES, text) for text in ("1e5", "NaN", "-5", "1.005", "٥", "", "9" * 30)),
        *((GoalKind.CUSTOMERS, text) for text in ("1.5", "-1", "9" * 10)),
        *((GoalKind.SATISFACTION, text) for text in ("92.555", "inf", "1000")),
    ],
)
def test_what_is_no_figure_is_said(kind: GoalKind, typed: str) -> None:
    with pytest.raises(MalformedAmount):
        value_typed(kind, typed, CNY)


@pytest.mark.parametrize(
    ("typed", "percent"),
    [
        ("20", "20"),
        ("+7.5%", "7.5"),
        ("-3", "-3"),
        ("-100", None),
        ("1000", None),
        ("x", None),
        ("1e1", None),
    ],
)
def test_growth_is_typed_in_percent(typed: str, percent: str | None) -> None:
    found = growth_typed(typed)
    assert (None if found is None else str(found).removeprefix("+")) == percent
