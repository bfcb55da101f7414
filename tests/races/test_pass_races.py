"""One pass at two desks, one card made twice, one guest booked twice: at the same moment."""

from functools import partial

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.db import db
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.models import ReceptionRow
from clubsales.ids import AppointmentID, ReceptionID
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.appointments.models import AppointmentRow
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes.models import PassRow, PassShowingRow
from clubsales.leads.passes.queries import PassView
from clubsales.leads.passes.rules import Answer, PassKind
from clubsales.leads.people import operations as people
from tests.builders import Cast, consultant_of, local
from tests.races.together import together

AT = local(14, 20)
ROUNDS = 5


def brings(session: Session, *, phone: str, code: str, desk: Actor) -> ReceptionID:
    return reception.arrive(session, e164=phone, passes=(code,), actor=desk, at=AT).reception_id


def issues(session: Session, *, actor: Actor, kind: PassKind) -> PassView:
    return passes.issue(session, kind=kind, consultant_id=consultant_of(actor), actor=actor, at=local(9))


def books(session: Session, *, phone: str, lin: Actor, desk: Actor, minute: int) -> AppointmentID:
    guest = people.find_or_add(session, e164=phone, name="", actor=desk, at=AT)
    return appointments.make(
        session,
        consultant_id=consultant_of(lin),
        person_id=guest,
        due_at=local(15, minute, day=10),
        actor=desk,
        at=AT,
    )


def test_one_pass_at_two_desks_has_one_guest(race_app: Flask, race_cast: Cast) -> None:
    for number in range(ROUNDS):
        with race_app.app_context():
            code = issues(db.session, actor=race_cast.lin, kind=PassKind.TRIAL_PASS).code
            db.session.commit()
        arrived = together(
            race_app,
            partial(brings, phone=f"+861380013801{number}", code=code, desk=race_cast.desk),
            partial(brings, phone=f"+861380013802{number}", code=code, desk=race_cast.supervisor),
            partial(brings, phone=f"+861380013803{number}", code=code, desk=race_cast.manager),
        )
        assert all(isinstance(one, int) for one in arrived), arrived
        with race_app.app_context():
            shown = db.session.execute(sa.select(PassRow).where(PassRow.code == code)).scalar_one()
            answers = db.session.scalars(
                sa.select(PassShowingRow.answer).where(PassShowingRow.pass_id == shown.id)
            ).all()
            designated = db.session.scalars(
                sa.select(ReceptionRow.id).where(
                    ReceptionRow.id.in_(arrived), ReceptionRow.designated_id.is_not(None)
                )
            ).all()
        assert sorted(answers) == [Answer.COUNTS, Answer.SHOWN_BEFORE, Answer.SHOWN_BEFORE]
        assert designated == [shown.shown_first_reception_id]


def test_a_card_made_twice_at_once_is_one(race_app: Flask, race_cast: Cast) -> None:
    for actor in (race_cast.lin, race_cast.zhou, race_cast.ma):
        make = partial(issues, actor=actor, kind=PassKind.BUSINESS_CARD)
        made = together(race_app, make, make, make)
        assert len({one.id for one in made if isinstance(one, PassView)}) == 1, made
        assert all(isinstance(one, PassView) for one in made), made


def test_a_guest_booked_twice_at_once_has_one_appointment(race_app: Flask, race_cast: Cast) -> None:
    for number in range(ROUNDS):
        book = partial(books, phone=f"+861380013804{number}", lin=race_cast.lin)
        made = together(
            race_app,
            partial(book, desk=race_cast.lin, minute=0),
            partial(book, desk=race_cast.desk, minute=30),
        )
        assert all(isinstance(one, int) for one in made), made
        assert made[0] == made[1]
    with race_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(AppointmentRow.id))) == ROUNDS
