"""When a card opens the door."""

import json
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.errors import Allowed, Refusal, refuse
from clubsales.membership.cards.entitlement import Freeze, Grant, GrantKind, fold, next_day
from clubsales.membership.cards.entitlement import days_left as still_left
from clubsales.membership.cards.entry import EntryFacts, may_enter
from clubsales.membership.cards.rules import (
    CardRefused,
    CardStatus,
    FreezeFacts,
    SoldLine,
    days_left,
    first_day,
    last_day,
    latest_start,
    may_freeze,
    may_have_code,
    may_transfer,
    may_unfreeze,
)
from clubsales.membership.catalogue.terms import CardTerms, StartRule, Window

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
    assert days_left(last, first - timedelta(9), valid_from=first) == days


def test_a_card_without_a_term_has_no_last_day() -> None:
    assert last_day(TODAY, None) is None
    assert days_left(None, TODAY) is None


@given(frozen=st.integers(0, 500), left=st.integers(1, 500))
def test_a_freeze_costs_no_days(frozen: int, left: int) -> None:
    given_ = [Grant(kind=GrantKind.SALE, days=left, starts_on=TODAY)]
    unfrozen_on = TODAY + timedelta(frozen)
    stands = Freeze(first_day=TODAY)
    assert still_left(fold(given_, [stands]), stands, unfrozen_on) == left
    over = Freeze(first_day=TODAY, ran_again_on=unfrozen_on)
    assert days_left(fold(given_, [over]).valid_until, unfrozen_on) == left


@pytest.mark.parametrize("late", [0, 1])
def test_its_last_day_is_counted_once(late: int) -> None:
    """What comes on the last day makes the card longer; only the day after begins another stretch."""
    sold = Grant(kind=GrantKind.SALE, days=10, starts_on=TODAY)
    last = TODAY + timedelta(9)
    day = last + timedelta(late)
    assert next_day(fold([sold]), day) == (day if late else None)
    more = Grant(kind=GrantKind.RENEWAL, days=5, starts_on=day)
    assert fold([sold, more]).valid_until == last + timedelta(5)


def test_a_card_that_was_over_and_stands_still_later_was_over_all_the_same() -> None:
    """CRD-03: days that stand frozen now do not fill the days in which nobody had a card."""
    sold = Grant(kind=GrantKind.SALE, days=30, starts_on=TODAY)
    renewed = Grant(kind=GrantKind.RENEWAL, days=30, starts_on=TODAY + timedelta(33))
    stood = Freeze(first_day=TODAY + timedelta(40), ran_again_on=TODAY + timedelta(50))
    card = fold([sold, renewed], [stood])
    assert (card.valid_from, card.days) == (renewed.starts_on, 30)
    assert card.valid_until == TODAY + timedelta(33 + 30 + 10 - 1)
    more = Grant(kind=GrantKind.EXTENSION, days=5)
    assert fold([sold, renewed, more], [stood]).valid_until == TODAY + timedelta(33 + 35 + 10 - 1)


def frozen_facts(**changes: object) -> FreezeFacts:
    values: dict[str, object] = {
        "status": CardStatus.ACTIVE,
        "valid_from": date(2026, 3, 1),
        "valid_until": date(2026, 12, 31),
        "today": TODAY,
        "last_day": None,
        "times": 0,
        "days": 0,
        "terms": CardTerms(),
        **changes,
    }
    return FreezeFacts(**values)  # type: ignore[arg-type]


LIMITED = CardTerms(freeze_times_max=2, freeze_days_min=7, freeze_days_max=30)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": CardStatus.PENDING}, CardRefused.UNPAID),
        ({"status": CardStatus.FROZEN}, CardRefused.FROZEN),
        ({"status": CardStatus.CANCELLED}, CardRefused.CANCELLED),
        ({"terms": CardTerms(freeze_allowed=False)}, CardRefused.FREEZE_NOT_ALLOWED),
        ({"valid_from": None, "valid_until": None}, CardRefused.NOT_BEGUN),
        ({"valid_from": TODAY + timedelta(1)}, CardRefused.NOT_BEGUN),
        ({"valid_until": TODAY - timedelta(1)}, CardRefused.EXPIRED),
        ({"terms": LIMITED, "times": 2}, CardRefused.FREEZE_TIMES),
        ({"terms": LIMITED}, CardRefused.FREEZE_OPEN_END),
        ({"terms": LIMITED, "last_day": TODAY + timedelta(5)}, CardRefused.FREEZE_SHORT),
        ({"terms": LIMITED, "last_day": TODAY + timedelta(30)}, CardRefused.FREEZE_LONG),
        ({"terms": LIMITED, "last_day": TODAY + timedelta(10), "days": 20}, CardRefused.FREEZE_LONG),
        ({"terms": LIMITED, "last_day": TODAY + timedelta(6), "days": 24}, CardRefused.FREEZE_LONG),
        ({"last_day": TODAY - timedelta(1)}, CardRefused.FREEZE_SHORT),
    ],
)
def test_a_freeze_against_the_terms_is_refused(changes: dict[str, object], code: CardRefused) -> None:
    decision = may_freeze(frozen_facts(**changes))
    assert isinstance(decision, Refusal)
    assert decision.code is code


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"last_day": TODAY},
        {"valid_until": None},
        {"terms": LIMITED, "last_day": TODAY + timedelta(6)},
        {"terms": LIMITED, "last_day": TODAY + timedelta(29)},
        {"terms": LIMITED, "last_day": TODAY + timedelta(9), "times": 1, "days": 20},
    ],
)
def test_a_freeze_within_the_terms_is_allowed(changes: dict[str, object]) -> None:
    assert may_freeze(frozen_facts(**changes)) == Allowed()


