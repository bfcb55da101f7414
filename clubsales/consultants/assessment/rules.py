"""What an assessment is worth: the score, its band, and the share of the commission it lets be paid.

Parts are hundredths of a point, 0 to 10,000. A score is in ten-thousandths of a point, so that no weighing is rounded into
a band (AMB-41); it is shown with two decimals, the rest cut off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from clubsales.ids import ConsultantID

POINT = 10_000  # ten-thousandths
WHOLE_BP = 10_000
HIGHEST_PART = 10_000  # hundredths of a point
HIGHEST_BEHAVIOUR_BP = 12_000
TOP_PERCENT, BOTTOM_PERCENT = 20, 10  # AMB-48
TOP_BP, BOTTOM_BP = 12_000, 8_000


class Part(StrEnum):
    """The three parts of a sheet (ASM-01)."""

    RESULTS = "results"
    ABILITY = "ability"
    ATTITUDE = "attitude"


class Label(StrEnum):
    """What a score is called (AMB-45)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


GOOD = 80 * POINT
LABELS = ((90 * POINT, Label.A), (GOOD, Label.B), (60 * POINT, Label.C))


@dataclass(frozen=True, slots=True)
class AssessmentPolicy:
    """The section [assessment] of a policy."""

    weights: Mapping[str, int]
    bands: Sequence[Sequence[Any]]  # score from, commission paid (bp), grade advice
    below_all_bands_base_bp: int
    month_window: Sequence[int]
    quarter_window: Sequence[int]
    confirm_days: Sequence[int]
    holidays: str
    behaviour_multiplier: bool
    forced_distribution: bool


@dataclass(frozen=True, slots=True)
class Score:
    """What somebody is paid by. `score` is in ten-thousandths of a point; behaviour 6000 is 0.6 (ASM-12)."""

    score: int
    behaviour_bp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """What a score pays and advises. Below all bands there is no advice but a review (AMB-39).

    `grade_advice` 1 is "one grade up or unchanged": the manager chooses, unchanged if he does not (AMB-42).
    """

    paid_bp: int
    base_bp: int
    grade_advice: int | None
    below_all: bool
    label: Label
    from_points: str  # the band's lower border as the policy writes it; "" below all bands


@dataclass(frozen=True, slots=True)
class PaidRate:
    """The share of the commission and of the base that is paid. `forced_bp`: the factor of forced distribution."""

    paid_bp: int
    base_bp: int
    below_all: bool
    forced_bp: int = WHOLE_BP


def score_of(parts: Mapping[Part, int], weights: Mapping[str, int]) -> int:
    """The score of three parts, in ten-thousandths (ASM-01). Exact where the weights are percent, else cut."""
    weighed = sum(parts[part] * weights[part] for part in Part)
    return weighed * 100 // sum(weights[part] for part in Part)


def shown(score: int) -> str:
    """A score with two decimals, cut: 89.9999 is "89.99", for it is not 90 (AMB-41)."""
    hundredths = score // 100
    return f"{hundredths // 100}.{hundredths % 100:02}"


def label_of(score: int) -> Label:
    """What a score is called."""
    return next((label for border, label in LABELS if score >= border), Label.D)


def is_fit_to_lead(parts: Mapping[Part, int], score: int) -> bool:
    """Good in work, in ability and in the whole assessment (AWD-05); good begins where its label does (AMB-45)."""
    return all(parts[part] * 100 >= GOOD for part in (Part.RESULTS, Part.ABILITY)) and score >= GOOD


def band_of(score: int, policy: AssessmentPolicy) -> Band:
    """The band of a score: half-open, the lower border belongs to it (ASM-02 to ASM-06)."""
    for border, paid_bp, advice in sorted(policy.bands, key=lambda band: -Decimal(str(band[0]))):
        if score >= Decimal(str(border)) * POINT:
            return Band(
                paid_bp=int(paid_bp),
                base_bp=WHOLE_BP,
                grade_advice=int(advice),
                below_all=False,
                label=label_of(score),
                from_points=str(border),
            )
    return Band(
        paid_bp=0,
        base_bp=policy.below_all_bands_base_bp,
        grade_advice=None,
        below_all=True,
        label=label_of(score),
        from_points="",
    )


def paid_rates(
    policy: AssessmentPolicy, scores: Mapping[ConsultantID, Score]
) -> Mapping[ConsultantID, PaidRate]:
    """What is paid to everybody assessed together: by his band, his behaviour (AMB-47) and his place (AMB-48)."""
    forced = forced_factors(scores) if policy.forced_distribution else {}
    rates = {}
    for consultant_id, score in scores.items():
        band = band_of(score.score, policy)
        behaviour = score.behaviour_bp if policy.behaviour_multiplier else None
        factor = forced.get(consultant_id, WHOLE_BP)
        multiplied = band.paid_bp * (WHOLE_BP if behaviour is None else behaviour) * factor
        paid_bp = (multiplied + WHOLE_BP**2 // 2) // WHOLE_BP**2  # half-up, once
        rates[consultant_id] = PaidRate(paid_bp, band.base_bp, band.below_all, factor)
    return rates


def forced_factors(scores: Mapping[ConsultantID, Score]) -> dict[ConsultantID, int]:
    """20/70/10 by score: 1.2, 1.0 and 0.8 (ASM-13, AMB-48). Equal scores get the better factor of the two."""
    ranked = sorted((score.score for score in scores.values()), reverse=True)
    top, bottom = len(ranked) * TOP_PERCENT // 100, len(ranked) * BOTTOM_PERCENT // 100
    above = ranked[top - 1] if top else None
    below = ranked[len(ranked) - bottom - 1] if bottom else None
    factors = {}
    for consultant_id, score in scores.items():
        if above is not None and score.score >= above:
            factors[consultant_id] = TOP_BP
        elif below is not None and score.score < below:
            factors[consultant_id] = BOTTOM_BP
        else:
            factors[consultant_id] = WHOLE_BP
    return factors
