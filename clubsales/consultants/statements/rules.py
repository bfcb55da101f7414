"""What a month pays somebody, item by item with its rule and reason: integers of minor units, rounded half-up."""

from dataclasses import dataclass, field
from enum import StrEnum

from clubsales.consultants.statements.facts import WHOLE_BP, LateLeave, StatementFacts
from clubsales.errors import Fact, Reason
from clubsales.money import Currency, Money, half_up

HUNDREDTHS = 100


class ItemKind(StrEnum):
    """What a line of pay is, in the order of the statement."""

    BASE = "base"
    BASE_CUT = "base_cut"
    COMMISSION = "commission"
    EXPENSE = "expense"
    BAND = "band"
    AWARD = "award"
    OVERRIDE = "override"
    SETTER = "setter"
    REFERRAL = "referral"
    BENEFIT = "benefit"
    LEAVE = "leave"
    DEPOSIT = "deposit"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of pay: what it is, how much, by which rule, and why."""

    kind: ItemKind
    amount_minor: int
    rule: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """What a month pays somebody. The items add up to the pay.

    `commission_minor` is before the band, `commission_paid_minor` after it.
    """

    currency: Currency
    credit_minor: int
    brought_minor: int
    sum_minor: int
    rate_bp: int
    commission_minor: int
    capped: bool
    is_over_expenses: bool
    is_thrifty: bool
    paid_bp: int
    commission_paid_minor: int
    awards_minor: int
    base_minor: int  # as it is paid: below all bands the reduced one
    pay_minor: int
    carried_minor: int
    score: int | None
    is_below_all_bands: bool
    items: tuple[Item, ...] = field(default=())

    @property
    def pay(self) -> Money:
        """What is paid."""
        return Money(self.pay_minor, self.currency)


def reckon_statement(facts: StatementFacts) -> Reckoning:
    """A month's pay: base + commission by the band + awards and extras - deposit - deductions (COM-01, COM-05).

    A negative month pays no commission and is carried; it never touches the base (AMB-65).
    """
    is_over = _is_over_expenses(facts)
    commission = 0 if is_over else facts.reckoned.commission_minor
    paid = half_up(commission * facts.paid_bp, WHOLE_BP)
    earned = _earned_base(facts)
    base = half_up(earned * facts.base_bp, WHOLE_BP)
    items = tuple(
        item
        for item in (
            *_base_items(facts, earned, base),
            *_commission_items(facts, commission, paid, is_over=is_over),
            *_award_items(facts),
            *_extra_items(facts),
            *_deductions(facts, base),
        )
        if item.amount_minor or item.kind in (ItemKind.BASE, ItemKind.COMMISSION)
    )
    return Reckoning(
        currency=facts.currency,
        credit_minor=facts.credit_minor,
        brought_minor=facts.brought_minor,
        sum_minor=facts.reckoned.sum_minor,
        rate_bp=facts.reckoned.rate_bp,
        commission_minor=commission,
        capped=facts.reckoned.capped,
        is_over_expenses=is_over,
        is_thrifty=_is_thrifty(facts),
        paid_bp=facts.paid_bp,
        commission_paid_minor=paid,
        awards_minor=sum(award.amount_minor for award in facts.awards),
        base_minor=base,
        pay_minor=sum(item.amount_minor for item in items),
        carried_minor=facts.reckoned.carried_minor,
        score=facts.score,
        is_below_all_bands=facts.is_below_all_bands,
        items=items,
    )


def percent(basis_points: int) -> str:
    """Basis points as people write percent: 850 is "8.5"."""
    whole, rest = divmod(basis_points, HUNDREDTHS)
    return f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)


def points(score: int) -> str:
    """A score with two decimals, cut: 89.9999 is "89.99" (AMB-41)."""
    hundredths = score // HUNDREDTHS
    return f"{hundredths // HUNDREDTHS}.{hundredths % HUNDREDTHS:02}"


def _is_over_expenses(facts: StatementFacts) -> bool:
    """More spent than the cap allows of the month's credit: strictly above (COM-07, AMB-49)."""
    return (
        facts.cap_rate_bp > 0
        and facts.expense_minor is not None
        and facts.expense_minor * WHOLE_BP > facts.cap_rate_bp * facts.credit_minor
    )


