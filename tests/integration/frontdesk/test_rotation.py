"""The queue in the database: locked, versioned, and lean."""

from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.frontdesk.rotation import operations as rotation
from clubsales.frontdesk.rotation import queries
from tests.builders import Cast, consultant_of, local
from tests.statements import statements


def open_shift(session: Session, actor: Actor) -> None:
    posts.open_shift(
        session,
        consultant_id=consultant_of(actor),
        checklist=None,
        actor=actor,
        at=local(9),
    )


def test_the_lock_moves_the_board_and_gives_places_nobody_else_has(session: Session, cast: Cast) -> None:
    assert queries.board_version(session, cast.club.id) == 0
    first = rotation.lock(session, cast.club)
    assert queries.board_version(session, cast.club.id) == 1
    second = rotation.lock(session, cast.club)
    assert queries.board_version(session, cast.club.id) == 2
    assert first.take_place() < first.take_place() < second.take_place()


def test_each_club_has_its_own_queue(session: Session, cast: Cast) -> None:
    rotation.lock(session, cast.club)
    assert queries.board_version(session, cast.other_club.id) == 0


def test_a_walk_in_costs_few_statements(session: Session, cast: Cast) -> None:
    """What `./bench` counts, without finding out who asks: a new guest received, a known one, one seen out."""
    open_shift(session, cast.lin)
    open_shift(session, cast.zhou)
    with statements() as sent:
        first = reception.arrive(
            session, e164="+8613800138000", name="陈先生", actor=cast.desk, at=local(10, 1)
        )
    assert len(sent) <= 15, sent
    with statements() as sent:
        reception.see_out(
            session, reception_id=first.reception_id, outcome=Outcome.SOLD, actor=cast.desk, at=local(10, 9)
        )
    assert len(sent) <= 4, sent
    with statements() as sent:
        reception.arrive(session, e164="+8613800138000", name="陈先生", actor=cast.desk, at=local(10, 20))
    assert len(sent) <= 10, sent


def test_seeing_out_and_serving_the_next_costs_few_statements(session: Session, cast: Cast) -> None:
    open_shift(session, cast.lin)
    first = reception.arrive(session, e164="+8613800138000", actor=cast.desk, at=local(10))
    reception.arrive(session, e164="+8613800138001", actor=cast.desk, at=local(10, 1))
    with statements() as sent:
        reception.see_out(
            session, reception_id=first.reception_id, outcome=Outcome.SOLD, actor=cast.desk, at=local(10, 9)
        )
    assert len(sent) <= 11, sent


def test_turns_of_the_day_are_counted(session: Session, cast: Cast) -> None:
    open_shift(session, cast.lin)
    for minute in range(3):
        arrival = reception.arrive(session, e164=None, actor=cast.desk, at=local(10, minute))
        reception.see_out(
            session,
            reception_id=arrival.reception_id,
            outcome=Outcome.SOLD,
            actor=cast.desk,
            at=local(10, minute),
        )
    day = local(10).date()
    assert queries.turns_on(session, cast.club, day) == {consultant_of(cast.lin): 3}
    assert len(queries.assignments_on(session, cast.club, day)) == 3
    assert queries.assignments_on(session, cast.club, local(10, day=10).date()) == []
