"""Two desks, two guests, one consultant: whoever comes at the same moment, nobody is given twice and nobody is lost."""

from functools import partial

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.consultants.shifts.rules import Status
from clubsales.db import db
from clubsales.errors import Refused
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.models import ReceptionRow
from clubsales.frontdesk.reception.operations import Arrival
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.frontdesk.rotation.models import QueueRow
from clubsales.ids import ReceptionID
from clubsales.leads.people.models import PersonRow
from tests.builders import Cast, consultant_of, local
from tests.races.together import together

AT = local(14, 20)
ROUNDS = 6


def arrives(session: Session, *, phone: str | None, desk: Actor) -> Arrival:
    return reception.arrive(session, e164=phone, once=True, actor=desk, at=AT)


def leaves(session: Session, *, guest: ReceptionID, desk: Actor) -> None:
    reception.see_out(session, reception_id=guest, outcome=Outcome.LEFT, actor=desk, at=AT)


def opens(session: Session, *, actor: Actor) -> None:
    posts.open_shift(
        session,
        consultant_id=consultant_of(actor),
        checklist=None,
        actor=actor,
        at=local(9),
    )


def goes_to(session: Session, *, actor: Actor, status: Status) -> None:
    posts.change_status(session, consultant_id=consultant_of(actor), status=status, actor=actor, at=AT)


def on_post(app: Flask, *actors: Actor) -> None:
    with app.app_context():
        for actor in actors:
            opens(db.session, actor=actor)
        db.session.commit()


def receptions(app: Flask) -> list[ReceptionRow]:
    with app.app_context():
        return list(db.session.scalars(sa.select(ReceptionRow).order_by(ReceptionRow.id)))


def test_one_walk_in_typed_at_two_desks_is_received_once(race_app: Flask, race_cast: Cast) -> None:
    on_post(race_app, race_cast.lin, race_cast.zhou)
    for number in range(ROUNDS):
        phone = f"+861380013800{number}"
        arrivals = together(
            race_app,
            partial(arrives, phone=phone, desk=race_cast.desk),
            partial(arrives, phone=phone, desk=race_cast.supervisor),
            partial(arrives, phone=phone, desk=race_cast.manager),
        )
        assert all(isinstance(arrival, Arrival) for arrival in arrivals), arrivals
        assert len({arrival.reception_id for arrival in arrivals if isinstance(arrival, Arrival)}) == 1
        turns = [arrival.turn for arrival in arrivals if isinstance(arrival, Arrival)]
        assert sum(turn is not None for turn in turns) == 1
    with race_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(PersonRow)) == ROUNDS
        ledger = rotation.all_assignments(db.session, race_cast.club.id)
    assert len(ledger) == ROUNDS
    assert len(receptions(race_app)) == ROUNDS


def test_guests_at_the_same_moment_never_go_to_one_consultant(race_app: Flask, race_cast: Cast) -> None:
    on_post(race_app, race_cast.lin, race_cast.zhou)
    for _round in range(ROUNDS):
        arrivals = together(
            race_app, *(partial(arrives, phone=None, desk=race_cast.desk) for _guest in range(4))
        )
        assert all(isinstance(arrival, Arrival) for arrival in arrivals), arrivals
        house = [row for row in receptions(race_app) if row.status != "ended"]
        taken = sorted(row.consultant_id for row in house if row.consultant_id is not None)
        assert taken == sorted([consultant_of(race_cast.lin), consultant_of(race_cast.zhou)])
        assert sum(row.status == "waiting" for row in house) == 2
        with race_app.app_context():
            for row in house:
                leaves(db.session, guest=ReceptionID(row.id), desk=race_cast.desk)
            db.session.commit()


def test_one_waiting_guest_and_two_who_become_free(race_app: Flask, race_cast: Cast) -> None:
    """Two are seen out at once: the waiting guest is received by one of them, exactly once."""
    on_post(race_app, race_cast.lin, race_cast.zhou)
    with race_app.app_context():
        first, second, third = (
            arrives(db.session, phone=None, desk=race_cast.desk).reception_id for _guest in range(3)
        )
        db.session.commit()
    left = together(
        race_app,
        partial(leaves, guest=first, desk=race_cast.desk),
        partial(leaves, guest=second, desk=race_cast.manager),
    )
    assert left == [None, None]
    with race_app.app_context():
        lines = [
            line
            for line in rotation.all_assignments(db.session, race_cast.club.id)
            if line.reception_id == third
        ]
    assert [line.basis.value for line in lines] == ["waiting", "rotation"]
    assert receptions(race_app)[2].status == "open"


