"""How a guest came to whoever received him is written with the visit: position, rule, who was passed over."""

from sqlalchemy.orm import Session

from clubsales.clock import local_day
from clubsales.consultants.shifts.rules import Status
from clubsales.leads.touches import queries as touches
from clubsales.leads.touches.rules import TurnTaken
from tests.builders import Cast, local
from tests.integration.frontdesk.floor import Floor, set_policy


def turns(session: Session, floor: Floor, guest: str) -> list[tuple[str, TurnTaken | None]]:
    """A guest's visits, in the order of writing: to whom, and by which turn."""
    visits = touches.visits(
        session,
        club_id=floor.cast.club.id,
        person_id=None,
        reception_id=floor.guests[guest],
        day=local_day(local(12), floor.cast.club.zone),
    )
    return [(floor.letter(one.consultant_id) if one.consultant_id else "", one.turn) for one in visits]


def test_a_turn_is_written_with_the_visit(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    floor.changes("A", Status.MEAL, local(9, 30))
    floor.arrives("W", local(10))
    ((who, turn),) = turns(session, floor, "W")
    assert who == "B"
    assert turn is not None
    assert (turn.basis, turn.rule, turn.position, turn.of) == ("rotation", "ROT-01", 2, 3)
    assert [(floor.letter(one.consultant_id), one.reason) for one in turn.skipped] == [("A", "meal")]
    assert turn.stands_in_turn


def test_a_guest_who_waited_has_his_turn_with_the_visit_that_names_it(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A")
    floor.arrives("W", local(10))
    floor.arrives("V", local(10, 5))
    floor.leaves("W", local(10, 20))
    first, (who, turn) = turns(session, floor, "V")
    assert first == ("", None)
    assert who == "A"
    assert turn is not None
    assert (turn.basis, turn.position, turn.of) == ("rotation", 1, 1)


def test_an_accepted_offer_keeps_the_turn_it_was_made_by(session: Session, cast: Cast) -> None:
    set_policy(session, cast, rotation={"accept_seconds": 60})
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    assert turns(session, floor, "W") == [("", None)]
    floor.accepts("A", "W", local(10, 0))
    *_, (who, turn) = turns(session, floor, "W")
    assert who == "A"
    assert turn is not None
    assert (turn.basis, turn.position, turn.of) == ("rotation", 1, 2)


def test_company_and_designation_are_no_place_in_the_queue(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    floor.arrives("G", local(10), asks_for="C")
    floor.arrives("H", local(10, 1), with_="G")
    floor.arrives("W", local(10, 2))
    floor.arrives("V", local(10, 3), with_="W")
    for guest, basis, in_turn in (
        ("G", "designated", False),
        ("H", "designated", False),
        ("W", "rotation", True),
        ("V", "rotation", False),
    ):
        ((_, turn),) = turns(session, floor, guest)
        assert turn is not None
        assert (turn.basis, turn.stands_in_turn) == (basis, in_turn), guest


def test_a_guest_given_by_hand_says_so(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    floor.gives("W", "B", local(10, 5))
    *_, (who, turn) = turns(session, floor, "W")
    assert who == "B"
    assert turn is not None
    assert (turn.basis, turn.rule, turn.stands_in_turn) == ("manual", "ROT-09", False)
