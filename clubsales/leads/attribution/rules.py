"""Whose a sale's credit is: facts in, shares with their rule and reason out (rules.md 3.0, history-format "Shares")."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from clubsales.consultants.credits.rules import Attribution, Share
from clubsales.errors import Reason
from clubsales.ids import ConsultantID
from clubsales.leads.touches.rules import SignalKind
from clubsales.money import WHOLE


@dataclass(frozen=True, slots=True)
class AttributionPolicy:
    """What a club sets about shares: the proxy's part of a designated guest's sale (AMB-04)."""

    proxy_share_bp: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleFacts:
    """What is known at a sale's first receipt.

    `receiver` took it, or stands on the sale; `designated` is whom the guest came for on the local day of that receipt,
    `received_as_proxy` says the receiver stood in for him that day; `names` are for the sentences.
    """

    buyer_is_member: bool
    designated: ConsultantID | None
    receiver: ConsultantID | None
    received_as_proxy: bool = False
    self_purchase: bool = False
    designated_by: SignalKind | None = None
    names: Mapping[ConsultantID, str] = field(default_factory=dict)


def attribute(facts: SaleFacts, policy: AttributionPolicy) -> Attribution:
    """Who gets the credit. The order of the ifs is the order of the rules."""
    if facts.self_purchase and facts.receiver is None:
        return _house("RCV-08", "attribution.self_purchase")
    if facts.buyer_is_member:
        return _member(facts)
    if facts.designated is not None:
        return _designated(facts, facts.designated, policy)
    if facts.receiver is not None:
        return _whole(facts.receiver, "DSP-03", "attribution.receiver", facts)
    return _house("DSP-03", "attribution.house")


def _member(facts: SaleFacts) -> Attribution:
    """A member's purchases follow the first receipt, whoever sold before (OWN-04)."""
    if facts.receiver is None:
        return _house("DSP-02", "attribution.member_house")
    return _whole(facts.receiver, "DSP-02", "attribution.member", facts)


def _designated(facts: SaleFacts, designated: ConsultantID, policy: AttributionPolicy) -> Attribution:
    """A new guest who came for somebody today and paid today is his (OWN-03); a proxy earns what the club sets."""
    code = "attribution.designated"
    if facts.designated_by not in (None, SignalKind.GIFT_COUPON):
        code = f"{code}_by_{facts.designated_by.value}"
    proxy = facts.receiver if facts.received_as_proxy else None
    if proxy is None or proxy == designated or policy.proxy_share_bp == 0:
        return _whole(designated, "DSP-01", code, facts)
    reason = Reason(
        "DSP-01",
        "attribution.designated_with_proxy",
        {
            "consultant": facts.names.get(designated, ""),
            "proxy": facts.names.get(proxy, ""),
            "percent": f"{policy.proxy_share_bp / 100:g}",
        },
    )
    shares = [Share(designated, WHOLE - policy.proxy_share_bp), Share(proxy, policy.proxy_share_bp)]
    return Attribution(tuple(share for share in shares if share.basis_points), "DSP-01", reason)


def _whole(consultant_id: ConsultantID, rule: str, code: str, facts: SaleFacts) -> Attribution:
    reason = Reason(rule, code, {"consultant": facts.names.get(consultant_id, "")})
    return Attribution((Share(consultant_id, WHOLE),), rule, reason)


def _house(rule: str, code: str) -> Attribution:
    return Attribution((Share(None, WHOLE),), rule, Reason(rule, code))
