"""How much of a card's money goes back (RFD-03). Pure.

Within the cooling-off days a card nobody has used goes back whole. Afterwards what is unused goes back, less the fees
its terms name. More than that is goodwill, and a manager's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from clubsales.errors import Decision, Fact, Reason, allow, refuse
from clubsales.money import Currency, Money, half_up

WHOLE_BP = 10_000
# Model contracts of Shanghai and Beijing: until when the money has to be back, in working days.
COOLING_OFF_WORKING_DAYS = 5
WORKING_DAYS = 15


class RefundBasis(StrEnum):
    """By what right money goes back."""

    COOLING_OFF = "cooling_off"
    TERMS = "terms"
    GOODWILL = "goodwill"


class ReturnState(StrEnum):
    """Where a request for money back stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class ReturnRefused(StrEnum):
    NOTHING = "return.nothing"
    AMOUNT = "return.amount"
    ABOVE_KEPT = "return.above_kept"
    OPEN = "return.open"
    REASON = "return.reason"
    ANSWERED = "return.answered"
    NOT_APPROVED = "return.not_approved"
    CHANGED = "return.changed"
    USED_SINCE = "return.used_since"
    KEEPS = "return.keeps"
    SERVICE = "return.service"
    PAID = "return.paid_already"


@dataclass(frozen=True, slots=True)
class RefundPolicy:
    """`refund` of the policy: days in which an unused card goes back whole; whose yes a request needs, in order."""

    cooling_off_days: int
    approvals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFacts:
    """What a card's refund is reckoned from. Days are club-local.

    `paid` is the money behind the card that has not gone back; `used` is what of it the card's terms count as used;
    `bought_on` is the day it was paid in full or its contract signed, whichever came later.
    """

    paid: Money
    used: Money
    is_opened: bool
    bought_on: date
    today: date
    cooling_off_days: int
    is_refundable: bool
    fee: Money
    fee_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step of the reckoning: an amount, below zero where it is kept, and why."""

    amount: Money
    reason: Reason

    def stored(self) -> dict[str, Any]:
        """The line as JSON."""
        return {"amount": self.amount.minor, "reason": self.reason.stored()}

    @classmethod
    def restored(cls, stored: Mapping[str, Any], currency: Currency) -> "Line":
        """A line as it was stored."""
        reason = Reason.restored(stored["reason"])
        facts = {name: _typed(fact, currency) for name, fact in reason.facts.items()}
        return cls(amount=Money(stored["amount"], currency), reason=replace(reason, facts=facts))


def _typed(fact: Fact, currency: Currency) -> Fact:
    """A fact as it was before it was stored: what is text now was a day or an amount."""
    if not isinstance(fact, str):
        return fact
    return date.fromisoformat(fact) if "-" in fact[1:] else Money.parse(fact, currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """What goes back, by what right, step by step. The lines add up to `amount`."""

    basis: RefundBasis
    amount: Money
    lines: tuple[Line, ...]
    cooling_off_until: date

    @property
    def working_days(self) -> int:
        """Until the money has to be back."""
        return COOLING_OFF_WORKING_DAYS if self.basis is RefundBasis.COOLING_OFF else WORKING_DAYS


def reckon(facts: RefundFacts) -> Reckoned:
    """What goes back of a card today."""
    until = facts.bought_on + timedelta(days=facts.cooling_off_days)
    paid = Line(amount=facts.paid, reason=Reason("RFD-03", "return.paid", {"paid": facts.paid}))
    if not facts.is_opened and facts.cooling_off_days and facts.today <= until:
        why = Reason("RFD-03", "return.cooling_off", {"until": until})
        return Reckoned(
            basis=RefundBasis.COOLING_OFF,
            amount=facts.paid,
            lines=(paid, Line(amount=Money.zero(facts.paid.currency), reason=why)),
            cooling_off_until=until,
        )
    lines = (paid, *_kept(facts))
    left = sum((line.amount for line in lines), Money.zero(facts.paid.currency))
    return Reckoned(basis=RefundBasis.TERMS, amount=left, lines=lines, cooling_off_until=until)


def _kept(facts: RefundFacts) -> tuple[Line, ...]:
    """What the club keeps, never more than is there."""
    if not facts.is_refundable:
        return (Line(amount=-facts.paid, reason=Reason("RFD-03", "return.not_refundable")),)
    left = facts.paid
    lines: list[Line] = []
    share = Money(half_up(facts.paid.minor * facts.fee_bp, WHOLE_BP), facts.paid.currency)
    for amount, reason in (
        (facts.used, Reason("RFD-03", "return.used", {"used": facts.used})),
        (facts.fee, Reason("RFD-03", "return.fee", {"fee": facts.fee})),
        (share, Reason("RFD-03", "return.fee_share", {"share": share, "basis_points": facts.fee_bp})),
    ):
        taken = min(amount, left, key=lambda each: each.minor)
        if taken.minor > 0:
            lines.append(Line(amount=-taken, reason=reason))
            left -= taken
    return tuple(lines)


def part_of(reckoned: Reckoned, *, units: int, left: int, in_money: bool = False) -> Reckoned:
    """The same for so many of the unused days or visits: an equal part of what goes back, odd fen with the club.

    `in_money`: the units are stored value, in minor units.
    """
    if left <= 0 or units >= left:
        return reckoned
    currency = reckoned.amount.currency
    amount = Money(reckoned.amount.minor * max(units, 0) // left, currency)
    told = (Money(each, currency) if in_money else each for each in (units, left))
    why = Reason("RFD-03", "return.part", dict(zip(("units", "left"), told, strict=True)))
    rest = Line(amount=amount - reckoned.amount, reason=why)
    return replace(reckoned, amount=amount, lines=(*reckoned.lines, rest))


def may_ask(
    amount: Money,
    reckoned: Reckoned,
    *,
    paid: Money,
    is_open: bool,
    service_waits: bool,
    card_stays: bool,
    reason: str,
) -> Decision:
    """One request at a time, for something, for no more than is there; each says why.

    A card that stays keeps some money behind it, and nothing else is being done with it meanwhile.
    """
    if is_open:
        return refuse(ReturnRefused.OPEN)
    if service_waits:
        return refuse(ReturnRefused.SERVICE)
    if not paid:
        return refuse(ReturnRefused.NOTHING)
    if amount.minor <= 0:
        return refuse(ReturnRefused.AMOUNT, reckoned=reckoned.amount)
    if paid < amount:
        return refuse(ReturnRefused.ABOVE_KEPT, amount=amount, paid=paid)
    if card_stays and amount == paid:
        return refuse(ReturnRefused.KEEPS, paid=paid)
    if not reason.strip():
        return refuse(ReturnRefused.REASON)
    return allow()


def may_pay_out(
    amount: Money, *, paid: Money, reckoned_then: Money, reckoned_now: Money, used_since: bool
) -> Decision:
    """What was approved goes out as it was reckoned on the day it was asked: waiting for the club costs nothing.

    Whoever used the card since is reckoned anew, by another request.
    """
    if paid < amount:
        return refuse(ReturnRefused.CHANGED, amount=amount, paid=paid)
    if used_since and reckoned_now < reckoned_then:
        return refuse(ReturnRefused.USED_SINCE, then=reckoned_then, now=reckoned_now)
    return allow()


def basis_of(amount: Money, reckoned: Reckoned) -> RefundBasis:
    """More than was reckoned is goodwill."""
    return RefundBasis.GOODWILL if reckoned.amount < amount else reckoned.basis
