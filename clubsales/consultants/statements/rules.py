"""What a month pays somebody, item by item with its rule and reason: integers of minor units, rounded half-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from clubsales.consultants.commission.rules import Reckoned
from clubsales.errors import Decision, Fact, Reason, allow, refuse
from clubsales.money import Currency, Money, half_up

WHOLE_BP = 10_000
HUNDREDTHS = 100
LARGEST_MAJOR = 100_000_000  # major units: anything above is a slip of the hand
LONGEST_NOTE = 200  # characters
LONGEST_WORDS = 2_000


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


class FigureKind(StrEnum):
    """What is typed for a month because no other table knows it."""

    EXPENSE = "expense"
    BENEFIT = "benefit"


class AnswerKind(StrEnum):
    """What is said to a statement: the person's word, and the manager's answer to an objection."""

    ACKNOWLEDGED = "acknowledged"
    OBJECTED = "objected"
    CONFIRMED = "confirmed"


class StatementRefused(StrEnum):
    NOT_YOURS = "statement.not_yours"
    ANSWERED = "statement.answered"
    WORDS = "statement.words"
    NO_OBJECTION = "statement.no_objection"
    OWN = "statement.own"
    TOO_LATE = "statement.too_late"
    FIGURE_AMOUNT = "figure.amount"
    FIGURE_CLOSED = "figure.closed"


@dataclass(frozen=True, slots=True)
class PaidAward:
    """An award as the ranking gave it."""

    kind: str
    amount_minor: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class PartOf:
    """So many basis points of so much credit: a team's override, an appointment's setter."""

    credit_minor: int
    rate_bp: int
    named: str = ""  # the team, or the card sold

    @property
    def amount_minor(self) -> int:
        """What it pays; nothing of a negative credit."""
        return max(half_up(self.credit_minor * self.rate_bp, WHOLE_BP), 0)


@dataclass(frozen=True, slots=True)
class Referral:
    """Somebody sent by a colleague who does not sell bought and paid in full (ALL-01)."""

    amount_minor: int
    named: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFacts:
    """Everything a month's pay is reckoned from. Money in minor units of `currency`, rates in basis points.

    `score` is in ten-thousandths of a point; without one the commission is paid whole. `cap_rate_bp` zero and
    `expense_minor` None: expenses are not looked at (AMB-49).
    """

    currency: Currency
    credit_minor: int  # all of it: what ranking and targets count
    brought_minor: int  # zero or negative
    reckoned: Reckoned
    cap_minor: int | None = None
    plan_name: str = ""
    base_minor: int = 0
    has_own_base: bool = False
    score: int | None = None
    paid_bp: int = WHOLE_BP
    base_bp: int = WHOLE_BP
    is_below_all_bands: bool = False
    forced_bp: int = WHOLE_BP
    behaviour_bp: int | None = None  # where the policy multiplies by it
    awards: Sequence[PaidAward] = ()
    overrides: Sequence[PartOf] = ()
    setter: Sequence[PartOf] = ()
    referrals: Sequence[Referral] = ()
    benefit_minor: int = 0
    benefit_note: str = ""
    expense_minor: int | None = None
    cap_rate_bp: int = 0
    low_rate_bp: int = 0
    leave_halves: int = 0
    days_per_month: tuple[int, int] = (2175, 100)  # as a fraction: 21.75
    pay_deposit_minor: int = 0
    fine_minor: int = 0


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
    base = half_up(facts.base_minor * facts.base_bp, WHOLE_BP)
    items = tuple(
        item
        for item in (
            *_base_items(facts, base),
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


def _base_items(facts: StatementFacts, base: int) -> list[Item]:
    code = "pay.base_own" if facts.has_own_base else "pay.base_plan"
    items = [_item(facts, ItemKind.BASE, facts.base_minor, "COM-01", code, plan=facts.plan_name)]
    if base != facts.base_minor:
        cut = base - facts.base_minor
        told: dict[str, Fact] = {"score": points(facts.score or 0), "percent": percent(facts.base_bp)}
        items.append(_item(facts, ItemKind.BASE_CUT, cut, "ASM-06", "pay.below_all_bands", **told))
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
    deposit = 0 if facts.is_below_all_bands else facts.pay_deposit_minor
    days = f"{facts.leave_halves / 2:g}"
    return [
        _item(
            facts, ItemKind.LEAVE, -leave, "COM-11", "pay.leave", days=days, per=_shown(facts.days_per_month)
        ),
        _item(facts, ItemKind.DEPOSIT, -deposit, "COM-05", "pay.deposit"),
        _item(facts, ItemKind.FINE, -facts.fine_minor, "AMB-36", "pay.fine"),
    ]


def leave_deduction(base_minor: int, halves: int, days_per_month: tuple[int, int]) -> int:
    """What unpaid leave costs: days x half_up(base / days per month) (COM-11, AMB-63); half a day is half of a day's pay."""
    numerator, denominator = days_per_month
    a_day = half_up(base_minor * denominator, numerator)
    return half_up(a_day * halves, 2)


