"""What a case rests on: the months and amounts, the score, what was spent; frozen as data when it opens."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.consultants.assessment.rules import AssessmentPolicy, Score, band_of, shown
from clubsales.consultants.reviews import queries
from clubsales.consultants.reviews.queries import PastMonth
from clubsales.consultants.reviews.rules import (
    Due,
    Kind,
    MonthFacts,
    Standing,
    add_months,
    full_years,
)
from clubsales.errors import Reason
from clubsales.ids import ConsultantID
from clubsales.money import Money

Told = tuple[Reason, dict[str, Any]]  # the reason, and the facts beside it


def gather(
    session: Session,
    club: Club,
    facts: MonthFacts,
    due: Sequence[Due],
    scores: Mapping[ConsultantID, Score],
    assessing: AssessmentPolicy,
) -> list[Told]:
    """The evidence of each case that is due."""
    standings = {each.consultant_id: each for each in facts.standings}
    looked_back = max((_run(case, standings) for case in due), default=1)
    earlier = queries.past_months(
        session,
        club.id,
        {case.consultant_id for case in due},
        since=add_months(facts.month, 1 - looked_back),
        before=facts.month,
    )
    return [
        _tell(
            club,
            facts,
            case,
            standings.get(case.consultant_id),
            earlier.get(case.consultant_id, []),
            scores.get(case.consultant_id),
            assessing,
        )
        for case in due
    ]


def _run(case: Due, standings: Mapping[ConsultantID, Standing]) -> int:
    standing = standings.get(case.consultant_id)
    if standing is None:
        return 1
    runs = {
        Kind.PAY_RISE: standing.top_run,
        Kind.MISSED_TARGET: standing.missed_run,
        Kind.PROMOTION: standing.level_run,
    }
    return max(1, runs.get(case.kind, 1))


def _tell(
    club: Club,
    facts: MonthFacts,
    case: Due,
    standing: Standing | None,
    earlier: Sequence[PastMonth],
    score: Score | None,
    assessing: AssessmentPolicy,
) -> Told:
    run = _run(case, {case.consultant_id: standing} if standing is not None else {})
    months = list(earlier)
    if standing is not None:
        months.append(PastMonth(facts.month, standing.credit, standing.target))
    if case.kind is Kind.MISSED_TARGET:
        # A month without a target is passed over where the policy says so (AMB-35): the run may reach further back.
        months = [each for each in months if each.target is not None and each.credit < each.target]
    evidence: dict[str, Any] = {
        "months": [_month(club, each) for each in months[-run:]],
        **({"score": shown(score.score)} if score is not None else {}),
    }
    match case.kind:
        case Kind.PAY_RISE:
            reason = Reason(case.rule, "review.pay_rise", {"count": run})
        case Kind.MISSED_TARGET:
            reason = Reason(case.rule, "review.missed_target", {"count": run})
        case Kind.LOW_SCORE:
            reason, more = _low_score(case, score, assessing)
            evidence |= more
        case Kind.PROMOTION:
            reason, more = _promotion(facts, case, run)
            evidence |= more
        case _:
            reason, more = _expense(club, facts, case, standing)
            evidence |= more
    return reason, evidence


def _month(club: Club, past: PastMonth) -> dict[str, Any]:
    return {
        "month": f"{past.month:%Y-%m}",
        "credit": str(Money(past.credit, club.currency)),
        "target": str(Money(past.target, club.currency)) if past.target is not None else None,
    }


def _low_score(case: Due, score: Score | None, assessing: AssessmentPolicy) -> Told:
    assert score is not None
    lowest = min(assessing.bands, key=lambda band: float(band[0]))[0] if assessing.bands else 0
    band = band_of(score.score, assessing)
    facts: dict[str, Any] = {"score": shown(score.score), "lowest": str(lowest), "base_bp": band.base_bp}
    return Reason(case.rule, "review.low_score", {"score": facts["score"], "lowest": facts["lowest"]}), facts


def _promotion(facts: MonthFacts, case: Due, run: int) -> Told:
    career = facts.careers[case.consultant_id]
    years = full_years(career.since, add_months(facts.month, 1))
    evidence: dict[str, Any] = {
        "level": career.level,
        "next_level": career.level + 1,
        "level_target": facts.promotion.level_targets[career.level],
        "since": career.since.isoformat(),
        "promoted_on": career.promoted_on.isoformat() if career.promoted_on is not None else None,
        "service_years": years,
    }
    if case.rule == "PRO-02":
        evidence["service_spans"] = years // facts.promotion.service_years
        return Reason(case.rule, "review.service", {"years": years, "level": career.level + 1}), evidence
    return Reason(case.rule, "review.promotion", {"count": run, "level": career.level + 1}), evidence


def _expense(club: Club, facts: MonthFacts, case: Due, standing: Standing | None) -> Told:
    assert standing is not None
    spent = facts.expenses[case.consultant_id]
    rate_bp = spent * 10_000 // standing.credit
    evidence = {
        "expense": str(Money(spent, club.currency)),
        "rate_bp": rate_bp,
        "low_rate_bp": facts.low_rate_bp,
    }
    reason_facts = {"rate": _percent(rate_bp), "limit": _percent(facts.low_rate_bp)}
    return Reason(case.rule, "review.expense", reason_facts), evidence


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:g} %"
