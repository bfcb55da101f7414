"""Who stands where in a month, and whose runs go on (AMB-26 to AMB-32, AMB-35). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from clubsales.clock import Instant
from clubsales.consultants.profiles.rules import Kind
from clubsales.ids import ConsultantID, TeamID
from clubsales.money import Currency, Money


class Tie(StrEnum):
    """What becomes of the level: each the whole, the amount divided, or only who was there first (AMB-29)."""

    ALL = "all"
    SPLIT = "split"
    EARLIEST = "earliest"


@dataclass(frozen=True, slots=True)
class Streak:
    """An award for months in a row. No months or no amount: there is none."""

    months: int
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardPolicy:
    """Section `awards`, with what else of the document runs go by."""

    department_top: Money
    best_on_target: bool  # awards.top_fallback
    tie: Tie
    team_streak: Streak
    department_streak: Streak
    pay_rise_review_months: int
    streak_repeat: bool
    streak_requires_target: bool
    quarter_team: Money
    year_best: Money
    outside_top: Money
    skips_no_target: bool  # penalties.no_target_month
    level_targets: tuple[int, ...]  # promotion.level_targets, minor units: the first is level 1's


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """Somebody of a board and what the month brought; money in minor units.

    `reached_at` is when his running total first stood at its final sum: needed of who is level under Tie.EARLIEST.
    `level_run_before` are the closed months in a row, directly before this one, at the target of his next level.
    """

    consultant_id: ConsultantID
    code: str
    name: str
    kind: Kind
    team_id: TeamID | None
    credit: int
    target: int | None
    sales_count: int
    level: int = 1
    reached_at: Instant | None = None
    level_run_before: int = 0

    @property
    def order(self) -> tuple[str, str, int]:
        """The order of codes."""
        return self.code, self.name, self.consultant_id

    @property
    def met(self) -> bool:
        """Whether a target was issued and met (AMB-26)."""
        return self.target is not None and self.credit >= self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where somebody stands in a month; money in minor units.

    Each kind has a board of its own: `rank`, `is_top` and `top_run` are the department's for an inside consultant and
    the outside board's for another. Teams rank their inside members. Runs count closed months in a row with this one.
    `rank` is the order of the board; what people read is `place`.
    """

    consultant_id: ConsultantID
    kind: Kind
    team_id: TeamID | None
    credit: int
    target: int | None
    sales_count: int
    rank: int
    team_rank: int | None
    is_top: bool
    is_team_top: bool
    top_run: int
    team_run: int
    missed_run: int
    level_run: int

    @property
    def place(self) -> int | None:
        """The rank, of whoever brought something: nobody is ranked at zero or below (AMB-28)."""
        return self.rank if self.credit > 0 else None


def award_policy(document: Mapping[str, Any], currency: Currency) -> AwardPolicy:
    """The settings this subject goes by, from a policy document."""
    awards = document["awards"]
    return AwardPolicy(
        department_top=Money.parse(awards["department_top"], currency),
        best_on_target=awards["top_fallback"] == "best_on_target",
        tie=Tie(awards["tie"]),
        team_streak=_streak(awards["team_streak"], currency),
        department_streak=_streak(awards["department_streak"], currency),
        pay_rise_review_months=awards["pay_rise_review_months"],
        streak_repeat=awards["streak_repeat"],
        streak_requires_target=awards["streak_requires_target"],
        quarter_team=Money.parse(awards["quarter_team"], currency),
        year_best=Money.parse(awards["year_best"], currency),
        outside_top=Money.parse(awards["outside_top"], currency),
        skips_no_target=document["penalties"]["no_target_month"] == "skip",
        level_targets=tuple(
            Money.parse(amount, currency).minor for amount in document["promotion"]["level_targets"]
        ),
    )


def next_level_target(policy: AwardPolicy, level: int) -> int | None:
    """What a month must reach to count for the next level (PRO-01), in minor units; None at the highest."""
    return policy.level_targets[level] if level < len(policy.level_targets) else None


