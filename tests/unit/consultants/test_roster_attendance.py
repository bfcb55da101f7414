"""Plan and punched shifts side by side: in time, late, gone early, absent."""

from datetime import date, timedelta

import pytest

from clubsales.clock import Instant
from clubsales.consultants.roster.attendance import (
    Attendance,
    PersonFacts,
    Punch,
    Status,
    attended,
    totals,
)
from clubsales.consultants.roster.rules import Entry, Off, Span
from clubsales.ids import ConsultantID, RosterEntryID
from tests.builders import local

MONDAY, TUESDAY = date(2026, 3, 9), date(2026, 3, 10)
EARLY = Entry(id=RosterEntryID(1), day=MONDAY, shift="early", span=Span(local(9), local(17)))
NIGHT = Entry(id=RosterEntryID(2), day=MONDAY, shift="night", span=Span(local(22), local(6, day=10)))
EVENING = local(23)


def punched(
    opened: Instant, closed: Instant | None = None, *, entry: int | None = None, late: int | None = None
) -> Punch:
    return Punch(
        day=MONDAY if opened < local(0, day=10) else TUESDAY,
        opened_at=opened,
        closed_at=closed,
        entry_id=RosterEntryID(entry) if entry else None,
        late_minutes=late,
    )


def days(
    *punches: Punch,
    entries: tuple[Entry, ...] = (EARLY,),
    at: Instant = EVENING,
    grace: int = 15,
    of: tuple[date, ...] = (MONDAY,),
    **more: object,
) -> list[Attendance]:
    values: dict[str, object] = {
        "consultant_id": ConsultantID(7),
        "name": "林静",
        "entries": entries,
        "punches": punches,
        "off": {},
        "unapproved_swaps": frozenset(),
        "unapproved_leave": frozenset(),
    }
    facts = PersonFacts(**{**values, **more})  # type: ignore[arg-type]
    return attended(facts, of, lambda _day: grace, at)


def only(*punches: Punch, **more: object) -> Attendance:
    [row] = days(*punches, **more)  # type: ignore[arg-type]
    return row


@pytest.mark.parametrize(
    ("opened", "closed", "status", "late", "early"),
    [
        (local(9), local(17), Status.ON_TIME, 0, 0),
        (local(8, 30), local(17, 30), Status.ON_TIME, 0, 0),
        (local(9, 14) + timedelta(seconds=59), local(17), Status.ON_TIME, 0, 0),
        (local(9, 15), local(17), Status.LATE, 15, 0),
        (local(9), local(16, 58) + timedelta(seconds=30), Status.LEFT_EARLY, 0, 1),
        (local(9), local(16, 59) + timedelta(seconds=30), Status.ON_TIME, 0, 0),
        (local(9, 20), local(16), Status.LATE, 20, 60),
        (local(9), None, Status.WORKING, 0, 0),
        (local(9, 40), None, Status.WORKING, 40, 0),
    ],
)
def test_a_planned_shift_is_judged_by_when_it_was_opened_and_closed(
    opened: Instant, closed: Instant | None, status: Status, late: int, early: int
) -> None:
    row = only(punched(opened, closed))
    assert (row.status, row.late_minutes, row.left_early_minutes) == (status, late, early)


@pytest.mark.parametrize(
    ("late", "early", "rule", "code"),
    [
        (20, 0, "ATT-02", "roster.late"),
        (0, 60, "ATT-01", "roster.left_early"),
        (20, 60, "ATT-02", "roster.late"),
    ],
)
def test_late_and_early_say_their_rule(late: int, early: int, rule: str, code: str) -> None:
    row = only(punched(local(9) + timedelta(minutes=late), local(17) - timedelta(minutes=early)))
    assert row.reason is not None
    assert (row.reason.rule, row.reason.code) == (rule, code)


def test_the_grace_of_the_policy_decides() -> None:
    assert only(punched(local(9, 15), local(17)), grace=16).status is Status.ON_TIME
    assert only(punched(local(9, 1), local(17)), grace=0).status is Status.LATE


