from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor
from clubsales.audit import AuditEvent
from clubsales.clock import Instant, local_day
from clubsales.consultants.shifts import operations, queries
from clubsales.consultants.shifts.models import PresenceRow, ShiftRow
from clubsales.consultants.shifts.rules import Override, Status, Ticked
from clubsales.errors import NotFound, Refused
from clubsales.ids import ShiftID
from tests.builders import Cast, consultant_of, local

TICKED = Ticked.whole(shift="early", number=1, items=("uniform", "badge"))


def opens(session: Session, actor: Actor, at: Instant, checklist: Ticked = TICKED) -> ShiftID:
    return operations.open_shift(
        session, consultant_id=consultant_of(actor), checklist=checklist, actor=actor, at=at
    )


def goes(
    session: Session, actor: Actor, status: Status, at: Instant, override: Override | None = None
) -> None:
    operations.change_status(
        session, consultant_id=consultant_of(actor), status=status, override=override, actor=actor, at=at
    )


def closes(
    session: Session,
    actor: Actor,
    at: Instant,
    relief: Actor | None = None,
    override: Override | None = None,
) -> None:
    operations.close_shift(
        session,
        consultant_id=consultant_of(actor),
        acknowledged_by=consultant_of(relief) if relief else None,
        handover_note="two guests come back at six",
        override=override,
        actor=actor,
        at=at,
    )


def overriding(actor: Actor, reason: str) -> Override:
    assert actor.account_id is not None
    return Override(actor.account_id, actor.roles, reason)


def test_opening_puts_on_post(session: Session, cast: Cast) -> None:
    shift_id = opens(session, cast.lin, local(9))
    shift = queries.open_shift_of(session, consultant_of(cast.lin))
    assert shift is not None
    assert (shift.id, shift.name, shift.status, shift.opened_at) == (
        shift_id,
        "林静",
        Status.ON_POST,
        local(9),
    )
    assert shift.local_day == local_day(local(9), cast.club.zone)
    assert queries.open_shifts(session, cast.club.id) == [shift]
    assert queries.shifts_on(session, cast.club.id, shift.local_day) == [shift]
    assert queries.open_shifts(session, cast.foreign_club.id) == []
    traces = sa.select(AuditEvent.tag).where(
        AuditEvent.subject_kind == "shift", AuditEvent.subject_id == shift_id
    )
    assert session.scalars(traces).all() == ["shift:opened"]


def test_opening_twice_is_refused(session: Session, cast: Cast) -> None:
    opens(session, cast.lin, local(9))
    with pytest.raises(Refused) as refused:
        opens(session, cast.lin, local(9, 1))
    assert refused.value.code == "shift.already_open"


