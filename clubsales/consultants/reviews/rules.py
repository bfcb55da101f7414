"""Which cases a closed month brings, and what may be decided in one (AMB-34, AMB-36, AMB-39, AMB-51).

Nothing here is carried out: a case is evidence and a choice, and a person decides it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from clubsales.clock import next_month
from clubsales.ids import ConsultantID

SINCE_EVER = date(1970, 1, 1)  # the first day of whoever came from a history that does not say it


class Kind(StrEnum):
    """What a case is about; the order is that in which a month brings them."""

    PAY_RISE = "pay_rise"
    MISSED_TARGET = "missed_target"
    LOW_SCORE = "low_score"
    PROMOTION = "promotion"
    EXPENSE = "expense"
    FINE = "fine"
    WARNING = "warning"


class Status(StrEnum):
    """What became of a case. Dismissed: there was nothing in it."""

    OPEN = "open"
    DECIDED = "decided"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class PenaltyPolicy:
    """Section `penalties`, as far as it concerns cases. 0 months: no cases; `payroll`: a fine is taken off pay."""

    missed_target_months: int
    payroll: bool


@dataclass(frozen=True, slots=True)
class StreakPolicy:
    """Section `awards`: after how many months as the best a pay rise is considered (AWD-04), and whether again."""

    pay_rise_review_months: int
    streak_repeat: bool


@dataclass(frozen=True, slots=True)
class PromotionPolicy:
    """Section `promotion`: `level_targets[n - 1]` is level n's month. `service_years` 0: years of service bring nothing."""

    level_targets: list[str]
    months: int
    min_months_between: int
    service_years: int


@dataclass(frozen=True, slots=True)
class ExpensePolicy:
    """Section `expense`: below this share of the credit a reward is considered; 0 switches it off."""

    low_rate_bp: int


class Standing(Protocol):
    """Where somebody stood in a month, as the ranking says; money in minor units."""

    @property
    def consultant_id(self) -> ConsultantID: ...
    @property
    def kind(self) -> str: ...
    @property
    def credit(self) -> int: ...
    @property
    def target(self) -> int | None: ...
    @property
    def is_top(self) -> bool: ...
    @property
    def top_run(self) -> int: ...
    @property
    def missed_run(self) -> int: ...
    @property
    def level_run(self) -> int: ...


class MonthStandings(Protocol):
    """What a month comes to: everybody's standing."""

    @property
    def standings(self) -> Sequence[Standing]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Career:
    """What a promotion looks at beside the month: `cases` are the months of earlier promotion cases at this level."""

    level: int
    promoted_on: date | None
    since: date
    cases: Sequence[date] = ()
    service_cases: int = 0  # how many full spans of service have had their case


def pays_attention(run: int, every: int, *, repeat: bool = True) -> bool:
    """Whether a run of months is at a full multiple of what counts; 0 switches it off (AMB-30)."""
    if every <= 0 or run <= 0:
        return False
    return run % every == 0 if repeat else run == every


def rise_is_due(standing: Standing, policy: StreakPolicy) -> bool:
    """Months in a row as the department's best: a rise is considered (AWD-04). The department are the inside ones (AMB-28)."""
    months = policy.pay_rise_review_months
    return (
        standing.kind == "inside"
        and standing.is_top
        and pays_attention(standing.top_run, months, repeat=policy.streak_repeat)
    )


def miss_is_due(standing: Standing, policy: PenaltyPolicy) -> bool:
    """Months in a row below target (PEN-01): at 3, 6, 9 (AMB-35); a month that asked for nothing missed nothing."""
    missed = standing.target is not None and standing.credit < standing.target
    return missed and pays_attention(standing.missed_run, policy.missed_target_months)


def is_low_expense(expense: int, credit: int, low_rate_bp: int) -> bool:
    """Whether so little was spent on so much that a reward is considered (COM-07); 0 switches it off."""
    return low_rate_bp > 0 and credit > 0 and expense * 10_000 < low_rate_bp * credit