def _is_thrifty(facts: StatementFacts) -> bool:
    """Less spent than the low mark of a month with credit: a reward is considered (COM-07)."""
    return (
        facts.low_rate_bp > 0
        and facts.expense_minor is not None
        and facts.credit_minor > 0
        and facts.expense_minor * WHOLE_BP < facts.low_rate_bp * facts.credit_minor
    )


def _earned_base(facts: StatementFacts) -> int:
    """The base for the calendar days somebody worked here, half-up: who comes or goes within a month is paid his part."""
    if facts.active_days is None:
        return facts.base_minor
    days, of_days = facts.active_days
    return half_up(facts.base_minor * days, of_days)


def _base_items(facts: StatementFacts, earned: int, base: int) -> list[Item]:
    code = "pay.base_own" if facts.has_own_base else "pay.base_plan"
    told: dict[str, Fact] = {"plan": facts.plan_name}
    if facts.active_days is not None:
        code = "pay.base_days"
        days, of_days = facts.active_days
        told |= {"whole": Money(facts.base_minor, facts.currency), "days": days, "of_days": of_days}
    items = [_item(facts, ItemKind.BASE, earned, "COM-01", code, **told)]
    if base != earned:
        cut = base - earned
        of_score: dict[str, Fact] = {
            "score": points(facts.score or 0),
            "percent": percent(facts.base_bp),
        }
        items.append(_item(facts, ItemKind.BASE_CUT, cut, "ASM-06", "pay.below_all_bands", **of_score))
    return items


def _commission_items(facts: StatementFacts, commission: int, paid: int, *, is_over: bool) -> list[Item]:
    reckoned, money = facts.reckoned, facts.currency
    told: dict[str, Fact] = {
        "credit": Money(facts.credit_minor, money),
        "percent": percent(reckoned.rate_bp),
        "plan": facts.plan_name,
    }
    if reckoned.sum_minor < 0:
        code, told = "pay.carried", {"carried": Money(reckoned.sum_minor, money)}
    elif reckoned.capped and facts.cap_minor is not None:
        code, told = "pay.capped", {**told, "limit": Money(facts.cap_minor, money)}
    elif facts.brought_minor:
        code, told = (
            "pay.commission_after_carried",
            {**told, "brought": Money(facts.brought_minor, money), "total": Money(reckoned.sum_minor, money)},
        )
    elif not reckoned.sum_minor:
        code = "pay.no_credit"
    else:
        code = "pay.commission"
    rule = "AMB-65" if reckoned.sum_minor < 0 else "COM-03"
    items = [_item(facts, ItemKind.COMMISSION, reckoned.commission_minor, rule, code, **told)]
    if is_over:
        spent = Money(facts.expense_minor or 0, money)
        items.append(
            _item(
                facts,
                ItemKind.EXPENSE,
                -reckoned.commission_minor,
                "COM-07",
                "pay.expenses",
                spent=spent,
                percent=percent(facts.cap_rate_bp),
                credit=Money(facts.credit_minor, money),
            )
        )
    if facts.score is not None:
        items.append(_band_item(facts, paid - commission))
    return items


def _band_item(facts: StatementFacts, difference: int) -> Item:
    told: dict[str, Fact] = {"score": points(facts.score or 0), "percent": percent(facts.paid_bp)}
    if facts.is_below_all_bands:
        return _item(facts, ItemKind.BAND, difference, "ASM-06", "pay.band_none", score=told["score"])
    if facts.forced_bp != WHOLE_BP:
        told["place"] = percent(facts.forced_bp)
        return _item(facts, ItemKind.BAND, difference, "ASM-13", "pay.band_forced", **told)
    if facts.behaviour_bp is not None:
        told["behaviour"] = percent(facts.behaviour_bp)
        return _item(facts, ItemKind.BAND, difference, "ASM-12", "pay.band_behaviour", **told)
    return _item(facts, ItemKind.BAND, difference, "COM-05", "pay.band", **told)


