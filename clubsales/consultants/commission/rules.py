"""What a month's credit pays under a plan (COM-01 to COM-13, AMB-37): integers and exact fractions, rounded once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from clubsales.money import half_up

WHOLE_BP = 10_000


class TierMode(StrEnum):
    """What the rate of a tier is paid on: the whole month's credit, or the slice inside the tier."""

    WHOLE = "whole"
    MARGINAL = "marginal"


class PayableAfter(StrEnum):
    """When what was earned may be paid: when the sale's refund window has closed, or at once."""

    COOLING_OFF = "cooling_off"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Tier:
    """From this much credit on, inclusive, this rate."""

    from_minor: int
    rate_bp: int


@dataclass(frozen=True, slots=True)
class SaleClass:
    """What the credit came from: the kind of card type sold, and whether it was a renewal."""

    category: str
    is_renewal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A commission plan. Amounts in minor units of the club's currency, rates in basis points.

    `category_bp` are parts of the tier's rate, by kind of card type; `category_rates` replace it. No cap: none.
    """

    tiers: tuple[Tier, ...]
    mode: TierMode = TierMode.WHOLE
    base_minor: int = 0
    renewal_bp: int = WHOLE_BP
    category_bp: Mapping[str, int] = field(default_factory=dict)
    category_rates: Mapping[str, int] = field(default_factory=dict)
    exclude_set_up_fee: bool = False
    cap_minor: int | None = None
    team_override_bp: int = 0
    setter_bp: int = 0
    staff_referral_minor: int = 0
    pay_deposit_minor: int = 0
    payable_after: PayableAfter = PayableAfter.COOLING_OFF

    def tier_at(self, sum_minor: int) -> Tier | None:
        """The highest tier that so much credit reaches."""
        return next((tier for tier in reversed(self.tiers) if tier.from_minor <= sum_minor), None)

    def rate_at(self, sum_minor: int) -> int:
        """The rate of the highest tier reached; nothing below the first."""
        tier = self.tier_at(sum_minor)
        return tier.rate_bp if tier is not None else 0

    def factor(self, sale_class: SaleClass) -> Fraction:
        """Which part of its rate credit of a class is paid at, exactly; 1 is all of it."""
        renewal = self.renewal_bp if sale_class.is_renewal else WHOLE_BP
        return Fraction(renewal * self.category_bp.get(sale_class.category, WHOLE_BP), WHOLE_BP**2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """What a month's credit comes to. `rate_bp` is the highest tier's reached; `carried_minor` is zero or negative."""

    sum_minor: int
    rate_bp: int
    commission_minor: int
    carried_minor: int
    capped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMore:
    """The month as it is and with one sale more; `gain_minor` is the difference in commission."""

    before: Reckoned
    after: Reckoned
    gain_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTier:
    """How much credit is missing to the next tier, and what reaching it adds to the commission."""

    missing_minor: int
    rate_bp: int
    gain_minor: int


def reckon(plan: Plan, credit: Mapping[SaleClass, int], brought: int) -> Reckoned:
    """What a month's credit pays; `brought` is what the month before carried, zero or negative (AMB-65)."""
    total = sum(credit.values()) + brought
    if total <= 0:
        rate_bp = plan.rate_at(total)
        return Reckoned(
            sum_minor=total, rate_bp=rate_bp, commission_minor=0, carried_minor=total, capped=False
        )
    exact = exact_commission(plan, credit, brought)
    commission = half_up(exact.numerator, exact.denominator)
    capped = plan.cap_minor is not None and commission > plan.cap_minor
    return Reckoned(
        sum_minor=total,
        rate_bp=plan.rate_at(total),
        commission_minor=plan.cap_minor if capped and plan.cap_minor is not None else commission,
        carried_minor=0,
        capped=capped,
    )


def exact_commission(plan: Plan, credit: Mapping[SaleClass, int], brought: int) -> Fraction:
    """The commission of a month whose credit is above zero, before rounding and cap; never below zero.

    What was brought counts fully. Credit of a category with a rate of its own counts for the tier and is paid at its own.
    """
    total = sum(credit.values()) + brought
    by_tier, by_own_rate = Fraction(brought), Fraction(0)
    for sale_class, minor in credit.items():
        weighed = minor * plan.factor(sale_class)
        own = plan.category_rates.get(sale_class.category)
        if own is None:
            by_tier += weighed
        else:
            by_own_rate += weighed * own / WHOLE_BP
    if plan.mode is TierMode.WHOLE:
        tiered = by_tier * plan.rate_at(total) / WHOLE_BP
    else:
        tiered = _slices(plan, total) * by_tier / total
    return max(tiered + by_own_rate, Fraction(0))


def one_more(
    plan: Plan, credit: Mapping[SaleClass, int], brought: int, sale_class: SaleClass, amount: int
) -> OneMore:
    """What the next sale of an amount would add to the month's commission (COM-13)."""
    before = reckon(plan, credit, brought)
    after = reckon(plan, {**credit, sale_class: credit.get(sale_class, 0) + amount}, brought)
    return OneMore(before=before, after=after, gain_minor=after.commission_minor - before.commission_minor)


def next_tier(plan: Plan, credit: Mapping[SaleClass, int], brought: int) -> NextTier | None:
    """The next tier and what reaching it by fully counted credit adds; None in the highest."""
    before = reckon(plan, credit, brought)
    above = next((tier for tier in plan.tiers if tier.from_minor > max(before.sum_minor, 0)), None)
    if above is None:
        return None
    missing = above.from_minor - before.sum_minor
    after = reckon(plan, credit, brought + missing)  # what is brought counts fully
    return NextTier(
        missing_minor=missing,
        rate_bp=above.rate_bp,
        gain_minor=after.commission_minor - before.commission_minor,
    )


def net_of_fee(credited_minor: int, *, price_minor: int, fee_minor: int) -> int:
    """What remains of a sale's credit without the set-up fee in its price.

    Of a holder's credit so far, so that the parts of receipts and refunds add up.
    """
    if not 0 < fee_minor <= price_minor:
        return credited_minor
    return half_up(credited_minor * (price_minor - fee_minor), price_minor)


def _slices(plan: Plan, total: int) -> Fraction:
    """Each slice of the month's credit at its own tier's rate."""
    ends = [*(tier.from_minor for tier in plan.tiers[1:]), total]
    slices = (
        max(min(end, total) - tier.from_minor, 0) * tier.rate_bp
        for tier, end in zip(plan.tiers, ends, strict=False)
    )
    return Fraction(sum(slices), WHOLE_BP)
