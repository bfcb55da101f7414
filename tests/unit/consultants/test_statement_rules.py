"""A month's pay, item by item: bands at their borders, awards, carried months, extras and deductions."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.consultants.commission.rules import Plan, Reckoned, SaleClass, Tier, reckon
from clubsales.consultants.statements.answers import AnswerKind, may_acknowledge, may_confirm, may_object
from clubsales.consultants.statements.facts import LateLeave, PaidAward, PartOf, Referral, StatementFacts
from clubsales.consultants.statements.payable import Due, payable
from clubsales.consultants.statements.rules import (
    ItemKind,
    late_deduction,
    leave_deduction,
    percent,
    points,
    reckon_statement,
)
from clubsales.errors import Allowed, Reason, Refusal
from clubsales.money import CNY

TERM = SaleClass("term", is_renewal=False)
DEMO = Plan(
    tiers=(Tier(0, 300), Tier(3_000_000, 800), Tier(6_000_000, 1000)), base_minor=400_000
)  # 4,000.00; 3/8/10 %
FIVE_THOUSAND = Reckoned(
    sum_minor=5_000_000, rate_bp=1000, commission_minor=500_000, carried_minor=0, capped=False
)


def facts(**changes: object) -> StatementFacts:
    plain = StatementFacts(
        currency=CNY, credit_minor=5_000_000, brought_minor=0, reckoned=FIVE_THOUSAND, base_minor=400_000
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def of_plan(credit: int, brought: int = 0, **changes: object) -> StatementFacts:
    return facts(
        credit_minor=credit, brought_minor=brought, reckoned=reckon(DEMO, {TERM: credit}, brought), **changes
    )


@pytest.mark.parametrize(
    ("score", "paid_bp", "base_bp", "below", "pay"),
    [
        (900_000, 10_000, 10_000, False, 880_000),
        (899_900, 9_000, 10_000, False, 830_000),
        (800_000, 9_000, 10_000, False, 830_000),
        (799_900, 8_000, 10_000, False, 780_000),
        (600_000, 8_000, 10_000, False, 780_000),
        (599_900, 0, 10_000, False, 380_000),
        (500_000, 0, 10_000, False, 380_000),
        (499_900, 0, 6_000, True, 240_000),
    ],
)
def test_bands_pay_what_sc_25_says(score: int, paid_bp: int, base_bp: int, below: bool, pay: int) -> None:
    reckoned = reckon_statement(
        facts(
            score=score, paid_bp=paid_bp, base_bp=base_bp, is_below_all_bands=below, pay_deposit_minor=20_000
        )
    )
    assert reckoned.pay_minor == pay
    assert sum(item.amount_minor for item in reckoned.items) == pay


def test_an_award_is_not_reduced_by_the_band() -> None:
    award = PaidAward("department_top", 20_000, Reason("AWD-01", "award.department_top"))
    reckoned = reckon_statement(of_plan(6_000_000, score=850_000, paid_bp=9_000, awards=(award,)))
    assert reckoned.commission_minor == 600_000
    assert reckoned.commission_paid_minor == 540_000
    assert reckoned.pay_minor == 960_000  # SC-27


@pytest.mark.parametrize(
    ("credit", "commission"),
    [
        (5_880_600, 470_448),
        (2_999_999, 90_000),
        (3_000_000, 240_000),
        (5_999_999, 480_000),
        (6_000_000, 600_000),
    ],
)
def test_tiers_pay_what_sc_27_says(credit: int, commission: int) -> None:
    assert reckon_statement(of_plan(credit)).commission_minor == commission


def test_a_negative_month_is_carried_and_leaves_the_base_whole() -> None:
    reckoned = reckon_statement(of_plan(-69_400))  # SC-28 c
    assert (reckoned.commission_minor, reckoned.carried_minor, reckoned.pay_minor) == (0, -69_400, 400_000)
    (commission,) = (item for item in reckoned.items if item.kind is ItemKind.COMMISSION)
    assert commission.rule == "AMB-65"


def test_what_was_carried_is_told_with_what_it_comes_to() -> None:
    reckoned = reckon_statement(of_plan(100_000, -69_400))
    assert reckoned.commission_minor == 918  # 3 % of 306.00
    (commission,) = (item for item in reckoned.items if item.kind is ItemKind.COMMISSION)
    assert commission.reason.code == "pay.commission_after_carried"


@pytest.mark.parametrize(("expense", "paid"), [(500_000, 500_000), (500_001, 0), (None, 500_000)])
def test_expenses_strictly_above_the_cap_cancel_the_commission(expense: int | None, paid: int) -> None:
    reckoned = reckon_statement(facts(expense_minor=expense, cap_rate_bp=1000))
    assert reckoned.commission_minor == paid
    assert reckoned.pay_minor == 400_000 + paid
    assert reckoned.is_over_expenses is (paid == 0)


def test_a_cap_of_zero_looks_at_no_expenses() -> None:
    """AMB-49."""
    assert reckon_statement(facts(expense_minor=99_999_999)).commission_minor == 500_000


def test_below_the_low_mark_a_reward_is_considered() -> None:
    assert reckon_statement(facts(expense_minor=49_999, low_rate_bp=100)).is_thrifty
    assert not reckon_statement(facts(expense_minor=50_000, low_rate_bp=100)).is_thrifty


def test_three_unpaid_days_of_sc_29_cost_600() -> None:
    assert leave_deduction(435_000, 6, (2175, 100)) == 60_000
    assert leave_deduction(435_000, 1, (2175, 100)) == 10_000


def test_leave_never_costs_more_than_the_base() -> None:
    reckoned = reckon_statement(facts(leave_halves=60))
    assert reckoned.pay_minor == reckoned.commission_paid_minor


def test_extras_and_deductions_are_items_of_their_own() -> None:
    reckoned = reckon_statement(
        facts(
            overrides=(PartOf(10_000_001, 100, "T1"),),
            setter=(PartOf(398_000, 200, "1"),),
            referrals=(Referral(5_000, "年卡"), Referral(3_000, "次卡")),
            benefit_minor=30_000,
            leave_halves=2,
            pay_deposit_minor=20_000,
            fine_minor=5_000,
        )
    )
    assert {
        item.kind: item.amount_minor for item in reckoned.items if item.kind is not ItemKind.REFERRAL
    } == {
        ItemKind.BASE: 400_000,
        ItemKind.COMMISSION: 500_000,
        ItemKind.OVERRIDE: 100_000,
        ItemKind.SETTER: 7_960,
        ItemKind.BENEFIT: 30_000,
        ItemKind.LEAVE: -18_391,
        ItemKind.DEPOSIT: -20_000,
        ItemKind.FINE: -5_000,
    }
    assert reckoned.pay_minor == sum(item.amount_minor for item in reckoned.items) == 1_002_569
    assert all(item.rule == item.reason.rule for item in reckoned.items)


def test_a_teams_loss_costs_its_supervisor_nothing() -> None:
    assert PartOf(-10_000, 100).amount_minor == 0


@given(
    st.integers(-(10**9), 10**9),
    st.integers(-(10**7), 0),
    st.integers(0, 12_000),
    st.booleans(),
    st.integers(0, 62),
    st.integers(0, 10**6),
)
def test_items_add_up_to_the_pay(
    credit: int, brought: int, paid_bp: int, below: bool, halves: int, fine: int
) -> None:
    reckoned = reckon_statement(
        of_plan(
            credit,
            brought,
            score=700_000,
            paid_bp=paid_bp,
            base_bp=6_000 if below else 10_000,
            is_below_all_bands=below,
            leave_halves=halves,
            fine_minor=fine,
        )
    )
    assert reckoned.pay_minor == sum(item.amount_minor for item in reckoned.items)
    assert reckoned.pay_minor >= -fine
    assert reckoned.commission_minor >= 0


CLOSED_ON, LATER = date(2026, 4, 2), date(2026, 4, 5)


def test_commission_is_payable_as_its_refund_windows_close() -> None:
    found = payable(
        pay_minor=600_000,
        commission_paid_minor=180_000,
        paid_bp=9_000,
        by_day={date(2026, 3, 20): 100_000, CLOSED_ON: 50_000, LATER: 50_000},
        closed_on=CLOSED_ON,
    )
    assert found.now_minor == 420_000 + 135_000
    assert found.later == (Due(LATER, 45_000),)


def test_a_reversal_counts_at_once_and_asks_nothing_back() -> None:
    found = payable(
        pay_minor=420_000,
        commission_paid_minor=20_000,
        paid_bp=10_000,
        by_day={date(2026, 3, 20): -30_000, LATER: 50_000},
        closed_on=CLOSED_ON,
    )
    assert (found.now_minor, found.later_minor) == (400_000, 20_000)


@given(
    st.dictionaries(st.dates(date(2026, 3, 1), date(2026, 4, 20)), st.integers(0, 10**7), max_size=30),
    st.integers(0, 12_000),
)
def test_now_and_later_are_the_whole_pay(by_day: dict[date, int], paid_bp: int) -> None:
    commission = sum(by_day.values())
    paid = (2 * commission * paid_bp + 10_000) // 20_000
    found = payable(
        pay_minor=400_000 + paid,
        commission_paid_minor=paid,
        paid_bp=paid_bp,
        by_day=by_day,
        closed_on=CLOSED_ON,
    )
    assert found.now_minor + found.later_minor == 400_000 + paid
    assert all(due.amount_minor > 0 for due in found.later)


def test_only_the_person_answers_a_statement_and_once() -> None:
    assert may_acknowledge([], is_own=True) == Allowed()
    assert may_acknowledge([], is_own=False) != Allowed()
    assert may_acknowledge([AnswerKind.ACKNOWLEDGED], is_own=True) != Allowed()
    assert may_acknowledge([AnswerKind.OBJECTED, AnswerKind.CONFIRMED], is_own=True) == Allowed()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"is_own": False}, "statement.not_yours"),
        ({"answers": [AnswerKind.ACKNOWLEDGED]}, "statement.answered"),
        ({"today": date(2026, 4, 14)}, "statement.too_late"),
        ({"words": ""}, "statement.words"),
    ],
)
def test_an_objection_has_words_and_a_last_day(changes: dict[str, object], code: str | None) -> None:
    asked = {
        "answers": [],
        "is_own": True,
        "words": "少一单",
        "today": date(2026, 4, 13),
        "answer_by": date(2026, 4, 13),
    }
    decision = may_object(**{**asked, **changes})  # type: ignore[arg-type]
    assert (decision.code if isinstance(decision, Refusal) else None) == code


def test_nobody_answers_the_objection_to_his_own_statement() -> None:
    objected = [AnswerKind.OBJECTED]
    assert may_confirm(objected, is_own=True, words="x") != Allowed()
    assert may_confirm(objected, is_own=False, words="") != Allowed()
    assert may_confirm([], is_own=False, words="x") != Allowed()
    assert may_confirm(objected, is_own=False, words="见账本") == Allowed()


@pytest.mark.parametrize(("basis_points", "shown"), [(1000, "10"), (850, "8.5"), (5, "0.05"), (0, "0")])
def test_rates_are_shown_as_percent(basis_points: int, shown: str) -> None:
    assert percent(basis_points) == shown


def test_scores_are_cut_not_rounded() -> None:
    assert points(899_999) == "89.99"


@pytest.mark.parametrize(
    ("days", "of_days", "base"),
    [(1, 31, 12_903), (16, 31, 206_452), (30, 31, 387_097), (31, 31, 400_000), (15, 30, 200_000)],
)
def test_who_works_here_for_a_part_of_the_month_is_paid_his_part_of_the_base(
    days: int, of_days: int, base: int
) -> None:
    reckoned = reckon_statement(facts(active_days=(days, of_days)))
    (item,) = (item for item in reckoned.items if item.kind is ItemKind.BASE)
    assert (item.amount_minor, reckoned.base_minor, reckoned.pay_minor) == (base, base, base + 500_000)
    assert item.reason.code == "pay.base_days"
    assert item.reason.facts["days"] == days


def test_a_part_of_the_month_below_all_bands_is_cut_after_it_is_counted_by_days() -> None:
    reckoned = reckon_statement(
        facts(
            active_days=(15, 30),
            score=100_000,
            paid_bp=0,
            base_bp=6_000,
            is_below_all_bands=True,
            leave_halves=2,
        )
    )
    assert reckoned.base_minor == 120_000
    # A day of leave is a day of the whole base: 4,000.00 / 21.75.
    assert reckoned.pay_minor == 120_000 - 18_391


MARCH = date(2026, 3, 1)


def late(halves: int, known: int = 0, most: int = 435_000) -> LateLeave:
    return LateLeave(MARCH, halves, known, 435_000, most, (2175, 100))


def test_leave_of_a_closed_month_is_deducted_at_that_months_base_and_names_it() -> None:
    reckoned = reckon_statement(facts(late_leave=(late(3),)))
    (item,) = (item for item in reckoned.items if item.kind is ItemKind.LEAVE)
    assert (item.amount_minor, item.rule, item.reason.code) == (-30_000, "COM-11", "pay.leave_late")
    assert item.reason.facts["month"] == "2026-03"
    assert item.reason.facts["days"] == "1.5"


def test_leave_of_a_closed_month_costs_what_it_would_have_cost_there() -> None:
    """With what was deducted already no more than that month's base, and a day too many comes back."""
    assert late_deduction(late(60)) == 435_000
    assert late_deduction(late(60, known=2)) == 415_000
    assert late_deduction(late(60, known=2, most=100_000)) == 80_000
    back = reckon_statement(facts(late_leave=(late(-1, known=2),)))
    (item,) = (item for item in back.items if item.kind is ItemKind.LEAVE)
    assert (item.amount_minor, item.reason.code) == (10_000, "pay.leave_back")


def test_leave_takes_no_more_than_the_base_of_the_month_that_pays() -> None:
    reckoned = reckon_statement(facts(leave_halves=40, late_leave=(late(10),)))
    assert reckoned.pay_minor == 500_000
    assert sum(item.amount_minor for item in reckoned.items if item.kind is ItemKind.LEAVE) == -400_000