def test_a_card_goes_on_to_somebody_else_as_often_as_its_terms_allow() -> None:
    assert may_transfer(CardStatus.ACTIVE, CardTerms(), transfers=9) == Allowed()
    assert may_transfer(CardStatus.FROZEN, CardTerms(transfers_max=1), transfers=0) == Allowed()
    for terms, transfers, code in (
        (CardTerms(transfers_max=1), 1, CardRefused.TRANSFERS_MAX),
        (CardTerms(transfer_allowed=False), 0, CardRefused.TRANSFER_NOT_ALLOWED),
    ):
        decision = may_transfer(CardStatus.ACTIVE, terms, transfers=transfers)
        assert isinstance(decision, Refusal)
        assert decision.code is code


MORNINGS = (Window((1, 2, 3, 4, 5), time(6), time(14)),)  # TODAY is a Monday


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (datetime(2026, 3, 9, 5, 59), datetime(2026, 3, 9, 6)),
        (datetime(2026, 3, 9, 6), None),
        (datetime(2026, 3, 9, 13, 59), None),
        (datetime(2026, 3, 9, 14), datetime(2026, 3, 10, 6)),
        (datetime(2026, 3, 14, 10), datetime(2026, 3, 16, 6)),
    ],
)
def test_a_card_of_some_hours_opens_in_them_and_says_when(moment: datetime, opens: datetime | None) -> None:
    asked = facts(moment=moment, today=moment.date(), windows=MORNINGS)
    decision = may_enter(asked)
    if opens is None:
        assert decision == Allowed()
    else:
        assert decision == refuse(CardRefused.OUTSIDE_HOURS, opens_on=opens.date(), opens_at=opens)
    assert (
        may_enter(facts(moment=moment, today=moment.date(), windows=MORNINGS, visit_needed=False))
        == Allowed()
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"are_sessions": True}, CardRefused.BY_HAND), ({"holds_value": True}, CardRefused.VALUE_ONLY)],
)
def test_what_is_taken_by_hand_opens_no_door(changes: dict[str, object], code: CardRefused) -> None:
    assert may_enter(facts(**changes)) == refuse(code)


@pytest.mark.parametrize(
    ("rule", "wish", "begins"),
    [
        (StartRule.PAYMENT, None, TODAY),
        (StartRule.PAYMENT, TODAY + timedelta(9), TODAY),
        (StartRule.FIRST_USE, None, None),
        (StartRule.CHOSEN, None, TODAY),
        (StartRule.CHOSEN, TODAY + timedelta(9), TODAY + timedelta(9)),
        (StartRule.CHOSEN, TODAY - timedelta(9), TODAY),
    ],
)
def test_a_card_begins_by_its_rule(rule: StartRule, wish: date | None, begins: date | None) -> None:
    assert first_day(rule, wish=wish, today=TODAY) == begins


def test_a_card_nobody_uses_begins_by_itself_after_the_days_of_its_terms() -> None:
    assert latest_start({"start_within_days": 30}, TODAY) == TODAY + timedelta(30)
    assert latest_start({}, TODAY) is None


def test_a_sold_line_survives_its_wait_for_the_money() -> None:
    line = SoldLine(
        line=2,
        card_type_id=7,
        name="早场年卡",
        name_en="Mornings",
        kind="term",
        days=365,
        paid_minor=288000,
        currency="CNY",
        starts_on=TODAY,
        facilities=("pool",),
        windows=tuple(window.to_json() for window in MORNINGS),
        terms=LIMITED.to_json(),
        extra_days=30,
    )
    assert SoldLine.from_json(json.loads(json.dumps(line.to_json()))) == line


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (may_unfreeze, {CardStatus.FROZEN}),
        (may_have_code, {CardStatus.ACTIVE, CardStatus.FROZEN}),
    ],
)
def test_what_may_be_done_with_a_card(rule: object, allowed: set[CardStatus]) -> None:
    assert callable(rule)
    assert {status for status in CardStatus if isinstance(rule(status), Allowed)} == allowed
