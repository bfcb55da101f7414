"""From facts to points, from points to a score (ASM-11, ASM-20, CMP-04, SAT-03, AMB-46, AMB-67)."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.consultants.assessment.explaining import hundredths, percent_of, reason_of, score_reasons
from clubsales.consultants.assessment.marking import (
    BONUS,
    Grade,
    Mark,
    missing,
    points_after_complaints,
    points_of_rate,
    sales_grade,
    satisfaction_grade,
    settled,
    tally,
)
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.rules import Part, shown
from clubsales.consultants.assessment.sheets import Item, Source, may_publish, part_weight
from clubsales.consultants.assessment.starters import starter
from clubsales.errors import Refusal
from tests.unit.consultants.test_assessment_rules import policy_with

ITEMS = starter()[Period.MONTH]
WEIGHTS = policy_with().weights


def item(source: Source, *, weight: int = 10, full_at: int = 100) -> Item:
    return Item(
        code="x",
        part=Part.RESULTS,
        chinese="项",
        english="Item",
        weight=weight,
        source=source,
        full_at=full_at,
    )


def marks(**points: int) -> dict[str, Mark]:
    return {each.code: Mark(points.get(each.code, each.most)) for each in ITEMS}


@pytest.mark.parametrize(
    ("part", "whole", "full_at", "points"),
    [
        (41, 60, 100, 683),  # 6.8333, cut
        (60, 60, 100, 1_000),
        (90, 60, 100, 1_000),
        (-5, 60, 100, 0),
        (0, 60, 100, 0),
        (15, 100, 30, 500),
        (30, 100, 30, 1_000),
    ],
)
def test_a_rate_gives_its_part_of_the_points(part: int, whole: int, full_at: int, points: int) -> None:
    assert points_of_rate(item(Source.FOLLOW_UP, full_at=full_at), part, whole) == points


@pytest.mark.parametrize(("count", "points"), [(0, 300), (1, 0), (2, 0)])
def test_the_first_complaint_empties_service_awareness(count: int, points: int) -> None:
    assert points_after_complaints(item(Source.COMPLAINTS, weight=3), count, 3) == points


def test_what_a_complaint_costs_is_the_clubs_own() -> None:
    service = item(Source.COMPLAINTS, weight=3)
    mark = settled(service, Mark(0, {"count": 2}, "两次"), points_off=1)
    assert (mark.points, mark.note) == (100, "两次")
    why = reason_of(service, mark)
    assert why is not None
    assert (why.rule, dict(why.facts)) == ("CMP-04", {"count": 2, "off": 1})


def test_a_survey_gives_its_percent_of_the_points() -> None:
    assert settled(item(Source.SATISFACTION), Mark(0, {"percent": 8_650}), points_off=3).points == 865


@pytest.mark.parametrize(
    ("credit", "target", "others", "grade"),
    [
        (11_000, 10_000, True, Grade.EXCELLENT),
        (10_999, 10_000, True, Grade.GOOD),
        (10_000, 10_000, True, Grade.GOOD),
        (9_999, 10_000, True, Grade.FAIL),
        (20_000, 10_000, False, Grade.FAIL),
    ],
)
def test_sales_are_graded_at_110_and_100_percent(
    credit: int, target: int, others: bool, grade: Grade
) -> None:
    assert sales_grade(credit, target, others_met=others) is grade


@pytest.mark.parametrize(
    ("months", "grade"),
    [
        ([8_500, 8_500, 8_500], Grade.EXCELLENT),
        ([8_500, 8_499, 9_900], Grade.GOOD),
        ([8_000, 8_000, 8_000], Grade.GOOD),
        ([7_999, 9_900, 9_900], Grade.FAIL),
        ([9_900, 7_999, 9_900], Grade.PASS),  # AMB-67
        ([9_900, 9_900], Grade.PASS),  # not three months yet
    ],
)
def test_satisfaction_looks_at_three_months(months: Sequence[int], grade: Grade) -> None:
    assert satisfaction_grade(months) is grade


def test_a_whole_sheet_is_a_hundred_points() -> None:
    reached = tally(ITEMS, marks(), WEIGHTS)
    assert reached.score == 1_000_000
    assert set(reached.parts.values()) == {10_000}


def test_the_score_is_reckoned_from_items_not_from_parts_that_were_cut() -> None:
    """62.99 of 70, 18.01 of 20 and 9 of 10 are exactly 90, which parts of two decimals would miss (AMB-41)."""
    reached = tally(ITEMS, marks(completion=3_799, knowledge=501, discipline=200), WEIGHTS)
    assert reached.parts[Part.RESULTS] == 8_998
    assert shown(reached.score) == "90.00"


def test_items_weigh_inside_their_part_whatever_the_policy_weighs_it() -> None:
    weights = {"results": 50, "ability": 30, "attitude": 20}
    assert shown(tally(ITEMS, marks(discipline=0), weights).score) == "94.00"


def test_a_bonus_stays_within_a_hundred() -> None:
    given = marks(discipline=0) | {BONUS: Mark(200)}
    assert shown(tally(ITEMS, given, WEIGHTS).score) == "99.00"
    full = tally(ITEMS, marks() | {BONUS: Mark(200)}, WEIGHTS)
    assert (full.score, full.before_bonus) == (1_000_000, 1_000_000)
    assert [each.rule for each in score_reasons(full, policy_with())] == ["ASM-01", "ASM-20"]


def test_what_has_no_points_is_missing() -> None:
    given = marks()
    del given["tour"]
    assert [each.code for each in missing(ITEMS, given)] == ["tour"]


@given(st.dictionaries(st.sampled_from([each.code for each in ITEMS]), st.integers(0, 300)))
def test_more_points_never_make_a_lower_score(points: dict[str, int]) -> None:
    lower, higher = marks(**points), marks()
    assert tally(ITEMS, lower, WEIGHTS).score <= tally(ITEMS, higher, WEIGHTS).score
    exact = sum(mark.points for mark in lower.values()) * 100  # parts weigh as they do in the sheet
    assert tally(ITEMS, lower, WEIGHTS).score == exact


def test_the_data_explains_itself() -> None:
    facts = {"part": 41, "whole": 60, "full_at": 100}
    why = reason_of(item(Source.FOLLOW_UP), Mark(683, facts))
    assert why is not None
    assert (why.rule, why.code) == ("TEL-05", "assessment.follow_up")
    assert (why.facts["part"], why.facts["whole"], why.facts["percent"]) == (41, 60, "68.3")
    assert reason_of(item(Source.MANUAL), Mark(500)) is None


@pytest.mark.parametrize(
    ("points", "text"), [(4_500, "45"), (350, "3.5"), (683, "6.83"), (5, "0.05"), (0, "0")]
)
def test_points_are_written_short(points: int, text: str) -> None:
    assert hundredths(points) == text
    assert percent_of(1, 0) == "0.0"


def test_the_sheets_delivered_are_whole() -> None:
    for items in starter().values():
        assert not isinstance(may_publish(items, (), seen=0, newest=0), Refusal)
        assert [part_weight(items, part) for part in Part] == [70, 20, 10]
    of_the_clubs_choice = {Source.GROWTH, Source.COLLECTION, Source.PRICES}
    assert {each.source for each in ITEMS} == set(Source) - of_the_clubs_choice


def test_the_longer_the_period_the_more_counts_beside_sales() -> None:
    """ASM-16: months weigh sales most, the quarter adds satisfaction and development, the year teamwork."""

    def weight(period: Period, code: str) -> int:
        return sum(each.weight for each in starter()[period] if each.code == code)

    month, quarter, year = Period.MONTH, Period.QUARTER, Period.YEAR
    assert weight(month, "completion") > weight(quarter, "completion") >= weight(year, "completion") > 0
    assert weight(month, "satisfaction") < weight(quarter, "satisfaction") <= weight(year, "satisfaction")
    assert [weight(each, "development") for each in (month, quarter, year)] == [0, 8, 8]
    assert [weight(each, "teamwork") for each in (month, quarter, year)] == [0, 0, 5]


def test_who_turns_more_leads_into_members_scores_more() -> None:
    """ASM-18."""
    won = item(Source.CONVERSION, full_at=30)
    points = [points_of_rate(won, part, 100) for part in (0, 10, 20, 30)]
    assert points == sorted(set(points))


@pytest.mark.parametrize(
    ("source", "code", "amounts"),
    [
        (Source.COMPLETION, "assessment.completion", ("credit", "target")),
        (Source.GROWTH, "assessment.growth", ("credit", "earlier")),
        (Source.COLLECTION, "assessment.collection", ("received", "price")),
        (Source.PRICES, "assessment.prices", ("price", "list")),
    ],
)
def test_data_of_money_explains_itself_in_money(source: Source, code: str, amounts: tuple[str, str]) -> None:
    """ASM-11, ASM-17: both amounts, and the percent they come to."""
    facts = {"part": 90_000, "whole": 120_000, "full_at": 100, "currency": "CNY"}
    why = reason_of(item(source), Mark(750, facts))
    assert why is not None
    assert (why.code, why.facts["percent"]) == (code, "75.0")
    assert [str(why.facts[name]) for name in amounts] == ["900.00", "1200.00"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"weight": 46}, "sheet.total"),
        ({"weight": 0}, "sheet.weight"),
        ({"weight": 101}, "sheet.weight"),
        ({"chinese": ""}, "sheet.title"),
        ({"english": "x" * 81}, "sheet.title"),
        ({"full_at": 0}, "sheet.full_at"),
        ({"full_at": 101}, "sheet.full_at"),
        ({}, "sheet.unchanged"),
    ],
)
def test_a_sheet_that_is_not_whole_is_refused(changed: dict[str, object], code: str) -> None:
    items = (replace(ITEMS[0], **changed), *ITEMS[1:])  # type: ignore[arg-type]
    decision = may_publish(items, ITEMS, seen=3, newest=3)
    assert isinstance(decision, Refusal)
    assert decision.code.value == code


def test_a_sheet_needs_every_part_and_the_version_one_has_seen() -> None:
    results = tuple(replace(each, part=Part.RESULTS) for each in ITEMS)
    for items, seen, code in (
        (results, 3, "sheet.part"),
        (ITEMS, 2, "sheet.newer"),
        (ITEMS * 4, 3, "sheet.many"),
    ):
        decision = may_publish(items, ITEMS, seen=seen, newest=3)
        assert isinstance(decision, Refusal)
        assert decision.code.value == code