def test_an_arrival_and_a_meal_at_the_same_moment(race_app: Flask, race_cast: Cast) -> None:
    """Whichever is first: nobody gets a guest while at a meal or leaves one for it, and no guest is lost."""
    on_post(race_app, race_cast.lin, race_cast.zhou)
    for _round in range(ROUNDS):
        answers = together(
            race_app,
            partial(arrives, phone=None, desk=race_cast.desk),
            partial(goes_to, actor=race_cast.lin, status=Status.MEAL),
        )
        (guest,) = [row for row in receptions(race_app) if row.status != "ended"]
        assert guest.status == "open"
        is_hers = guest.consultant_id == consultant_of(race_cast.lin)
        stopped = [answer.code for answer in answers if isinstance(answer, Refused)]
        assert stopped == (["shift.guest_with_him"] if is_hers else []), answers
        assert sum(isinstance(answer, Exception) for answer in answers) == len(stopped), answers
        with race_app.app_context():
            line = rotation.all_assignments(db.session, race_cast.club.id)[-1]
            skipped = {skip.consultant_id: skip.reason for skip in line.skipped}
            if (
                guest.consultant_id == consultant_of(race_cast.zhou)
                and line.queue_before[0] != guest.consultant_id
            ):
                assert skipped[consultant_of(race_cast.lin)] == "meal"
            leaves(db.session, guest=ReceptionID(guest.id), desk=race_cast.desk)
            goes_to(db.session, actor=race_cast.lin, status=Status.ON_POST)
            db.session.commit()


def test_the_last_two_cannot_both_leave_the_post(race_app: Flask, race_cast: Cast) -> None:
    on_post(race_app, race_cast.lin, race_cast.zhou)
    for _round in range(ROUNDS):
        answers = together(
            race_app,
            partial(goes_to, actor=race_cast.lin, status=Status.MEAL),
            partial(goes_to, actor=race_cast.zhou, status=Status.MEAL),
        )
        refused = [answer for answer in answers if isinstance(answer, Refused)]
        assert [one.code for one in refused] == ["shift.relief_missing"], answers
        with race_app.app_context():
            for actor in (race_cast.lin, race_cast.zhou):
                goes_to(db.session, actor=actor, status=Status.ON_POST)
            db.session.commit()


def test_the_first_two_guests_of_a_club_at_once(race_app: Flask, race_cast: Cast) -> None:
    """The queue's row is made by whoever is first."""
    arrivals = together(race_app, *(partial(arrives, phone=None, desk=race_cast.desk) for _guest in range(4)))
    assert all(isinstance(arrival, Arrival) for arrival in arrivals), arrivals
    with race_app.app_context():
        assert db.session.scalar(sa.select(QueueRow.version)) == 4


def test_a_shift_opened_twice_at_once_is_opened_once(race_app: Flask, race_cast: Cast) -> None:
    answers = together(race_app, *(partial(opens, actor=race_cast.lin) for _press in range(3)))
    codes = sorted(answer.code if isinstance(answer, Refused) else str(answer) for answer in answers)
    assert codes == ["None", "shift.already_open", "shift.already_open"]


def test_turns_stay_fair_whatever_the_order_of_the_desks(race_app: Flask, race_cast: Cast) -> None:
    guests = 12
    on_post(race_app, race_cast.lin, race_cast.zhou)
    waiting_then_served = together(
        race_app, *(partial(arrives, phone=None, desk=race_cast.desk) for _guest in range(guests))
    )
    assert len(waiting_then_served) == guests
    for _step in range(guests):
        house = [row for row in receptions(race_app) if row.status == "open"]
        if not house:
            break
        together(
            race_app,
            *(partial(leaves, guest=ReceptionID(row.id), desk=race_cast.desk) for row in house),
        )
    with race_app.app_context():
        turns = rotation.turns_on(db.session, race_cast.club, local(12).date())
    assert sum(turns.values()) == guests
    assert max(turns.values()) - min(turns.values()) <= 1
