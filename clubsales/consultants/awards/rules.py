"""Which awards a month brings (AWD, AMB-26 to AMB-35). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from clubsales.consultants.awards.standings import (
    AwardPolicy,
    Contender,
    Standing,
    Streak,
    Tie,
    best_of,
    fires,
    in_order,
    standings_of,
)
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import Reason
from clubsales.ids import ConsultantID, TeamID
from clubsales.money import Money

QUARTER, YEAR = 3, 12  # months
MONEY_FACTS = frozenset({"credit", "target", "whole"})  # of an award's reason

K = TypeVar("K")


class AwardKind(StrEnum):
    """What an award is for, in the order a month brings them."""

    DEPARTMENT_TOP = "department_top"
    TEAM_STREAK = "team_streak"
    DEPARTMENT_STREAK = "department_streak"
    OUTSIDE_TOP = "outside_top"
    QUARTER_TEAM = "quarter_team"
    YEAR_BEST = "year_best"


RULES: Mapping[AwardKind, str] = {
    AwardKind.DEPARTMENT_TOP: "AWD-01",
    AwardKind.TEAM_STREAK: "AWD-02",
    AwardKind.DEPARTMENT_STREAK: "AWD-03",
    AwardKind.OUTSIDE_TOP: "AMB-28",
    AwardKind.QUARTER_TEAM: "AWD-06",
    AwardKind.YEAR_BEST: "AWD-06",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """An award and why. `run`: the months in a row, or counted; a team's award is each member's part."""

    kind: AwardKind
    consultant_id: ConsultantID
    team_id: TeamID | None
    amount: Money
    run: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthResult:
    """A month's standings and awards, both in the order of codes."""

    standings: tuple[Standing, ...]
    awards: tuple[Award, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFacts:
    """What a month is decided by. `before` are the standings of the closed month directly before, if it is.

    `earlier` are the closed months of this month's year before it: quarter and year are summed over them.
    """

    month: date
    policy: AwardPolicy
    contenders: Sequence[Contender]
    before: Mapping[ConsultantID, Standing]
    earlier: Mapping[date, Sequence[Standing]]


def decide_month(facts: MonthFacts) -> MonthResult:
    """A month's standings and awards. The order in which anything is handed over makes no difference."""
    contenders = in_order(facts.contenders)
    standings = standings_of(contenders, before=facts.before, policy=facts.policy)
    awards = (
        *_department_top(facts.policy, contenders),
        *_streaks(facts.policy, contenders, standings),
        *_outside_top(facts.policy, contenders),
        *_quarter_team(facts, contenders, standings),
        *_year_best(facts, contenders, standings),
    )
    return MonthResult(standings=tuple(standings.values()), awards=awards)


def _department_top(policy: AwardPolicy, contenders: Sequence[Contender]) -> list[Award]:
    """Highest of the department and on target; else nobody or, if the club says so, the best of those on target."""
    board = [each for each in contenders if each.kind is Kind.INSIDE]
    highest = [each for each in best_of(board, policy.tie) if each.met]
    winners = highest
    if not winners and policy.best_on_target:
        winners = best_of([each for each in board if each.met], policy.tie)
    amount = policy.department_top
    return [
        _award(
            AwardKind.DEPARTMENT_TOP,
            each,
            part,
            Reason(
                RULES[AwardKind.DEPARTMENT_TOP],
                "award.department_top" if highest else "award.best_on_target",
                {
                    "credit": Money(each.credit, amount.currency),
                    "target": Money(each.target or 0, amount.currency),
                    "level": len(winners),
                },
            ),
        )
        for each, part in zip(winners, parts(amount, len(winners), policy.tie), strict=True)
        if part
    ]


def _outside_top(policy: AwardPolicy, contenders: Sequence[Contender]) -> list[Award]:
    amount = policy.outside_top
    winners = best_of([each for each in contenders if each.kind is Kind.OUTSIDE], policy.tie)
    return [
        _award(
            AwardKind.OUTSIDE_TOP,
            each,
            part,
            Reason(
                RULES[AwardKind.OUTSIDE_TOP],
                "award.outside_top",
                {"credit": Money(each.credit, amount.currency), "level": len(winners)},
            ),
        )
        for each, part in zip(winners, parts(amount, len(winners), policy.tie), strict=True)
    ]


def _streaks(
    policy: AwardPolicy, contenders: Sequence[Contender], standings: Mapping[ConsultantID, Standing]
) -> list[Award]:
    """A run is one's own: who was level with another all the way has the whole amount."""
    return [
        *(
            _award(
                AwardKind.TEAM_STREAK,
                each,
                policy.team_streak.amount,
                Reason(
                    RULES[AwardKind.TEAM_STREAK], "award.team_streak", {"every": policy.team_streak.months}
                ),
                run=standings[each.consultant_id].team_run,
            )
            for each in contenders
            if _is_due(policy.team_streak, standings[each.consultant_id].team_run, each, policy)
        ),
        *(
            _award(
                AwardKind.DEPARTMENT_STREAK,
                each,
                policy.department_streak.amount,
                Reason(
                    RULES[AwardKind.DEPARTMENT_STREAK],
                    "award.department_streak",
                    {"every": policy.department_streak.months},
                ),
                run=standings[each.consultant_id].top_run,
            )
            for each in contenders
            if _is_due(policy.department_streak, standings[each.consultant_id].top_run, each, policy)
        ),
    ]


def _is_due(streak: Streak, run: int, whose: Contender, policy: AwardPolicy) -> bool:
    if whose.kind is not Kind.INSIDE or not streak.amount:
        return False
    return fires(run, streak.months, repeats=policy.streak_repeat)


def _quarter_team(
    facts: MonthFacts, contenders: Sequence[Contender], standings: Mapping[ConsultantID, Standing]
) -> list[Award]:
    """The team whose members of each month's end brought most in the quarter; shared equally by its members now."""
    if facts.month.month % QUARTER:
        return []
    months = _months(facts, standings, first=facts.month.month - QUARTER + 1)
    members: dict[TeamID, list[Contender]] = {}
    for each in contenders:
        if each.team_id is not None:
            members.setdefault(each.team_id, []).append(each)
    sums = {
        team: [sum(one.credit for one in month if one.team_id == team) for month in months]
        for team in members
    }
    winners = _highest(sums, facts.policy.tie)
    amount = facts.policy.quarter_team
    return [
        _award(
            AwardKind.QUARTER_TEAM,
            each,
            part,
            Reason(
                RULES[AwardKind.QUARTER_TEAM],
                "award.quarter_team" if whole else "award.quarter_team_honour",
                {
                    "credit": Money(sum(sums[team]), amount.currency),
                    "whole": whole,
                    "members": len(members[team]),
                    "level": len(winners),
                },
            ),
            run=len(months),
        )
        for team, whole in zip(winners, parts(amount, len(winners), facts.policy.tie), strict=True)
        for each, part in zip(members[team], parts(whole, len(members[team]), Tie.SPLIT), strict=True)
    ]


def _year_best(
    facts: MonthFacts, contenders: Sequence[Contender], standings: Mapping[ConsultantID, Standing]
) -> list[Award]:
    """The inside consultant, still there, who brought most in the year."""
    if facts.month.month != YEAR:
        return []
    months = _months(facts, standings, first=1)
    sums = {
        each: [
            sum(one.credit for one in month if one.consultant_id == each.consultant_id) for month in months
        ]
        for each in contenders
        if each.kind is Kind.INSIDE
    }
    winners = _highest(sums, facts.policy.tie)
    amount = facts.policy.year_best
    return [
        _award(
            AwardKind.YEAR_BEST,
            each,
            part,
            Reason(
                RULES[AwardKind.YEAR_BEST],
                "award.year_best",
                {"credit": Money(sum(sums[each]), amount.currency), "level": len(winners)},
            ),
            run=len(months),
        )
        for each, part in zip(winners, parts(amount, len(winners), facts.policy.tie), strict=True)
    ]


def parts(amount: Money, count: int, tie: Tie) -> list[Money]:
    """What each of several who are level has; divided, the odd cents go to the first."""
    if tie is Tie.SPLIT and count:
        return amount.allocate([1] * count)
    return [amount] * count


def _award(kind: AwardKind, whose: Contender, amount: Money, reason: Reason, *, run: int = 1) -> Award:
    return Award(
        kind=kind,
        consultant_id=whose.consultant_id,
        team_id=whose.team_id,
        amount=amount,
        run=run,
        reason=replace(reason, facts={**reason.facts, "months": run}),
    )


def _months(
    facts: MonthFacts, standings: Mapping[ConsultantID, Standing], *, first: int
) -> list[Sequence[Standing]]:
    """The closed months from one of this year's on, in order, and this one."""
    closed = [
        facts.earlier[month] for month in sorted(facts.earlier) if first <= month.month < facts.month.month
    ]
    return [*closed, tuple(standings.values())]


def _highest(sums: Mapping[K, Sequence[int]], tie: Tie) -> list[K]:
    """Whose months add up to most, more than nothing; `earliest`: who stood there first at a month's end, else the first."""
    highest = max((sum(months) for months in sums.values()), default=0)
    level = [key for key, months in sums.items() if sum(months) == highest and highest > 0]
    if tie is Tie.EARLIEST and level:
        return [min(level, key=lambda key: _ends_before(sums[key]))]
    return level


def _ends_before(months: Sequence[int]) -> int:
    """How many months ended before the running total stood at the final sum."""
    return next(end for end in range(len(months)) if sum(months[: end + 1]) >= sum(months))
