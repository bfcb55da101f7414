"""From the evidence to the facts a sale is decided on (rules.md 3.0). Pure: where the evidence is kept does not matter.

What an earlier rule has decided is not asked for any more, so a sale reads no more than its answer needs.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from clubsales.clock import Instant, local_day
from clubsales.consultants.credits.rules import Attribution
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.leads.attribution.rules import (
    RULE_2A,
    AttributionPolicy,
    SaleFacts,
    attribute,
    needs_tracking,
)
from clubsales.leads.followups.rules import FollowUpPolicy, Record, Tracking, tracking
from clubsales.leads.touches.rules import Arrival, Signal, SignalKind, Visit, arrivals, designated_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A sale at its first receipt: who buys, on which visit, who stands on it, whose hand took the money and when."""

    person_id: PersonID | None
    reception_id: ReceptionID | None
    seller: ConsultantID | None
    taken_by: ConsultantID | None
    self_purchase: bool
    buyer_is_member: bool
    paid_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All the settings a sale's credit depends on. `precedence` ranks what a guest shows (AMB-05)."""

    shares: AttributionPolicy
    precedence: tuple[str, ...]
    follow_up: FollowUpPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What outside consultants wrote about a person, and the arrival it is measured to, if there was one."""

    written: Sequence[Record]
    arrived_at: Instant | None = None
    arrived_on: date | None = None


class Evidence(Protocol):
    """What is known of a club's guests, wherever it is kept. Nothing is asked twice of one case."""

    def sells(self, consultant_id: ConsultantID) -> bool:
        """Whether somebody sells at all; reception and finance do not."""

    def visits(
        self, person_id: PersonID | None, reception_id: ReceptionID | None, day: date
    ) -> Sequence[Visit]:
        """The visits of a reception, and the latest ones of a person up to a club-local day."""

    def records(self, person_id: PersonID, reception_id: ReceptionID | None) -> Records:
        """What outside consultants wrote about a person, and when the guest of that reception arrived."""

    def holder(self, person_id: PersonID, at: Instant) -> ConsultantID | None:
        """Who held a person's lead at a moment."""

    def proxy(self, reception_id: ReceptionID) -> ConsultantID | None:
        """Who received a guest in another's place (AMB-04)."""

    def came_with(self, reception_id: ReceptionID) -> tuple[ReceptionID, PersonID] | None:
        """The guest a guest came with, if anybody knows who that is."""

    def brought_a_friend(self, reception_id: ReceptionID) -> bool:
        """Whether somebody came with a guest."""

    def names(self, ids: Collection[ConsultantID]) -> Mapping[ConsultantID, str]:
        """What consultants are called."""


def decided(case: Case, evidence: Evidence, settings: Settings, zone: ZoneInfo) -> Attribution:
    """Whose a sale's credit is, by which rule and why."""
    return attribute(facts_of(case, evidence, settings, zone), settings.shares)


def facts_of(case: Case, evidence: Evidence, settings: Settings, zone: ZoneInfo) -> SaleFacts:
    """What the rules look at, in their order."""
    receiver = _receiver(case, evidence)
    if case.self_purchase and receiver is None:
        facts = _website_facts(case, evidence, settings, zone)
    else:
        facts = _floor_facts(case, receiver, evidence, settings, zone)
    named = {one for one in (facts.designated, facts.receiver, facts.holder) if one is not None}
    return replace(facts, names=evidence.names(named))


def _website_facts(case: Case, evidence: Evidence, settings: Settings, zone: ZoneInfo) -> SaleFacts:
    """A purchase on the website: who held the lead when it was paid, else whose record was valid then (RCV-08)."""
    holder = None if case.person_id is None else evidence.holder(case.person_id, case.paid_at)
    facts = SaleFacts(
        buyer_is_member=case.buyer_is_member,
        designated=None,
        receiver=None,
        self_purchase=True,
        holder=holder,
    )
    if holder is not None:
        return facts
    return replace(facts, tracker=_tracker(case, None, evidence, settings, zone))


