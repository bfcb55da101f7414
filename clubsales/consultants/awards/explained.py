"""Why a month has the awards it has, and the rules of the ranking in sentences. Pure."""

from collections.abc import Mapping, Sequence

from clubsales.consultants.awards.rules import Award
from clubsales.consultants.awards.standings import AwardPolicy, Standing, Streak, Tie
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import Fact, Reason
from clubsales.ids import ConsultantID
from clubsales.money import Money

TIED = "AMB-29"


def reasons_of(award: Award, policy: AwardPolicy) -> tuple[Reason, ...]:
    """Why somebody has an award: the sentence, and what became of those who were level."""
    level = award.reason.facts.get("level")
    if not isinstance(level, int) or level < 2:
        return (award.reason,)
    return award.reason, _tie(policy)


def why_nobody(
    standings: Sequence[Standing], policy: AwardPolicy, names: Mapping[ConsultantID, str]
) -> Reason | None:
    """Why a month without the department's award has none; asked of such a month only. Nobody to rank: None."""
    board = [one for one in standings if one.kind is Kind.INSIDE]
    currency = policy.department_top.currency
    if not board:
        return None
    if not policy.department_top:
        return Reason("AWD-01", "award.switched_off")
    tops = [one for one in board if one.is_top]
    if not tops:
        return Reason("AMB-27", "award.nobody_sold")
    told: dict[str, Fact] = {
        "names": [names[one.consultant_id] for one in tops],
        "credit": Money(tops[0].credit, currency),
    }
    if policy.best_on_target:
        return Reason("AMB-27", "award.nobody_on_target", told)
    targets = [one.target for one in tops if one.target is not None]
    if not targets:
        return Reason("AMB-27", "award.top_without_target", told)
    return Reason("AMB-27", "award.top_below_target", {**told, "target": Money(min(targets), currency)})


def rules_of(policy: AwardPolicy) -> tuple[Reason, ...]:
    """What counts, what ties do, what is awarded: as this month's policy has it."""
    return (
        Reason("AMB-26", "ranking.credit"),
        Reason("AMB-10", "ranking.sales"),
        Reason("AMB-28", "ranking.boards"),
        _tie(policy),
        *_department(policy),
        *_streaks(policy),
        *_honours(policy),
        Reason("AMB-35", "ranking.no_target_skips" if policy.skips_no_target else "ranking.no_target_breaks"),
        Reason("DSP-10", "ranking.held"),
        Reason("AMB-65", "ranking.later"),
    )


def _tie(policy: AwardPolicy) -> Reason:
    if policy.tie is Tie.ALL:
        return Reason(TIED, "ranking.tie_all")
    return Reason(TIED, "ranking.tie_split" if policy.tie is Tie.SPLIT else "ranking.tie_earliest")


def _department(policy: AwardPolicy) -> list[Reason]:
    if not policy.department_top:
        return [Reason("AWD-01", "ranking.top_off")]
    return [
        Reason("AWD-01", "ranking.top", {"amount": policy.department_top}),
        Reason("AMB-27", "ranking.top_best_on_target" if policy.best_on_target else "ranking.top_or_nobody"),
    ]


def _streaks(policy: AwardPolicy) -> list[Reason]:
    reasons = []
    if _is_on(policy.team_streak):
        reasons.append(Reason("AWD-02", "ranking.team_streak", _promised(policy.team_streak)))
    if _is_on(policy.department_streak):
        reasons.append(Reason("AWD-03", "ranking.department_streak", _promised(policy.department_streak)))
    if policy.pay_rise_review_months:
        reasons.append(Reason("AWD-04", "ranking.pay_rise", {"months": policy.pay_rise_review_months}))
    if reasons:
        reasons += [
            Reason("AMB-30", "ranking.streak_again" if policy.streak_repeat else "ranking.streak_once"),
            Reason(
                "AMB-31",
                "ranking.streak_on_target"
                if policy.streak_requires_target
                else "ranking.streak_without_target",
            ),
            Reason("AMB-32", "ranking.team_change"),
        ]
    return reasons


def _is_on(streak: Streak) -> bool:
    return bool(streak.months and streak.amount)


def _promised(streak: Streak) -> dict[str, Fact]:
    return {"months": streak.months, "amount": streak.amount}


def _honours(policy: AwardPolicy) -> list[Reason]:
    return [
        Reason("AMB-28", "ranking.outside_top", {"amount": policy.outside_top})
        if policy.outside_top
        else Reason("AMB-28", "ranking.outside_top_honour"),
        Reason("AWD-06", "ranking.quarter_team", {"amount": policy.quarter_team})
        if policy.quarter_team
        else Reason("AWD-06", "ranking.quarter_team_honour"),
        Reason("AWD-06", "ranking.year_best", {"amount": policy.year_best})
        if policy.year_best
        else Reason("AWD-06", "ranking.year_best_honour"),
    ]
