"""What statements keep, read again: the facts they were reckoned from, their plan, their reasons."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from clubsales.consultants.commission.rules import PayableAfter, Plan, Reckoned, SaleClass, Tier, TierMode
from clubsales.consultants.statements.facts import LateLeave, PaidAward, PartOf, Referral, StatementFacts
from clubsales.errors import Fact, Reason
from clubsales.money import Currency, MalformedAmount, Money

PLAIN = (
    *("credit_minor", "brought_minor", "cap_minor", "plan_name", "base_minor", "has_own_base", "score"),
    *("paid_bp", "base_bp", "is_below_all_bands", "forced_bp", "behaviour_bp", "benefit_minor"),
    *("benefit_note", "expense_minor", "cap_rate_bp", "low_rate_bp", "leave_halves", "pay_deposit_minor"),
    "fine_minor",
)
# Facts of reasons that are money; they are kept as texts and read again as money of the statement's currency.
MONEY_FACTS = frozenset(
    {"amount", "credit", "carried", "brought", "total", "limit", "spent", "target", "best", "share", "whole"}
)


def facts_in(document: Mapping[str, Any]) -> StatementFacts:
    """The facts of a kept statement, to reckon it again."""
    stored = document["facts"]
    return StatementFacts(
        currency=Currency(stored["currency"]),
        reckoned=Reckoned(**stored["reckoned"]),
        awards=tuple(
            PaidAward(kind, minor, Reason.restored(reason)) for kind, minor, reason in stored["awards"]
        ),
        overrides=tuple(PartOf(*part) for part in stored["overrides"]),
        setter=tuple(PartOf(*part) for part in stored["setter"]),
        referrals=tuple(Referral(*each) for each in stored["referrals"]),
        days_per_month=(stored["days_per_month"][0], stored["days_per_month"][1]),
        active_days=tuple(stored["active_days"]) if "active_days" in stored else None,
        deposit_back_minor=stored.get("deposit_back_minor", 0),
        late_leave=tuple(_late_in(each) for each in stored.get("late_leave", ())),
        **{name: stored[name] for name in PLAIN},
    )


def plan_in(document: Mapping[str, Any]) -> Plan:
    """The plan a kept statement was reckoned by."""
    stored = dict(document["plan"])
    return Plan(
        tiers=tuple(Tier(*tier) for tier in stored.pop("tiers")),
        mode=TierMode(stored.pop("mode")),
        payable_after=PayableAfter(stored.pop("payable_after")),
        **stored,
    )


def classes_in(document: Mapping[str, Any]) -> dict[SaleClass, int]:
    """The credit that counted, by class of sale."""
    return {SaleClass(category, renewal): minor for category, renewal, minor in document["classes"]}


def with_money(reason: Reason, currency: Currency) -> Reason:
    """A kept reason whose amounts are money again, so that they are shown as money."""
    return Reason(
        reason.rule,
        reason.code,
        {
            name: _money(fact, currency) if name in MONEY_FACTS else fact
            for name, fact in reason.facts.items()
        },
    )


def _money(fact: Fact, currency: Currency) -> Fact:
    if not isinstance(fact, str):
        return fact
    try:
        return Money.parse(fact, currency)
    except MalformedAmount:
        return fact


def _late_in(stored: Sequence[Any]) -> LateLeave:
    month, halves, known, base, most, whole, parts = stored
    return LateLeave(date.fromisoformat(month), halves, known, base, most, (whole, parts))
