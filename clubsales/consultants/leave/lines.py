"""A request as a line of a list, and the words that its pages share."""

from dataclasses import dataclass

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day, local_time
from clubsales.consultants.leave import ending, operations, texts
from clubsales.consultants.leave.forms import long_day, short_day
from clubsales.consultants.leave.queries import LeaveView
from clubsales.consultants.leave.rules import LIVE, Authority, Status, may_withdraw
from clubsales.db import db
from clubsales.errors import Allowed
from clubsales.i18n import listed


@dataclass(frozen=True, slots=True)
class Line:
    """A request with the sentence that says whose matter it is."""

    leave: LeaveView
    why: str
    who: str = ""
    may_withdraw: bool = False
    may_end: bool = False


def line_of(actor: Actor, leave: LeaveView, at: Instant) -> Line:
    """A request of somebody's own list; whose matter it is matters while it waits."""
    zone = actor.club.zone
    withdrawing = may_withdraw(
        leave.span, leave.status, today=local_day(at, zone), local=local_time(at, zone)
    )
    can = leave.status in LIVE and isinstance(withdrawing, Allowed)
    if leave.status is not Status.FILED:
        return Line(leave, "", may_withdraw=can)
    authority = authority_of(actor, leave, at)
    return Line(leave, why(authority), who(authority), can)


def decided_line(actor: Actor, leave: LeaveView, at: Instant) -> Line:
    """A request that was decided, for whoever decides."""
    return Line(leave, "", may_end=ending.can_end(db.session, leave, actor, at))


def authority_of(actor: Actor, leave: LeaveView, at: Instant) -> Authority:
    """Whose matter a request is today."""
    return operations.authority_over(db.session, leave.account_id, leave.half_days, actor=actor, at=at)


def why(authority: Authority) -> str:
    """Why it is whose matter."""
    return str(texts.WHY[authority.level.value]) % {"short_days": authority.short_days}


def who(authority: Authority) -> str:
    """Whose matter it is, as roles."""
    return listed(texts.AUTHORITIES[role.value] for role in authority.roles)


def words() -> dict[str, object]:
    """The words that the pages of leave need."""
    return {
        "kinds": texts.KINDS,
        "statuses": texts.STATUSES,
        "tones": texts.TONES,
        "authorities": texts.AUTHORITIES,
        "short_day": short_day,
        "long_day": long_day,
    }
