"""What of a statement is payable when: all but the commission with the close, that as refund windows close."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clubsales.money import half_up

WHOLE_BP = 10_000


class LineState(StrEnum):
    """Where the money of a line stands: its refund window is open, it may be paid, it was paid."""

    PROVISIONAL = "provisional"
    PAYABLE = "payable"
    PAID = "paid"


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

    def by(self, day: date) -> int:
        """What is payable by a club-local day, the close's day or a later one."""
        return self.now_minor + sum(due.amount_minor for due in self.later if due.day <= day)

    def after(self, day: date) -> tuple[Due, ...]:
        """What is payable later than a day."""
        return tuple(due for due in self.later if due.day > day)


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


def state_of(
    payable_on: date, *, today: date, closed_on: date | None = None, paid_through: date | None = None
) -> LineState:
    """The state of a line. A payout pays all that is payable by its day: nothing before the month's close is paid."""
    if closed_on is not None and paid_through is not None and max(payable_on, closed_on) <= paid_through:
        return LineState.PAID
    return LineState.PROVISIONAL if payable_on > today else LineState.PAYABLE
