"""Whose a sale's credit is: facts in, shares with their rule and reason out (rules.md 3.0, history-format "Shares")."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from clubsales.consultants.credits.rules import Attribution, Share
from clubsales.errors import Fact, Reason
from clubsales.ids import ConsultantID
from clubsales.leads.followups.rules import Tracking
from clubsales.leads.touches.rules import SignalKind
from clubsales.money import WHOLE

RULE_2A = "rule_2A"
NO_FACTS: Mapping[str, Fact] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributionPolicy:
    """What a club sets about shares.

    `proxy_share_bp` is the part of who stood in for a designated colleague (AMB-04), `outside_share_bp` that of the
    outside consultant who followed a guest up (DSP-06); a gift coupon makes the guest a new one when `resets_tracking`
    (AMB-06). Of a tracked guest who brings a friend: `tracked_guest` is his own purchase's rule, `friend_tracker_bp`
    the tracker's part of the friend's (AMB-01).
    """

    proxy_share_bp: int = 0
    outside_share_bp: int = 7000
    resets_tracking: bool = True
    tracked_guest: str = RULE_2A
    friend_tracker_bp: int = 0


class MissedBy(StrEnum):
    """Why a record does not count (AMB-02)."""

    TOO_OLD = "too_old"
    TOO_LATE = "too_late"  # written after the guest had come
    NOT_REACHED = "not_reached"
    NOT_COUNTED = "not_counted"  # the guest was reached, by what this club does not go by


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """The record that came nearest to counting. `days` lie between it and the arrival, where it is too old."""

    name: str
    by: MissedBy
    days: int = 0
    limit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Whom a guest came for on another visit, by what, on which club-local day."""

    kind: SignalKind
    consultant_id: ConsultantID
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What decides nothing and is told all the same, so that an answer can be checked.

    `came_on` is the local day of the visit that counts, `place` the receiver's number in the queue when his turn
    brought him the guest. `named_too` were shown or named beside the one the guest came for, `in_vain` where that
    designates nobody in this club; `earlier` is whom he came for on another visit. `missed` is the record that came nearest, `runner_up` who has a valid one too but began later.
    """

    paid_on: date | None = None
    came_on: date | None = None
    place: int | None = None
    named_too: tuple[ConsultantID, ...] = ()
    in_vain: tuple[ConsultantID, ...] = ()
    earlier: Shown | None = None
    buyer_is_known: bool = True
    missed: Missed | None = None
    runner_up: str | None = None


NOTHING_TOLD = Told()


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleFacts:
    """What is known at a sale's first receipt.

    `receiver` took it, or stands on the sale; `designated` is whom the guest came for on the local day of that receipt,
    `received_as_proxy` says the receiver stood in for him that day. `tracker` has the follow-up record that counts at
    the guest's arrival, `friends_tracker` that of the guest he came with; `brought_a_friend` says somebody came with
    him. Of a purchase on the website, `holder` held the lead. `names` are for the sentences, and so is what is `told`.
    """

    buyer_is_member: bool
    designated: ConsultantID | None
    receiver: ConsultantID | None
    received_as_proxy: bool = False
    self_purchase: bool = False
    designated_by: SignalKind | None = None
    gift_coupon: bool = False
    tracker: Tracking | None = None
    brought_a_friend: bool = False
    friends_tracker: Tracking | None = None
    holder: ConsultantID | None = None
    names: Mapping[ConsultantID, str] = field(default_factory=dict)
    told: Told = NOTHING_TOLD


def attribute(facts: SaleFacts, policy: AttributionPolicy) -> Attribution:
    """Who gets the credit. The order of the ifs is the order of the rules."""
    by_turn = facts.told.place
    if facts.self_purchase and facts.receiver is None:
        return _self_purchase(facts)
    if facts.buyer_is_member:
        return _to_receiver(facts, "DSP-02", code="attribution.member", house="attribution.member_house")
    if facts.designated is not None:
        return _designated(facts, facts.designated, policy)
    if facts.gift_coupon and policy.resets_tracking:
        code = "attribution.gift_coupon" if by_turn is None else "attribution.gift_coupon_in_turn"
        return _to_receiver(facts, "DSP-04", code=code, house="attribution.gift_coupon_house")
    if facts.tracker is not None and _counts(facts, policy):
        return _tracked(facts, facts.tracker, policy.outside_share_bp)
    if facts.friends_tracker is not None and policy.friend_tracker_bp:
        return _friend(facts, facts.friends_tracker, policy.friend_tracker_bp)
    code = "attribution.receiver" if by_turn is None else "attribution.receiver_in_turn"
    return _to_receiver(facts, "DSP-03", code=code, house="attribution.house")


def needs_tracking(facts: SaleFacts, policy: AttributionPolicy) -> bool:
    """Whether follow-up records can change who gets the credit; the other facts have decided otherwise."""
    if facts.self_purchase and facts.receiver is None:
        return facts.holder is None
    settled = facts.buyer_is_member or facts.designated is not None
    return not settled and not (facts.gift_coupon and policy.resets_tracking)


def _counts(facts: SaleFacts, policy: AttributionPolicy) -> bool:
    return not facts.brought_a_friend or policy.tracked_guest == RULE_2A


def _self_purchase(facts: SaleFacts) -> Attribution:
    """Bought on the website: whoever holds the lead, else whose record is valid, a member's too (RCV-08)."""
    if facts.holder is not None:
        return _whole(facts.holder, "RCV-08", "attribution.self_purchase_holder", facts)
    if facts.tracker is not None:
        return _all_to(facts.tracker, "RCV-08", "attribution.self_purchase_tracked")
    return _house("RCV-08", "attribution.self_purchase")


