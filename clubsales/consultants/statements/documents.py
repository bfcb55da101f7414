"""A statement as it is kept: everything it was reckoned from, in one canonical form that its month's digest covers.

Nothing in it is a key of the database: people are named by their public id, plans by their terms, money in minor units.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from clubsales.consultants.awards.standings import Standing
from clubsales.consultants.commission.rules import Plan, SaleClass
from clubsales.consultants.statements.facts import LateLeave, PartOf, StatementFacts
from clubsales.consultants.statements.gathering import Gathered
from clubsales.consultants.statements.restored import PLAIN
from clubsales.consultants.statements.rules import Item, Reckoning

Document = dict[str, Any]


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
        **({"active_days": list(facts.active_days)} if facts.active_days is not None else {}),
        **({"deposit_back_minor": facts.deposit_back_minor} if facts.deposit_back_minor else {}),
        **({"late_leave": [_late(each) for each in facts.late_leave]} if facts.late_leave else {}),
    }


def _late(late: LateLeave) -> list[Any]:
    whole, parts = late.days_per_month
    return [
        late.month.isoformat(),
        *(late.halves, late.known_halves, late.base_minor, late.most_minor, whole, parts),
    ]


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
