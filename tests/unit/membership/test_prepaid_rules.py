"""What one buyer may have paid ahead: Shanghai's numbers, each at its edge (product.md, "Law as data")."""

from dataclasses import replace
from datetime import date

import pytest

from clubsales.errors import Allowed, Decision, Refusal
from clubsales.membership.prepaid.rules import (
    CardFacts,
    Counted,
    PrepaidLine,
    PrepaidPolicy,
    PrepaidRefused,
    caps,
    counted_card,
    counted_line,
    may_prepay,
)
from clubsales.money import CNY
from tests.builders import yuan

DAY = date(2026, 3, 9)
SHANGHAI = PrepaidPolicy(
    enabled=True,
    valid_from="2025-03-01",
    valid_to="2026-12-31",
    membership_amount="5000.00",
    membership_months=24,
    sessions_amount="20000.00",
    sessions_count=60,
    stored_value_amount="5000.00",
    total_amount="20000.00",
)
TERM = PrepaidLine(kind="term", are_sessions=False, amount_minor=100_00, days=30, visits=None)
CARD = CardFacts(
    kind="term",
    are_sessions=False,
    paid_minor=3650_00,
    days=365,
    valid_until=date(2027, 3, 8),
    counts_from=DAY,
    visits_total=None,
    visits_left=None,
    value_total_minor=None,
    value_left_minor=None,
)
EMPTY = Counted()


def asks(line: PrepaidLine, remains: Counted = EMPTY, policy: PrepaidPolicy = SHANGHAI) -> Decision:
    limits = caps(policy, remains=remains, asked=counted_line(line), currency=CNY, day=DAY)
    return may_prepay(limits, months=policy.membership_months, currency=CNY)


def code(decision: Decision) -> str | None:
    return decision.code.value if isinstance(decision, Refusal) else None


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"amount_minor": 5000_00}, None),
        ({"amount_minor": 5000_01}, PrepaidRefused.MEMBERSHIP_AMOUNT),
        ({"days": 731}, None),  # 24 months from 2026-03-09 are 731 days
        ({"days": 732}, PrepaidRefused.MEMBERSHIP_MONTHS),
        ({"are_sessions": True, "amount_minor": 20_000_00, "visits": 60}, None),
        ({"are_sessions": True, "amount_minor": 20_000_01, "visits": 60}, PrepaidRefused.SESSIONS_AMOUNT),
        ({"are_sessions": True, "visits": 61}, PrepaidRefused.SESSIONS_COUNT),
        ({"kind": "stored_value", "amount_minor": 5000_00}, None),
        ({"kind": "stored_value", "amount_minor": 5000_01}, PrepaidRefused.STORED_VALUE_AMOUNT),
        ({"kind": "goods", "amount_minor": 99_999_00}, None),
    ],
)
def test_each_limit_at_its_edge(change: dict[str, object], refused: PrepaidRefused | None) -> None:
    assert code(asks(replace(TERM, **change))) == refused  # type: ignore[arg-type]


def test_all_sorts_together_have_a_limit_of_their_own() -> None:
    has_sessions = Counted(sessions_minor=15_000_00)
    assert code(asks(replace(TERM, amount_minor=5000_00), has_sessions)) is None
    one_more = Counted(sessions_minor=15_000_01)
    assert code(asks(replace(TERM, amount_minor=5000_00), one_more)) == PrepaidRefused.TOTAL_AMOUNT


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("membership_amount", {"amount_minor": 5000_01}),
        ("membership_months", {"days": 9999}),
        ("sessions_amount", {"are_sessions": True, "amount_minor": 20_000_01}),
        ("sessions_count", {"are_sessions": True, "visits": 9999}),
        ("stored_value_amount", {"kind": "stored_value", "amount_minor": 5000_01}),
    ],
)
def test_nought_is_no_limit(setting: str, line: dict[str, object]) -> None:
    nought = 0 if isinstance(getattr(SHANGHAI, setting), int) else "0.00"
    without = replace(SHANGHAI, total_amount="0.00", **{setting: nought})  # type: ignore[arg-type]
    assert isinstance(asks(replace(TERM, **line), policy=without), Allowed)  # type: ignore[arg-type]


def test_a_refusal_says_the_limit_what_remains_and_what_would_be_possible() -> None:
    decision = asks(replace(TERM, amount_minor=2000_00), Counted(membership_minor=3650_00))
    assert isinstance(decision, Refusal)
    assert decision.facts == {
        "limit": yuan("5000.00"),
        "remains": yuan("3650.00"),
        "asked": yuan("2000.00"),
        "possible": yuan("1350.00"),
    }


def test_what_is_not_asked_for_breaks_nothing() -> None:
    over_already = Counted(sessions_minor=30_000_00, sessions=90)
    limits = replace(SHANGHAI, total_amount="0.00")
    assert isinstance(asks(TERM, over_already, limits), Allowed)


@pytest.mark.parametrize(
    ("change", "minor", "days"),
    [
        ({}, 3650_00, 365),
        ({"counts_from": date(2026, 9, 7)}, 1830_00, 183),  # 182 of 365 days gone
        ({"counts_from": date(2027, 3, 9)}, 0, 0),  # over
        ({"counts_from": None, "valid_until": None}, 3650_00, 365),  # begins with its first visit
        (
            {"valid_until": date(2027, 4, 8)},
            3650_00,
            396,
        ),  # frozen days pushed its end: never more than was paid
        ({"visits_total": 30, "visits_left": 10, "kind": "visits"}, 1216_66, 365),
        ({"days": None, "valid_until": None}, 3650_00, 0),
    ],
)
def test_what_is_left_of_a_card_counts(change: dict[str, object], minor: int, days: int) -> None:
    counted = counted_card(replace(CARD, **change), DAY)  # type: ignore[arg-type]
    assert (counted.membership_minor, counted.days) == (minor, days)


def test_sessions_and_stored_value_count_by_what_is_left_of_them() -> None:
    sessions = replace(CARD, kind="visits", are_sessions=True, visits_total=20, visits_left=5)
    assert counted_card(sessions, DAY) == Counted(sessions_minor=912_50, sessions=5)
    value = replace(
        CARD,
        kind="stored_value",
        days=None,
        valid_until=None,
        value_total_minor=500_00,
        value_left_minor=125_00,
    )
    assert counted_card(value, DAY) == Counted(stored_value_minor=912_50)


@pytest.mark.parametrize(
    ("change", "day", "holds"),
    [
        ({}, date(2025, 3, 1), True),
        ({}, date(2025, 2, 28), False),
        ({}, date(2026, 12, 31), True),
        ({}, date(2027, 1, 1), False),
        ({"valid_from": "", "valid_to": ""}, date(2030, 1, 1), True),
        ({"enabled": False}, DAY, False),
    ],
)
def test_the_law_has_a_first_and_a_last_day(change: dict[str, object], day: date, holds: bool) -> None:
    assert replace(SHANGHAI, **change).is_in_force(day) is holds  # type: ignore[arg-type]