def test_an_item_not_ticked_keeps_the_shift_closed(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        opens(session, cast.lin, local(9), replace(TICKED, ticked={"uniform": True, "badge": False}))
    assert refused.value.code == "shift.checklist"
    assert queries.open_shift_of(session, consultant_of(cast.lin)) is None


def test_another_clubs_consultant_cannot_be_put_on_post(session: Session, cast: Cast) -> None:
    with pytest.raises(NotFound):
        operations.open_shift(
            session,
            consultant_id=consultant_of(cast.lin),
            checklist=TICKED,
            actor=cast.other_manager,
            at=local(9),
        )


def test_the_database_keeps_one_open_shift_each(session: Session, cast: Cast) -> None:
    opens(session, cast.lin, local(9))
    with pytest.raises(IntegrityError, match=r"uq_shift_open|shift\.consultant_id"):
        session.execute(
            sa.insert(ShiftRow).values(
                public_id="second",
                club_id=cast.club.id,
                consultant_id=consultant_of(cast.lin),
                local_day=local_day(local(9), cast.club.zone),
                opened_at=local(9),
                status="on_post",
                status_since=local(9),
                opening_checklist={},
                closing_checklist={},
                handover_note="",
            )
        )


def test_the_post_is_never_empty(session: Session, cast: Cast) -> None:
    """SC-06, from 20:55 to closing time and after it."""
    opens(session, cast.lin, local(14))
    for attempt in (
        lambda: closes(session, cast.lin, local(20, 55)),
        lambda: goes(session, cast.lin, Status.MEAL, local(20, 56)),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "shift.relief_missing"
    opens(session, cast.zhou, local(21, 2))
    with pytest.raises(Refused) as refused:
        closes(session, cast.lin, local(21, 3))
    assert refused.value.code == "shift.handover_missing"
    closes(session, cast.lin, local(21, 3), relief=cast.zhou)
    with pytest.raises(Refused) as refused:
        closes(session, cast.zhou, local(21, 30), override=overriding(cast.supervisor, "ill"))
    assert refused.value.code == "shift.override"
    with pytest.raises(Refused) as refused:
        closes(session, cast.zhou, local(21, 59, day=9))
    assert refused.value.code == "shift.relief_missing"
    closes(session, cast.zhou, local(22))
    assert queries.open_shifts(session, cast.club.id) == []


def test_a_manager_lets_the_last_one_go_with_a_reason(session: Session, cast: Cast) -> None:
    shift_id = opens(session, cast.lin, local(14))
    closes(session, cast.lin, local(21, 30), override=overriding(cast.manager, " ill "))
    row = session.execute(
        sa.select(ShiftRow.override_by, ShiftRow.override_reason, ShiftRow.acknowledged_by).where(
            ShiftRow.id == shift_id
        )
    ).one()
    assert tuple(row) == (cast.manager.account_id, "ill", None)
    last = queries.last_handover(session, cast.club.id)
    assert last is not None
    assert last.handover_note == "two guests come back at six"


def test_a_colleague_at_lunch_takes_nothing_over(session: Session, cast: Cast) -> None:
    opens(session, cast.lin, local(9))
    opens(session, cast.zhou, local(9))
    opens(session, cast.ma, local(9))
    goes(session, cast.zhou, Status.MEAL, local(12))
    for relief in (cast.zhou, cast.lin, None):
        with pytest.raises(Refused) as refused:
            closes(session, cast.lin, local(12, 1), relief=relief)
        assert refused.value.code == "shift.handover_missing"
    closes(session, cast.lin, local(12, 1), relief=cast.ma)


def test_statuses_follow_each_other_without_a_gap(session: Session, cast: Cast) -> None:
    shift_id = opens(session, cast.lin, local(9))
    opens(session, cast.zhou, local(9))
    goes(session, cast.lin, Status.MEAL, local(12))
    goes(session, cast.lin, Status.MEAL, local(12, 5))  # nothing new
    goes(session, cast.lin, Status.ON_POST, local(12, 30))
    closes(session, cast.lin, local(17), relief=cast.zhou)
    spans = session.execute(
        sa.select(PresenceRow.status, PresenceRow.since_at, PresenceRow.until_at)
        .where(PresenceRow.shift_id == shift_id)
        .order_by(PresenceRow.since_at)
    ).all()
    assert [tuple(span) for span in spans] == [
        ("on_post", local(9), local(12)),
        ("meal", local(12), local(12, 30)),
        ("on_post", local(12, 30), local(17)),
    ]


def test_without_a_shift_there_is_nothing_to_change(session: Session, cast: Cast) -> None:
    for attempt in (
        lambda: goes(session, cast.lin, Status.MEAL, local(12)),
        lambda: closes(session, cast.lin, local(12)),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "shift.not_open"


def test_a_club_may_ask_for_more_on_post(session: Session, cast: Cast) -> None:
    policies.publish(
        session,
        changes={"shift": {"min_on_post": 2}},
        valid_from=local_day(local(9), cast.club.zone),
        actor=cast.manager,
        at=local(9),
    )
    for actor in (cast.lin, cast.zhou):
        opens(session, actor, local(9))
    with pytest.raises(Refused) as refused:
        goes(session, cast.lin, Status.MEAL, local(12))
    assert refused.value.code == "shift.relief_missing"
    opens(session, cast.ma, local(12))
    goes(session, cast.lin, Status.MEAL, local(12, 1))
