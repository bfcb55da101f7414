"""Who receives a guest: designation, company, rotation - in this order; and who may take a guest himself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clubsales.frontdesk.rotation.out_of_turn import for_announced, for_companion, for_designated
from clubsales.frontdesk.rotation.rules import (
    NO_ANSWER,
    Basis,
    ProxyPolicy,
    RotationPolicy,
    Seat,
    Turn,
    as_proxy,
    barring,
    for_waiting,
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
    """How a visit ended (SHF-13). A visitor who was no prospect costs nobody his turn."""

    SOLD = "sold"
    BE_BACK = "be_back"
    FOLLOW_UP = "follow_up"
    NOT_INTERESTED = "not_interested"
    COURIER = "courier"
    QUESTION = "question"
    MEMBER_MATTER = "member_matter"
    NOT_PROSPECT = "not_prospect"
    LEFT = "left"

    @property
    def is_prospect(self) -> bool:
        return self not in NO_PROSPECTS


NO_PROSPECTS = frozenset({Outcome.COURIER, Outcome.QUESTION, Outcome.MEMBER_MATTER, Outcome.NOT_PROSPECT})
DESIGNATE = "designate"


@dataclass(frozen=True, slots=True)
class OwnedLeadPolicy:
    """Whether holding a guest's lead designates: `designate` or `off` (LED-11)."""

    owned_lead: str


@dataclass(frozen=True, slots=True)
class CouponPolicy:
    """Whether a gift coupon makes its guest a new one, whoever has followed him up (AMB-06)."""

    resets_tracking: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Designation:
    """Whose guest somebody is today, and by which signal (OWN-03).

    `comes_off_duty`: it is an appointment a supervisor or manager knew beforehand, and he has no guest (SHF-07).
    """

    consultant_id: ConsultantID
    name: str
    signal: str
    comes_off_duty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The reception a guest came with, while it is open."""

    consultant_id: ConsultantID
    consultant_name: str
    basis: Basis
    guest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestFacts:
    """What decides who takes a guest. `on_shift` is everybody with an open shift, in the queue or not.

    `passed_by` let the offer of this guest lapse; `waits_for_designated`: the guest wants nobody else (AMB-04).
    """

    queue: Sequence[Seat]
    on_shift: Mapping[ConsultantID, Seat]
    designation: Designation | None
    company: Company | None
    passed_by: frozenset[ConsultantID] = frozenset()
    waits_for_designated: bool = False


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
    queue = barring(facts.queue, facts.passed_by)
    wanted = facts.designation
    if wanted is None:
        return next_up(queue, rotation)
    designated = facts.on_shift.get(wanted.consultant_id)
    answers = wanted.consultant_id not in facts.passed_by
    if designated is not None and designated.is_free and answers:
        return for_designated(queue, designated, signal=wanted.signal)
    if designated is None and wanted.comes_off_duty and answers:
        return for_announced(queue, consultant_id=wanted.consultant_id, consultant_name=wanted.name)
    if facts.waits_for_designated:
        return for_waiting(queue, designated_name=wanted.name)
    state = NO_ANSWER if designated is not None and designated.is_free else state_of(designated)
    return as_proxy(queue, designated_name=wanted.name, designated_state=state, proxy=proxy)


def who_lets_him_pass(
    passed_by: Collection[ConsultantID], *, acting: ConsultantID | None, rotation: RotationPolicy
) -> frozenset[ConsultantID]:
    """Of those who let a guest's offer lapse, who is not asked for him again (AMB-18).

    Whoever acts himself is there; and where guests are given without asking, nobody lets one pass.
    """
    return frozenset(passed_by) - {acting} if rotation.accept_seconds else frozenset()


def uses_turn(
    *,
    basis: Basis | None,
    joined: bool,
    designation: Designation | None,
    chosen: ConsultantID,
    proxy: ProxyPolicy,
) -> bool:
    """Whether a guest given away by hand is the receiver's turn: a walk-in is, company or one's own guest is not."""
    if joined:
        return False
    if designation is not None:
        return designation.consultant_id != chosen and proxy.consumes_turn
    return basis in (None, Basis.WAITING, Basis.ROTATION, Basis.MANUAL)
