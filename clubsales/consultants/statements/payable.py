"""What of a statement is payable when: all but the commission with the close, that as refund windows close."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clubsales.money import half_up

WHOLE_BP = 10_000


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
