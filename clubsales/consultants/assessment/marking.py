"""From what was found or said to points, from points to a score (ASM-01, ASM-11, ASM-20, CMP-04, SAT-03). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from clubsales.consultants.assessment.rules import HIGHEST_PART, Part
from clubsales.consultants.assessment.sheets import Item, Source, part_weight

BONUS = "bonus"  # the item of bonus points (ASM-20)
MOST_BONUS = 1_000  # hundredths of a point
FULL_SCORE = 1_000_000  # ten-thousandths
EXCELLENT_PERCENT, GOOD_PERCENT = 110, 100  # ASM-11
SATISFIED_EXCELLENT, SATISFIED_GOOD = 8_500, 8_000  # hundredths of a percent (SAT-03)
MONTHS_SATISFIED = 3
HUNDRED_PERCENT = 10_000  # hundredths of a percent


@dataclass(frozen=True, slots=True)
class Mark:
    """What was given for an item, in hundredths of a point, and the facts or words behind it."""

    points: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


class Grade(StrEnum):
    """Gradings that are shown on the sheet and decide nothing by themselves (AMB-45)."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASS = "pass"  # noqa: S105  a grade, not a secret
    FAIL = "fail"


def points_of_rate(item: Item, part: int, whole: int) -> int:
    """So much of the item's points as `part` of `whole` is of its `full_at`; never below zero, cut."""
    reached = Fraction(max(part, 0) * 100, whole * item.full_at)
    return int(item.most * min(Fraction(1), reached))


def points_after_complaints(item: Item, count: int, points_off: int) -> int:
    """Each complaint costs `points_off`, down to nothing (CMP-04, AMB-46)."""
    return max(0, item.most - count * points_off * 100)


def sales_grade(credit: int, target: int, *, others_met: bool) -> Grade:
    """Excellent from 110 %, good from 100 %, with all other targets met (ASM-11)."""
    if not others_met or credit * 100 < target * GOOD_PERCENT:
        return Grade.FAIL
    return Grade.EXCELLENT if credit * 100 >= target * EXCELLENT_PERCENT else Grade.GOOD


def satisfaction_grade(months: Sequence[int]) -> Grade:
    """What the percents (in hundredths) of this month and those before it, this one first, are called.

    Three months running from 85 is excellent, from 80 good, this month below 80 fail (SAT-03); between them lies
    a pass (AMB-67).
    """
    if months[0] < SATISFIED_GOOD:
        return Grade.FAIL
    lowest = min(months[:MONTHS_SATISFIED])
    if len(months) < MONTHS_SATISFIED or lowest < SATISFIED_GOOD:
        return Grade.PASS
    return Grade.EXCELLENT if lowest >= SATISFIED_EXCELLENT else Grade.GOOD


def settled(item: Item, mark: Mark, *, points_off: int) -> Mark:
    """A mark whose points follow from what was counted or asked: complaints, a survey's percent. Any other as it is."""
    if item.source is Source.COMPLAINTS and "count" in mark.facts:
        count = mark.facts["count"]
        facts = {"count": count, "points_off": points_off}
        return Mark(points_after_complaints(item, count, points_off), facts, mark.note)
    if item.source is Source.SATISFACTION and "percent" in mark.facts:
        percent = mark.facts["percent"]
        return Mark(points_of_rate(item, percent, HUNDRED_PERCENT), {"percent": percent}, mark.note)
    return mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Parts in hundredths of a point, cut, as they are shown; the score is reckoned from the items themselves."""

    parts: Mapping[Part, int]
    bonus: int  # hundredths
    before_bonus: int  # ten-thousandths
    score: int


def missing(items: Sequence[Item], marks: Mapping[str, Mark]) -> list[Item]:
    """The items nobody has given anything for."""
    return [item for item in items if item.code not in marks]


def tally(items: Sequence[Item], marks: Mapping[str, Mark], weights: Mapping[str, int]) -> Tally:
    """The score of a whole sheet. Items weigh inside their part, parts by the policy; a bonus stays within 100."""
    exact = {part: _exact(items, marks, part) for part in Part}
    total = sum(weights[part] for part in Part)
    reached = sum((exact[part] * weights[part] for part in Part), Fraction(0)) / total
    before_bonus = int(reached * FULL_SCORE)
    bonus = marks[BONUS].points if BONUS in marks else 0
    return Tally(
        parts={part: int(exact[part] * HIGHEST_PART) for part in Part},
        bonus=bonus,
        before_bonus=before_bonus,
        score=min(FULL_SCORE, before_bonus + bonus * 100),
    )


def _exact(items: Sequence[Item], marks: Mapping[str, Mark], part: Part) -> Fraction:
    """The part of a part's points that was reached."""
    given = sum(marks[item.code].points for item in items if item.part is part)
    return Fraction(given, part_weight(items, part) * 100)
