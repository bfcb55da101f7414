"""How the rules came to it: the steps of rules.md 3.0, each asked and answered with its fact, up to the one that decided.

What comes after that one is named and not asked any more.
"""

from collections.abc import Iterator

from clubsales.consultants.credits.rules import Attribution
from clubsales.errors import Fact, Reason
from clubsales.ids import ConsultantID
from clubsales.leads.attribution.rules import RULE_2A, AttributionPolicy, MissedBy, SaleFacts, percent
from clubsales.leads.followups.rules import Tracking

RULING = Reason("DSP-10", "attribution.asked_ruling")
DECIDED_BY = {"DSP-02": 1, "DSP-01": 2, "DSP-04": 3, "DSP-06": 4, "DSP-07": 4, "DSP-03": 5}
NOT_ASKED = (
    Reason("DSP-01", "attribution.unasked_designated"),
    Reason("DSP-04", "attribution.unasked_coupon"),
    Reason("DSP-06", "attribution.unasked_record"),
    Reason("DSP-03", "attribution.unasked_receiver"),
)


def working(facts: SaleFacts, policy: AttributionPolicy, decided: Attribution) -> tuple[Reason, ...]:
    """The steps that led to what was decided under a policy."""
    if facts.self_purchase and facts.receiver is None:
        return (*_website(facts), RULING)
    step = DECIDED_BY[decided.rule]
    asked = [reason for ask in STEPS[:step] for reason in ask(facts, policy)]
    return (*asked, *NOT_ASKED[step - 1 :], RULING)


def _member(facts: SaleFacts, _policy: AttributionPolicy) -> Iterator[Reason]:
    if not facts.buyer_is_member:
        yield Reason("DSP-02", "attribution.asked_member_no")
    elif facts.receiver is None:
        yield Reason("DSP-02", "attribution.asked_member_house")
    else:
        yield Reason("DSP-02", "attribution.asked_member_yes", {"consultant": _name(facts, facts.receiver)})


def _designated(facts: SaleFacts, policy: AttributionPolicy) -> Iterator[Reason]:
    yield _for_nobody(facts) if facts.designated is None else _came_for(facts, facts.designated, policy)


def _for_nobody(facts: SaleFacts) -> Reason:
    told = facts.told
    if told.in_vain:
        others: dict[str, Fact] = {
            "others": [_name(facts, one) for one in told.in_vain],
            "came": told.came_on,
        }
        return Reason("DSP-01", "attribution.asked_designated_not_counted", others)
    if told.earlier is not None:
        shown: dict[str, Fact] = {
            "consultant": _name(facts, told.earlier.consultant_id),
            "shown": told.earlier.day,
            "paid": told.paid_on,
        }
        if told.earlier.day == told.paid_on:
            return Reason("DSP-01", "attribution.asked_designated_other_visit", shown)
        return Reason("DSP-01", f"attribution.asked_designated_earlier_{told.earlier.kind.value}", shown)
    if told.came_on is None:
        return Reason("DSP-01", "attribution.asked_designated_no_visit", {"paid": told.paid_on})
    return Reason("DSP-01", "attribution.asked_designated_nobody", {"came": told.came_on})


def _came_for(facts: SaleFacts, designated: ConsultantID, policy: AttributionPolicy) -> Reason:
    told: dict[str, Fact] = {"consultant": _name(facts, designated), "paid": facts.told.paid_on}
    if facts.received_as_proxy and facts.receiver not in (None, designated) and policy.proxy_share_bp:
        told["proxy"] = _name(facts, facts.receiver)
        told["percent"] = percent(policy.proxy_share_bp)
        return Reason("DSP-01", "attribution.asked_designated_proxy", told)
    if facts.designated_by is None:
        return Reason("DSP-01", "attribution.asked_designated_yes", told)
    kind = facts.designated_by.value
    if facts.told.named_too:
        told["others"] = [_name(facts, one) for one in facts.told.named_too]
        return Reason("DSP-01", f"attribution.asked_designated_first_{kind}", told)
    return Reason("DSP-01", f"attribution.asked_designated_yes_{kind}", told)


def _coupon(facts: SaleFacts, policy: AttributionPolicy) -> Iterator[Reason]:
    if not facts.gift_coupon:
        yield Reason("DSP-04", "attribution.asked_coupon_no")
    elif policy.resets_tracking:
        yield Reason("DSP-04", "attribution.asked_coupon_yes", {"came": facts.told.came_on})
    else:
        yield Reason("DSP-04", "attribution.asked_coupon_ignored", {"came": facts.told.came_on})


