"""Plans, examples and back-tests as a page shows them, and as a spreadsheet takes them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import zip_longest

from flask_babel import format_percent

from clubsales.consultants.commission.choosing import ChosenPlan, Scope
from clubsales.consultants.commission.examples import Example, examples
from clubsales.consultants.commission.plans import Paid
from clubsales.consultants.commission.rules import WHOLE_BP, Plan
from clubsales.consultants.commission.texts import CATEGORIES, EVERYBODY, EXAMPLES, KINDS, MODES, PAYABLE
from clubsales.consultants.commission.trying import Tried
from clubsales.i18n import format_money
from clubsales.i18n import gettext as _
from clubsales.money import Currency, Money
from clubsales.spreadsheet import Cell


@dataclass(frozen=True, slots=True)
class Term:
    """A line of a plan: what it is about, what it says, and the rule."""

    label: str
    value: str
    rule: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A line of two plans."""

    label: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        """Whether they say different things."""
        return self.one != self.other


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleLine:
    """A worked example: the month, its rate, its commission, and what it pays with the base."""

    words: str
    credit: Money
    rate: str
    commission: Money
    pay: Money
    capped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """Somebody in a back-test. Lengths are percent of the largest amount."""

    name: str
    public_id: str
    before: Money
    after: Money
    difference: Money
    months: Sequence["MonthLine"]
    before_length: float
    after_length: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlan:
    """The plan that pays somebody from a month on."""

    month: date
    chosen: ChosenPlan
    base: Money
    terms: Sequence[Term]
    lines: Sequence[ExampleLine]


@dataclass(frozen=True, slots=True)
class MonthLine:
    """Everybody's month in a back-test; without one, all of them."""

    month: date | None
    before: Money
    after: Money

    @property
    def difference(self) -> Money:
        """What the plan would have cost more."""
        return self.after - self.before


def percent(basis_points: int) -> str:
    """8 %, 7.5 %: a rate as people read it."""
    return str(format_percent(Decimal(basis_points) / WHOLE_BP, "#,##0.##%"))


def scope_words(scope: Scope) -> str:
    """Whom a plan is for."""
    whom = str(KINDS[scope.kind] if scope.kind is not None else EVERYBODY)
    if scope.level is not None and scope.probation:
        return _("%(whom)s of level %(level)s on probation", whom=whom, level=scope.level)
    if scope.level is not None:
        return _("%(whom)s of level %(level)s", whom=whom, level=scope.level)
    return _("%(whom)s on probation", whom=whom) if scope.probation else whom


def terms(plan: Plan, currency: Currency) -> list[Term]:
    """What a plan says, line by line; what it does not pay is left out."""
    return [Term(label, value, rule) for label, value, rule in _terms(plan, currency) if value]


def compared(one: Plan, other: Plan, currency: Currency) -> list[Compared]:
    """Two plans line by line, everything that either says."""
    pairs = zip_longest(_terms(one, currency), _terms(other, currency))
    lines = [Compared(left[0], left[1] or "–", right[1] or "–") for left, right in pairs]
    return [line for line in lines if (line.one, line.other) != ("–", "–")]


def example_lines(plan: Plan, currency: Currency) -> list[ExampleLine]:
    """The worked examples of a plan."""
    return [_example(each, plan, currency) for each in examples(plan)]


def own_plan(month: date, person: Paid, chosen: ChosenPlan, currency: Currency) -> OwnPlan:
    """A plan as whoever it pays reads it: his own base, where he has one, in its place."""
    own = person.term.base
    plan = chosen.plan if own is None else replace(chosen.plan, base_minor=own.minor)
    return OwnPlan(
        month=month,
        chosen=chosen,
        base=Money(plan.base_minor, currency),
        terms=terms(plan, currency),
        lines=example_lines(plan, currency),
    )


def person_lines(tried: Tried, currency: Currency) -> list[PersonLine]:
    """Everybody the plan would have paid."""
    largest = max((max(each.before, each.after) for each in tried.people), default=0)
    return [
        PersonLine(
            name=each.name,
            public_id=each.public_id,
            before=Money(each.before, currency),
            after=Money(each.after, currency),
            difference=Money(each.difference, currency),
            months=[
                MonthLine(month.month, Money(month.before, currency), Money(month.after, currency))
                for month in each.months
            ],
            before_length=_length(each.before, largest),
            after_length=_length(each.after, largest),
        )
        for each in tried.people
    ]


