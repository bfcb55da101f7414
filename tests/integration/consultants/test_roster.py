"""The week's plan on both databases: planning, replacing, clearing, copying, leave."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.roster import operations, queries
from clubsales.consultants.roster.models import RosterEntryRow
from clubsales.errors import NotFound, Refused
from clubsales.ids import ConsultantID
from tests.builders import Cast, consultant_of, local

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 9)
TUESDAY = date(2026, 3, 10)
NEXT_MONDAY = date(2026, 3, 16)
SUNDAY_NOON = local(12, day=8)


def plan(
    session: Session,
    cast: Cast,
    day: date = MONDAY,
    shift: str = "early",
    *,
    who: ConsultantID | None = None,
    at: Instant = SUNDAY_NOON,
) -> int:
    return operations.plan(
        session,
        consultant_id=who or consultant_of(cast.lin),
        day=day,
        shift=shift,
        actor=cast.supervisor,
        at=at,
    )


def planned(
    session: Session, who: ConsultantID, first: date = MONDAY, last: date = NEXT_MONDAY + timedelta(days=6)
) -> list[tuple[date, str, Instant, Instant]]:
    found = queries.entries_of(session, [who], first, last)[who]
    return [(each.day, each.shift, each.span.starts_at, each.span.ends_at) for each in found]


def an_approved_leave(
    session: Session,
    cast: Cast,
    first_day: date,
    last_day: date,
    *,
    from_noon: bool = False,
    until_noon: bool = False,
    status: str = "approved",
    who: Actor | None = None,
) -> None:
    """A leave form as the subject above writes it."""
    table = RosterEntryRow.metadata.tables["leave_request"]
    policy = policies.policy_on(session, cast.club, first_day)
    session.execute(
        sa.insert(table).values(
            public_id=f"leave{first_day:%m%d}",
            club_id=cast.club.id,
            consultant_id=(who or cast.lin).consultant_id,
            kind="annual",
            first_day=first_day,
            last_day=last_day,
            from_noon=from_noon,
            until_noon=until_noon,
            half_days=2,
            reason="",
            status=status,
            filed_at=SUNDAY_NOON,
            filed_by=cast.lin.account_id,
            decision_note="",
            policy_version_id=policy.version_id,
        )
    )


def test_a_planned_shift_has_the_hours_of_its_template(session: Session, cast: Cast) -> None:
    plan(session, cast)
    assert planned(session, consultant_of(cast.lin)) == [(MONDAY, "early", local(9), local(17))]
    assert planned(session, consultant_of(cast.zhou)) == []


def test_another_shift_of_the_day_replaces_the_first_and_both_are_traced(
    session: Session, cast: Cast
) -> None:
    first = plan(session, cast)
    second = plan(session, cast, shift="late")
    assert planned(session, consultant_of(cast.lin)) == [(MONDAY, "late", local(14), local(22))]
    kept = session.execute(
        sa.select(RosterEntryRow.withdrawn_why, RosterEntryRow.withdrawn_by).where(RosterEntryRow.id == first)
    ).one()
    assert tuple(kept) == ("replaced", cast.supervisor.account_id)
    traced = session.execute(
        sa.select(AuditEvent.tag, AuditEvent.subject_id)
        .where(AuditEvent.tag.like("roster:%"))
        .order_by(AuditEvent.id)
    ).all()
    assert [tuple(each) for each in traced] == [
        ("roster:planned", first),
        ("roster:withdrawn", first),
        ("roster:planned", second),
    ]


def test_planned_twice_is_planned_once(session: Session, cast: Cast) -> None:
    assert plan(session, cast) == plan(session, cast)
    assert session.scalar(sa.select(sa.func.count()).select_from(RosterEntryRow)) == 1


def test_clearing_takes_the_shift_out_and_clearing_nothing_is_nothing(session: Session, cast: Cast) -> None:
    lin = consultant_of(cast.lin)
    plan(session, cast)
    for _twice in range(2):
        operations.clear(session, consultant_id=lin, day=MONDAY, actor=cast.supervisor, at=SUNDAY_NOON)
    assert planned(session, lin) == []
    assert session.scalars(sa.select(RosterEntryRow.withdrawn_why)).all() == ["removed"]


def test_what_has_begun_cannot_be_planned_away(session: Session, cast: Cast) -> None:
    lin = consultant_of(cast.lin)
    plan(session, cast)
    with pytest.raises(Refused) as refused:
        plan(session, cast, shift="late", at=local(9, 30))
    assert refused.value.code == "roster.begun"
    with pytest.raises(Refused) as refused:
        operations.clear(session, consultant_id=lin, day=MONDAY, actor=cast.supervisor, at=local(9, 30))
    assert refused.value.code == "roster.begun"


def test_somebody_of_another_club_is_not_found(session: Session, cast: Cast) -> None:
    with pytest.raises(NotFound):
        plan(session, cast, who=consultant_of(cast.other_manager))
    with pytest.raises(NotFound):
        operations.clear(
            session,
            consultant_id=consultant_of(cast.other_manager),
            day=MONDAY,
            actor=cast.supervisor,
            at=SUNDAY_NOON,
        )


def test_the_club_may_have_other_shifts(session: Session, cast: Cast) -> None:
    changes = {"shift": {"templates": {"early": ["08:00", "15:30"], "night": ["22:00", "09:30"]}}}
    policies.publish(session, changes=changes, valid_from=TUESDAY, actor=cast.system, at=SUNDAY_NOON)
    lin = consultant_of(cast.lin)
    plan(session, cast, MONDAY)
    plan(session, cast, TUESDAY)
    assert planned(session, lin) == [
        (MONDAY, "early", local(9), local(17)),
        (TUESDAY, "early", local(8, day=10), local(15, 30, day=10)),
    ]
    with pytest.raises(Refused) as refused:
        plan(session, cast, MONDAY, "night")
    assert refused.value.code == "roster.unknown_shift"


def test_a_shift_past_midnight_leaves_no_room_for_the_next_morning(session: Session, cast: Cast) -> None:
    changes = {"shift": {"templates": {"night": ["22:00", "09:30"]}}}
    policies.publish(session, changes=changes, valid_from=MONDAY, actor=cast.system, at=SUNDAY_NOON)
    plan(session, cast, MONDAY, "night")
    with pytest.raises(Refused) as refused:
        plan(session, cast, TUESDAY, "early")
    assert refused.value.code == "roster.overlap"
    plan(session, cast, TUESDAY, "late")


def test_the_database_itself_refuses_two_shifts_at_once(session: Session, cast: Cast) -> None:
    plan(session, cast)
    row = {
        "public_id": "x" * 12,
        "club_id": cast.club.id,
        "consultant_id": cast.lin.consultant_id,
        "local_day": MONDAY,
        "shift": "late",
        "made_at": SUNDAY_NOON,
        "made_by": None,
    }
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            sa.insert(RosterEntryRow).values(row | {"starts_at": local(16, 59), "ends_at": local(22)})
        )
    session.execute(sa.insert(RosterEntryRow).values(row | {"starts_at": local(17), "ends_at": local(22)}))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            sa.update(RosterEntryRow).where(RosterEntryRow.public_id == "x" * 12).values(starts_at=local(16))
        )


def test_a_shift_for_the_whole_week_leaves_out_the_days_gone_by(session: Session, cast: Cast) -> None:
    lin = consultant_of(cast.lin)

    def for_the_week(at: Instant, shift: str = "late") -> int:
        return operations.plan_week(
            session, consultant_id=lin, monday=MONDAY, shift=shift, actor=cast.supervisor, at=at
        )

    assert for_the_week(local(12, day=11)) == 5
    assert [day.day for day, *_rest in planned(session, lin)] == [11, 12, 13, 14, 15]
    with pytest.raises(Refused) as refused:
        for_the_week(local(12, day=11), "noon")
    assert refused.value.code == "roster.unknown_shift"
    with pytest.raises(Refused) as refused:
        for_the_week(local(12, day=18))
    assert refused.value.code == "roster.over"


def test_nobody_is_planned_on_leave_and_half_a_day_leaves_half_a_shift(session: Session, cast: Cast) -> None:
    an_approved_leave(session, cast, MONDAY, TUESDAY, until_noon=True)
    with pytest.raises(Refused) as refused:
        plan(session, cast, MONDAY)
    assert refused.value.code == "roster.on_leave"
    plan(session, cast, TUESDAY)
    assert planned(session, consultant_of(cast.lin)) == [
        (TUESDAY, "early", local(13, day=10), local(17, day=10))
    ]


def test_leave_that_nobody_approved_is_none(session: Session, cast: Cast) -> None:
    an_approved_leave(session, cast, MONDAY, MONDAY, status="filed")
    plan(session, cast, MONDAY)


def test_leave_takes_the_shifts_out_of_the_plan(session: Session, cast: Cast) -> None:
    lin = consultant_of(cast.lin)
    for each in range(4):
        plan(session, cast, MONDAY + timedelta(days=each))

    def free() -> None:
        operations.free_for_leave(
            session,
            consultant_id=lin,
            first_day=MONDAY,
            last_day=date(2026, 3, 11),
            from_noon=True,
            until_noon=True,
            actor=cast.director,
            at=SUNDAY_NOON,
        )

    free()
    assert planned(session, lin) == [
        (MONDAY, "early", local(9), local(13)),
        (date(2026, 3, 11), "early", local(13, day=11), local(17, day=11)),
        (date(2026, 3, 12), "early", local(9, day=12), local(17, day=12)),
    ]
    assert (
        session.scalars(
            sa.select(RosterEntryRow.withdrawn_why).where(RosterEntryRow.withdrawn_at.is_not(None))
        ).all()
        == ["leave"] * 3
    )


def test_the_plan_of_now_is_the_earliest_that_has_not_ended(session: Session, cast: Cast) -> None:
    lin = consultant_of(cast.lin)
    plan(session, cast)
    plan(session, cast, TUESDAY)

    def shift_at(at: Instant) -> Instant | None:
        found = queries.planned_for(session, consultant_id=lin, at=at, zone=SHANGHAI)
        return found.starts_at if found else None

    assert shift_at(local(7)) == local(9)
    assert shift_at(local(16, 59)) == local(9)
    assert shift_at(local(17)) is None
    assert shift_at(local(0, day=10)) == local(9, day=10)
    assert shift_at(local(12, day=11)) is None
    assert shift_at(local(12, day=8)) is None


def test_after_midnight_last_nights_shift_is_the_plan_of_now(session: Session, cast: Cast) -> None:
    changes = {"shift": {"templates": {"night": ["22:00", "06:00"]}}}
    policies.publish(session, changes=changes, valid_from=MONDAY, actor=cast.system, at=SUNDAY_NOON)
    entry = plan(session, cast, MONDAY, "night")
    found = queries.planned_for(
        session, consultant_id=consultant_of(cast.lin), at=local(1, day=10), zone=SHANGHAI
    )
    assert found is not None
    assert found.entry_id == entry