def _designated(facts: SaleFacts, designated: ConsultantID, policy: AttributionPolicy) -> Attribution:
    """A new guest who came for somebody today and paid today is his (OWN-03); a proxy earns what the club sets."""
    code = "attribution.designated"
    if facts.designated_by is not None:
        code = f"attribution.designated_by_{facts.designated_by.value}"
    proxy = facts.receiver if facts.received_as_proxy else None
    if proxy is None or proxy == designated or policy.proxy_share_bp == 0:
        return _whole(designated, "DSP-01", code, facts)
    reason = Reason(
        "DSP-01",
        "attribution.designated_with_proxy",
        {
            "consultant": facts.names.get(designated, ""),
            "proxy": facts.names.get(proxy, ""),
            "percent": percent(policy.proxy_share_bp),
        },
    )
    shares = [Share(designated, WHOLE - policy.proxy_share_bp), Share(proxy, policy.proxy_share_bp)]
    return Attribution(tuple(share for share in shares if share.basis_points), "DSP-01", reason)


def _tracked(facts: SaleFacts, tracker: Tracking, basis_points: int) -> Attribution:
    """Rule 2A: the outside consultant who followed the guest up, and who received him (DSP-06).

    Who does both has all of it (AMB-14). A club that gives the record nothing decides by the same rule.
    """
    if facts.receiver == tracker.consultant_id or basis_points == WHOLE:
        return _all_to(tracker, "DSP-06", "attribution.outside_whole")
    if facts.receiver is None:
        code = "attribution.outside_and_house"
    elif tracker.tied_with is not None:
        code = "attribution.outside_tied"
    elif not tracker.limit:
        code = "attribution.outside_of_any_age"
    else:
        code = f"attribution.outside_by_{tracker.channel.value}"
        if facts.told.place is not None:
            code = f"attribution.outside_by_{tracker.channel.value}_in_turn"
    return _divided(facts, tracker, basis_points, "DSP-06", code)


def _friend(facts: SaleFacts, tracker: Tracking, basis_points: int) -> Attribution:
    """Rule 2B: the friend a tracked guest brings (DSP-07, AMB-01)."""
    if facts.receiver == tracker.consultant_id or basis_points == WHOLE:
        return _all_to(tracker, "DSP-07", "attribution.friend_whole")
    code = "attribution.friend_and_house" if facts.receiver is None else "attribution.friend"
    return _divided(facts, tracker, basis_points, "DSP-07", code)


def _divided(facts: SaleFacts, tracker: Tracking, basis_points: int, rule: str, code: str) -> Attribution:
    """The outside consultant's share first, the receiver's next: odd fen go to the first (AMB-11)."""
    rest = WHOLE - basis_points
    told: dict[str, Fact] = {
        **_about(tracker),
        "percent": percent(basis_points),
        "receiver": facts.names.get(facts.receiver, "") if facts.receiver is not None else "",
        "rest": percent(rest),
        **_place(facts),
    }
    shares = (Share(tracker.consultant_id, basis_points), Share(facts.receiver, rest))
    return Attribution(tuple(share for share in shares if share.basis_points), rule, Reason(rule, code, told))


def _all_to(tracker: Tracking, rule: str, code: str) -> Attribution:
    return Attribution((Share(tracker.consultant_id, WHOLE),), rule, Reason(rule, code, _about(tracker)))


def _about(tracker: Tracking) -> dict[str, Fact]:
    return {
        "outside": tracker.name,
        "days": tracker.days,
        "limit": tracker.limit,
        "other": tracker.tied_with or "",
    }


def _to_receiver(facts: SaleFacts, rule: str, *, code: str, house: str) -> Attribution:
    """Who received the first payment; nobody: the house."""
    if facts.receiver is None:
        return _house(rule, house)
    return _whole(facts.receiver, rule, code, facts, _place(facts))


def _whole(
    consultant_id: ConsultantID,
    rule: str,
    code: str,
    facts: SaleFacts,
    more: Mapping[str, Fact] = NO_FACTS,
) -> Attribution:
    reason = Reason(rule, code, {"consultant": facts.names.get(consultant_id, ""), **more})
    return Attribution((Share(consultant_id, WHOLE),), rule, reason)


def _house(rule: str, code: str) -> Attribution:
    return Attribution((Share(None, WHOLE),), rule, Reason(rule, code))


def _place(facts: SaleFacts) -> dict[str, Fact]:
    return {} if facts.told.place is None else {"place": facts.told.place}


def percent(basis_points: int) -> str:
    return f"{basis_points / 100:g}"