def _floor_facts(
    case: Case, receiver: ConsultantID | None, evidence: Evidence, settings: Settings, zone: ZoneInfo
) -> SaleFacts:
    arrival = None if case.buyer_is_member else _arrival(case, evidence, zone)
    signal = _designation(arrival, case, settings, zone)
    designated = None if signal is None else signal.consultant_id
    facts = SaleFacts(
        buyer_is_member=case.buyer_is_member,
        designated=designated,
        receiver=receiver,
        received_as_proxy=_as_proxy(arrival, designated, receiver, evidence, settings),
        self_purchase=case.self_purchase,
        designated_by=None if signal is None else signal.kind,
        gift_coupon=arrival is not None
        and any(one.kind is SignalKind.GIFT_COUPON for one in arrival.signals),
    )
    if not needs_tracking(facts, settings.shares):
        return facts
    tracker = _tracker(case, arrival, evidence, settings, zone)
    reception_id = None if arrival is None else arrival.reception_id
    if reception_id is None:
        return replace(facts, tracker=tracker)
    if tracker is not None:
        brought = settings.shares.tracked_guest != RULE_2A and evidence.brought_a_friend(reception_id)
        facts = replace(facts, tracker=tracker, brought_a_friend=brought)
    if tracker is None and settings.shares.friend_tracker_bp:
        facts = replace(facts, friends_tracker=_friends_tracker(case, reception_id, evidence, settings, zone))
    return facts


def _receiver(case: Case, evidence: Evidence) -> ConsultantID | None:
    """Whoever took the money when he sells, else the consultant on the sale."""
    if case.taken_by is None or case.taken_by == case.seller:
        return case.seller
    return case.taken_by if evidence.sells(case.taken_by) else case.seller


def _arrival(case: Case, evidence: Evidence, zone: ZoneInfo) -> Arrival | None:
    """The visit the sale was made at, else the buyer's latest one on the day he paid."""
    if case.reception_id is None and case.person_id is None:
        return None
    day = local_day(case.paid_at, zone)
    found = arrivals(evidence.visits(case.person_id, case.reception_id, day))
    if case.reception_id is not None:
        found = [one for one in found if one.reception_id == case.reception_id]
    else:
        found = [one for one in found if one.day == day]
    return found[-1] if found else None


def _designation(arrival: Arrival | None, case: Case, settings: Settings, zone: ZoneInfo) -> Signal | None:
    """Whom the guest came for, by what, when he paid on the day he came (OWN-03, AMB-03, AMB-05)."""
    if arrival is None or arrival.day != local_day(case.paid_at, zone):
        return None
    return designated_by(arrival.signals, settings.precedence)


def _as_proxy(
    arrival: Arrival | None,
    designated: ConsultantID | None,
    receiver: ConsultantID | None,
    evidence: Evidence,
    settings: Settings,
) -> bool:
    if not settings.shares.proxy_share_bp or designated in (None, receiver):
        return False
    if arrival is None or arrival.reception_id is None:
        return False
    return evidence.proxy(arrival.reception_id) == receiver


def _tracker(
    case: Case, arrival: Arrival | None, evidence: Evidence, settings: Settings, zone: ZoneInfo
) -> Tracking | None:
    """Whose record of the buyer counts at that arrival; without one, at the moment of the money."""
    if case.person_id is None:
        return None
    return _record(
        evidence.records(case.person_id, None if arrival is None else arrival.reception_id),
        at=case.paid_at if arrival is None else arrival.at,
        settings=settings,
        zone=zone,
    )


def _friends_tracker(
    case: Case, reception_id: ReceptionID, evidence: Evidence, settings: Settings, zone: ZoneInfo
) -> Tracking | None:
    """Whose record of the guest counts with whom the buyer came, at that guest's arrival (DSP-07)."""
    friend = evidence.came_with(reception_id)
    if friend is None:
        return None
    friends_reception, person_id = friend
    return _record(
        evidence.records(person_id, friends_reception), at=case.paid_at, settings=settings, zone=zone
    )


def _record(records: Records, *, at: Instant, settings: Settings, zone: ZoneInfo) -> Tracking | None:
    return tracking(
        records.written,
        arrived_at=records.arrived_at or at,
        arrived_on=records.arrived_on or local_day(at, zone),
        policy=settings.follow_up,
    )
