"""Scores, bands and shares paid (ASM-01 to ASM-06, ASM-12, ASM-13, AMB-38 to AMB-48)."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.consultants.assessment import texts
from clubsales.consultants.assessment.rules import (
    AssessmentPolicy,
    Label,
    PaidRate,
    Part,
    Score,
    band_of,
    forced_factors,
    is_fit_to_lead,
    label_of,
    paid_rates,
    score_of,
    shown,
)
from clubsales.ids import ConsultantID, PolicyVersionID
from clubsales.policies import Policy
from clubsales.policy_documents import default_document, overlay

HUNDREDTHS = st.integers(0, 10_000)
SCORES = st.integers(0, 1_000_000)


def policy_with(**changes: Any) -> AssessmentPolicy:
    document = overlay(default_document(), {"assessment": changes})
    return Policy(PolicyVersionID(1), document).read("assessment", AssessmentPolicy)


def scored(*scores: int) -> dict[ConsultantID, Score]:
    return {ConsultantID(number): Score(score * 10_000) for number, score in enumerate(scores, 1)}


def factors(scores: Mapping[ConsultantID, Score]) -> list[int]:
    return [forced_factors(scores)[consultant_id] for consultant_id in scores]


@pytest.mark.parametrize(
    ("points", "paid_bp", "base_bp", "advice", "label"),
    [
        ("90.00", 10_000, 10_000, 2, "A"),
        ("89.99", 9_000, 10_000, 1, "B"),
        ("80.00", 9_000, 10_000, 1, "B"),
        ("79.99", 8_000, 10_000, 0, "C"),
        ("60.00", 8_000, 10_000, 0, "C"),
        ("59.99", 0, 10_000, -1, "D"),
        ("50.00", 0, 10_000, -1, "D"),
        ("49.99", 0, 6_000, None, "D"),
        ("0.00", 0, 6_000, None, "D"),
        ("100.00", 10_000, 10_000, 2, "A"),
    ],
)
def test_bands_at_their_borders(  # SC-25
    points: str, paid_bp: int, base_bp: int, advice: int | None, label: str
) -> None:
    score = int(points.replace(".", "")) * 100
    band = band_of(score, policy_with())
    assert (band.paid_bp, band.base_bp, band.grade_advice, band.label) == (paid_bp, base_bp, advice, label)
    assert band.below_all is (advice is None)
    assert shown(score) == points


def test_no_weighing_is_rounded_into_a_band() -> None:
    """89.9999 is shown as 89.99 and paid as below 90 (AMB-41)."""
    score = 899_999
    assert shown(score) == "89.99"
    assert band_of(score, policy_with()).paid_bp == 9_000


def test_the_parts_weigh_seventy_twenty_ten() -> None:
    parts = {Part.RESULTS: 9_001, Part.ABILITY: 8_003, Part.ATTITUDE: 7_007}
    assert score_of(parts, policy_with().weights) == 9_001 * 70 + 8_003 * 20 + 7_007 * 10


def test_weights_are_the_clubs_own() -> None:
    weights = policy_with(weights={"results": 50, "ability": 30, "attitude": 20}).weights
    parts = {Part.RESULTS: 10_000, Part.ABILITY: 5_000, Part.ATTITUDE: 0}
    assert shown(score_of(parts, weights)) == "65.00"


def test_bands_are_the_clubs_own() -> None:
    policy = policy_with(bands=[[85, 10_000, 1], [50, 5_000, 0]])
    assert band_of(850_000, policy).paid_bp == 10_000
    assert band_of(849_999, policy).paid_bp == 5_000
    assert band_of(499_999, policy).below_all


def test_below_all_bands_the_base_is_the_policys() -> None:
    """AMB-39."""
    band = band_of(0, policy_with(below_all_bands_base_bp=7_500))
    assert (band.base_bp, band.paid_bp) == (7_500, 0)


def test_a_behaviour_multiplies_only_where_the_club_wants_it() -> None:
    scores = {ConsultantID(1): Score(850_000, 12_000)}
    assert paid_rates(policy_with(), scores)[ConsultantID(1)] == PaidRate(9_000, 10_000, False)
    multiplied = paid_rates(policy_with(behaviour_multiplier=True), scores)[ConsultantID(1)]
    assert multiplied.paid_bp == 10_800


@pytest.mark.parametrize(("behaviour", "paid"), [(0, 0), (6_000, 5_400), (None, 9_000), (6_001, 5_401)])
def test_behaviour_is_multiplied_half_up_to_a_basis_point(behaviour: int | None, paid: int) -> None:
    rates = paid_rates(policy_with(behaviour_multiplier=True), {ConsultantID(1): Score(850_000, behaviour)})
    assert rates[ConsultantID(1)].paid_bp == paid


def test_forced_distribution_is_twenty_seventy_ten() -> None:
    scores = scored(99, 95, 90, 88, 86, 84, 82, 80, 70, 55)
    assert factors(scores) == [12_000, 12_000, *[10_000] * 7, 8_000]


def test_forced_distribution_multiplies_only_where_the_club_wants_it() -> None:
    scores = scored(95, 85, 85, 85, 70)
    assert paid_rates(policy_with(), scores)[ConsultantID(1)].paid_bp == 10_000
    forced = paid_rates(policy_with(forced_distribution=True), scores)
    assert [rate.paid_bp for rate in forced.values()] == [12_000, 9_000, 9_000, 9_000, 8_000]


def test_equal_scores_get_the_better_factor() -> None:
    assert factors(scored(95, 95, 90, 80, 70)) == [12_000, 12_000, 10_000, 10_000, 10_000]
    assert factors(scored(99, 98, 90, 90, 90, 90, 90, 90, 60, 60)) == [12_000, 12_000, *[10_000] * 8]


def test_a_small_team_has_neither_top_nor_bottom() -> None:
    assert factors(scored(99, 80, 70, 10)) == [10_000] * 4
    assert factors({}) == []


@pytest.mark.parametrize(("score", "label"), [(899_999, "B"), (900_000, "A"), (599_999, "D"), (600_000, "C")])
def test_labels_do_not_follow_the_clubs_bands(score: int, label: str) -> None:
    """AMB-45."""
    assert label_of(score) is Label(label)


@given(HUNDREDTHS, HUNDREDTHS, HUNDREDTHS)
def test_a_score_is_within_a_hundred_points_and_between_its_parts(
    results: int, ability: int, attitude: int
) -> None:
    score = score_of(
        {Part.RESULTS: results, Part.ABILITY: ability, Part.ATTITUDE: attitude}, policy_with().weights
    )
    assert min(results, ability, attitude) * 100 <= score <= max(results, ability, attitude) * 100


@given(SCORES, SCORES)
def test_a_better_score_never_pays_less(one: int, other: int) -> None:
    policy = policy_with()
    low, high = band_of(min(one, other), policy), band_of(max(one, other), policy)
    assert low.paid_bp <= high.paid_bp
    assert low.base_bp <= high.base_bp


@given(st.lists(SCORES, max_size=40))
def test_forced_distribution_follows_the_scores(scores: list[int]) -> None:
    everybody = {ConsultantID(number): Score(score) for number, score in enumerate(scores)}
    forced = forced_factors(everybody)
    ranked = sorted(everybody, key=lambda each: everybody[each].score)
    assert [forced[each] for each in ranked] == sorted(forced.values())
    assert len({(everybody[each].score, forced[each]) for each in ranked}) == len(set(scores))
    assert sum(factor == 8_000 for factor in forced.values()) <= len(scores) // 10


@given(SCORES)
def test_what_is_shown_is_never_more_than_the_score(score: int) -> None:
    assert int(shown(score).replace(".", "")) * 100 <= score < int(shown(score).replace(".", "")) * 100 + 100


@pytest.mark.parametrize(
    ("results", "ability", "score", "fit"),
    [
        (80_00, 80_00, 80_0000, True),
        (79_99, 95_00, 85_0000, False),
        (95_00, 79_99, 85_0000, False),
        (90_00, 90_00, 79_9999, False),
        (100_00, 100_00, 90_0000, True),
    ],
)
def test_who_is_good_in_all_three_may_become_a_supervisor(
    results: int, ability: int, score: int, fit: bool
) -> None:
    """AWD-05: work, ability and the whole assessment; good begins at 80 (AMB-45)."""
    parts = {Part.RESULTS: results, Part.ABILITY: ability, Part.ATTITUDE: 0}
    assert is_fit_to_lead(parts, score) is fit


@pytest.mark.parametrize(
    ("points", "label", "words"),
    [(90_0000, "A", "excellent"), (89_9999, "B", "good"), (79_9999, "C", "pass"), (59_9999, "D", "fail")],
)
def test_four_grades_have_a_letter_and_a_word(points: int, label: str, words: str) -> None:
    """ASM-15, AMB-45."""
    assert label_of(points) == label
    assert str(texts.LABELS[label]) == f"{label} · {words}"
