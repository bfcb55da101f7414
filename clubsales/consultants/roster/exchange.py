"""Giving a shift to a colleague, or swapping two: nothing holds before the supervisor says so (SHF-02). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clubsales.clock import Instant
from clubsales.consultants.roster.rules import Entry, Off, worked_part
from clubsales.errors import Decision, allow, refuse
from clubsales.ids import ConsultantID


class SwapStatus(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


LIVE = frozenset({SwapStatus.ASKED, SwapStatus.AGREED})


class SwapRefused(StrEnum):
    SELF = "swap.self"
    BEGUN = "swap.begun"
    ALREADY_ASKED = "swap.already_asked"
    NOT_ACTIVE = "swap.not_active"
    ON_LEAVE = "swap.on_leave"
    OVERLAP = "swap.overlap"
    ENDED = "swap.ended"
    NOT_AGREED = "swap.not_agreed"
    OWN = "swap.own"
    NOTE = "swap.note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Somebody who would work a shift: `others` are his entries without the one he gives away."""

    name: str
    is_active: bool
    off: Off | None
    others: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Handing:
    """A shift on its way to its receiver."""

    entry: Entry
    to: Receiver


def may_hand_over(handings: Sequence[Handing], at: Instant) -> Decision:
    """Before the shift begins, to somebody who works here, has no leave and no other shift then."""
    for handing in handings:
        span, to = handing.entry.span, handing.to
        if span.starts_at <= at:
            return refuse(SwapRefused.BEGUN, starts_at=span.starts_at, day=handing.entry.day)
        if not to.is_active:
            return refuse(SwapRefused.NOT_ACTIVE, name=to.name, day=handing.entry.day)
        if worked_part(span, to.off) != span:
            return refuse(SwapRefused.ON_LEAVE, name=to.name, day=handing.entry.day)
        beside = next((other for other in to.others if other.span.meets(span)), None)
        if beside is not None:
            return refuse(
                SwapRefused.OVERLAP,
                name=to.name,
                day=beside.day,
                starts_at=beside.span.starts_at,
                ends_at=beside.span.ends_at,
            )
    return allow()


def may_ask(asker: ConsultantID, colleague: ConsultantID, *, is_asked: bool, day: date) -> Decision:
    """A colleague, and once at a time."""
    if asker == colleague:
        return refuse(SwapRefused.SELF)
    if is_asked:
        return refuse(SwapRefused.ALREADY_ASKED, day=day)
    return allow()


def may_answer(status: SwapStatus) -> Decision:
    """Only what is still a question has an answer."""
    return allow() if status is SwapStatus.ASKED else refuse(SwapRefused.ENDED)


def may_withdraw(status: SwapStatus) -> Decision:
    """Until it is decided."""
    return allow() if status in LIVE else refuse(SwapRefused.ENDED)


def may_decide(status: SwapStatus, *, approve: bool, note: str, is_party: bool) -> Decision:
    """When the colleague has agreed, by somebody whose shift it is not; a no has its reason."""
    if status not in LIVE:
        return refuse(SwapRefused.ENDED)
    if is_party:
        return refuse(SwapRefused.OWN)
    if approve and status is not SwapStatus.AGREED:
        return refuse(SwapRefused.NOT_AGREED)
    if not approve and not note.strip():
        return refuse(SwapRefused.NOTE)
    return allow()