def promotion_is_due(month: date, standing: Standing, career: Career, policy: PromotionPolicy) -> bool:
    """Months in a row at the next level's target, long enough after the last promotion, once per run (PRO-01)."""
    if not _has_next_level(career, policy) or policy.months <= 0 or standing.level_run < policy.months:
        return False
    began = add_months(month, 1 - standing.level_run)
    return _is_long_enough(month, career, policy) and not any(case >= began for case in career.cases)


def service_is_due(month: date, standing: Standing, career: Career, policy: PromotionPolicy) -> bool:
    """So many full years of service, with the month's target met (PRO-02): once for each full span of years."""
    if not _has_next_level(career, policy) or policy.service_years <= 0:
        return False
    if career.since <= SINCE_EVER:
        return False
    has_met = standing.target is not None and standing.credit >= standing.target
    spans = full_years(career.since, next_month(month)) // policy.service_years
    return has_met and spans > career.service_cases and _is_long_enough(month, career, policy)


def _has_next_level(career: Career, policy: PromotionPolicy) -> bool:
    return career.level < len(policy.level_targets)


def _is_long_enough(month: date, career: Career, policy: PromotionPolicy) -> bool:
    """From the first day after the month on a new level could count."""
    if career.promoted_on is None:
        return True
    return next_month(month) >= add_months(career.promoted_on, policy.min_months_between)


def add_months(day: date, months: int) -> date:
    """The same day so many months on; where that month is shorter, its last day."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    length = (next_month(first) - first).days
    return first.replace(day=min(day.day, length))


def last_day(month: date) -> date:
    """The last day of a month, whose terms of pay the month is reckoned by."""
    return next_month(month) - timedelta(days=1)


def full_years(since: date, until: date) -> int:
    """Full years of service on a day."""
    years = until.year - since.year
    return years if add_months(since, 12 * years) <= until else years - 1


@dataclass(frozen=True, slots=True)
class Due:
    """A case that a month brings."""

    kind: Kind
    rule: str
    consultant_id: ConsultantID


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFacts:
    """What the cases of a month are looked for in. `low`: whose score is below all bands; `expenses` in minor units."""

    month: date
    standings: Sequence[Standing]  # in the order of codes
    careers: Mapping[ConsultantID, Career]
    low: Sequence[ConsultantID]  # in the order of codes
    expenses: Mapping[ConsultantID, int]
    streaks: StreakPolicy
    penalties: PenaltyPolicy
    promotion: PromotionPolicy
    low_rate_bp: int


def due_cases(facts: MonthFacts) -> list[Due]:
    """The cases of a closed month: pay rises, missed targets, low scores, promotions, low expenses; each by code."""
    found = [
        Due(Kind.PAY_RISE, "AWD-04", each.consultant_id)
        for each in facts.standings
        if rise_is_due(each, facts.streaks)
    ]
    found += [
        Due(Kind.MISSED_TARGET, "PEN-01", each.consultant_id)
        for each in facts.standings
        if miss_is_due(each, facts.penalties)
    ]
    found += [Due(Kind.LOW_SCORE, "PEN-11", consultant_id) for consultant_id in facts.low]
    for each in facts.standings:
        career = facts.careers.get(each.consultant_id)
        if career is None:
            continue
        if promotion_is_due(facts.month, each, career, facts.promotion):
            found.append(Due(Kind.PROMOTION, "PRO-01", each.consultant_id))
        elif service_is_due(facts.month, each, career, facts.promotion):
            found.append(Due(Kind.PROMOTION, "PRO-02", each.consultant_id))
    found += [
        Due(Kind.EXPENSE, "COM-07", each.consultant_id)
        for each in facts.standings
        if each.consultant_id in facts.expenses
        and is_low_expense(facts.expenses[each.consultant_id], each.credit, facts.low_rate_bp)
    ]
    return found
