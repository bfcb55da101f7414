"""Whose the credit of a sale is: the facts of the day the first money came, put to the rules (rules.md 3.0)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, local_day
from clubsales.consultants.credits.rules import Attribution
from clubsales.consultants.profiles import queries as profiles
from clubsales.ids import ConsultantID, PersonID, ReceptionID
from clubsales.leads.attribution.queries import attribution_policy
from clubsales.leads.attribution.rules import (
    RULE_2A,
    AttributionPolicy,
    SaleFacts,
    attribute,
    needs_tracking,
)
from clubsales.leads.claims import queries as claims
from clubsales.leads.followups import queries as followups
from clubsales.leads.followups.rules import FollowUpPolicy, Tracking
from clubsales.leads.touches import queries as touches
from clubsales.leads.touches.queries import VisitView
from clubsales.leads.touches.rules import DesignationPolicy, Signal, SignalKind, designated_by
from clubsales.membership.sales import queries
from clubsales.membership.sales.models import SaleRow
from clubsales.policies import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A sale at its first receipt: when the money came, and whose hand took it."""

    sale: SaleRow
    paid_at: Instant
    taken_by: ConsultantID | None
    policy: Policy
    actor: Actor


def attribution_of(
    session: Session,
    sale: SaleRow,
    *,
    paid_at: Instant,
    taken_by: ConsultantID | None,
    policy: Policy,
    buyer_is_member: bool,
    names: Mapping[ConsultantID, str],
    actor: Actor,
) -> Attribution:
    """Whose the credit is. `names` are those the caller knows already."""
    case = _Case(sale=sale, paid_at=paid_at, taken_by=taken_by, policy=policy, actor=actor)
    settings = attribution_policy(policy)
    receiver = _receiver(session, case)
    self_purchase = sale.opened_by is None
    if self_purchase and receiver is None:
        facts = _website_facts(session, case, buyer_is_member=buyer_is_member)
    else:
        facts = _floor_facts(session, case, receiver, settings, buyer_is_member=buyer_is_member)
    return attribute(replace(facts, names=_names(session, facts, names)), settings)


def _website_facts(session: Session, case: _Case, *, buyer_is_member: bool) -> SaleFacts:
    """A purchase on the website: who held the lead when it was paid, else whose record was valid then (RCV-08)."""
    held = None
    if case.sale.person_id is not None:
        held = claims.holder_at(session, case.actor.club, PersonID(case.sale.person_id), case.paid_at)
    facts = SaleFacts(
        buyer_is_member=buyer_is_member,
        designated=None,
        receiver=None,
        self_purchase=True,
        holder=None if held is None else held.consultant_id,
    )
    return facts if held is not None else replace(facts, tracker=_tracker(session, case, None))


def _floor_facts(
    session: Session,
    case: _Case,
    receiver: ConsultantID | None,
    settings: AttributionPolicy,
    *,
    buyer_is_member: bool,
) -> SaleFacts:
    visit = None if buyer_is_member else _visit(session, case)
    signal = _designation(visit, case)
    designated = None if signal is None else signal.consultant_id
    facts = SaleFacts(
        buyer_is_member=buyer_is_member,
        designated=designated,
        receiver=receiver,
        received_as_proxy=_as_proxy(session, visit, designated, receiver, settings),
        self_purchase=case.sale.opened_by is None,
        designated_by=None if signal is None else signal.kind,
        gift_coupon=visit is not None and any(one.kind is SignalKind.GIFT_COUPON for one in visit.signals),
    )
    if not needs_tracking(facts, settings):
        return facts
    tracker = _tracker(session, case, visit)
    reception_id = None if visit is None else visit.reception_id
    if reception_id is None:
        return replace(facts, tracker=tracker)
    if tracker is not None:
        brought = settings.tracked_guest != RULE_2A and queries.brought_a_friend(session, reception_id)
        facts = replace(facts, tracker=tracker, brought_a_friend=brought)
    if tracker is None and settings.friend_tracker_bp:
        facts = replace(facts, friends_tracker=_friends_tracker(session, case, reception_id))
    return facts


def _receiver(session: Session, case: _Case) -> ConsultantID | None:
    """Whoever took the money when he sells, else the consultant on the sale."""
    seller = None if case.sale.consultant_id is None else ConsultantID(case.sale.consultant_id)
    if case.taken_by is None or case.taken_by == seller:
        return seller
    taker = profiles.get(session, case.actor.club.id, case.taken_by)
    return seller if taker.kind is None else taker.id


def _visit(session: Session, case: _Case) -> VisitView | None:
    """The visit the sale was made at, else the buyer's latest one on the day he paid."""
    club = case.actor.club
    if case.sale.reception_id is not None:
        reception_id = ReceptionID(case.sale.reception_id)
        return touches.visit_of_reception(session, club_id=club.id, reception_id=reception_id)
    if case.sale.person_id is None:
        return None
    day = local_day(case.paid_at, club.zone)
    return touches.latest_visit(session, club_id=club.id, person_id=PersonID(case.sale.person_id), day=day)


def _designation(visit: VisitView | None, case: _Case) -> Signal | None:
    """Whom the guest came for, by what, when he paid on the day he came (OWN-03, AMB-03, AMB-05)."""
    if visit is None or visit.day != local_day(case.paid_at, case.actor.club.zone):
        return None
    precedence = case.policy.read("designation", DesignationPolicy).precedence
    return designated_by(visit.signals, precedence)


def _as_proxy(
    session: Session,
    visit: VisitView | None,
    designated: ConsultantID | None,
    receiver: ConsultantID | None,
    settings: AttributionPolicy,
) -> bool:
    if not settings.proxy_share_bp or designated in (None, receiver):
        return False
    if visit is None or visit.reception_id is None:
        return False
    return queries.proxy_of_reception(session, visit.reception_id) == receiver


def _tracker(session: Session, case: _Case, visit: VisitView | None) -> Tracking | None:
    """Whose record of the buyer counts at that arrival; without one, at the moment of the money."""
    if case.sale.person_id is None:
        return None
    return _record(
        session,
        case,
        PersonID(case.sale.person_id),
        reception_id=None if visit is None else visit.reception_id,
        at=case.paid_at if visit is None else visit.at,
    )


def _friends_tracker(session: Session, case: _Case, reception_id: ReceptionID) -> Tracking | None:
    """Whose record of the guest counts with whom the buyer came, at that guest's arrival (DSP-07)."""
    friend = queries.came_with(session, reception_id)
    if friend is None:
        return None
    friends_reception, person_id = friend
    return _record(session, case, person_id, reception_id=friends_reception, at=case.paid_at)


def _record(
    session: Session, case: _Case, person_id: PersonID, *, reception_id: ReceptionID | None, at: Instant
) -> Tracking | None:
    return followups.valid_record(
        session,
        club_id=case.actor.club.id,
        person_id=person_id,
        reception_id=reception_id,
        at=at,
        day=local_day(at, case.actor.club.zone),
        policy=case.policy.read("follow_up", FollowUpPolicy),
    )


def _names(
    session: Session, facts: SaleFacts, known: Mapping[ConsultantID, str]
) -> Mapping[ConsultantID, str]:
    wanted = [one for one in (facts.designated, facts.receiver, facts.holder) if one is not None]
    return known if all(one in known for one in wanted) else profiles.names(session, wanted)