def _shown(fraction: tuple[int, int]) -> str:
    return f"{fraction[0] / fraction[1]:g}"


def _item(
    facts: StatementFacts, kind: ItemKind, amount_minor: int, rule: str, code: str, **told: Fact
) -> Item:
    amount = Money(abs(amount_minor), facts.currency)
    return Item(kind, amount_minor, rule, Reason(rule, code, {"amount": amount, **told}))


@dataclass(frozen=True, slots=True)
class Due:
    """A part of a statement that may be paid from a club-local day on."""

    day: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Payable:
    """What of a statement is payable at the close, and what later, by day. Together they are its pay."""

    now_minor: int
    later: tuple[Due, ...]

    @property
    def later_minor(self) -> int:
        """All that waits."""
        return sum(due.amount_minor for due in self.later)


def payable(
    *, pay_minor: int, commission_paid_minor: int, paid_bp: int, by_day: Mapping[date, int], closed_on: date
) -> Payable:
    """When a statement is payable: all but the commission at once, that as its refund windows close.

    `by_day` is the commission before the band that its lines earn, by the day they are payable. Reversals count at once;
    where they are more than what is free by then they wait for what comes, so that nothing is asked back.
    """
    earned = sum(minor for day, minor in by_day.items() if day <= closed_on)
    free = max(half_up(earned * paid_bp, WHOLE_BP), 0)
    now, later = pay_minor - commission_paid_minor + free, []
    for day in sorted(day for day in by_day if day > closed_on):
        earned += by_day[day]
        until = max(half_up(earned * paid_bp, WHOLE_BP), 0)
        if until != free:
            later.append(Due(day, until - free))
            free = until
    return Payable(now, tuple(later))


def may_acknowledge(answers: Sequence[AnswerKind], *, is_own: bool) -> Decision:
    """His own, once; also after an objection, when he has been answered."""
    if not is_own:
        return refuse(StatementRefused.NOT_YOURS)
    if answers and answers[-1] is not AnswerKind.CONFIRMED:
        return refuse(StatementRefused.ANSWERED)
    return allow()


def may_object(
    answers: Sequence[AnswerKind], *, is_own: bool, words: str, today: date, answer_by: date
) -> Decision:
    """His own, before he has answered, by the day it must be confirmed (ASM-09), and with words."""
    if not is_own:
        return refuse(StatementRefused.NOT_YOURS)
    if answers:
        return refuse(StatementRefused.ANSWERED)
    if today > answer_by:
        return refuse(StatementRefused.TOO_LATE, last_day=answer_by)
    return _with_words(words)


def may_confirm(answers: Sequence[AnswerKind], *, is_own: bool, words: str) -> Decision:
    """Only an objection is answered, by somebody else than its author, and with words."""
    if is_own:
        return refuse(StatementRefused.OWN)
    if not answers or answers[-1] is not AnswerKind.OBJECTED:
        return refuse(StatementRefused.NO_OBJECTION)
    return _with_words(words)


def _with_words(words: str) -> Decision:
    if not words or len(words) > LONGEST_WORDS:
        return refuse(StatementRefused.WORDS, longest=LONGEST_WORDS)
    return allow()
