"""Who receives a guest: designation, company, rotation - in this order; and who may take a guest himself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse
from clubsales.frontdesk.rotation.rules import (
    Basis,
    ProxyPolicy,
    RotationPolicy,
    Seat,
    Turn,
    as_proxy,
    for_companion,
    for_designated,
    next_up,
    state_of,
)
from clubsales.ids import ConsultantID
from clubsales.leads.touches.rules import SignalKind

# A pass, a card or a name designates only new guests (AMB-05); a member keeps his appointment.
DESIGNATES_MEMBERS = frozenset({SignalKind.APPOINTMENT})


class Status(StrEnum):
    """Where a guest is: not received yet, with a consultant, gone."""

    WAITING = "waiting"
    OPEN = "open"
    ENDED = "ended"


class Outcome(StrEnum):
    """How a visit ended (SHF-13)."""

    SOLD = "sold"
    BE_BACK = "be_back"
    FOLLOW_UP = "follow_up"
    NOT_INTERESTED = "not_interested"
    NOT_PROSPECT = "not_prospect"
    LEFT = "left"


class ReceptionRefused(StrEnum):
    OFF_DUTY = "reception.off_duty"
    OPEN = "reception.open"
    NOT_HIS = "reception.not_his"
    NOT_AUTHORISED = "reception.not_authorised"
    NOBODY_WAITING = "reception.nobody_waiting"
    IDENTIFIED = "reception.identified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Designation:
    """Whose guest somebody is today, and by which signal (OWN-03)."""

    consultant_id: ConsultantID
    name: str
    signal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The reception a guest came with, while it is open."""

    consultant_id: ConsultantID
    consultant_name: str
    basis: Basis
    guest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestFacts:
    """What decides who takes a guest. `on_shift` is everybody with an open shift, in the queue or not."""

    queue: Sequence[Seat]
    on_shift: Mapping[ConsultantID, Seat]
    designation: Designation | None
    company: Company | None


def who_receives(facts: GuestFacts, *, rotation: RotationPolicy, proxy: ProxyPolicy) -> Turn:
    """Company first, then the designated consultant or his proxy, then whose turn it is."""
    if facts.company is not None:
        return for_companion(
            facts.queue,
            consultant_id=facts.company.consultant_id,
            consultant_name=facts.company.consultant_name,
            basis=facts.company.basis,
            guest=facts.company.guest,
        )
    if facts.designation is None:
        return next_up(facts.queue, rotation)
    designated = facts.on_shift.get(facts.designation.consultant_id)
    if designated is not None and designated.is_free:
        return for_designated(facts.queue, designated, signal=facts.designation.signal)
    return as_proxy(
        facts.queue,
        designated_name=facts.designation.name,
        designated_state=state_of(designated),
        proxy=proxy,
    )


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
    """A manager lets somebody off duty receive a waiting guest."""

    is_manager: bool
    somebody_waits: bool
    has_guest: bool
    consultant: str


def may_authorise_off_duty(facts: OffDutyFacts) -> Decision:
    """A club manager may, when a guest waits and the consultant has none (SHF-08)."""
    if not facts.is_manager:
        return refuse(ReceptionRefused.NOT_AUTHORISED)
    if not facts.somebody_waits:
        return refuse(ReceptionRefused.NOBODY_WAITING)
    if facts.has_guest:
        return refuse(ReceptionRefused.OPEN, consultant=facts.consultant)
    return allow()


def may_close_post(*, has_guest: bool, consultant: str) -> Decision:
    """Nobody leaves a guest standing: he is seen out first (SHF-13, ROT-05)."""
    if has_guest:
        return refuse(ReceptionRefused.OPEN, consultant=consultant)
    return allow()
