"""When a planned shift is, whether it may be planned, and how late is late."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from clubsales.clock import Instant
from clubsales.consultants.roster.rules import (
    Entry,
    Off,
    PlanFacts,
    RosterPolicy,
    RosterRefused,
    Span,
    already_planned,
    decide_plan,
    late_minutes,
    may_plan_on,
    off_on,
    planned_span,
    template_span,
    worked_part,
)
from clubsales.errors import Refusal, allow
from clubsales.ids import RosterEntryID
from tests.builders import local

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 9)
TUESDAY = date(2026, 3, 10)
POLICY = RosterPolicy(
    templates={"early": ["09:00", "17:00"], "late": ["14:00", "22:00"], "night": ["22:00", "06:00"]},
    grace_minutes=15,
)
EARLY = Span(local(9), local(17))
SUNDAY_NOON = local(12, day=8)


def an_entry(span: Span, *, day: date = MONDAY, shift: str = "early") -> Entry:
    return Entry(id=RosterEntryID(1), day=day, shift=shift, span=span)


def facts(**changes: object) -> PlanFacts:
    values: dict[str, object] = {
        "name": "林静",
        "day": MONDAY,
        "shift": "early",
        "shifts": ("early", "late", "night"),
        "span": EARLY,
        "is_active": True,
        "off": None,
        "replaced": (),
        "others": (),
        "at": SUNDAY_NOON,
    }
    return PlanFacts(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("opened_at", "late"),
    [
        (local(8, 40), 0),
        (local(9), 0),
        (local(9, 14) + timedelta(seconds=59), 0),
        (local(9, 15), 15),
        (local(9, 15) + timedelta(seconds=59), 15),
        (local(11, 1), 121),
    ],
)
def test_late_is_whoever_opens_when_the_grace_has_passed(opened_at: Instant, late: int) -> None:
    assert late_minutes(local(9), opened_at, 15) == late


def test_without_grace_everybody_after_the_start_counts() -> None:
    assert late_minutes(local(9), local(9), 0) == 0
    assert late_minutes(local(9), local(9, 1), 0) == 1


@pytest.mark.parametrize(
    ("shift", "span"),
    [
        ("early", EARLY),
        ("late", Span(local(14), local(22))),
        ("night", Span(local(22), local(6, day=10))),
        ("noon", None),
    ],
)
def test_a_template_is_a_span_of_its_day_and_may_end_on_the_next(shift: str, span: Span | None) -> None:
    assert template_span(POLICY, shift, MONDAY, SHANGHAI) == span


def test_a_shift_planned_across_the_change_of_clocks_is_shorter() -> None:
    span = template_span(POLICY, "night", date(2026, 3, 28), ZoneInfo("Europe/Berlin"))
    assert span is not None
    assert span.ends_at - span.starts_at == timedelta(hours=7)


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        (None, EARLY),
        (Off(morning=False, afternoon=False), EARLY),
        (Off(morning=True, afternoon=False), Span(local(13), local(17))),
        (Off(morning=False, afternoon=True), Span(local(9), local(13))),
        (Off(morning=True, afternoon=True), None),
    ],
)
def test_half_a_day_of_leave_leaves_half_of_the_shift(off: Off | None, worked: Span | None) -> None:
    assert worked_part(EARLY, off) == worked


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (8, None),
        (9, Off(morning=False, afternoon=True)),
        (10, Off(morning=True, afternoon=True)),
        (11, Off(morning=True, afternoon=False)),
        (12, None),
    ],
)
def test_a_leave_takes_half_of_its_first_and_its_last_day(day: int, off: Off | None) -> None:
    taken = off_on(
        date(2026, 3, day), first_day=MONDAY, last_day=date(2026, 3, 11), from_noon=True, until_noon=True
    )
    assert taken == off


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"shift": "noon", "span": None}, RosterRefused.UNKNOWN_SHIFT),
        ({"is_active": False}, RosterRefused.NOT_ACTIVE),
        ({"at": local(17)}, RosterRefused.OVER),
        ({"at": local(9), "replaced": (an_entry(EARLY),)}, RosterRefused.BEGUN),
        ({"off": Off(morning=True, afternoon=True)}, RosterRefused.ON_LEAVE),
        (
            {"others": (an_entry(Span(local(22, day=8), local(9, 30)), day=date(2026, 3, 8)),)},
            RosterRefused.OVERLAP,
        ),
    ],
)
def test_what_may_not_be_planned_says_why(changes: dict[str, object], code: RosterRefused) -> None:
    decision = decide_plan(facts(**changes))
    assert isinstance(decision, Refusal)
    assert decision.code is code


@pytest.mark.parametrize(
    ("changes", "span"),
    [
        ({}, EARLY),
        ({"off": Off(morning=True, afternoon=False)}, Span(local(13), local(17))),
        ({"others": (an_entry(Span(local(22, day=8), local(9))),)}, EARLY),
        ({"replaced": (an_entry(Span(local(14), local(22)), shift="late"),)}, EARLY),
        ({"at": local(10, 7) + timedelta(seconds=30)}, Span(local(10, 7), local(17))),
        ({"at": local(16, 59)}, Span(local(16, 59), local(17))),
    ],
)
def test_what_may_be_planned_is_a_span(changes: dict[str, object], span: Span) -> None:
    assert decide_plan(facts(**changes)) == span


def test_the_half_that_is_worked_may_stand_beside_last_nights_shift() -> None:
    night = an_entry(Span(local(22, day=8), local(10)), day=date(2026, 3, 8))
    assert decide_plan(facts(others=(night,), off=Off(morning=True, afternoon=False))) == Span(
        local(13), local(17)
    )


@pytest.mark.parametrize(
    ("changes", "stands"),
    [
        ({}, False),
        ({"replaced": (an_entry(EARLY),)}, True),
        ({"replaced": (an_entry(EARLY),), "at": local(11)}, True),
        ({"replaced": (an_entry(EARLY),), "at": local(18)}, False),
        ({"replaced": (an_entry(Span(local(8), local(16))),)}, False),
        ({"replaced": (an_entry(Span(local(14), local(22)), shift="late"),)}, False),
        ({"shift": "noon", "span": None, "replaced": (an_entry(EARLY, shift="noon"),)}, False),
    ],
)
def test_the_same_shift_again_is_planned_already(changes: dict[str, object], stands: bool) -> None:
    assert (already_planned(facts(**changes)) is not None) is stands


def test_a_plan_never_begins_before_it_is_made() -> None:
    assert planned_span(EARLY, None, local(8)) == EARLY
    assert planned_span(EARLY, None, local(12)) == Span(local(12), local(17))
    assert planned_span(EARLY, Off(morning=False, afternoon=True), local(13)) is None


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 3, 7), RosterRefused.OVER),
        (date(2026, 3, 8), None),
        (MONDAY, None),
        (MONDAY + timedelta(days=366), None),
        (MONDAY + timedelta(days=367), RosterRefused.TOO_FAR),
        (date.max, RosterRefused.TOO_FAR),
        (date.min, RosterRefused.OVER),
    ],
)
def test_plans_reach_a_year_ahead(day: date, code: RosterRefused | None) -> None:
    decision = may_plan_on(day, MONDAY)
    assert (decision.code if isinstance(decision, Refusal) else None) is code
    assert (decision == allow()) is (code is None)
