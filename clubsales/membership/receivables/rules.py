"""What is still to come in, when, and what of it is late (RCV-02 to RCV-06). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from clubsales.actor import Role
from clubsales.errors import Decision, allow, refuse
from clubsales.money import WHOLE, Money

MOST_PARTS = 24
CONFIRMERS = frozenset({Role.CLUB_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER, Role.DEPUTY_GM})


class ReceivableRefused(StrEnum):
    NOTHING_DUE = "receivable.nothing_due"
    SUM = "receivable.sum"
    AMOUNT = "receivable.amount"
    DAYS = "receivable.days"
    PAST = "receivable.past"
    TOO_MANY = "receivable.too_many"
    NOT_LATE = "receivable.not_late"
    ROLE = "receivable.role"
    NOT_YOURS = "receivable.not_yours"


class Standing(StrEnum):
    """Where an instalment stands on a day."""

    PAID = "paid"
    TO_COME = "to_come"
    DUE = "due"  # today
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Part:
    """So much, on a day."""

    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class PartStanding:
    """A part, what of it is paid, and where it stands."""

    part: Part
    paid: Money
    standing: Standing

    @property
    def outstanding(self) -> Money:
        """What of it is still to come."""
        return self.part.amount - self.paid


@dataclass(frozen=True, slots=True)
class Collection:
    """What was due, and what of it has come in (RCV-05)."""

    due: Money
    collected: Money

    @property
    def rate_bp(self) -> int | None:
        """The rate in basis points, rounded down; None where nothing was due."""
        return self.collected.minor * WHOLE // self.due.minor if self.due else None


def may_plan(parts: Sequence[Part], *, outstanding: Money, today: date) -> Decision:
    """The parts add up to what is open, each on a later day than the one before, none in the past (RCV-06)."""
    if not outstanding:
        return refuse(ReceivableRefused.NOTHING_DUE)
    if len(parts) > MOST_PARTS:
        return refuse(ReceivableRefused.TOO_MANY, most=MOST_PARTS)
    if not parts or any(part.amount.minor <= 0 for part in parts):
        return refuse(ReceivableRefused.AMOUNT)
    if parts[0].due_on < today:
        return refuse(ReceivableRefused.PAST)
    if any(later.due_on <= earlier.due_on for earlier, later in pairwise(parts)):
        return refuse(ReceivableRefused.DAYS)
    total = sum((part.amount for part in parts), Money.zero(outstanding.currency))
    if total != outstanding:
        return refuse(ReceivableRefused.SUM, total=total, outstanding=outstanding)
    return allow()


def stand(parts: Sequence[Part], *, price: Money, received: Money, today: date) -> tuple[PartStanding, ...]:
    """Where each part of a plan stands: what came in since it was agreed pays the parts in the order of their days.

    A plan adds up to what was open when it was agreed, so that what was paid before is the rest of the price.
    """
    planned = sum((part.amount for part in parts), Money.zero(price.currency))
    left = max((received - (price - planned)).minor, 0)
    found = []
    for part in parts:
        paid = Money(min(left, part.amount.minor), price.currency)
        left -= paid.minor
        found.append(PartStanding(part, paid, _standing(part, paid, today)))
    return tuple(found)


def _standing(part: Part, paid: Money, today: date) -> Standing:
    if paid == part.amount:
        return Standing.PAID
    if part.due_on == today:
        return Standing.DUE
    return Standing.OVERDUE if part.due_on < today else Standing.TO_COME


def collected(parts: Sequence[PartStanding], *, first: date, last: date, zero: Money) -> Collection:
    """Of the parts that were due from a day to a day, both included: how much, and what of it is here."""
    due = [part for part in parts if first <= part.part.due_on <= last]
    return Collection(
        due=sum((part.part.amount for part in due), zero), collected=sum((part.paid for part in due), zero)
    )


def is_to_remind(part: PartStanding, *, reminded_on: date | None, today: date) -> bool:
    """On the day it is due, and once more when it is late (RCV-02)."""
    if part.standing is Standing.DUE:
        return reminded_on is None
    if part.standing is Standing.OVERDUE:
        return reminded_on is None or reminded_on <= part.part.due_on
    return False


def may_confirm(*, is_late: bool, roles: frozenset[Role]) -> Decision:
    """Arrears are confirmed by a manager (RCV-04), once they are some."""
    if CONFIRMERS.isdisjoint(roles):
        return refuse(ReceivableRefused.ROLE)
    return allow() if is_late else refuse(ReceivableRefused.NOT_LATE)


def even_parts(outstanding: Money, days: Sequence[date]) -> tuple[Part, ...]:
    """What is open in equal parts on some days: a plan to begin with."""
    if not days or not outstanding:
        return ()
    amounts = outstanding.allocate([1] * len(days))
    return tuple(Part(day, amount) for day, amount in zip(days, amounts, strict=True) if amount)
