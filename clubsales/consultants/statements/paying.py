"""Who may record what was paid out on a statement, and when: pure."""

from datetime import date
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse

LONGEST_REFERENCE = 80  # characters


class PayoutRefused(StrEnum):
    NOT_CLOSED = "payout.not_closed"
    NOBODY = "payout.nobody"
    OWN = "payout.own"
    DAY = "payout.day"
    NOTHING_DUE = "payout.nothing_due"
    CHANGED = "payout.changed"


def may_pay_out(*, name: str, due_minor: int, is_own: bool, day: date, first: date, today: date) -> Decision:
    """Somebody else's statement, on a day from its close (and its last payout) to today, and only what is payable by then."""
    if is_own:
        return refuse(PayoutRefused.OWN)
    if not first <= day <= today:
        return refuse(PayoutRefused.DAY, name=name, first=first, last=today)
    if due_minor <= 0:
        return refuse(PayoutRefused.NOTHING_DUE, name=name, day=day)
    return allow()