def month_lines(tried: Tried, currency: Currency) -> list[MonthLine]:
    """The total of each month."""
    sums = [(month, *tried.of_month(month)) for month in tried.months]
    return [
        MonthLine(month, Money(before, currency), Money(after, currency)) for month, before, after in sums
    ]


def total_line(tried: Tried, currency: Currency) -> MonthLine:
    """All months together."""
    return MonthLine(None, Money(tried.before, currency), Money(tried.after, currency))


def rows(tried: Tried, currency: Currency) -> Iterator[list[Cell]]:
    """A back-test as a table: a row for each person and month."""
    yield [
        _("Staff number"),
        _("Name"),
        _("Month"),
        _("Credit"),
        _("Part of the commission paid, in percent"),
        _("As it stands"),
        _("With the plan"),
        _("Difference"),
    ]
    for person in tried.people:
        for month in person.months:
            amounts = (month.before, month.after, month.difference)
            yield [
                person.code,
                person.name,
                f"{month.month:%Y-%m}",
                Money(month.credit, currency).major,
                Decimal(month.paid_bp) / 100,
                *(Money(amount, currency).major for amount in amounts),
            ]


def _terms(plan: Plan, currency: Currency) -> Iterator[tuple[str, str, str]]:
    """Every line there can be, in one order for every plan; an empty value: nothing of it."""

    def amount(minor: int) -> str:
        return format_money(Money(minor, currency)) if minor else ""

    yield _("Base pay"), amount(plan.base_minor), "COM-01"
    yield _("Tiers"), _tiers(plan, currency), "AMB-37"
    yield _("How tiers count"), str(MODES[plan.mode.value]), "AMB-37"
    renewal = percent(plan.renewal_bp) if plan.renewal_bp != WHOLE_BP else ""
    yield _("Renewals, of the rate"), renewal, "COM-03"
    for name, words in CATEGORIES.items():
        yield str(words), _category(plan, name), "COM-03"
    yield _("Set-up fees"), _("do not count") if plan.exclude_set_up_fee else "", "COM-08"
    cap = "" if plan.cap_minor is None else format_money(Money(plan.cap_minor, currency))
    yield _("Most commission of a month"), cap, "COM-03"
    override = percent(plan.team_override_bp) if plan.team_override_bp else ""
    yield _("For a supervisor, of his team's credit"), override, "COM-09"
    setter = percent(plan.setter_bp) if plan.setter_bp else ""
    yield _("For whoever made the appointment"), setter, "COM-09"
    yield _("For a colleague who brought the buyer"), amount(plan.staff_referral_minor), "AMB-54"
    yield _("Kept back as deposit"), amount(plan.pay_deposit_minor), "AMB-40"
    yield _("Commission may be paid"), str(PAYABLE[plan.payable_after.value]), "AMB-65"


def _tiers(plan: Plan, currency: Currency) -> str:
    said = (
        _(
            "from %(amount)s: %(rate)s",
            amount=format_money(Money(tier.from_minor, currency), whole=True),
            rate=percent(tier.rate_bp),
        )
        for tier in plan.tiers
    )
    return "; ".join(said) or _("no commission")


def _category(plan: Plan, name: str) -> str:
    own, part = plan.category_rates.get(name), plan.category_bp.get(name)
    if own is not None:
        return _("at %(rate)s, whatever the tier", rate=percent(own))
    return "" if part is None else _("at %(part)s of the tier's rate", part=percent(part))


def _example(example: Example, plan: Plan, currency: Currency) -> ExampleLine:
    facts = {
        "border": format_money(Money(example.border_minor, currency), whole=True),
        "part": format_money(Money(example.part_minor, currency), whole=True),
        "sale": format_money(Money(example.sale_minor, currency), whole=True),
    }
    reckoned = example.reckoned
    return ExampleLine(
        words=str(EXAMPLES[example.kind]) % facts,
        credit=Money(reckoned.sum_minor, currency),
        rate=percent(reckoned.rate_bp),
        commission=Money(reckoned.commission_minor, currency),
        pay=Money(plan.base_minor + reckoned.commission_minor, currency),
        capped=reckoned.capped,
    )


def _length(amount: int, largest: int) -> float:
    return round(100 * max(amount, 0) / largest, 2) if largest else 0
