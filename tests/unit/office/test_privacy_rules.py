from dataclasses import replace
from datetime import date

import pytest

from clubsales.errors import Allowed, Refusal
from clubsales.office.privacy import texts
from clubsales.office.privacy.rules import (
    BY_HAND,
    AnonymiseFacts,
    AnonymiseRefused,
    kept_since,
    may_anonymise,
)

FREE = AnonymiseFacts(is_anonymous=False, is_in_the_house=False, has_open_sale=False, has_running_card=False)


def test_whoever_the_club_owes_nothing_may_be_made_anonymous() -> None:
    assert may_anonymise(FREE) == Allowed()


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ("is_anonymous", AnonymiseRefused.ALREADY),
        ("is_in_the_house", AnonymiseRefused.IN_THE_HOUSE),
        ("has_open_sale", AnonymiseRefused.OPEN_SALE),
        ("has_running_card", AnonymiseRefused.RUNNING_CARD),
    ],
)
def test_what_is_not_settled_comes_first(fact: str, code: AnonymiseRefused) -> None:
    decision = may_anonymise(replace(FREE, **{fact: True}))
    assert isinstance(decision, Refusal)
    assert decision.code is code


@pytest.mark.parametrize(
    ("today", "months", "since"),
    [
        (date(2026, 3, 9), 12, date(2025, 3, 9)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 6, date(2026, 6, 30)),
        (date(2026, 1, 31), -1, date(2026, 2, 28)),
        (date(2026, 3, 9), 99_999, date(1900, 1, 9)),
    ],
)
def test_months_end_where_the_calendar_has_the_day(today: date, months: int, since: date) -> None:
    assert kept_since(today, months) == since


def test_every_refusal_and_reason_has_its_words() -> None:
    assert set(texts.REFUSALS) == {code.value for code in AnonymiseRefused}
    assert set(texts.BECAUSE) == {because.value for because in BY_HAND}
