"""Two supervisors plan at the same moment: the last word stands, both are traced, nobody works twice."""

from datetime import date
from functools import partial

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.consultants.roster import operations, queries
from clubsales.consultants.roster.models import RosterEntryRow, SwapRow
from clubsales.db import db
from clubsales.errors import Refused
from tests.builders import Cast, consultant_of, local
from tests.races.together import together

MONDAY = date(2026, 3, 9)
NEXT_MONDAY = date(2026, 3, 16)
SUNDAY_NOON = local(12, day=8)
ROUNDS = 5


def plans(session: Session, *, cast: Cast, shift: str) -> int:
    return operations.plan(
        session,
        consultant_id=consultant_of(cast.lin),
        day=MONDAY,
        shift=shift,
        actor=cast.supervisor if shift == "early" else cast.manager,
        at=SUNDAY_NOON,
    )


def copies(session: Session, *, cast: Cast) -> int:
    return operations.copy_week(
        session,
        from_monday=MONDAY,
        to_monday=NEXT_MONDAY,
        people={consultant_of(cast.lin)},
        actor=cast.manager,
        at=SUNDAY_NOON,
    )


def decides(session: Session, *, cast: Cast, swap: str, approve: bool) -> None:
    operations.decide_swap(
        session,
        public_id=swap,
        approve=approve,
        note="人手不够",
        actor=cast.supervisor if approve else cast.manager,
        at=SUNDAY_NOON,
    )


def test_of_two_plans_for_one_day_the_last_stands_and_both_are_traced(
    race_app: Flask, race_cast: Cast
) -> None:
    lin = consultant_of(race_cast.lin)
    for _round in range(ROUNDS):
        answers = together(
            race_app,
            partial(plans, cast=race_cast, shift="early"),
            partial(plans, cast=race_cast, shift="late"),
        )
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        with race_app.app_context():
            [entry] = queries.entries_of(db.session, [lin], MONDAY, MONDAY)[lin]
            assert entry.id in answers
            traced = db.session.scalars(
                sa.select(AuditEvent.subject_id).where(AuditEvent.tag == "roster:planned")
            ).all()
            assert set(answers) <= set(traced)


def test_a_week_copied_twice_at_once_is_copied_once(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        for shift in ("early",):
            plans(db.session, cast=race_cast, shift=shift)
        db.session.commit()
    answers = together(race_app, partial(copies, cast=race_cast), partial(copies, cast=race_cast))
    assert sorted(answers) == [0, 1]  # type: ignore[type-var]


def test_a_swap_approved_and_refused_at_once_is_one_of_both(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        session = db.session
        entry_id = plans(session, cast=race_cast, shift="early")
        entry = session.execute(
            sa.select(RosterEntryRow.public_id).where(RosterEntryRow.id == entry_id)
        ).scalar_one()
        operations.ask_swap(
            session,
            entry=entry,
            with_consultant=consultant_of(race_cast.zhou),
            actor=race_cast.lin,
            at=SUNDAY_NOON,
        )
        swap = session.execute(sa.select(SwapRow.public_id)).scalar_one()
        operations.answer_swap(session, public_id=swap, agrees=True, actor=race_cast.zhou, at=SUNDAY_NOON)
        session.commit()
    answers = together(
        race_app,
        partial(decides, cast=race_cast, swap=swap, approve=True),
        partial(decides, cast=race_cast, swap=swap, approve=False),
    )
    [refused] = [answer for answer in answers if isinstance(answer, Exception)]
    assert isinstance(refused, Refused)
    assert refused.code == "swap.ended"
    with race_app.app_context():
        status = db.session.execute(sa.select(SwapRow.status)).scalar_one()
        holder = db.session.scalars(
            sa.select(RosterEntryRow.consultant_id).where(RosterEntryRow.withdrawn_at.is_(None))
        ).all()
        assert holder == [(race_cast.zhou if status == "approved" else race_cast.lin).consultant_id]
