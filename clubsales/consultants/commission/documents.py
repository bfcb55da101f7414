"""A plan as it is stored: the settings of the policy's section `commission`, and what only a plan has.

Money is major units as text, as in a policy. A key that is left out has its default, so the section itself is a plan.
"""

from collections.abc import Mapping
from typing import Any

from clubsales.consultants.commission.rules import (
    WHOLE_BP,
    PayableAfter,
    Plan,
    Tier,
    TierMode,
)
from clubsales.money import Currency, Money

Document = dict[str, Any]


def read(document: Mapping[str, Any], currency: Currency) -> Plan:
    """The plan a document says; documents are checked before they are stored."""

    def minor(key: str) -> int:
        return Money.parse(document.get(key, "0"), currency).minor

    return Plan(
        tiers=tuple(
            Tier(Money.parse(amount, currency).minor, rate_bp) for amount, rate_bp in document["tiers"]
        ),
        mode=TierMode(document.get("tier_mode", TierMode.WHOLE)),
        base_minor=minor("base_pay"),
        renewal_bp=document.get("renewal_rate_bp", WHOLE_BP),
        category_bp=document.get("category_bp", {}),
        category_rates=document.get("category_rates", {}),
        exclude_set_up_fee=document.get("exclude_set_up_fee", False),
        cap_minor=minor("cap") if document.get("cap") else None,
        team_override_bp=document.get("team_override_bp", 0),
        setter_bp=document.get("setter_bp", 0),
        staff_referral_minor=minor("staff_referral"),
        pay_deposit_minor=minor("pay_deposit"),
        payable_after=PayableAfter(document.get("payable_after", PayableAfter.COOLING_OFF)),
    )


def write(plan: Plan, currency: Currency) -> Document:
    """A plan as a document, every key of it."""

    def text(amount: int) -> str:
        return str(Money(amount, currency))

    return {
        "base_pay": text(plan.base_minor),
        "tier_mode": plan.mode.value,
        "tiers": [[text(tier.from_minor), tier.rate_bp] for tier in plan.tiers],
        "renewal_rate_bp": plan.renewal_bp,
        "category_bp": dict(plan.category_bp),
        "category_rates": dict(plan.category_rates),
        "exclude_set_up_fee": plan.exclude_set_up_fee,
        "cap": "" if plan.cap_minor is None else text(plan.cap_minor),
        "team_override_bp": plan.team_override_bp,
        "setter_bp": plan.setter_bp,
        "staff_referral": text(plan.staff_referral_minor),
        "pay_deposit": text(plan.pay_deposit_minor),
        "payable_after": plan.payable_after.value,
    }
