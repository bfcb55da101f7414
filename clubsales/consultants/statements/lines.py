"""What each posting of a month earned: the parts add up to the commission, to the cent.

Every posting has an exact weight, a fraction of its credit; running totals are rounded half-up and a line is the difference
to the one before, so no cent is lost or made. The same is written by one statement in `freezing`; a test compares the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm

from clubsales.consultants.commission.rules import Plan, SaleClass, exact_commission
from clubsales.money import half_up

WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Weight:
    """What a class of sales earns: `numerator` of its scale's denominator, with the rate and factor that people read."""

    numerator: int
    rate_bp: int
    factor_bp: int


@dataclass(frozen=True, slots=True)
class Scale:
    """The weights of somebody's month over one denominator."""

    denominator: int
    classes: Mapping[SaleClass, Weight]
    brought: Weight


@dataclass(frozen=True, slots=True)
class Counted:
    """A posting as it counts for the commission."""

    posting_id: int
    sale_class: SaleClass
    credit_minor: int
    payable_on: date


@dataclass(frozen=True, slots=True)
class Line:
    """What a posting earned; no posting: what was brought, or what the exact sum and the commission differ by (a cap)."""

    posting_id: int | None
    credit_minor: int
    rate_bp: int
    factor_bp: int
    commission_minor: int
    payable_on: date


def scale_of(plan: Plan, counted: Mapping[SaleClass, int], brought: int, rate_bp: int) -> Scale:
    """How much of each class's credit is commission, exactly. A month at or below zero earns nothing.

    A class's part is what the plan pays more for one unit of it than for none, the tier being that of the month.
    """
    total = sum(counted.values()) + brought
    tiered = _tiered_part(plan, total, rate_bp) if total > 0 else Fraction(0)
    parts = {each: _part(plan, each, tiered) if total > 0 else Fraction(0) for each in counted}
    denominator = lcm(tiered.denominator, *(part.denominator for part in parts.values()))
    return Scale(
        denominator,
        {
            each: Weight(
                part.numerator * (denominator // part.denominator),
                plan.category_rates.get(each.category, rate_bp),
                _bp(plan.factor(each)),
            )
            for each, part in parts.items()
        },
        Weight(tiered.numerator * (denominator // tiered.denominator), rate_bp, WHOLE_BP),
    )


def lines_of(
    scale: Scale, counted: Sequence[Counted], *, brought: int, commission_minor: int, last_day: date
) -> list[Line]:
    """The lines of a statement, in the order of the ledger; before them what was brought, after them a difference."""
    lines = []
    running = brought * scale.brought.numerator
    booked = half_up(running, scale.denominator)
    if brought:
        lines.append(Line(None, brought, scale.brought.rate_bp, scale.brought.factor_bp, booked, last_day))
    for each in counted:
        weight = scale.classes[each.sale_class]
        running += each.credit_minor * weight.numerator
        until = half_up(running, scale.denominator)
        lines.append(
            Line(
                each.posting_id,
                each.credit_minor,
                weight.rate_bp,
                weight.factor_bp,
                until - booked,
                each.payable_on,
            )
        )
        booked = until
    rest = difference_of(scale, running, commission_minor)
    if rest:
        lines.append(Line(None, 0, 0, WHOLE_BP, rest, last_day))
    return lines


def exact_numerator(scale: Scale, counted: Mapping[SaleClass, int], brought: int) -> int:
    """The whole commission before rounding, over the scale's denominator."""
    of_classes = sum(minor * scale.classes[each].numerator for each, minor in counted.items())
    return of_classes + brought * scale.brought.numerator


def difference_of(scale: Scale, numerator: int, commission_minor: int) -> int:
    """What the commission differs from the exact sum: a cap, or nothing paid at all."""
    return commission_minor - half_up(numerator, scale.denominator)


def _tiered_part(plan: Plan, total: int, rate_bp: int) -> Fraction:
    """What one unit of fully counted credit is paid by the tiers of a month."""
    return exact_commission(plan, {}, total) / total if total else Fraction(rate_bp, WHOLE_BP)


def _part(plan: Plan, sale_class: SaleClass, tiered: Fraction) -> Fraction:
    own = plan.category_rates.get(sale_class.category)
    return plan.factor(sale_class) * (tiered if own is None else Fraction(own, WHOLE_BP))


def _bp(fraction: Fraction) -> int:
    return half_up(fraction.numerator * WHOLE_BP, fraction.denominator)
