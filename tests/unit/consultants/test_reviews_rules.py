"""Which cases a month brings: at which multiples, for whom, how often."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from clubsales.consultants.reviews.rules import (
    Career,
    Due,
    Kind,
    MonthFacts,
    PenaltyPolicy,
    PromotionPolicy,
    StreakPolicy,
    add_months,
    due_cases,
    full_years,
    is_low_expense,
    pays_attention,
)
from clubsales.ids import ConsultantID

A, B = ConsultantID(1), ConsultantID(2)
JUNE = date(2026, 6, 1)


@dataclass(frozen=True)
class Stood:
    """Where somebody stood in a month."""

    consultant_id: ConsultantID = A
    kind: str = "inside"
    credit: int = 0
    target: int | None = None
    is_top: bool = False
    top_run: int = 0
    missed_run: int = 0
    level_run: int = 0


LEVELS = PromotionPolicy(
    level_targets=["10000.00", "20000.00", "30000.00"], months=3, min_months_between=6, service_years=0
)
NEW = Career(level=1, promoted_on=None, since=date(2024, 6, 15))


def facts(*standings: Stood, **changes: object) -> MonthFacts:
    values: dict[str, object] = {
        "month": JUNE,
        "standings": standings,
        "careers": {},
        "low": [],
        "expenses": {},
        "streaks": StreakPolicy(pay_rise_review_months=3, streak_repeat=True),
        "penalties": PenaltyPolicy(missed_target_months=3, payroll=False),
        "promotion": replace(LEVELS, level_targets=[]),
        "low_rate_bp": 0,
        **changes,
    }
    return MonthFacts(**values)  # type: ignore[arg-type]


def kinds(found: list[Due]) -> list[tuple[str, int]]:
    return [(case.kind.value, case.consultant_id) for case in found]


@pytest.mark.parametrize(
    ("run", "every", "repeat", "fires"),
    [
        *((run, 3, True, run in (3, 6, 9)) for run in range(10)),
        *((run, 3, False, run == 3) for run in range(10)),
        (1, 0, True, False),
        (5, 1, True, True),
    ],
)
def test_a_run_counts_at_each_full_multiple(run: int, every: int, repeat: bool, fires: bool) -> None:
    assert pays_attention(run, every, repeat=repeat) is fires


def test_three_months_as_the_best_bring_a_pay_rise_review() -> None:
    best = Stood(is_top=True, top_run=3)

    assert kinds(due_cases(facts(best))) == [("pay_rise", A)]
    assert due_cases(facts(replace(best, top_run=2))) == []
    assert due_cases(facts(replace(best, kind="outside"))) == []
    assert due_cases(facts(best, streaks=StreakPolicy(0, True))) == []
    assert due_cases(facts(replace(best, top_run=6), streaks=StreakPolicy(3, False))) == []


def test_three_missed_months_bring_a_case_inside_and_outside() -> None:
    low = Stood(target=100, missed_run=3)

    assert kinds(due_cases(facts(low, replace(low, consultant_id=B, kind="outside")))) == [
        ("missed_target", A),
        ("missed_target", B),
    ]
    assert due_cases(facts(replace(low, missed_run=4))) == []
    assert due_cases(facts(replace(low, credit=100))) == [], "on target to the fen is met (AMB-26)"
    assert kinds(due_cases(facts(replace(low, missed_run=6)))) == [("missed_target", A)]
    assert due_cases(facts(low, penalties=PenaltyPolicy(0, False))) == []


def test_a_month_that_is_passed_over_does_not_bring_the_case_again() -> None:
    """With `no_target_month = "skip"` the run stands at three; the month without a target missed nothing."""
    assert due_cases(facts(Stood(target=None, missed_run=3))) == []


def test_cases_come_in_the_order_of_kinds_each_by_code() -> None:
    found = due_cases(
        facts(
            Stood(credit=100, target=100, level_run=3),
            Stood(consultant_id=B, is_top=True, top_run=3, credit=0, target=1, missed_run=3),
            careers={A: NEW},
            low=[A, B],
            promotion=LEVELS,
        )
    )
    assert kinds(found) == [
        ("pay_rise", B),
        ("missed_target", B),
        ("low_score", A),
        ("low_score", B),
        ("promotion", A),
    ]


def test_promotion_is_eligible_after_three_months_and_half_a_year() -> None:
    met = Stood(level_run=3)

    def due(career: Career, stood: Stood = met, policy: PromotionPolicy = LEVELS) -> list[Due]:
        return due_cases(facts(stood, careers={A: career}, promotion=policy))

    assert [case.rule for case in due(NEW)] == ["PRO-01"]
    assert due(NEW, replace(met, level_run=2)) == []
    assert due(replace(NEW, promoted_on=date(2026, 1, 2))) == []
    assert len(due(replace(NEW, promoted_on=date(2026, 1, 1)))) == 1
    assert (
        len(due(replace(NEW, promoted_on=date(2026, 1, 2)), met, replace(LEVELS, min_months_between=5))) == 1
    )
    assert due(replace(NEW, level=3)) == []
    assert due(NEW, met, replace(LEVELS, level_targets=[])) == []
    assert due(NEW, met, replace(LEVELS, months=0)) == []
    assert len(due(NEW, replace(met, level_run=1), replace(LEVELS, months=1))) == 1


def test_promotion_is_considered_once_per_run() -> None:
    met = Stood(level_run=5)

    def due(career: Career) -> list[Due]:
        return due_cases(facts(met, careers={A: career}, promotion=LEVELS))

    assert due(replace(NEW, cases=[date(2026, 4, 1)])) == []
    assert due(replace(NEW, cases=[date(2026, 2, 1)])) == []
    assert len(due(replace(NEW, cases=[date(2026, 1, 1)]))) == 1, "that was another run"
    waited = replace(NEW, promoted_on=date(2026, 1, 1))
    assert len(due(waited)) == 1, "a run that became eligible only later comes up then"


def test_full_years_of_service_with_the_target_met_are_considered_once_each() -> None:
    met = Stood(credit=100, target=100)
    policy = replace(LEVELS, service_years=2)

    def due(career: Career, stood: Stood = met, policy: PromotionPolicy = policy) -> list[str]:
        return [case.rule for case in due_cases(facts(stood, careers={A: career}, promotion=policy))]

    assert due(NEW) == ["PRO-02"]
    assert due(replace(NEW, since=date(2024, 7, 2))) == []
    assert due(replace(NEW, since=date(2024, 7, 1))) == ["PRO-02"]
    assert due(NEW, replace(met, credit=99)) == []
    assert due(NEW, replace(met, target=None)) == []
    assert due(replace(NEW, service_cases=1)) == []
    assert due(replace(NEW, since=date(2022, 1, 1), service_cases=1)) == ["PRO-02"]
    assert due(NEW, met, LEVELS) == [], "0 switches it off"
    assert due(replace(NEW, promoted_on=date(2026, 3, 1))) == []
    assert due(replace(NEW, since=date(1970, 1, 1))) == [], "nobody knows since when"
    assert due(NEW, replace(met, level_run=3)) == ["PRO-01"], "one case, not two"


def test_a_reward_is_considered_below_the_low_mark_only() -> None:
    assert is_low_expense(499, 10_000, 500)
    assert not is_low_expense(500, 10_000, 500)
    assert not is_low_expense(0, 10_000, 0)
    assert not is_low_expense(0, 0, 500)
    found = due_cases(
        facts(Stood(credit=10_000), Stood(consultant_id=B, credit=10_000), expenses={A: 499}, low_rate_bp=500)
    )
    assert [(case.kind, case.consultant_id, case.rule) for case in found] == [(Kind.EXPENSE, A, "COM-07")]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 1, 1), 6, date(2026, 7, 1)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_are_added_within_the_calendar(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    ("since", "until", "years"),
    [
        (date(2024, 2, 29), date(2026, 2, 28), 2),
        (date(2024, 3, 1), date(2026, 3, 1), 2),
        (date(2024, 3, 2), date(2026, 3, 1), 1),
        (date(2026, 3, 1), date(2026, 3, 1), 0),
    ],
)
def test_years_of_service_are_full_ones(since: date, until: date, years: int) -> None:
    assert full_years(since, until) == years
