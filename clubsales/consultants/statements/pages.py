"""Somebody's money as his page shows it: the month so far, one sale more, what is payable when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, local_day
from clubsales.consultants.awards.standings import Standing
from clubsales.consultants.commission.rules import (
    NextTier,
    OneMore,
    Plan,
    SaleClass,
    net_of_fee,
    next_tier,
    one_more,
)
from clubsales.consultants.credits.holding import Held, held_from, total
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.statements import queries, told
from clubsales.consultants.statements.answers import AnswerKind
from clubsales.consultants.statements.frozen import ItemView, StatementView
from clubsales.consultants.statements.line_queries import OtherMonth
from clubsales.consultants.statements.price_list import Priced
from clubsales.consultants.statements.reckoning import PersonReckoning, reckoning_of
from clubsales.consultants.statements.told import SaleNamed, Told
from clubsales.money import Money

LATEST = 5
USUAL = "term"  # what an amount without more is taken for: the kind most plans pay in full


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A part of what is earned, and the club-local day from which it is payable. No day: with the month's close.

    `is_due`: its month is closed, it is payable by now, and nobody has recorded that it was paid out.

    `month` is the month it was earned in; `statement` where it is written, none for the month that runs.
    """

    day: date | None
    amount: Money
    month: date
    statement: str | None
    is_due: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MyMonth:
    """A month that is not closed. `safe` and `provisional` are commission whose cooling-off is over, or still runs."""

    found: PersonReckoning
    plan: Plan
    safe: Money
    provisional: Money
    held: tuple[Held, ...]
    held_amount: Money
    next_tier: NextTier | None
    standing: Standing | None
    people: int
    latest: tuple[Told, ...]
    lines: int

    @property
    def items(self) -> tuple[ItemView, ...]:
        """What the pay is made of."""
        return tuple(
            ItemView(
                kind=item.kind, amount=self.amount(item.amount_minor), rule=item.rule, reason=item.reason
            )
            for item in self.found.reckoning.items
        )

    def amount(self, minor: int) -> Money:
        """Minor units as money of the month."""
        return Money(minor, self.safe.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class MyMoney:
    """The whole page. No `month`: nobody pays him for this one yet. `to_answer`: a statement waits for his word."""

    month: date
    present: MyMonth | None
    due: tuple[Due, ...]
    statements: Sequence[StatementView]
    to_answer: StatementView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A sale that might come: what of it would be his, what of that counts, and the difference it makes."""

    plan: Plan
    amount: Money
    counted: Money
    factor_bp: int
    own_rate_bp: int | None
    one: OneMore


def my_money(session: Session, club: Club, person: ConsultantView, month: date, *, at: Instant) -> MyMoney:
    """Somebody's money: a month that is not closed, and what older ones still pay."""
    today = local_day(at, club.zone)
    statements = queries.statements_of_person(session, club.id, person.id)
    found = reckoning_of(session, club, month, person.id, at=at)
    present = _present(session, club, person, found) if found is not None else None
    return MyMoney(
        month=month,
        present=present,
        due=_due(statements, present, month, today),
        statements=statements,
        to_answer=next((each for each in statements if waits_for_word(each, today)), None),
    )


def waits_for_word(statement: StatementView, today: date) -> bool:
    """Whether the person may still acknowledge it or object, or has been answered."""
    last = statement.standing_answer
    return last.kind is AnswerKind.CONFIRMED if last else today <= statement.answer_by


def try_one(present: MyMonth, card: Priced | None, amount: Money, *, renewal: bool) -> Tried:
    """What one sale more would add: by the function that statements are reckoned by."""
    plan, gathered = present.plan, present.found.gathered
    sale_class = SaleClass(card.category if card else USUAL, renewal)
    counted = amount.minor
    if plan.exclude_set_up_fee and card and card.fee:
        price = card.price.minor if card.price else amount.minor
        counted = net_of_fee(amount.minor, price_minor=price, fee_minor=card.fee.minor)
    factor = plan.factor(sale_class)
    return Tried(
        plan=plan,
        amount=amount,
        counted=Money(counted, amount.currency),
        factor_bp=int(factor * 10_000),
        own_rate_bp=plan.category_rates.get(sale_class.category),
        one=one_more(plan, gathered.counted, gathered.facts.brought_minor, sale_class, counted),
    )


def _present(session: Session, club: Club, person: ConsultantView, found: PersonReckoning) -> MyMonth:
    gathered, reckoning = found.gathered, found.reckoning
    later = found.payable.later_minor
    held = held_from(session, club.id, person.id)
    standing = next((each for each in found.result.standings if each.consultant_id == person.id), None)
    board = [each for each in found.result.standings if standing and each.kind is standing.kind]
    return MyMonth(
        found=found,
        plan=gathered.plan,
        safe=Money(reckoning.commission_paid_minor - later, club.currency),
        provisional=Money(later, club.currency),
        held=held,
        held_amount=total((each.amount for each in held), club.currency),
        next_tier=next_tier(gathered.plan, gathered.counted, gathered.facts.brought_minor),
        standing=standing,
        people=len(board),
        latest=tuple(reversed(told.of_open_month(session, found.lines[-LATEST:], club.currency))),
        lines=len(found.lines),
    )


def _due(
    statements: Sequence[StatementView], present: MyMonth | None, month: date, today: date
) -> tuple[Due, ...]:
    """What is payable when: what is due now, the parts of closed months that still wait, then the month that runs.

    Due is the latest statement as long as it is not paid out, and of older ones what was not paid with their first part.
    """
    parts = [
        Due(day=None, amount=due, month=each.month, statement=each.public_id, is_due=True)
        for place, each in reversed(list(enumerate(statements)))
        if (due := each.due_by(today)) and (place == 0 or each.paid_through is not None)
    ]
    parts += [
        Due(
            day=part.day,
            amount=Money(part.amount_minor, each.pay.currency),
            month=each.month,
            statement=each.public_id,
        )
        for each in reversed(statements)
        for part in each.payable.later
        if part.day > today
    ]
    if present is not None:
        payable, currency = present.found.payable, present.safe.currency
        parts.append(Due(day=None, amount=Money(payable.now_minor, currency), month=month, statement=None))
        parts += [
            Due(day=part.day, amount=Money(part.amount_minor, currency), month=month, statement=None)
            for part in payable.later
        ]
    return tuple(parts)


def shortened(due: Sequence[Due], most: int) -> tuple[Due, ...]:
    """So many rows at most: the last of them holds all that is left of its month."""
    if len(due) <= most:
        return tuple(due)
    kept, rest = list(due[: most - 1]), due[most - 1 :]
    return (*kept, replace(rest[-1], amount=total((each.amount for each in rest), rest[0].amount.currency)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A sale of a statement that also counts in another month of the same person."""

    sale: SaleNamed
    month: date
    credit: Money
    statement: str | None


def linked(session: Session, others: Sequence[OtherMonth]) -> tuple[Linked, ...]:
    """Those sales with their names."""
    named = told.sales_named(session, [each.sale_id for each in others])
    return tuple(
        Linked(
            sale=named[each.sale_id],
            month=each.month,
            credit=each.credit,
            statement=each.statement_public_id,
        )
        for each in others
    )