def test_what_was_decided_at_the_opening_stands() -> None:
    assert only(punched(local(9, 20), local(17), entry=1, late=0)).late_minutes == 0
    assert only(punched(local(9, 20), local(17), entry=99, late=0)).late_minutes == 20


def test_the_first_punch_says_when_he_came_and_the_last_when_he_went() -> None:
    row = only(punched(local(9), local(12)), punched(local(13), local(17)))
    assert (row.status, row.opened_at, row.closed_at) == (Status.ON_TIME, local(9), local(17))
    assert only(punched(local(9), local(12)), punched(local(13))).status is Status.WORKING


def test_nobody_is_absent_before_his_shift_is_over() -> None:
    assert only(at=local(16, 59)).status is Status.PLANNED
    assert only(at=local(17)).status is Status.ABSENT
    assert only(at=local(9, 14)).late_minutes == 0
    assert only(at=local(9, 40)).late_minutes == 40
    assert only(at=local(17)).late_minutes == 0


@pytest.mark.parametrize(
    ("more", "rule", "code"),
    [
        ({}, "SHF-02", "roster.absent"),
        ({"unapproved_swaps": frozenset({RosterEntryID(1)})}, "SHF-02", "roster.absent_swap"),
        ({"unapproved_leave": frozenset({MONDAY})}, "ATT-05", "roster.absent_leave"),
    ],
)
def test_absence_says_why_it_is_one(more: dict[str, object], rule: str, code: str) -> None:
    row = only(**more)
    assert row.status is Status.ABSENT
    assert row.reason is not None
    assert (row.reason.rule, row.reason.code) == (rule, code)


@pytest.mark.parametrize(
    ("off", "status"),
    [
        ({}, Status.DAY_OFF),
        ({MONDAY: Off(morning=True, afternoon=True)}, Status.LEAVE),
        ({MONDAY: Off(morning=False, afternoon=True)}, Status.LEAVE),
        ({MONDAY: Off(morning=False, afternoon=False)}, Status.DAY_OFF),
    ],
)
def test_a_day_without_a_plan_is_leave_or_off(off: dict[date, Off], status: Status) -> None:
    assert only(entries=(), off=off).status is status


def test_a_shift_nobody_planned_is_named() -> None:
    row = only(punched(local(9), local(12)), entries=())
    assert (row.status, row.opened_at) == (Status.UNPLANNED, local(9))
    rows = days(punched(local(9), local(17)), punched(local(19), local(21)))
    assert [each.status for each in rows] == [Status.ON_TIME, Status.UNPLANNED]


def test_a_shift_opened_for_a_plan_counts_for_it_whenever_it_was() -> None:
    assert only(punched(local(6), local(8), entry=1)).status is Status.LEFT_EARLY


def test_a_shift_opened_after_midnight_counts_for_last_nights_plan() -> None:
    rows = days(
        punched(local(0, 5, day=10), local(6, day=10)),
        entries=(NIGHT,),
        at=local(12, day=10),
        of=(MONDAY, TUESDAY),
    )
    assert [(each.day, each.status) for each in rows] == [
        (MONDAY, Status.LATE),
        (TUESDAY, Status.DAY_OFF),
    ]
    assert rows[0].late_minutes == 125


def test_days_not_asked_for_are_left_out() -> None:
    assert days(punched(local(9), local(17)), of=(TUESDAY,))[0].day == TUESDAY


def test_totals_add_a_persons_days_up() -> None:
    rows = [
        *days(punched(local(9, 20), local(16))),
        *days(punched(local(9, 30), local(17))),
        *days(),
        *days(entries=(), off={MONDAY: Off(morning=True, afternoon=True)}),
        *days(punched(local(9), local(12)), entries=()),
    ]
    [total] = totals(rows)
    assert (total.worked, total.late, total.late_minutes, total.left_early) == (3, 2, 50, 1)
    assert (total.absent, total.leave, total.unplanned) == (1, 1, 1)
