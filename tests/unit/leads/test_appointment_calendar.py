"""Where appointments stand in the week's drawing."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.actor import Club
from clubsales.ids import AppointmentID, ClubID, ConsultantID, OrganisationID, PersonID
from clubsales.leads.appointments.calendar import (
    GUTTER,
    HEAD_HEIGHT,
    HOUR,
    HOUR_HEIGHT,
    MOST_BESIDE,
    Calendar,
    Place,
    places,
    week,
)
from clubsales.leads.appointments.queries import AppointmentLine
from clubsales.leads.appointments.rules import Status
from clubsales.money import CNY

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 9)
MADE = datetime(2026, 3, 1, tzinfo=UTC)


def a_club(opens: time = time(9), closes: time = time(22)) -> Club:
    return Club(
        id=ClubID(1),
        organisation_id=OrganisationID(1),
        public_id="a2b3c4d5e6f7",
        code="SZ01",
        name="阳光店",
        zone=SHANGHAI,
        currency=CNY,
        opens=opens,
        closes=closes,
    )


def line(number: int, minutes: int, *, day: int = 0, status: Status = Status.BOOKED) -> AppointmentLine:
    local_day = MONDAY + timedelta(days=day)
    due_at = datetime.combine(local_day, time.min, SHANGHAI) + timedelta(minutes=minutes)
    return AppointmentLine(
        id=AppointmentID(number),
        public_id=f"appointment{number}",
        consultant_id=ConsultantID(1),
        person_id=PersonID(number),
        due_at=due_at.astimezone(UTC),
        local_day=local_day,
        note="",
        status=status,
        made_at=MADE,
        made_by=None,
        reported_to=None,
        reported_at=None,
        cancelled_because="",
        missed_because=None,
        outcome=None,
        reminded_at=None,
        person_name="王芳",
        person_public_id="person",
        e164=None,
        lead_public_id=None,
        consultant_public_id="consultant",
        consultant_name="林静",
        reported_to_name=None,
        made_by_name=None,
        reminded_by_name=None,
        booked_again=False,
    )


def drawn(
    *lines: AppointmentLine, club: Club | None = None, clock: time = time(14, 20), bookable: bool = True
) -> Calendar:
    return week(club or a_club(), lines, MONDAY, today=MONDAY, clock=clock, bookable=bookable)


starts = st.lists(st.integers(0, 24 * HOUR - 1), max_size=30)


@given(starts)
def test_what_overlaps_never_shares_a_lane(found: list[int]) -> None:
    placed = places(found)
    for (one, first), (other, second) in combinations(zip(found, placed, strict=True), 2):
        if abs(one - other) < HOUR:
            assert first.lane != second.lane
            assert first.lanes == second.lanes


@given(starts)
def test_there_are_no_more_lanes_than_guests_at_once(found: list[int]) -> None:
    for begins, place in zip(found, places(found), strict=True):
        assert 0 <= place.lane < place.lanes
        assert place.lanes <= len(found)
        if not any(0 < abs(begins - other) < HOUR for other in found) and found.count(begins) == 1:
            assert place == Place(0, 1)


def test_what_hangs_together_is_equally_wide() -> None:
    assert places([600, 630, 660, 900]) == [Place(0, 2), Place(1, 2), Place(0, 2), Place(0, 1)]


def test_a_day_stands_in_its_column_and_a_time_in_its_place() -> None:
    (column,) = [each for each in drawn(line(1, 15 * HOUR + 30, day=2)).columns if each.blocks]
    (block,) = column.blocks
    assert column.day == MONDAY + timedelta(days=2)
    assert column.x == pytest.approx(GUTTER + 2 * (100 - GUTTER) / 7, abs=0.01)
    assert (block.y, block.height) == (HEAD_HEIGHT + 6.5 * HOUR_HEIGHT, HOUR_HEIGHT)
    assert (block.x, block.width) == (column.x, column.width)


def test_more_than_fit_beside_each_other_are_counted() -> None:
    (column,) = [each for each in drawn(*(line(n, 15 * HOUR) for n in range(6))).columns if each.blocks]
    shown = [block for block in column.blocks if block.line is not None]
    (rest,) = [block for block in column.blocks if block.line is None]
    assert len(shown) == MOST_BESIDE - 1
    assert rest.more == 4
    assert len({block.x for block in column.blocks}) == MOST_BESIDE
    assert max(block.x + block.width for block in column.blocks) <= column.x + column.width + 0.01


@given(st.lists(st.integers(9 * HOUR, 21 * HOUR), max_size=20))
def test_nobody_is_left_out_and_no_blocks_lie_upon_each_other(found: list[int]) -> None:
    (column, *_others) = drawn(*(line(n, minutes) for n, minutes in enumerate(found))).columns
    assert sum(block.more or 1 for block in column.blocks) == len(found)
    for one, other in combinations(column.blocks, 2):
        beside = one.x + one.width <= other.x + 0.01 or other.x + other.width <= one.x + 0.01
        assert beside or abs(one.y - other.y) >= HOUR_HEIGHT - 0.11


def test_the_hours_are_the_clubs_and_more_where_somebody_is_booked() -> None:
    assert [drawn().hours[place].label for place in (0, -1)] == ["09:00", "21:00"]
    early = drawn(line(1, 7 * HOUR + 30), line(2, 22 * HOUR + 30))
    assert [early.hours[place].label for place in (0, -1)] == ["07:00", "23:00"]
    night = drawn(club=a_club(time(18), time(2)))
    assert [night.hours[place].label for place in (0, -1)] == ["00:00", "23:00"]


def test_what_was_called_off_is_not_drawn() -> None:
    assert not any(column.blocks for column in drawn(line(1, 900, status=Status.CANCELLED)).columns)


def test_hours_to_come_can_be_tapped() -> None:
    today, tomorrow, *_others = drawn().columns
    assert [today.slots[place].value for place in (0, -1)] == ["15:00", "21:00"]
    assert tomorrow.slots[0].value == "09:00"
    assert not any(column.slots for column in drawn(bookable=False).columns)


def test_the_present_time_is_drawn_while_the_club_is_open() -> None:
    assert drawn(clock=time(10)).now_y == HEAD_HEIGHT + HOUR_HEIGHT
    assert drawn(clock=time(23)).now_y is None
