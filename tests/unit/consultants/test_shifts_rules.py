from dataclasses import replace

import pytest

from clubsales.actor import Role
from clubsales.consultants.shifts.rules import (
    CloseFacts,
    Override,
    ShiftRefused,
    Status,
    StatusFacts,
    Ticked,
    may_change_status,
    may_close,
    may_open,
)
from clubsales.errors import Allowed, Decision, Refusal
from clubsales.ids import AccountID

MANAGER = frozenset({Role.CLUB_MANAGER})
SUPERVISOR = frozenset({Role.SUPERVISOR})


def code(decision: Decision) -> str | None:
    return decision.code.value if isinstance(decision, Refusal) else None


def closing(**changes: object) -> CloseFacts:
    facts: dict[str, object] = {
        "within_business_hours": True,
        "others_on_post": 1,
        "min_on_post": 1,
        "acknowledged_on_post": True,
        **changes,
    }
    return CloseFacts(**facts)  # type: ignore[arg-type]


def leaving(**changes: object) -> StatusFacts:
    facts: dict[str, object] = {
        "now": Status.ON_POST,
        "wanted": Status.MEAL,
        "within_business_hours": True,
        "others_on_post": 1,
        "min_on_post": 1,
        **changes,
    }
    return StatusFacts(**facts)  # type: ignore[arg-type]


def override(roles: frozenset[Role] = MANAGER, reason: str = "ill") -> Override:
    return Override(AccountID(1), roles, reason)


ITEMS = ("uniform", "badge", "tidy")
DONE = Ticked.whole(shift="early", number=2, items=ITEMS)


def test_opening_asks_for_every_item() -> None:
    assert may_open(DONE) == Allowed()
    assert DONE.stored() == {"shift": "early", "number": 2, "items": dict.fromkeys(ITEMS, True)}


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("ticked", [False, None, "on", 1])
def test_an_item_not_ticked_is_refused_on_opening_and_on_closing(item: str, ticked: object) -> None:
    half = replace(DONE, ticked={**DONE.ticked, item: ticked})
    for decision in (may_open(half), may_close(closing(closing_checklist=half))):
        assert isinstance(decision, Refusal)
        assert (decision.code, decision.facts["items"]) == (ShiftRefused.CHECKLIST, [item])


def test_what_is_not_on_the_list_makes_no_difference() -> None:
    assert may_open(replace(DONE, ticked={**DONE.ticked, "other": False})) == Allowed()


def test_an_empty_checklist_names_every_item() -> None:
    decision = may_open(replace(DONE, ticked={}))
    assert isinstance(decision, Refusal)
    assert decision.facts["items"] == list(ITEMS)


def test_the_closing_checklist_is_done_also_after_hours_and_on_a_managers_word() -> None:
    half = replace(DONE, ticked={})
    assert code(may_close(closing(closing_checklist=half, within_business_hours=False))) == "shift.checklist"
    assert code(may_close(closing(closing_checklist=half, override=override()))) == "shift.checklist"
    assert code(may_close(closing(closing_checklist=DONE))) is None


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        (closing(), None),
        (closing(others_on_post=0), "shift.relief_missing"),
        (closing(others_on_post=1, min_on_post=2), "shift.relief_missing"),
        (closing(others_on_post=0, min_on_post=0), None),
        (closing(acknowledged_on_post=False), "shift.handover_missing"),
        (closing(others_on_post=0, acknowledged_on_post=False), "shift.relief_missing"),
        (closing(within_business_hours=False, others_on_post=0, acknowledged_on_post=False), None),
        (closing(others_on_post=0, acknowledged_on_post=False, override=override()), None),
        (closing(acknowledged_on_post=False, override=override()), None),
        (closing(others_on_post=0, override=override(SUPERVISOR)), "shift.override"),
        (closing(others_on_post=0, override=override(reason=" ")), "shift.override"),
        (closing(acknowledged_on_post=False, override=override(SUPERVISOR)), "shift.override"),
        (closing(override=override(SUPERVISOR)), None),
    ],
)
def test_closing_keeps_the_post_staffed(facts: CloseFacts, refused: str | None) -> None:
    assert code(may_close(facts)) == refused


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        (leaving(), None),
        (leaving(others_on_post=0), "shift.relief_missing"),
        (leaving(wanted=Status.AWAY, others_on_post=0), "shift.relief_missing"),
        (leaving(wanted=Status.MEETING, others_on_post=1, min_on_post=2), "shift.relief_missing"),
        (leaving(others_on_post=0, min_on_post=0), None),
        (leaving(others_on_post=0, within_business_hours=False), None),
        (leaving(now=Status.MEAL, wanted=Status.ON_POST, others_on_post=0), None),
        (leaving(now=Status.MEAL, wanted=Status.MEETING, others_on_post=0), None),
        (leaving(others_on_post=0, override=override()), None),
        (leaving(others_on_post=0, override=override(SUPERVISOR)), "shift.override"),
        (leaving(others_on_post=0, override=override(reason="")), "shift.override"),
        (leaving(override=override(SUPERVISOR)), None),
    ],
)
def test_leaving_the_post_needs_others_on_it(facts: StatusFacts, refused: str | None) -> None:
    assert code(may_change_status(facts)) == refused