def _record(facts: SaleFacts, policy: AttributionPolicy) -> Iterator[Reason]:
    """An outside consultant's record of the guest, or of the friend he came with; then what is left to the receiver."""
    if facts.tracker is not None:
        yield _valid(facts, facts.tracker)
        if facts.brought_a_friend and policy.tracked_guest != RULE_2A:
            yield Reason("DSP-07", "attribution.asked_record_set_aside")
            return
        share = policy.outside_share_bp
    elif facts.friends_tracker is not None and policy.friend_tracker_bp:
        yield _no_record(facts)
        of_friend = _about(facts.friends_tracker)
        yield Reason("DSP-07", "attribution.asked_record_of_friend", of_friend)
        share = policy.friend_tracker_bp
    else:
        yield _no_record(facts)
        return
    yield from _rest(facts, facts.tracker or facts.friends_tracker, share)


def _rest(facts: SaleFacts, tracker: Tracking | None, basis_points: int) -> Iterator[Reason]:
    assert tracker is not None
    told: dict[str, Fact] = {
        "outside": tracker.name,
        "percent": percent(basis_points),
        "rest": percent(10_000 - basis_points),
    }
    rule = "DSP-06" if facts.tracker is not None else "DSP-07"
    if facts.receiver == tracker.consultant_id:
        yield Reason("AMB-14", "attribution.asked_received_himself", told)
    elif facts.receiver is None:
        yield Reason(rule, "attribution.asked_received_nobody", told)
    else:
        told["receiver"] = _name(facts, facts.receiver)
        if facts.told.place is None:
            yield Reason(rule, "attribution.asked_received", told)
        else:
            told["place"] = facts.told.place
            yield Reason("ROT-01", "attribution.asked_received_in_turn", told)


def _valid(facts: SaleFacts, tracker: Tracking) -> Reason:
    told = _about(tracker)
    if tracker.tied_with is not None:
        return Reason("AMB-08", "attribution.asked_record_tied", told)
    if facts.told.runner_up is not None:
        told["other"] = facts.told.runner_up
        return Reason("AMB-08", "attribution.asked_record_first", told)
    if not tracker.limit:
        return Reason("DSP-06", "attribution.asked_record_of_any_age", told)
    return Reason("DSP-06", f"attribution.asked_record_yes_{tracker.channel.value}", told)


def _no_record(facts: SaleFacts) -> Reason:
    if not facts.told.buyer_is_known:
        return Reason("DSP-06", "attribution.asked_record_nobody")
    missed = facts.told.missed
    if missed is None:
        return Reason("DSP-06", "attribution.asked_record_none")
    told: dict[str, Fact] = {"outside": missed.name}
    if missed.by is MissedBy.TOO_OLD:
        told.update(days=missed.days, limit=missed.limit)
    return Reason("AMB-02", f"attribution.asked_record_{missed.by.value}", told)


def _receiver(facts: SaleFacts, _policy: AttributionPolicy) -> Iterator[Reason]:
    told: dict[str, Fact] = {"consultant": _name(facts, facts.receiver)}
    if facts.receiver is None:
        yield Reason("DSP-03", "attribution.asked_house")
    elif facts.told.place is None:
        yield Reason("DSP-03", "attribution.asked_receiver", told)
    else:
        yield Reason("DSP-03", "attribution.asked_receiver_in_turn", {**told, "place": facts.told.place})


STEPS = (_member, _designated, _coupon, _record, _receiver)


def _website(facts: SaleFacts) -> Iterator[Reason]:
    """A purchase that no consultant took part in: the lead decides (RCV-08)."""
    yield Reason("RCV-08", "attribution.asked_website")
    if facts.holder is not None:
        yield Reason("RCV-08", "attribution.asked_holder_yes", {"consultant": _name(facts, facts.holder)})
        yield Reason("RCV-08", "attribution.unasked_record")
        return
    yield Reason("RCV-08", "attribution.asked_holder_no")
    if facts.tracker is not None:
        yield _valid(facts, facts.tracker)
        return
    yield _no_record(facts)
    yield Reason("RCV-08", "attribution.asked_website_house")


def _about(tracker: Tracking) -> dict[str, Fact]:
    return {
        "outside": tracker.name,
        "days": tracker.days,
        "limit": tracker.limit,
        "other": tracker.tied_with or "",
    }


def _name(facts: SaleFacts, consultant_id: ConsultantID | None) -> str:
    return facts.names.get(consultant_id, "") if consultant_id is not None else ""