def _award_items(facts: StatementFacts) -> list[Item]:
    return [
        Item(ItemKind.AWARD, award.amount_minor, award.reason.rule, award.reason) for award in facts.awards
    ]


def _extra_items(facts: StatementFacts) -> list[Item]:
    items = [
        _item(
            facts,
            kind,
            part.amount_minor,
            "COM-09",
            code,
            credit=Money(part.credit_minor, facts.currency),
            percent=percent(part.rate_bp),
            named=part.named,
        )
        for kind, code, parts in (
            (ItemKind.OVERRIDE, "pay.override", facts.overrides),
            (ItemKind.SETTER, "pay.setter", facts.setter),
        )
        for part in parts
    ]
    items += [
        _item(facts, ItemKind.REFERRAL, each.amount_minor, "ALL-01", "pay.referral", named=each.named)
        for each in facts.referrals
    ]
    code = "pay.benefit_noted" if facts.benefit_note else "pay.benefit"
    noted: dict[str, Fact] = {"note": facts.benefit_note} if facts.benefit_note else {}
    items.append(_item(facts, ItemKind.BENEFIT, facts.benefit_minor, "COM-01", code, **noted))
    return items


def _deductions(facts: StatementFacts, base: int) -> list[Item]:
    leave = min(leave_deduction(facts.base_minor, facts.leave_halves, facts.days_per_month), base)
    late = _late_items(facts, base - leave)
    deposit = 0 if facts.is_below_all_bands else facts.pay_deposit_minor
    days = f"{facts.leave_halves / 2:g}"
    return [
        _item(
            facts, ItemKind.LEAVE, -leave, "COM-11", "pay.leave", days=days, per=_shown(facts.days_per_month)
        ),
        *late,
        _item(facts, ItemKind.DEPOSIT, -deposit, "COM-05", "pay.deposit"),
        _item(facts, ItemKind.DEPOSIT, facts.deposit_back_minor, "AMB-40", "pay.deposit_back"),
        _item(facts, ItemKind.FINE, -facts.fine_minor, "AMB-36", "pay.fine"),
    ]


def leave_deduction(base_minor: int, halves: int, days_per_month: tuple[int, int]) -> int:
    """What unpaid leave costs: days x half_up(base / days per month) (COM-11, AMB-63); half a day is half of a day's pay."""
    numerator, denominator = days_per_month
    a_day = half_up(base_minor * denominator, numerator)
    return half_up(a_day * halves, 2)


def late_deduction(late: LateLeave) -> int:
    """What leave of a closed month costs now beyond what its statements took; below zero: what is given back."""

    def until(halves: int) -> int:
        return min(leave_deduction(late.base_minor, halves, late.days_per_month), late.most_minor)

    return until(late.known_halves + late.halves) - until(late.known_halves)


def _late_items(facts: StatementFacts, left: int) -> list[Item]:
    """Leave of closed months, month by month; together with this month's it takes no more than the base (`left`)."""
    items = []
    for late in facts.late_leave:
        amount = min(late_deduction(late), left)
        left -= amount
        told: dict[str, Fact] = {
            "month": f"{late.month:%Y-%m}",
            "days": f"{abs(late.halves) / 2:g}",
            "per": _shown(late.days_per_month),
        }
        code = "pay.leave_late" if amount > 0 else "pay.leave_back"
        items.append(_item(facts, ItemKind.LEAVE, -amount, "COM-11", code, **told))
    return items


def _shown(fraction: tuple[int, int]) -> str:
    return f"{fraction[0] / fraction[1]:g}"


def _item(
    facts: StatementFacts, kind: ItemKind, amount_minor: int, rule: str, code: str, **told: Fact
) -> Item:
    amount = Money(abs(amount_minor), facts.currency)
    return Item(kind, amount_minor, rule, Reason(rule, code, {"amount": amount, **told}))
