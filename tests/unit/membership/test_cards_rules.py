"""When a card opens the door."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.errors import Allowed, Refusal
from clubsales.membership.cards.rules import (
    CardRefused,
    CardStatus,
    EntryFacts,
    after_freeze,
    days_left,
    last_day,
    may_enter,
    may_freeze,
    may_have_code,
    may_unfreeze,
)

TODAY = date(2026, 3, 9)


def facts(**changes: object) -> EntryFacts:
    values: dict[str, object] = {
        "status": CardStatus.ACTIVE,
        "valid_from": date(2026, 3, 1),
        "valid_until": date(2026, 3, 31),
        "visits_left": None,
        "opens_here": True,
        "home_club": "阳光店",
        "today": TODAY,
        **changes,
    }
    return EntryFacts(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "code", "told"),
    [
        ({"status": CardStatus.PENDING, "valid_from": None, "valid_until": None}, CardRefused.UNPAID, {}),
        ({"status": CardStatus.FROZEN}, CardRefused.FROZEN, {}),
        ({"status": CardStatus.CANCELLED}, CardRefused.CANCELLED, {}),
        (
            {"valid_from": date(2026, 3, 10)},
            CardRefused.NOT_YET,
            {"valid_from": date(2026, 3, 10)},
        ),
        (
            {"valid_until": date(2026, 3, 8)},
            CardRefused.EXPIRED,
            {"valid_until": date(2026, 3, 8)},
        ),
        ({"visits_left": 0}, CardRefused.USED_UP, {}),
        ({"opens_here": False}, CardRefused.OTHER_CLUB, {"club": "阳光店"}),
    ],
)
def test_a_card_is_refused_with_its_own_reason(
    changes: dict[str, object], code: CardRefused, told: dict[str, object]
) -> None:
    decision = may_enter(facts(**changes))
    assert isinstance(decision, Refusal)
    assert (decision.code, dict(decision.facts)) == (code, told)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"valid_from": TODAY, "valid_until": TODAY},
        {"visits_left": 1, "valid_until": None},
        {"visits_left": 0, "visit_needed": False},
    ],
)
def test_a_good_card_opens(changes: dict[str, object]) -> None:
    assert may_enter(facts(**changes)) == Allowed()


def test_the_first_reason_told_is_the_one_that_ends_the_matter() -> None:
    everything = {"visits_left": 0, "opens_here": False, "valid_until": date(2026, 3, 8)}
    refused = may_enter(facts(status=CardStatus.CANCELLED, **everything))
    assert isinstance(refused, Refusal)
    assert refused.code is CardRefused.CANCELLED
    refused = may_enter(facts(**everything))
    assert isinstance(refused, Refusal)
    assert refused.code is CardRefused.EXPIRED


@given(first=st.dates(date(2000, 1, 1), date(2200, 1, 1)), days=st.integers(1, 4000))
def test_a_card_of_n_days_opens_on_exactly_n_days(first: date, days: int) -> None:
    last = last_day(first, days)
    assert last is not None
    opens = {
        day: isinstance(may_enter(facts(valid_from=first, valid_until=last, today=day)), Allowed)
        for day in (first - timedelta(1), first, last, last + timedelta(1))
    }
    assert opens == {first - timedelta(1): False, first: True, last: True, last + timedelta(1): False}
    assert days_left(last, first) == days
    assert days_left(last, last) == 1
    assert days_left(last, last + timedelta(1)) == 0


def test_a_card_without_a_term_has_no_last_day() -> None:
    assert last_day(TODAY, None) is None
    assert days_left(None, TODAY) is None
    assert after_freeze(None, frozen_on=TODAY, today=TODAY + timedelta(5)) is None


@given(frozen=st.integers(0, 500), left=st.integers(1, 500))
def test_a_freeze_costs_no_days(frozen: int, left: int) -> None:
    valid_until = last_day(TODAY, left)
    unfrozen_on = TODAY + timedelta(frozen)
    assert days_left(after_freeze(valid_until, frozen_on=TODAY, today=unfrozen_on), unfrozen_on) == left


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (may_freeze, {CardStatus.ACTIVE}),
        (may_unfreeze, {CardStatus.FROZEN}),
        (may_have_code, {CardStatus.ACTIVE, CardStatus.FROZEN}),
    ],
)
def test_what_may_be_done_with_a_card(rule: object, allowed: set[CardStatus]) -> None:
    assert callable(rule)
    assert {status for status in CardStatus if isinstance(rule(status), Allowed)} == allowed
