"""How a score came about, item by item, as reasons a page shows in the reader's language."""

from collections.abc import Mapping
from fractions import Fraction

from clubsales.consultants.assessment.marking import Mark, Tally
from clubsales.consultants.assessment.rules import (
    WHOLE_BP,
    AssessmentPolicy,
    Band,
    Part,
    is_fit_to_lead,
    shown,
)
from clubsales.consultants.assessment.sheets import Item, Source
from clubsales.errors import Fact, Reason
from clubsales.money import Currency, Money

BAND_RULES = ("ASM-02", "ASM-03", "ASM-04", "ASM-05")
BELOW_RULE = "ASM-06"
AMOUNTS = {  # of what is counted in money, and what it is counted against
    Source.COMPLETION: ("credit", "target"),
    Source.GROWTH: ("credit", "earlier"),
    Source.COLLECTION: ("received", "price"),
    Source.PRICES: ("price", "list"),
}


def hundredths(points: int) -> str:
    """Hundredths as people write them: 4500 is "45", 350 is "3.5"."""
    whole, rest = divmod(abs(points), 100)
    sign = "-" if points < 0 else ""
    return f"{sign}{whole}" + (f".{rest:02}".rstrip("0") if rest else "")


def percent_of(part: int, whole: int) -> str:
    """A part of a whole in percent with one decimal, cut."""
    tenths = int(Fraction(part * 1000, whole)) if whole else 0
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}"


def reason_of(item: Item, mark: Mark) -> Reason | None:
    """Why an item has its points; None where somebody judged."""
    facts = mark.facts
    if item.source is Source.COMPLAINTS and "points_off" in facts:
        return Reason(
            "CMP-04", "assessment.complaints", {"count": facts["count"], "off": facts["points_off"]}
        )
    if item.source is Source.SATISFACTION and "percent" in facts:
        return Reason(
            "SAT-03",
            "assessment.satisfaction",
            {"percent": hundredths(facts["percent"]), "full_at": item.full_at},
        )
    if "whole" not in facts:
        return None
    return _of_data(item, facts["part"], facts["whole"], facts)


def _of_data(item: Item, part: int, whole: int, facts: Mapping[str, object]) -> Reason | None:
    said: dict[str, Fact] = {
        "part": part,
        "whole": whole,
        "percent": percent_of(part, whole),
        "full_at": item.full_at,
    }
    if item.source in AMOUNTS:
        currency = Currency(str(facts["currency"]))
        of, against = AMOUNTS[item.source]
        said |= {of: Money(part, currency), against: Money(whole, currency)}
    if item.source is Source.COMPLETION:
        return Reason("ASM-11", "assessment.completion", said)
    if item.source is Source.GROWTH:
        return Reason("ASM-17", "assessment.growth", said)
    if item.source is Source.COLLECTION:
        return Reason("ASM-17", "assessment.collection", said)
    if item.source is Source.PRICES:
        return Reason("PRC-11", "assessment.prices", said)
    if item.source is Source.CONVERSION:
        return Reason("ASM-18", "assessment.conversion", said)
    if item.source is Source.PUNCTUALITY:
        return Reason("ATT-02", "assessment.punctuality", said)
    if item.source is Source.FOLLOW_UP:
        return Reason("TEL-05", "assessment.follow_up", said)
    return Reason("TEL-03", "assessment.leads_touched", said)


def score_reasons(tally: Tally, policy: AssessmentPolicy) -> list[Reason]:
    """How the parts became the score (ASM-01), and the bonus in it (ASM-20)."""
    facts: dict[str, Fact] = {"score": shown(tally.before_bonus)}
    for part in Part:
        facts[part.value] = shown(tally.parts[part] * 100)
        facts[f"{part.value}_weight"] = policy.weights[part]
    reasons = [Reason("ASM-01", "assessment.score", facts)]
    if tally.bonus:
        bonus = {"bonus": hundredths(tally.bonus), "score": shown(tally.score)}
        reasons.append(Reason("ASM-20", "assessment.bonus", bonus))
    return reasons


def band_reason(score: int, band: Band, policy: AssessmentPolicy) -> Reason:
    """What a score pays (ASM-02 to ASM-06); the lower border belongs to a band (AMB-41)."""
    if band.below_all:
        facts = {"score": shown(score), "base": hundredths(band.base_bp)}
        return Reason(BELOW_RULE, "assessment.below_all", facts)
    borders = sorted((str(each[0]) for each in policy.bands), key=float, reverse=True)
    place = min(borders.index(band.from_points), len(BAND_RULES) - 1)
    paid = {"score": shown(score), "border": band.from_points, "paid": hundredths(band.paid_bp)}
    return Reason(BAND_RULES[place], "assessment.band", paid)


def chance_reason(tally: Tally) -> Reason | None:
    """Who is good in his work, in ability and as a whole has the chance of becoming a supervisor (AWD-05)."""
    return Reason("AWD-05", "assessment.chance") if is_fit_to_lead(tally.parts, tally.score) else None


def behaviour_reason(behaviour_bp: int, *, multiplies: bool) -> Reason:
    """What the behaviour was marked with, and whether the commission is multiplied by it (ASM-12, AMB-47)."""
    factor = {"factor": f"{behaviour_bp // WHOLE_BP}.{behaviour_bp % WHOLE_BP // 100:02}"}
    if multiplies:
        return Reason("ASM-12", "assessment.behaviour_paid", factor)
    return Reason("ASM-12", "assessment.behaviour_shown", factor)
