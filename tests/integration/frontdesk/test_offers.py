"""Offers: asked, accepted in time, or passed on; and whoever waits is looked after without anybody pressing."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.consultants.shifts.rules import Status
from clubsales.errors import NotFound, Refused
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.frontdesk.reception.rules import Status as GuestStatus
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.leads.people import queries as people
from clubsales.leads.touches import queries as touches
from tests.builders import Cast, local
from tests.integration.frontdesk.floor import Floor, seconds, set_policy
from tests.statements import statements

TEN = local(10)


@pytest.fixture
def floor(session: Session, cast: Cast) -> Floor:
    """A, B and C on post in a club that gives them a minute to accept."""
    set_policy(session, cast, rotation={"accept_seconds": 60})
    return Floor(session, cast, "A", "B", "C")


def test_an_offer_waits_for_its_answer_and_keeps_the_one_asked_busy(floor: Floor) -> None:
    arrival = floor.arrives("W", TEN)
    assert arrival.offered_until == TEN + seconds(60)
    view = floor.view("W")
    assert (view.status, view.offered_until, view.accepted_at) == (
        GuestStatus.OPEN,
        TEN + seconds(60),
        None,
    )
    floor.arrives("V", TEN + seconds(1))
    assert (floor.who_has("W"), floor.who_has("V")) == ("A", "B")


def test_accepted_in_time_the_guest_is_his_for_good(floor: Floor, session: Session) -> None:
    floor.arrives("W", TEN)
    floor.accepts("A", "W", TEN + seconds(20))
    view = floor.view("W")
    assert (view.offered_until, view.accepted_at) == (None, TEN + seconds(20))
    assert reception.tend(session, TEN + seconds(300)) == 0
    assert (floor.who_has("W"), floor.queue()) == ("A", "BCA")


def test_accepting_twice_is_accepting_once(floor: Floor, session: Session) -> None:
    floor.arrives("W", TEN)
    for number in (20, 21):
        floor.accepts("A", "W", TEN + seconds(number))
    assert floor.view("W").accepted_at == TEN + seconds(20)
    tags = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.tag == "guest:accepted")).all()
    assert len(tags) == 1


def test_an_offer_not_accepted_passes_on_and_was_a_turn(floor: Floor, session: Session) -> None:
    floor.arrives("W", TEN)
    assert reception.tend(session, TEN + seconds(59)) == 0
    assert reception.tend(session, TEN + seconds(60)) == 1
    assert (floor.who_has("W"), floor.queue()) == ("B", "CAB")
    assert floor.view("W").offered_until == TEN + seconds(120)
    reception.tend(session, TEN + seconds(120))
    assert (floor.who_has("W"), floor.queue()) == ("C", "ABC")
    last = floor.lines("W")[-1]
    # A and B stand before C no longer by their turns: they are at the tail, where the turn put them.
    assert [(floor.letter(line.consultant_id or 0), line.basis.value) for line in floor.lines("W")] == [
        ("A", "rotation"),
        ("B", "rotation"),
        ("C", "rotation"),
    ]
    assert floor.letters(last.queue_before) == "CAB"
    turns = rotation.turns_on(session, floor.cast.club, TEN.date())
    assert {floor.letter(key): count for key, count in turns.items()} == {"A": 1, "B": 1, "C": 1}
    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "guest:offer_lapsed")).all()
    assert [floor.letter(event.facts["consultant_id"]) for event in events] == ["A", "B"]


def test_who_let_an_offer_lapse_is_passed_over_with_that_reason(floor: Floor, session: Session) -> None:
    """Only A and B are left; both let it lapse: then C, who comes back, is behind them."""
    floor.changes("C", Status.MEAL, local(9, 30))
    floor.arrives("W", TEN)
    reception.tend(session, TEN + seconds(60))
    reception.tend(session, TEN + seconds(120))
    assert (floor.who_has("W"), floor.view("W").status) == (None, GuestStatus.WAITING)
    assert [skip.reason for skip in floor.lines("W")[-1].skipped] == ["meal", "no_answer", "no_answer"]
    floor.changes("C", Status.ON_POST, TEN + seconds(130))
    assert floor.who_has("W") == "C"


def test_with_nobody_left_the_guest_waits_and_is_not_offered_again_and_again(
    floor: Floor, session: Session
) -> None:
    floor.arrives("W", TEN)
    for number in (60, 120, 180):
        assert reception.tend(session, TEN + seconds(number)) == 1
    assert floor.view("W").status is GuestStatus.WAITING
    version = rotation.board_version(session, floor.cast.club.id)
    assert reception.tend(session, TEN + seconds(182)) == 0
    assert rotation.board_version(session, floor.cast.club.id) == version
    assert [line.basis.value for line in floor.lines("W")] == ["rotation"] * 3 + ["waiting"]


def test_a_guest_nobody_answered_for_goes_to_whoever_comes_forward(floor: Floor, session: Session) -> None:
    floor.arrives("W", TEN)
    for number in (60, 120, 180):
        reception.tend(session, TEN + seconds(number))
    taken = reception.come_forward(session, actor=floor.people["B"], at=TEN + seconds(190))
    assert taken == floor.guests["W"]
    view = floor.view("W")
    assert (floor.who_has("W"), view.offered_until) == ("B", None)
    assert floor.lines("W")[-1].basis.value == "rotation"


def test_the_one_who_receives_at_the_desk_himself_is_not_asked(floor: Floor) -> None:
    arrival = floor.arrives("W", TEN, by="A")
    assert (floor.who_has("W"), arrival.offered_until) == ("A", None)


def test_a_designated_guest_is_offered_too_and_then_a_proxy_receives(floor: Floor, session: Session) -> None:
    floor.arrives("G", TEN, asks_for="B")
    assert floor.view("G").offered_until is not None
    reception.tend(session, TEN + seconds(60))
    assert floor.ledger("G") == [("G", "B", "designated"), ("G", "A", "proxy")]
    assert floor.lines("G")[-1].reason.code == "rotation.proxy_no_answer"
    assert floor.queue() == "ABC"


def test_a_lapsed_offer_sets_its_consultant_free_for_who_waits(floor: Floor, session: Session) -> None:
    for number, guest in enumerate(("W1", "W2", "W3", "W4")):
        floor.arrives(guest, TEN + seconds(number))
    for letter, guest in (("B", "W2"), ("C", "W3")):
        floor.accepts(letter, guest, TEN + seconds(10))
    assert floor.who_has("W4") is None
    reception.tend(session, TEN + seconds(60))
    assert (floor.who_has("W1"), floor.who_has("W4")) == (None, "A")


def test_company_goes_along_when_the_offer_passes_on(floor: Floor, session: Session) -> None:
    floor.arrives("W", TEN)
    arrival = floor.arrives("F", TEN + seconds(5), with_="W")
    assert arrival.offered_until is None
    reception.tend(session, TEN + seconds(60))
    assert (floor.who_has("W"), floor.who_has("F"), floor.queue()) == ("B", "B", "CAB")
    for number in (120, 180):
        reception.tend(session, TEN + seconds(number))
    assert [floor.view(guest).status for guest in "WF"] == [GuestStatus.WAITING] * 2


@pytest.mark.parametrize("status", [Status.MEAL, Status.MEETING, Status.AWAY])
def test_whoever_leaves_the_post_passes_his_offer_on_at_once(
    floor: Floor, session: Session, status: Status
) -> None:
    floor.arrives("W", TEN)
    assert floor.changes("A", status, TEN + seconds(10))
    assert (floor.who_has("W"), floor.queue()) == ("B", "CAB")
    assert floor.view("W").offered_until == TEN + seconds(70)
    turns = rotation.turns_on(session, floor.cast.club, TEN.date())
    assert {floor.letter(key): count for key, count in turns.items()} == {"A": 1, "B": 1}
    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "guest:offer_lapsed")).all()
    assert [floor.letter(event.facts["consultant_id"]) for event in events] == ["A"]
    assert not floor.changes("A", Status.ON_POST, TEN + seconds(20))
    assert floor.who_has("W") == "B"


def test_whoever_closes_passes_his_offer_on_at_once(floor: Floor) -> None:
    floor.arrives("W", TEN)
    assert floor.closes("A", TEN + seconds(10), relief="B")
    assert (floor.who_has("W"), floor.queue()) == ("B", "CB")


def test_company_goes_along_with_an_offer_that_passes_on_as_its_consultant_leaves(floor: Floor) -> None:
    floor.arrives("W", TEN)
    floor.arrives("F", TEN + seconds(5), with_="W")
    assert floor.changes("A", Status.MEAL, TEN + seconds(10))
    assert (floor.who_has("W"), floor.who_has("F")) == ("B", "B")


def test_an_offer_stays_with_whoever_may_not_leave(floor: Floor, session: Session) -> None:
    for letter in "BC":
        floor.changes(letter, Status.MEAL, local(9, 30))
    floor.arrives("W", TEN)
    with pytest.raises(Refused) as refused, session.begin_nested():
        floor.changes("A", Status.MEAL, TEN + seconds(10))
    assert refused.value.code == "shift.relief_missing"
    assert (floor.who_has("W"), floor.view("W").offered_until) == ("A", TEN + seconds(60))


def test_a_designated_guests_offer_passes_to_a_proxy_as_he_leaves(floor: Floor) -> None:
    floor.arrives("G", TEN, asks_for="B")
    floor.changes("B", Status.MEAL, TEN + seconds(10))
    assert floor.ledger("G") == [("G", "B", "designated"), ("G", "A", "proxy")]
    assert floor.queue() == "ABC"


def test_an_accepted_guest_stays_and_so_does_his_consultant(floor: Floor) -> None:
    floor.arrives("W", TEN)
    floor.accepts("A", "W", TEN + seconds(5))
    with pytest.raises(Refused) as refused:
        floor.changes("A", Status.MEAL, TEN + seconds(10))
    assert refused.value.code == "shift.guest_with_him"
    with pytest.raises(Refused) as refused:
        floor.closes("A", TEN + seconds(10), relief="B")
    assert refused.value.code == "reception.open"


@pytest.mark.parametrize("late", [False, True])
def test_only_the_one_asked_accepts(floor: Floor, session: Session, late: bool) -> None:
    floor.arrives("W", TEN)
    if late:
        reception.tend(session, TEN + seconds(60))
    letter = "A" if late else "B"
    with pytest.raises(Refused) as refused:
        floor.accepts(letter, "W", TEN + seconds(61))
    assert refused.value.code == ("reception.passed_on" if late else "reception.not_his")


def test_late_is_in_time_while_nobody_else_was_asked(floor: Floor, session: Session) -> None:
    floor.arrives("W", TEN)
    floor.accepts("A", "W", TEN + seconds(61))
    reception.tend(session, TEN + seconds(62))
    assert floor.who_has("W") == "A"


def test_another_clubs_offer_is_not_found(floor: Floor, session: Session) -> None:
    floor.arrives("W", TEN)
    with pytest.raises(NotFound):
        reception.accept(
            session, reception_id=floor.guests["W"], actor=floor.cast.other_manager, at=TEN + seconds(1)
        )


def test_evidence_names_only_who_accepted(floor: Floor, session: Session) -> None:
    floor.arrives("陈先生", TEN, phone="+8613800138000")
    reception.tend(session, TEN + seconds(60))
    floor.accepts("B", "陈先生", TEN + seconds(70))
    person = people.by_phone(session, floor.cast.club.organisation_id, "+8613800138000")
    assert person is not None
    visits = [one.name for one in touches.timeline(session, floor.cast.club.id, person.id)]
    assert visits == ["周倩", None]


@pytest.mark.parametrize(("outcome", "received"), [(Outcome.SOLD, True), (Outcome.LEFT, False)])
def test_a_guest_seen_out_without_a_word_was_received_unless_he_left(
    floor: Floor, session: Session, outcome: Outcome, received: bool
) -> None:
    floor.arrives("W", TEN)
    floor.leaves("W", TEN + seconds(30), outcome)
    assert (floor.view("W").accepted_at is not None) is received
    assert reception.tend(session, TEN + seconds(60)) == 0


def test_an_offer_to_somebody_off_duty_lapses_too(floor: Floor, session: Session) -> None:
    """SHF-08 with acceptance: whoever a manager calls has to answer as well."""
    for letter in "BC":
        floor.changes(letter, Status.MEAL, local(9, 30))
    floor.arrives("W1", TEN, by="A")
    floor.arrives("W2", TEN + seconds(1))
    reception.authorise_off_duty(
        session, consultant_id=floor.key("X"), actor=floor.cast.manager, at=TEN + seconds(2)
    )
    assert (floor.who_has("W2"), floor.view("W2").offered_until) == ("X", TEN + seconds(62))
    reception.tend(session, TEN + seconds(62))
    assert floor.who_has("W2") is None


@pytest.mark.parametrize(
    ("letter", "code"),
    [("X", "reception.off_duty"), ("A", "reception.open"), ("B", "reception.off_post")],
)
def test_who_may_come_forward(session: Session, cast: Cast, letter: str, code: str) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", TEN)
    floor.changes("B", Status.MEAL, TEN)
    with pytest.raises(Refused) as refused:
        reception.come_forward(session, actor=floor.people[letter], at=TEN + seconds(1))
    assert refused.value.code == code


def test_coming_forward_with_nobody_waiting(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "X")
    with pytest.raises(Refused) as refused:
        reception.come_forward(session, actor=floor.people["A"], at=TEN)
    assert refused.value.code == "reception.nobody_waiting"
    floor.arrives("W1", TEN)
    floor.arrives("W2", TEN)
    with pytest.raises(Refused) as refused:
        reception.come_forward(session, actor=floor.people["X"], at=TEN)
    assert refused.value.code == "reception.nobody_for_him"
    with pytest.raises(NotFound):
        reception.come_forward(session, actor=cast.system, at=TEN)


def test_without_the_setting_nothing_is_offered_and_nothing_more_is_asked(
    session: Session, cast: Cast
) -> None:
    floor = Floor(session, cast, "A", "B")
    with statements() as plain:
        arrival = floor.arrives("W", TEN)
    assert arrival.offered_until is None
    assert reception.tend(session, TEN + seconds(9000)) == 0
    floor.accepts("A", "W", TEN + seconds(1))  # pressing it anyway changes nothing
    assert floor.view("W").accepted_at is None
    set_policy(session, cast, rotation={"accept_seconds": 60})
    with statements() as offered:
        floor.arrives("V", TEN)
    assert len(plain) == len(offered)


def test_tending_asks_two_questions_when_nothing_is_to_be_done(session: Session, cast: Cast) -> None:
    Floor(session, cast, "A")
    with statements() as sent:
        assert reception.tend(session, TEN) == 0
    assert len(sent) == 1
