"""A statement as it is kept: everything it was reckoned from, in one canonical form that its month's digest covers.

Nothing in it is a key of the database: people are named by their public id, plans by their terms, money in minor units.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from clubsales.consultants.awards.standings import Standing
from clubsales.consultants.commission.rules import PayableAfter, Plan, Reckoned, SaleClass, Tier, TierMode
from clubsales.consultants.statements.gathering import Gathered
from clubsales.consultants.statements.rules import (
    Item,
    PaidAward,
    PartOf,
    Reckoning,
    Referral,
    StatementFacts,
)
from clubsales.errors import Reason
from clubsales.money import Currency

Document = dict[str, Any]
PLAIN = (
    *("credit_minor", "brought_minor", "cap_minor", "plan_name", "base_minor", "has_own_base", "score"),
    *("paid_bp", "base_bp", "is_below_all_bands", "forced_bp", "behaviour_bp", "benefit_minor"),
    *("benefit_note", "expense_minor", "cap_rate_bp", "low_rate_bp", "leave_halves", "pay_deposit_minor"),
    "fine_minor",
)


def document_of(
    gathered: Gathered, reckoning: Reckoning, standing: Standing | None, *, postings: int
) -> Document:
    """A statement in canonical form; `postings` is how many lines of the ledger it counts."""
    person = gathered.person
    return {
        "person": {
            "id": person.public_id,
            "code": person.code,
            "name": person.name,
            "kind": person.kind,
            "team": person.team.name if person.team else None,
            "level": person.term.level,
        },
        "plan": _plan(gathered.plan),
        "classes": [
            [each.category, each.is_renewal, minor]
            for each, minor in sorted(gathered.counted.items(), key=_class)
        ],
        "postings": postings,
        "payable_days": gathered.payable_days,
        "facts": _facts(gathered.facts),
        "standing": _standing(standing) if standing is not None else None,
        "items": [_item(item) for item in reckoning.items],
        "pay": reckoning.pay_minor,
    }


def canonical(document: object) -> str:
    """JSON of which the same content has only one form: sorted keys, no blanks, no fractions."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(*, club: str, month: date, documents: Iterable[Document]) -> str:
    """SHA-256, hexadecimal, of a month's statements: in the order of the people's public ids."""
    ordered = sorted(documents, key=lambda document: str(document["person"]["id"]))
    whole = {"club": club, "month": f"{month:%Y-%m}", "statements": ordered}
    return hashlib.sha256(canonical(whole).encode()).hexdigest()


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


def stored_item(item: Mapping[str, Any]) -> tuple[str, int, str, Mapping[str, Any]]:
    """Kind, amount, rule and reason of an item as it is kept."""
    return item["kind"], item["amount"], item["rule"], item["reason"]


def _plan(plan: Plan) -> Document:
    plain = {each.name: getattr(plan, each.name) for each in fields(plan)}
    return {
        **plain,
        "tiers": [[tier.from_minor, tier.rate_bp] for tier in plan.tiers],
        "mode": plan.mode.value,
        "payable_after": plan.payable_after.value,
        "category_bp": dict(plan.category_bp),
        "category_rates": dict(plan.category_rates),
    }


def _facts(facts: StatementFacts) -> Document:
    return {
        **{name: getattr(facts, name) for name in PLAIN},
        "currency": facts.currency,
        "reckoned": {each.name: getattr(facts.reckoned, each.name) for each in fields(facts.reckoned)},
        "awards": [[each.kind, each.amount_minor, each.reason.stored()] for each in facts.awards],
        "overrides": [_part(each) for each in facts.overrides],
        "setter": [_part(each) for each in facts.setter],
        "referrals": [[each.amount_minor, each.named] for each in facts.referrals],
        "days_per_month": list(facts.days_per_month),
    }


def _part(part: PartOf) -> list[Any]:
    return [part.credit_minor, part.rate_bp, part.named]


def _standing(standing: Standing) -> Document:
    """Where he stood, without the keys of the database."""
    values = {each.name: getattr(standing, each.name) for each in fields(standing)}
    del values["consultant_id"], values["team_id"]
    return {**values, "kind": standing.kind.value}


def _item(item: Item) -> Document:
    return {
        "kind": item.kind.value,
        "amount": item.amount_minor,
        "rule": item.rule,
        "reason": item.reason.stored(),
    }


def _class(counted: tuple[SaleClass, int]) -> tuple[str, bool]:
    return counted[0].category, counted[0].is_renewal
