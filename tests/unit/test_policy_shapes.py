"""Settings of pay: everything valid is taken, everything else refused by its full name."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.policy_documents import PolicyError, default_document, overlay
from clubsales.policy_shapes import AMOUNTS, is_amount, tiers_fault


def nested(name: str, value: Any) -> dict[str, Any]:
    for key in reversed(name.split(".")):
        value = {key: value}
    return value


def laid(name: str, value: Any) -> Any:
    document: Any = overlay(default_document(), nested(name, value))
    for key in name.split("."):
        document = document[key]
    return document


VALID: list[tuple[str, Any]] = [
    ("commission.base_pay", "0"),
    ("commission.base_pay", "4350.00"),
    ("commission.tier_mode", "marginal"),
    ("commission.tiers", []),
    ("commission.tiers", [["0.00", 0]]),
    ("commission.tiers", [["10000.00", 500], ["10000.01", 300], ["90000", 10000]]),
    ("commission.renewal_rate_bp", 0),
    ("commission.team_override_bp", 150),
    ("commission.staff_referral", "88.8"),
    ("commission.payable_after", "receipt"),
    ("commission.pay_deposit", "200.00"),
    ("awards.department_top", "0.00"),
    ("awards.top_fallback", "best_on_target"),
    ("awards.tie", "earliest"),
    ("awards.team_streak.months", 0),
    ("awards.team_streak.amount", "0.00"),
    ("awards.department_streak", {"months": 3, "amount": "888.00"}),
    ("awards.pay_rise_review_months", 0),
    ("awards.streak_repeat", False),
    ("awards.streak_requires_target", True),
    ("awards.quarter_team", "1000.00"),
    ("awards.year_best", "5000.00"),
    ("awards.outside_top", "200.00"),
    ("penalties.missed_target_months", 0),
    ("penalties.no_target_month", "skip"),
    ("penalties.payroll", True),
    ("penalties.contract_correction_fine", ["50.00", "50.00"]),
    ("penalties.contract_corrections_allowed", 0),
    ("contract.approvals", []),
    ("contract.approvals", ["sales_director", "club_manager"]),
    ("contract.copies", 0),
    ("contract.number", "{yyyymm}/{seq}"),
    ("contract.number", "合同{club}-{yyyymm}-{seq:06d}"),
    ("assessment.weights", {"results": 100, "ability": 0, "attitude": 0}),
    ("assessment.bands", []),
    ("assessment.bands", [[100, 20000, 3], [0, 0, -2]]),
    ("assessment.below_all_bands_base_bp", 10000),
    ("assessment.month_window", [1, 1]),
    ("assessment.quarter_window", [10, 28]),
    ("assessment.confirm_days", [0, 0]),
    ("assessment.holidays", ""),
    ("assessment.behaviour_multiplier", True),
    ("assessment.forced_distribution", True),
    ("complaint.points_off", 0),
    ("expense.low_rate_bp", 300),
    ("expense.cap_rate_bp", 1200),
    ("promotion.level_targets", ["30000.00", "50000.00", "50000.00"]),
    ("promotion.months", 1),
    ("promotion.min_months_between", 0),
    ("promotion.service_years", 5),
    ("leave.days_per_month", "30"),
    ("month.approvals", []),
    ("month.approvals", ["general_manager", "finance_clerk"]),
]


@pytest.mark.parametrize(("name", "value"), VALID)
def test_everything_valid_is_taken(name: str, value: Any) -> None:
    assert laid(name, value) == value


@pytest.mark.parametrize("name", sorted(AMOUNTS))
@pytest.mark.parametrize("text", ["", "-1.00", "1,000.00", "ten", "1.0000", " 1.00", "１.00", "1e3", "NaN"])
def test_an_amount_is_zero_or_more_in_plain_digits(name: str, text: str) -> None:
    with pytest.raises(PolicyError) as problem:
        overlay(default_document(), nested(name, text))
    assert problem.value.key == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("commission.tiers", ["0.00"]),
        ("commission.tiers", [["0.00"]]),
        ("commission.tiers", [["0.00", "300"]]),
        ("commission.tiers", [["0.00", True]]),
        ("commission.tiers", [["0.00", 300, 1]]),
        ("commission.tiers", [[0, 300]]),
        ("commission.tiers", [["-1.00", 300]]),
        ("commission.tiers", [["0.00", -1]]),
        ("commission.tiers", [["0.00", 10001]]),
        ("commission.tiers", [["0.00", 300], ["0.0", 800]]),
        ("commission.tiers", [["60000.00", 1000], ["30000.00", 800]]),
        ("commission.tier_mode", "sliced"),
        ("commission.payable_after", "never"),
        ("commission.renewal_rate_bp", 10001),
        ("commission.team_override_bp", -1),
        ("awards.tie", "nobody"),
        ("awards.team_streak.months", -1),
        ("awards.department_streak.months", -6),
        ("awards.pay_rise_review_months", -3),
        ("penalties.no_target_month", "missed"),
        ("penalties.missed_target_months", -1),
        ("contract.approvals", ["nobody"]),
        ("contract.approvals", ["club_manager", "club_manager"]),
        ("contract.copies", -1),
        ("contract.number", "{seq}"),
        ("contract.number", "{club}-{yyyymm}"),
        ("contract.number", "{yyyymm}{seq:05d"),
        ("contract.number", "{yyyymm}{seq}{0}"),
        ("contract.number", "{yyyymm}{seq}{club.code}"),
        ("contract.number", "{yyyymm}{seq:99d}"),
        ("contract.number", "{yyyymm}{seq:x^z}"),
        ("penalties.contract_correction_fine", ["100.00", "50.00"]),
        ("penalties.contract_correction_fine", ["100.00"]),
        ("penalties.contract_correction_fine", ["free", "50.00"]),
        ("assessment.bands", [[90, 10000]]),
        ("assessment.bands", [[90, "10000", 0]]),
        ("assessment.bands", [[101, 10000, 0]]),
        ("assessment.bands", [[-1, 10000, 0]]),
        ("assessment.bands", [[90, 20001, 0]]),
        ("assessment.bands", [[90, -1, 0]]),
        ("assessment.bands", [[80, 9000, 1], [90, 10000, 2]]),
        ("assessment.bands", [[80, 9000, 1], [80, 10000, 2]]),
        ("assessment.month_window", [5, 1]),
        ("assessment.month_window", [0, 5]),
        ("assessment.month_window", [1]),
        ("assessment.quarter_window", [5, 29]),
        ("assessment.quarter_window", [True, 5]),
        ("assessment.confirm_days", [7, 5]),
        ("assessment.confirm_days", [-1, 5]),
        ("assessment.holidays", "China"),
        ("assessment.weights", {"results": 71}),
        ("assessment.below_all_bands_base_bp", 10001),
        ("complaint.points_off", -1),
        ("expense.cap_rate_bp", -1),
        ("promotion.level_targets", [50000]),
        ("promotion.level_targets", ["50000.00", "30000.00"]),
        ("promotion.months", -1),
        ("leave.days_per_month", "0"),
        ("leave.days_per_month", "a month"),
        ("month.approvals", ["club_manager", "club_manager"]),
        ("month.approvals", ["anybody"]),
    ],
)
def test_what_does_not_fit_is_refused_by_its_full_name(name: str, value: Any) -> None:
    with pytest.raises(PolicyError) as problem:
        overlay(default_document(), nested(name, value))
    assert problem.value.key == name
    assert str(problem.value).startswith(f"{name}: must ")


def test_a_negative_weight_is_named_before_the_sum() -> None:
    with pytest.raises(PolicyError) as problem:
        overlay(default_document(), {"assessment": {"weights": {"results": 110, "ability": -20}}})
    assert problem.value.key == "assessment.weights.ability"


def test_weights_may_be_changed_together() -> None:
    changed = {"assessment": {"weights": {"results": 50, "ability": 30, "attitude": 20}}}
    assert overlay(default_document(), changed)["assessment"]["weights"] == changed["assessment"]["weights"]


@given(
    st.lists(st.integers(0, 10**9), unique=True, max_size=8).map(sorted),
    st.lists(st.integers(0, 10_000), min_size=8, max_size=8),
)
def test_any_rising_tiers_are_tiers(amounts: list[int], rates: list[int]) -> None:
    tiers = [[f"{minor // 100}.{minor % 100:02}", rate] for minor, rate in zip(amounts, rates, strict=False)]
    assert tiers_fault(tiers) is None
    assert tiers_fault(tiers[::-1]) is None or len(tiers) > 1


@given(st.text(max_size=12) | st.integers() | st.none())
def test_whatever_is_typed_an_amount_can_be_read(typed: object) -> None:
    if is_amount(typed):
        assert float(str(typed)) >= 0
