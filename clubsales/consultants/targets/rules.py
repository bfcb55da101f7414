"""A consultant's target of a month (TGT-04)."""

from datetime import date
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse
from clubsales.money import Money

LARGEST_MAJOR = 100_000_000  # major units: anything above is a slip of the hand
FIRST_MONTH, LAST_MONTH = date(2000, 1, 1), date(2999, 12, 1)


class TargetRefused(StrEnum):
    AMOUNT = "target.amount"
    CURRENCY = "target.currency"


def may_set(amount: Money, *, currency: str) -> Decision:
    """Not below zero, no slip of the hand, and in the club's currency."""
    if amount.currency != currency:
        return refuse(TargetRefused.CURRENCY, currency=currency)
    if not 0 <= amount.major <= LARGEST_MAJOR:
        return refuse(TargetRefused.AMOUNT)
    return allow()
