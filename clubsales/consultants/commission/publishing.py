"""When a plan may be published: for a month that is open, with a reason, by somebody it does not pay."""

from datetime import date
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse

LONGEST_NAME, LONGEST_REASON = 60, 400


class PlanRefused(StrEnum):
    NAME = "plan.name"
    MONTH = "plan.month"
    MONTH_CLOSED = "plan.month_closed"
    MONTH_BEGUN = "plan.month_begun"
    REASON = "plan.reason"
    OWN = "plan.own"
    CHANGED = "plan.changed"


def may_draft(*, name: str, valid_from: date) -> Decision:
    """A plan has a name, and begins with a month."""
    if not name:
        return refuse(PlanRefused.NAME)
    if valid_from.day != 1:
        return refuse(PlanRefused.MONTH, day=valid_from)
    return allow()


def may_publish(
    *,
    valid_from: date,
    this_month: date,
    closed_through: date | None,
    reason: str,
    also_begun: bool,
    pays_publisher: bool,
) -> Decision:
    """Not for a closed month; for one that has begun only when that is meant; nobody publishes what pays himself."""
    if closed_through is not None and valid_from <= closed_through:
        return refuse(PlanRefused.MONTH_CLOSED, month=valid_from)
    if pays_publisher:
        return refuse(PlanRefused.OWN)
    if not reason:
        return refuse(PlanRefused.REASON)
    if valid_from <= this_month and not also_begun:
        return refuse(PlanRefused.MONTH_BEGUN, month=valid_from)
    return allow()
