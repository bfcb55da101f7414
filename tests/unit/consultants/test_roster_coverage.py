"""How a day is covered, and where too few are planned."""

from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from clubsales.actor import Club
from clubsales.clock import Instant
from clubsales.consultants.roster.coverage import business_hours, coverage
from clubsales.consultants.roster.rules import Span
from clubsales.ids import ClubID, OrganisationID
from clubsales.money import CNY
from tests.builders import local

MONDAY = date(2026, 3, 9)
OPEN = Span(local(9), local(22))
EARLY, LATE = Span(local(9), local(17)), Span(local(14), local(22))
CLUB = Club(
    id=ClubID(1),
    organisation_id=OrganisationID(1),
    public_id="club",
    code="SZ01",
    name="阳光店",
    zone=ZoneInfo("Asia/Shanghai"),
    currency=CNY,
    opens=time(9),
    closes=time(22),
)


def gaps(*planned: Span, needed: int = 1) -> list[tuple[Instant, Instant, int]]:
    return [(gap.starts_at, gap.ends_at, gap.planned) for gap in coverage(MONDAY, OPEN, planned, needed).gaps]


@pytest.mark.parametrize(
    ("planned", "needed", "found"),
    [
        ((EARLY, LATE), 1, []),
        ((), 1, [(local(9), local(22), 0)]),
        ((EARLY,), 1, [(local(17), local(22), 0)]),
        ((LATE,), 1, [(local(9), local(14), 0)]),
        ((Span(local(9), local(14)), Span(local(17), local(22))), 1, [(local(14), local(17), 0)]),
        ((EARLY, LATE), 2, [(local(9), local(14), 1), (local(17), local(22), 1)]),
        ((EARLY, EARLY), 2, [(local(17), local(22), 0)]),
        ((EARLY,), 2, [(local(9), local(17), 1), (local(17), local(22), 0)]),
        ((), 0, []),
        ((Span(local(6), local(23)),), 1, []),
        ((Span(local(6), local(8)),), 1, [(local(9), local(22), 0)]),
        ((Span(local(9), local(12)), Span(local(12), local(22))), 1, []),
        ((Span(local(9), local(12)), Span(local(12), local(22))), 2, [(local(9), local(22), 1)]),
    ],
)
def test_a_gap_is_where_fewer_are_planned_than_the_post_needs(
    planned: tuple[Span, ...], needed: int, found: list[tuple[Instant, Instant, int]]
) -> None:
    assert gaps(*planned, needed=needed) == found


def test_a_shift_counts_to_the_half_of_the_day_in_which_its_middle_lies() -> None:
    day = coverage(MONDAY, OPEN, (EARLY, EARLY, LATE, Span(local(22), local(23))), 1)
    assert (day.first_half, day.second_half) == (2, 1)


def test_a_club_that_closes_after_midnight_is_covered_until_then() -> None:
    hours = business_hours(replace(CLUB, opens=time(10), closes=time(2)), MONDAY)
    assert hours == Span(local(10), local(2, day=10))
    assert business_hours(CLUB, MONDAY) == OPEN