def run_at(credits_before: Iterable[int], target: int) -> int:
    """How many months in a row reached a target; the latest first."""
    run = 0
    for credit in credits_before:
        if credit < target:
            break
        run += 1
    return run


def fires(run: int, months: int, *, repeats: bool) -> bool:
    """Whether a run brings what it is promised now: at each full multiple, or only at the first (AMB-30). 0: never."""
    if not months or not run:
        return False
    return run % months == 0 if repeats else run == months


def in_order(contenders: Iterable[Contender]) -> list[Contender]:
    """In the order of codes."""
    return sorted(contenders, key=lambda each: each.order)


def _streak(table: Mapping[str, Any], currency: Currency) -> Streak:
    return Streak(table["months"], Money.parse(table["amount"], currency))


def standings_of(
    contenders: Sequence[Contender], *, before: Mapping[ConsultantID, Standing], policy: AwardPolicy
) -> dict[ConsultantID, Standing]:
    """Where everybody stands, in the order of codes. `before`: the closed month directly before, if there is one."""
    contenders = in_order(contenders)
    boards = [[each for each in contenders if each.kind is kind] for kind in Kind]
    inside = [each for each in contenders if each.kind is Kind.INSIDE and each.team_id is not None]
    teams = [
        [each for each in inside if each.team_id == team_id] for team_id in {each.team_id for each in inside}
    ]
    ranks = {holder: rank for board in boards for holder, rank in _ranks(board).items()}
    team_ranks = {holder: rank for team in teams for holder, rank in _ranks(team).items()}
    tops = {top.consultant_id for board in boards for top in best_of(board, policy.tie)}
    team_tops = {top.consultant_id for team in teams for top in best_of(team, policy.tie)}
    standings = {}
    for each in contenders:
        was = before.get(each.consultant_id)
        counts = each.met or not policy.streak_requires_target
        same_team = was is not None and was.team_id == each.team_id
        level_target = next_level_target(policy, each.level)
        standings[each.consultant_id] = Standing(
            consultant_id=each.consultant_id,
            kind=each.kind,
            team_id=each.team_id,
            credit=each.credit,
            target=each.target,
            sales_count=each.sales_count,
            rank=ranks[each.consultant_id],
            team_rank=team_ranks.get(each.consultant_id),
            is_top=each.consultant_id in tops,
            is_team_top=each.consultant_id in team_tops,
            top_run=_on(was.top_run if was else 0, goes_on=each.consultant_id in tops and counts),
            team_run=_on(
                was.team_run if was and same_team else 0,
                goes_on=each.consultant_id in team_tops and counts,
            ),
            missed_run=_missed(each, was, policy),
            level_run=_on(
                each.level_run_before, goes_on=level_target is not None and each.credit >= level_target
            ),
        )
    return standings


def _on(run: int, *, goes_on: bool) -> int:
    return run + 1 if goes_on else 0


def _missed(each: Contender, was: Standing | None, policy: AwardPolicy) -> int:
    run = was.missed_run if was else 0
    if each.target is None:
        return run if policy.skips_no_target else 0
    return _on(run, goes_on=not each.met)


def _ranks(board: Sequence[Contender]) -> dict[ConsultantID, int]:
    """The level share a rank: 1, 2, 2, 4."""
    return {each.consultant_id: 1 + sum(other.credit > each.credit for other in board) for each in board}


def best_of(board: Sequence[Contender], tie: Tie) -> list[Contender]:
    """Whoever has the highest credit, which must be more than nothing (AMB-27). The board is in the order of codes."""
    highest = max((each.credit for each in board), default=0)
    level = [each for each in board if each.credit == highest and highest > 0]
    if tie is Tie.EARLIEST and len(level) > 1:
        return [min(level, key=lambda each: (_reached(each), each.order))]
    return level


def _reached(each: Contender) -> Instant:
    if each.reached_at is None:
        raise ValueError(f"when did {each.consultant_id} reach it?")
    return each.reached_at
