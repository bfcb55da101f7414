"""Who may do what with a guest: take, accept, give away, see out, contest; and who may not, with the reason."""

from dataclasses import dataclass
from enum import StrEnum

from clubsales.consultants.shifts.rules import Status as PostStatus
from clubsales.errors import Decision, allow, refuse
from clubsales.frontdesk.rotation.rules import OVERDUE, Seat


class ReceptionRefused(StrEnum):
    OFF_DUTY = "reception.off_duty"
    OPEN = "reception.open"
    NOT_HIS = "reception.not_his"
    NOT_AUTHORISED = "reception.not_authorised"
    NOBODY_WAITING = "reception.nobody_waiting"
    IDENTIFIED = "reception.identified"
    OFF_POST = "reception.off_post"
    REASON = "reception.reason"
    GONE = "reception.gone"
    PASSED_ON = "reception.passed_on"
    OVERDUE = "reception.overdue"
    NOBODY_FOR_HIM = "reception.nobody_for_him"
    CONTEST_WHO = "reception.contest_who"
    CONTEST_OWN = "reception.contest_own"
    ON_LEAVE = "reception.on_leave"
    OFF_DUTY_REASON = "reception.off_duty_reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class TryFacts:
    """A consultant who wants to take a guest himself."""

    is_his: bool
    on_shift: bool
    has_guest: bool
    consultant: str


def may_receive(facts: TryFacts) -> Decision:
    """Nobody takes a guest: he is given one (SHF-07, ROT-05, ROT-01). Only his own guest is his already."""
    if facts.is_his:
        return allow()
    if not facts.on_shift:
        return refuse(ReceptionRefused.OFF_DUTY, consultant=facts.consultant)
    if facts.has_guest:
        return refuse(ReceptionRefused.OPEN, consultant=facts.consultant)
    return refuse(ReceptionRefused.NOT_HIS, consultant=facts.consultant)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeeOutFacts:
    """Somebody sees a guest out."""

    is_his: bool
    at_the_desk: bool
    consultant: str


def may_see_out(facts: SeeOutFacts) -> Decision:
    """The desk may see anybody out, a consultant his own guest."""
    if facts.at_the_desk or facts.is_his:
        return allow()
    return refuse(ReceptionRefused.NOT_HIS, consultant=facts.consultant)


@dataclass(frozen=True, slots=True, kw_only=True)
class OffDutyFacts:
    """A manager lets somebody off duty receive a waiting guest. No `reason`: nobody asked for one."""

    is_manager: bool
    somebody_waits: bool
    has_guest: bool
    on_leave: bool
    reason: str | None
    consultant: str


def may_authorise_off_duty(facts: OffDutyFacts) -> Decision:
    """A club manager may, with a reason, when a guest waits and the consultant has none (SHF-08).

    Approved leave is another's decision than his: off duty is who has done his work for the day (SHF-07, ATT-03).
    """
    if not facts.is_manager:
        return refuse(ReceptionRefused.NOT_AUTHORISED)
    if not facts.somebody_waits:
        return refuse(ReceptionRefused.NOBODY_WAITING)
    if facts.has_guest:
        return refuse(ReceptionRefused.OPEN, consultant=facts.consultant)
    if facts.on_leave:
        return refuse(ReceptionRefused.ON_LEAVE, consultant=facts.consultant)
    if facts.reason == "":
        return refuse(ReceptionRefused.OFF_DUTY_REASON, consultant=facts.consultant)
    return allow()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptFacts:
    """A consultant says that he takes the guest offered to him. `was_asked`: he was, and let it lapse."""

    is_his: bool
    was_asked: bool
    consultant: str


def may_accept(facts: AcceptFacts) -> Decision:
    """Only his own, and until it is passed on: then somebody else has been asked."""
    if facts.is_his:
        return allow()
    if facts.was_asked:
        return refuse(ReceptionRefused.PASSED_ON)
    return refuse(ReceptionRefused.NOT_HIS, consultant=facts.consultant)


def may_come_forward(seat: Seat | None, *, consultant: str, somebody_waits: bool) -> Decision:
    """Whoever is free and on post, and takes turns, may ask for the guest who waits longest (AMB-18)."""
    if seat is None:
        return refuse(ReceptionRefused.OFF_DUTY, consultant=consultant)
    if seat.busy:
        return refuse(ReceptionRefused.OPEN, consultant=consultant)
    if not seat.is_free:
        return refuse(ReceptionRefused.OFF_POST, consultant=consultant)
    if not somebody_waits:
        return refuse(ReceptionRefused.NOBODY_WAITING)
    if seat.barred == OVERDUE:
        return refuse(ReceptionRefused.OVERDUE, consultant=consultant)
    return allow()


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHandFacts:
    """Somebody with authority gives a guest away. `seat` is the chosen one's, if his shift is open."""

    has_left: bool
    seat: Seat | None
    reason: str
    consultant: str


LONGEST_TEXT = 500


def may_assign_by_hand(facts: ByHandFacts) -> Decision:
    """With a reason, to somebody on shift, on post and free; nothing else is asked (ROT-09, ROT-05)."""
    if not facts.reason:
        return refuse(ReceptionRefused.REASON, consultant=facts.consultant)
    if facts.has_left:
        return refuse(ReceptionRefused.GONE)
    if facts.seat is None:
        return refuse(ReceptionRefused.OFF_DUTY, consultant=facts.consultant)
    if facts.seat.status is not PostStatus.ON_POST:
        return refuse(ReceptionRefused.OFF_POST, consultant=facts.consultant)
    if facts.seat.busy:
        return refuse(ReceptionRefused.OPEN, consultant=facts.consultant)
    return allow()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestFacts:
    """Somebody says whose guest this is. `for_himself` is the one who says so; `sells`: he is a consultant."""

    for_himself: bool
    sells: bool
    at_the_desk: bool
    consultant: str


def may_contest(facts: ContestFacts) -> Decision:
    """A consultant for himself, the desk for anybody who sells; quietly, for the docket (DSP-09, SHF-14)."""
    if not facts.sells:
        return refuse(ReceptionRefused.CONTEST_WHO)
    if not facts.for_himself and not facts.at_the_desk:
        return refuse(ReceptionRefused.CONTEST_OWN, consultant=facts.consultant)
    return allow()


def may_close_post(*, has_guest: bool, consultant: str) -> Decision:
    """Nobody leaves a guest standing: he is seen out first (SHF-13, ROT-05)."""
    if has_guest:
        return refuse(ReceptionRefused.OPEN, consultant=consultant)
    return allow()
