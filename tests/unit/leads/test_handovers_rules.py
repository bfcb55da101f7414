from dataclasses import replace
from datetime import date

import pytest

from clubsales.errors import Refusal
from clubsales.ids import ConsultantID, LeadID, PersonID
from clubsales.leads.handovers.rules import (
    HandOverFacts,
    HandOverRefused,
    HeldLead,
    Kept,
    Recipient,
    deal,
    kept_because,
    may_hand_over,
    room_of,
)

TODAY = date(2026, 3, 9)
FINE = HandOverFacts(
    today=TODAY,
    starts_on=TODAY,
    ends_on=None,
    reason="离职",
    consultant="林静",
    is_among_recipients=False,
    recipients=2,
    gone=(),
    planned_from=None,
    leads=3,
    room=10,
)


def leads(grades: str) -> list[HeldLead]:
    """One lead for each letter; a dash has no grade."""
    return [
        HeldLead(person_id=PersonID(number), lead_id=LeadID(number), grade=grade.strip("-"))
        for number, grade in enumerate(grades)
    ]


def colleagues(*held: int) -> list[Recipient]:
    return [
        Recipient(consultant_id=ConsultantID(number), name=str(number), open_claims=count)
        for number, count in enumerate(held)
    ]


def received(grades: str, *held: int, max_open: int = 0) -> dict[int, str]:
    """What each got, as letters."""
    dealt = deal(leads(grades), colleagues(*held), max_open=max_open)
    return {
        portion.recipient.consultant_id: "".join(lead.grade or "-" for lead in portion.leads)
        for portion in dealt.portions
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": ""}, HandOverRefused.NO_REASON),
        ({"starts_on": date(2026, 3, 8)}, HandOverRefused.PAST),
        ({"ends_on": TODAY}, HandOverRefused.ENDS_FIRST),
        ({"recipients": 0}, HandOverRefused.NOBODY),
        ({"is_among_recipients": True}, HandOverRefused.HIMSELF),
        ({"gone": ("周倩",)}, HandOverRefused.GONE),
        ({"planned_from": date(2026, 3, 12)}, HandOverRefused.PLANNED),
        ({"leads": 0}, HandOverRefused.NO_LEADS),
        ({"room": 2}, HandOverRefused.FULL),
        ({"room": 3}, None),
        ({"room": None}, None),
        ({"leads": None, "room": None, "starts_on": date(2026, 3, 12)}, None),
        ({"ends_on": date(2026, 3, 10)}, None),
    ],
)
def test_a_hand_over_is_refused_for_the_first_reason(
    change: dict[str, object], code: HandOverRefused | None
) -> None:
    decision = may_hand_over(replace(FINE, **change))  # type: ignore[arg-type]
    assert (decision.code if isinstance(decision, Refusal) else None) == code


def test_a_refusal_for_want_of_room_says_how_much_there_is() -> None:
    decision = may_hand_over(replace(FINE, room=1))
    assert isinstance(decision, Refusal)
    assert dict(decision.facts) == {"count": 3, "room": 1}


def test_leads_are_dealt_grade_by_grade_in_turns_and_whoever_holds_fewest_is_first() -> None:
    assert received("DABCA-", 5, 2) == {1: "ABD", 0: "AC-"}


def test_the_turn_goes_on_from_one_grade_to_the_next() -> None:
    """Three of each grade for two: the sums differ by none, no grade by more than one."""
    assert received("AAABBB", 0, 0) == {0: "AAB", 1: "ABB"}


def test_among_equals_the_order_given_counts() -> None:
    assert received("A", 3, 3, 3) == {0: "A", 1: "", 2: ""}


def test_whoever_is_full_is_passed_over() -> None:
    assert received("AABBC", 4, 0, 3, max_open=4) == {1: "ABBC", 2: "A", 0: ""}


def test_what_finds_no_place_is_left_the_lowest_grades_first() -> None:
    dealt = deal(leads("DABC"), colleagues(1, 0), max_open=2)
    assert [lead.grade for lead in dealt.left] == ["D"]
    assert [len(portion.leads) for portion in dealt.portions] == [2, 1]


def test_without_a_limit_nobody_is_ever_full() -> None:
    assert room_of(colleagues(500), max_open=0) is None
    assert received("ABC", 10_000) == {0: "ABC"}


def test_the_room_of_somebody_beyond_the_limit_is_none_and_takes_none_away() -> None:
    assert room_of(colleagues(9, 3), max_open=5) == 2


def test_nobody_to_deal_to_leaves_everything() -> None:
    assert len(deal(leads("AB"), [], max_open=0).left) == 2


def test_a_portion_counts_its_grades_the_best_first() -> None:
    (portion,) = deal(leads("-CAAB"), colleagues(7), max_open=0).portions
    assert list(portion.grades.items()) == [("A", 2), ("B", 1), ("C", 1), ("", 1)]
    assert portion.total == 12


@pytest.mark.parametrize(
    ("still_holds", "sold", "works_here", "why"),
    [
        (True, False, True, None),
        (True, True, True, Kept.SOLD),
        (False, True, True, Kept.NOT_HELD),
        (True, False, False, Kept.GONE),
        (True, True, False, Kept.SOLD),
    ],
)
def test_a_lead_goes_back_unless_it_was_sold_to_or_is_no_longer_held(
    still_holds: bool, sold: bool, works_here: bool, why: Kept | None
) -> None:
    assert kept_because(still_holds=still_holds, sold_meanwhile=sold, giver_works_here=works_here) is why
