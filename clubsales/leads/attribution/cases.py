"""From the evidence to the facts a sale is decided on (rules.md 3.0). Pure: where the evidence is kept does not matter.

What an earlier rule has decided is not asked for any more, so a sale reads no more than its answer needs.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from clubsales.clock import Instant, local_day
from clubsales.consultants.credits.rules import Attribution
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.leads.attribution.missed import near_miss
from clubsales.leads.attribution.rules import (
    RULE_2A,
    AttributionPolicy,
    SaleFacts,
    Shown,
    Told,
    attribute,
    needs_tracking,
)
from clubsales.leads.attribution.working_rules import working
from clubsales.leads.followups.rules import FollowUpPolicy, Record, Tracking, tracking
from clubsales.leads.touches.rules import Arrival, Signal, SignalKind, Visit, arrivals, designated_by

More = dict[str, Any]  # facts that come after the first ones, by their names


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
    """Whose a sale's credit is, by which rule and why, and how the rules came to it."""
    facts = facts_of(case, evidence, settings, zone)
    attribution = attribute(facts, settings.shares)
    return replace(attribution, working=working(facts, settings.shares, attribution))


def facts_of(case: Case, evidence: Evidence, settings: Settings, zone: ZoneInfo) -> SaleFacts:
    """What the rules look at, in their order."""
    receiver = _receiver(case, evidence)
    if case.self_purchase and receiver is None:
        facts, more = _website_facts(case, evidence, settings, zone)
    else:
        facts, more = _floor_facts(case, receiver, evidence, settings, zone)
    return (
        replace(facts, **more) if more else facts
    )  # a copy costs more than the rules do, of millions of sales


def _website_facts(
    case: Case, evidence: Evidence, settings: Settings, zone: ZoneInfo
) -> tuple[SaleFacts, More]:
    """A purchase on the website: who held the lead when it was paid, else whose record was valid then (RCV-08)."""
    holder = None if case.person_id is None else evidence.holder(case.person_id, case.paid_at)
    told = Told(buyer_is_known=case.person_id is not None)
    facts = SaleFacts(
        buyer_is_member=case.buyer_is_member,
        designated=None,
        receiver=None,
        self_purchase=True,
        holder=holder,
        names=_names(evidence, told, holder),
        told=told,
    )
    return facts, {} if holder is not None else _record(facts.told, case, None, evidence, settings, zone)


def _floor_facts(
    case: Case, receiver: ConsultantID | None, evidence: Evidence, settings: Settings, zone: ZoneInfo
) -> tuple[SaleFacts, More]:
    """What the rules look at first, and what the records add where they can change anything."""
    paid_on = local_day(case.paid_at, zone)
    found = () if case.buyer_is_member else _arrivals(case, evidence, paid_on)
    arrival = _arrival(found, case, paid_on)
    signal = _designation(arrival, paid_on, settings)
    designated = None if signal is None else signal.consultant_id
    told = _told(found, arrival, signal, case, receiver, paid_on, settings)
    facts = SaleFacts(
        buyer_is_member=case.buyer_is_member,
        designated=designated,
        receiver=receiver,
        received_as_proxy=_as_proxy(arrival, designated, receiver, evidence, settings),
        self_purchase=case.self_purchase,
        designated_by=None if signal is None else signal.kind,
        gift_coupon=arrival is not None
        and any(one.kind is SignalKind.GIFT_COUPON for one in arrival.signals),
        names=_names(evidence, told, designated, receiver),
        told=told,
    )
    if not needs_tracking(facts, settings.shares):
        return facts, {}
    more = _record(facts.told, case, arrival, evidence, settings, zone)
    reception_id = None if arrival is None else arrival.reception_id
    if reception_id is None:
        return facts, more
    if "tracker" in more:
        brought = settings.shares.tracked_guest != RULE_2A and evidence.brought_a_friend(reception_id)
        more["brought_a_friend"] = brought
    elif settings.shares.friend_tracker_bp:
        more["friends_tracker"] = _friends_tracker(case, reception_id, evidence, settings, zone)
    return facts, more


def _names(evidence: Evidence, told: Told, *deciding: ConsultantID | None) -> Mapping[ConsultantID, str]:
    """The names that the sentences need."""
    named = {*deciding, *told.named_too, *told.in_vain}
    named.add(None if told.earlier is None else told.earlier.consultant_id)
    return evidence.names({one for one in named if one is not None})


