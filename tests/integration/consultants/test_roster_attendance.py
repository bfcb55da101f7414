"""Attendance read from both databases: plan, punched shifts, leave, swaps."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.consultants.roster import operations, queries
from clubsales.consultants.roster.attendance import Attendance, Status
from clubsales.consultants.roster.models import RosterEntryRow
from clubsales.consultants.shifts.models import ShiftRow
from tests.builders import Cast, consultant_of, local
from tests.integration.consultants.test_roster import SUNDAY_NOON, an_approved_leave
from tests.integration.consultants.test_roster_swaps import agree, ask

MONDAY, TUESDAY = date(2026, 3, 9), date(2026, 3, 10)
NIGHT = local(23)


def plan(session: Session, cast: Cast, who: Actor, day: date = MONDAY, shift: str = "early") -> None:
    operations.plan(
        session,
        consultant_id=consultant_of(who),
        day=day,
        shift=shift,
        actor=cast.manager,
        at=SUNDAY_NOON,
    )


def punch(session: Session, cast: Cast, who: Actor, opened_at: Instant, closed_at: Instant | None) -> None:
    session.add(
        ShiftRow(
            club_id=cast.club.id,
            consultant_id=consultant_of(who),
            local_day=MONDAY,
            opened_at=opened_at,
            status_since=opened_at,
            closed_at=closed_at,
        )
    )
    session.flush()


def attendance(
    session: Session, cast: Cast, who: Actor, *, at: Instant = NIGHT, last: date = MONDAY
) -> list[Attendance]:
    rows = queries.attendance(session, cast.club, MONDAY, last, at)
    return [row for row in rows if row.consultant_id == who.consultant_id]


def only(session: Session, cast: Cast, who: Actor, *, at: Instant = NIGHT) -> Attendance:
    [row] = attendance(session, cast, who, at=at)
    return row


@pytest.mark.parametrize(
    ("opened_at", "status"),
    [(local(9, 14) + timedelta(seconds=59), Status.ON_TIME), (local(9, 15), Status.LATE)],
)
def test_late_begins_at_the_second_the_grace_ends(
    session: Session, cast: Cast, opened_at: Instant, status: Status
) -> None:
    plan(session, cast, cast.lin)
    punch(session, cast, cast.lin, opened_at, local(17))
    assert only(session, cast, cast.lin).status is status


def test_the_clubs_grace_decides(session: Session, cast: Cast) -> None:
    changes = {"shift": {"grace_minutes": 5}}
    policies.publish(session, changes=changes, valid_from=MONDAY, actor=cast.system, at=SUNDAY_NOON)
    plan(session, cast, cast.lin)
    punch(session, cast, cast.lin, local(9, 5), local(17))
    row = only(session, cast, cast.lin)
    assert (row.status, row.late_minutes) == (Status.LATE, 5)


def test_whoever_was_planned_and_never_came_is_absent(session: Session, cast: Cast) -> None:
    plan(session, cast, cast.lin)
    assert only(session, cast, cast.lin, at=local(12)).status is Status.PLANNED
    row = only(session, cast, cast.lin)
    assert row.status is Status.ABSENT
    assert row.reason is not None
    assert (row.reason.rule, row.reason.code) == ("SHF-02", "roster.absent")


def test_a_swap_nobody_approved_leaves_the_absence_with_whoever_stayed_away(
    session: Session, cast: Cast
) -> None:
    plan(session, cast, cast.lin)
    entry = session.execute(sa.select(RosterEntryRow.public_id)).scalar_one()
    agree(session, cast, ask(session, cast, entry))
    row = only(session, cast, cast.lin)
    assert row.status is Status.ABSENT
    assert row.reason is not None
    assert row.reason.code == "roster.absent_swap"
    assert only(session, cast, cast.zhou).status is Status.DAY_OFF


@pytest.mark.parametrize(
    ("status", "seen"), [("approved", Status.LEAVE), ("filed", Status.ABSENT), ("refused", Status.ABSENT)]
)
def test_only_approved_leave_excuses(session: Session, cast: Cast, status: str, seen: Status) -> None:
    plan(session, cast, cast.lin)
    an_approved_leave(session, cast, MONDAY, MONDAY, status=status)
    if status == "approved":
        operations.free_for_leave(
            session,
            consultant_id=consultant_of(cast.lin),
            first_day=MONDAY,
            last_day=MONDAY,
            from_noon=False,
            until_noon=False,
            actor=cast.director,
            at=SUNDAY_NOON,
        )
    row = only(session, cast, cast.lin)
    assert row.status is seen
    assert row.reason is not None
    assert row.reason.rule == ("ATT-04" if seen is Status.LEAVE else "ATT-05")


def test_everybody_who_sells_is_there_and_the_desk_is_not(session: Session, cast: Cast) -> None:
    rows = queries.attendance(session, cast.club, MONDAY, TUESDAY, NIGHT)
    assert {row.consultant_id for row in rows} == {
        cast.lin.consultant_id,
        cast.zhou.consultant_id,
        cast.ma.consultant_id,
    }
    assert len(rows) == 6
    mine = queries.attendance(session, cast.club, MONDAY, TUESDAY, NIGHT, of=consultant_of(cast.lin))
    assert {row.consultant_id for row in mine} == {cast.lin.consultant_id}


def test_another_clubs_people_are_not_there(session: Session, cast: Cast) -> None:
    plan(session, cast, cast.lin)
    assert queries.attendance(session, cast.foreign_club, MONDAY, MONDAY, NIGHT) == []
