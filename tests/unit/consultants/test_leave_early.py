"""From when on somebody is back before his leave is over, and who says so (ATT-04, AMB-61)."""

from datetime import date

import pytest

from clubsales.actor import Role
from clubsales.consultants.leave.early import EndFacts, Half, half_at, is_running, may_end, until
from clubsales.consultants.leave.rules import Authority, Span, Status
from clubsales.errors import Decision, Refusal

FIRST, LAST = 10, 12


def day(number: int) -> date:
    """A day of March 2026."""
    return date(2026, 3, number)


def span(first: int = FIRST, last: int = LAST, **more: bool) -> Span:
    return Span(first_day=day(first), last_day=day(last), **more)


def morning(number: int) -> Half:
    return Half(day(number))


def noon(number: int) -> Half:
    return Half(day(number), afternoon=True)


def code(decision: Decision) -> str | None:
    return decision.code.value if isinstance(decision, Refusal) else None


def facts(**changes: object) -> EndFacts:
    authority = Authority(halves=4, short_days=2, filer_roles=frozenset(), general_manager_away=False)
    values: dict[str, object] = {
        "name": "林静",
        "span": span(),
        "status": Status.APPROVED,
        "back": noon(11),
        "now": morning(11),
        "authority": authority,
        "roles": frozenset({Role.SALES_DIRECTOR}),
        "is_own": False,
        "reason": "提前回来",
        **changes,
    }
    return EndFacts(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("leave", "back", "left"),
    [
        (span(), morning(10), None),
        (span(), noon(10), span(10, 10, until_noon=True)),
        (span(), morning(11), span(10, 10)),
        (span(), noon(12), span(10, 12, until_noon=True)),
        (span(until_noon=True), morning(12), span(10, 11)),
        (span(from_noon=True), noon(10), None),
        (span(from_noon=True), morning(11), span(10, 10, from_noon=True)),
        (span(from_noon=True), noon(11), span(10, 11, from_noon=True, until_noon=True)),
    ],
)
def test_what_is_left_is_what_came_before_the_half_day_of_coming_back(
    leave: Span, back: Half, left: Span | None
) -> None:
    assert until(leave, back) == left


@pytest.mark.parametrize(
    ("leave", "now", "running"),
    [
        (span(), noon(9), False),
        (span(), morning(10), True),
        (span(from_noon=True), morning(10), False),
        (span(from_noon=True), noon(10), True),
        (span(), noon(12), True),
        (span(until_noon=True), morning(12), True),
        (span(until_noon=True), noon(12), False),
        (span(), morning(13), False),
    ],
)
def test_a_leave_runs_from_its_first_half_day_to_its_last(leave: Span, now: Half, running: bool) -> None:
    assert is_running(leave, now) is running


@pytest.mark.parametrize(
    ("hour", "minute", "half"), [(0, 0, morning(10)), (11, 59, morning(10)), (12, 0, noon(10))]
)
def test_the_second_half_of_a_day_begins_at_noon(hour: int, minute: int, half: Half) -> None:
    moment = half.begins.replace(hour=hour, minute=minute)
    assert half_at(day(10), moment) == half


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, None),
        ({"back": morning(11)}, None),
        ({"back": noon(12)}, None),
        ({"back": noon(10)}, "leave.back"),
        ({"now": noon(11), "back": morning(11)}, "leave.back"),
        ({"back": morning(13)}, "leave.back"),
        ({"span": span(until_noon=True), "back": noon(12)}, "leave.back"),
        ({"now": noon(9), "back": morning(10)}, "leave.not_begun"),
        ({"now": morning(13), "back": morning(13)}, "leave.over"),
        ({"status": Status.FILED}, "leave.not_approved"),
        ({"status": Status.REFUSED}, "leave.not_approved"),
        ({"status": Status.WITHDRAWN}, "leave.not_approved"),
        ({"is_own": True}, "leave.own"),
        ({"roles": frozenset({Role.SUPERVISOR, Role.CLUB_MANAGER})}, "leave.authority"),
        ({"roles": frozenset({Role.GENERAL_MANAGER})}, None),
        ({"reason": " "}, "leave.end_reason"),
        ({"reason": "长" * 500}, None),
        ({"reason": "长" * 501}, "leave.end_reason"),
    ],
)
def test_a_running_leave_ends_from_now_on_by_whoever_may_approve_it(
    changes: dict[str, object], refused: str | None
) -> None:
    assert code(may_end(facts(**changes))) == refused


def test_leave_beyond_the_directors_days_is_ended_by_the_general_manager() -> None:
    long = Authority(halves=6, short_days=2, filer_roles=frozenset(), general_manager_away=False)
    assert code(may_end(facts(authority=long))) == "leave.authority"
    assert code(may_end(facts(authority=long, roles=frozenset({Role.GENERAL_MANAGER})))) is None