def _receiver(case: Case, evidence: Evidence) -> ConsultantID | None:
    """Whoever took the money when he sells, else the consultant on the sale."""
    if case.taken_by is None or case.taken_by == case.seller:
        return case.seller
    return case.taken_by if evidence.sells(case.taken_by) else case.seller


def _arrivals(case: Case, evidence: Evidence, paid_on: date) -> Sequence[Arrival]:
    if case.reception_id is None and case.person_id is None:
        return ()
    return arrivals(evidence.visits(case.person_id, case.reception_id, paid_on))


def _arrival(found: Sequence[Arrival], case: Case, paid_on: date) -> Arrival | None:
    """The visit the sale was made at, else the buyer's latest one on the day he paid."""
    if case.reception_id is not None:
        counting = [one for one in found if one.reception_id == case.reception_id]
    else:
        counting = [one for one in found if one.day == paid_on]
    return counting[-1] if counting else None


def _designation(arrival: Arrival | None, paid_on: date, settings: Settings) -> Signal | None:
    """Whom the guest came for, by what, when he paid on the day he came (OWN-03, AMB-03, AMB-05)."""
    if arrival is None or arrival.day != paid_on:
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


def _record(
    told: Told,
    case: Case,
    arrival: Arrival | None,
    evidence: Evidence,
    settings: Settings,
    zone: ZoneInfo,
) -> More:
    """Whose record of the buyer counts at that arrival; without one, at the moment of the money."""
    if case.person_id is None:
        return {}
    records = evidence.records(case.person_id, None if arrival is None else arrival.reception_id)
    if not records.written:
        return {}
    at = records.arrived_at or (case.paid_at if arrival is None else arrival.at)
    on, policy = records.arrived_on or local_day(at, zone), settings.follow_up
    tracker = tracking(records.written, arrived_at=at, arrived_on=on, policy=policy)
    if tracker is None:
        missed = near_miss(records.written, arrived_at=at, arrived_on=on, policy=policy)
        return {"told": replace(told, missed=missed)}
    others = [one for one in records.written if one.consultant_id != tracker.consultant_id]
    second = tracking(others, arrived_at=at, arrived_on=on, policy=policy) if others else None
    if second is None:
        return {"tracker": tracker}
    return {"tracker": tracker, "told": replace(told, runner_up=second.name)}


def _friends_tracker(
    case: Case, reception_id: ReceptionID, evidence: Evidence, settings: Settings, zone: ZoneInfo
) -> Tracking | None:
    """Whose record of the guest counts with whom the buyer came, at that guest's arrival (DSP-07)."""
    friend = evidence.came_with(reception_id)
    if friend is None:
        return None
    friends_reception, person_id = friend
    records = evidence.records(person_id, friends_reception)
    at = records.arrived_at or case.paid_at
    return tracking(
        records.written,
        arrived_at=at,
        arrived_on=records.arrived_on or local_day(at, zone),
        policy=settings.follow_up,
    )


def _told(
    found: Sequence[Arrival],
    arrival: Arrival | None,
    signal: Signal | None,
    case: Case,
    receiver: ConsultantID | None,
    paid_on: date,
    settings: Settings,
) -> Told:
    """What stands beside the facts, so that the answer can be checked."""
    named_too = () if arrival is None or signal is None else _named(arrival, signal.consultant_id)
    in_vain = () if arrival is None or signal is not None or arrival.day != paid_on else _named(arrival)
    turn = None if arrival is None else arrival.turn_of(receiver)
    return Told(
        paid_on=paid_on,
        came_on=None if arrival is None else arrival.day,
        place=turn.position if turn is not None and turn.stands_in_turn else None,
        named_too=named_too,
        in_vain=in_vain,
        earlier=None if signal is not None else _earlier(found, settings),
        buyer_is_known=case.person_id is not None,
    )


def _named(arrival: Arrival, but: ConsultantID | None = None) -> tuple[ConsultantID, ...]:
    """Everybody whom the guest showed or named, but one."""
    shown = (one.consultant_id for one in arrival.signals)
    return tuple(dict.fromkeys(one for one in shown if one is not None and one != but))


def _earlier(found: Sequence[Arrival], settings: Settings) -> Shown | None:
    """Whom the guest came for on his latest visit to anybody; asked only where the visit that counts has nobody."""
    for one in reversed(found):
        signal = designated_by(one.signals, settings.precedence)
        if signal is not None and signal.consultant_id is not None:
            return Shown(kind=signal.kind, consultant_id=signal.consultant_id, day=one.day)
    return None
