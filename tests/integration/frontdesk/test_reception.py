"""Guests on a real floor: the worked examples SC-01 to SC-05 through the operations, and what stays behind."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Actor, Role
from clubsales.audit import AuditEvent
from clubsales.clock import local_day
from clubsales.consultants.shifts.rules import Status
from clubsales.errors import NotFound, Refused
from clubsales.frontdesk.posts import operations as posts
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception import queries, turns
from clubsales.frontdesk.reception.known import who_is
from clubsales.frontdesk.reception.operations import Arrival
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.frontdesk.reception.rules import Status as GuestStatus
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.frontdesk.rotation.rules import Basis
from clubsales.ids import ReceptionID
from clubsales.leads.people import queries as people
from clubsales.leads.touches import queries as touches
from clubsales.leads.touches.rules import Signal, SignalKind
from tests.builders import Cast, a_colleague, consultant_of, local


class Floor:
    """A day on the floor, told by letters: A opened first, then B, then C; X sells outside."""

    def __init__(self, session: Session, cast: Cast, *open_now: str) -> None:
        self.session = session
        self.cast = cast
        third = a_colleague(session, cast.club, "wanglei", "王磊", Role.CONSULTANT)
        self.people: dict[str, Actor] = {"A": cast.lin, "B": cast.zhou, "C": third, "X": cast.ma}
        self.guests: dict[str, ReceptionID] = {}
        for minute, letter in enumerate(open_now):
            self.opens(letter, 9, minute)

    def opens(self, letter: str, hour: int, minute: int = 0, *, day: int = 9) -> None:
        actor = self.people[letter]
        posts.open_shift(
            self.session,
            consultant_id=consultant_of(actor),
            checklist=None,
            actor=actor,
            at=local(hour, minute, day=day),
        )

    def closes(self, letter: str, hour: int, minute: int = 0, *, relief: str | None = None) -> None:
        actor = self.people[letter]
        posts.close_shift(
            self.session,
            consultant_id=consultant_of(actor),
            acknowledged_by=consultant_of(self.people[relief]) if relief else None,
            actor=actor,
            at=local(hour, minute),
        )

    def changes(self, letter: str, status: Status, hour: int, minute: int = 0) -> None:
        actor = self.people[letter]
        posts.change_status(
            self.session,
            consultant_id=consultant_of(actor),
            status=status,
            actor=actor,
            at=local(hour, minute),
        )

    def arrives(
        self,
        guest: str,
        hour: int,
        minute: int = 0,
        *,
        phone: str | None = None,
        asks_for: str | None = None,
        with_: str | None = None,
        day: int = 9,
    ) -> Arrival:
        signals = (
            (Signal(SignalKind.NAME, consultant_of(self.people[asks_for])),) if asks_for is not None else ()
        )
        arrival = reception.arrive(
            self.session,
            e164=phone,
            name=guest,
            signals=signals,
            came_with=self.guests[with_] if with_ else None,
            actor=self.cast.desk,
            at=local(hour, minute, day=day),
        )
        self.guests[guest] = arrival.reception_id
        return arrival

    def leaves(self, guest: str, hour: int, minute: int = 0) -> None:
        reception.see_out(
            self.session,
            reception_id=self.guests[guest],
            outcome=Outcome.BE_BACK,
            actor=self.cast.desk,
            at=local(hour, minute),
        )

    def who_has(self, guest: str) -> str | None:
        view = queries.get(self.session, self.cast.club.id, self.guests[guest])
        return self.letter(view.consultant_id) if view.consultant_id else None

    def letter(self, consultant_id: int) -> str:
        return next(name for name, actor in self.people.items() if actor.consultant_id == consultant_id)

    def queue(self) -> str:
        policy = turns.floor_policy(self.session, self.cast.system, local(12)).rotation
        return "".join(
            self.letter(seat.consultant_id) for seat in rotation.seats(self.session, self.cast.club, policy)
        )

    def ledger(self) -> list[tuple[str, str | None, str]]:
        names = {key: name for name, key in self.guests.items()}
        return [
            (
                names[line.reception_id],
                self.letter(line.consultant_id) if line.consultant_id else None,
                line.basis.value,
            )
            for line in rotation.all_assignments(self.session, self.cast.club.id)
        ]


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_walk_ins_go_round(session: Session, cast: Cast) -> None:
    """SC-01."""
    floor = Floor(session, cast, "A", "B", "C")
    assert floor.queue() == "ABC"
    for number, (hour, minute, taker, after) in enumerate(
        [(10, 0, "A", "BCA"), (10, 30, "B", "CAB"), (11, 0, "C", "ABC"), (11, 30, "A", "BCA")]
    ):
        guest = f"W{number}"
        floor.arrives(guest, hour, minute)
        assert floor.who_has(guest) == taker
        assert floor.queue() == after
        floor.leaves(guest, hour, minute + 10)


def test_the_fourth_guest_waits_for_whoever_is_free_first(session: Session, cast: Cast) -> None:
    """SC-02."""
    floor = Floor(session, cast, "A", "B", "C")
    for guest, minute in (("W1", 0), ("W2", 5), ("W3", 6), ("W4", 7)):
        floor.arrives(guest, 10, minute)
    assert floor.who_has("W4") is None
    floor.leaves("W2", 10, 20)
    assert floor.who_has("W4") == "B"
    assert floor.queue() == "ACB"
    floor.leaves("W1", 10, 25)
    floor.arrives("W5", 10, 26)
    assert floor.who_has("W5") == "A"
    assert floor.queue() == "CBA"
    assert floor.ledger() == [
        ("W1", "A", "rotation"),
        ("W2", "B", "rotation"),
        ("W3", "C", "rotation"),
        ("W4", None, "waiting"),
        ("W4", "B", "rotation"),
        ("W5", "A", "rotation"),
    ]
    waited = [
        line
        for line in rotation.all_assignments(session, cast.club.id)
        if line.reception_id == floor.guests["W4"]
    ]
    assert waited[1].at == local(10, 20)
    assert [skip.reason for skip in waited[0].skipped] == ["busy", "busy", "busy"]


def test_a_designated_guest_is_no_turn(session: Session, cast: Cast) -> None:
    """SC-03, by name."""
    floor = Floor(session, cast, "A", "B", "C")
    arrival = floor.arrives("G", 10, 0, asks_for="A")
    assert arrival.turn is not None
    assert (arrival.turn.basis, floor.queue()) == (Basis.DESIGNATED, "ABC")
    floor.arrives("W", 10, 5)
    assert (floor.who_has("W"), floor.queue()) == ("B", "ACB")
    floor.leaves("G", 10, 30)
    floor.arrives("V", 10, 31)
    assert (floor.who_has("V"), floor.queue()) == ("A", "CBA")


def test_at_a_meal_there_is_no_turn(session: Session, cast: Cast) -> None:
    """SC-04."""
    floor = Floor(session, cast, "A", "B", "C")
    floor.changes("A", Status.MEAL, 12, 0)
    floor.arrives("W1", 12, 10)
    assert (floor.who_has("W1"), floor.queue()) == ("B", "CAB")
    floor.changes("A", Status.ON_POST, 12, 20)
    floor.arrives("W2", 12, 25)
    assert (floor.who_has("W2"), floor.queue()) == ("C", "ABC")


def test_a_meal_without_a_guest_costs_nothing(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    floor.changes("A", Status.MEAL, 12, 0)
    floor.changes("A", Status.ON_POST, 12, 20)
    floor.arrives("W", 12, 25)
    assert floor.who_has("W") == "A"


def test_away_turn_keep_keeps_the_turn(session: Session, cast: Cast) -> None:
    policies.publish(
        session,
        changes={"rotation": {"away_turn": "keep"}},
        valid_from=local_day(local(8), cast.club.zone),
        actor=cast.system,
        at=local(8),
    )
    floor = Floor(session, cast, "A", "B", "C")
    floor.changes("A", Status.MEAL, 12, 0)
    floor.arrives("W1", 12, 10)
    floor.changes("A", Status.ON_POST, 12, 20)
    floor.arrives("W2", 12, 25)
    assert (floor.who_has("W1"), floor.who_has("W2")) == ("B", "A")


def test_carry_over_opens_at_the_place_last_had(session: Session, cast: Cast) -> None:
    policies.publish(
        session,
        changes={"rotation": {"start": "carry_over"}},
        valid_from=local_day(local(8), cast.club.zone),
        actor=cast.system,
        at=local(8),
    )
    floor = Floor(session, cast, "A", "B", "C")
    floor.arrives("W1", 10, 0)
    floor.leaves("W1", 10, 5)
    assert floor.queue() == "BCA"
    for letter in "ABC":
        floor.closes(letter, 22, 5)
    for minute, letter in enumerate("ACB"):
        floor.opens(letter, 9, minute, day=10)
    assert floor.queue() == "BCA"


def test_a_new_day_starts_in_the_order_of_opening(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    for letter in "ABC":
        floor.closes(letter, 22, 5)
    for minute, letter in enumerate("CAB"):
        floor.opens(letter, 9, minute, day=10)
    assert floor.queue() == "CAB"


def test_a_proxy_receives_for_a_busy_consultant_without_a_turn(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    floor.arrives("W", 10)
    arrival = floor.arrives("G", 10, 5, asks_for="A")
    assert arrival.turn is not None
    assert (arrival.turn.basis, floor.who_has("G"), floor.queue()) == (Basis.PROXY, "B", "BCA")
    view = queries.get(session, cast.club.id, arrival.reception_id)
    assert view.designated_name == "林静"


def test_a_waiting_guest_goes_to_the_one_he_came_for_when_that_one_is_free_first(
    session: Session, cast: Cast
) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W1", 10)
    floor.arrives("W2", 10, 1)
    floor.arrives("G", 10, 2, asks_for="B")
    floor.leaves("W2", 10, 20)
    assert floor.ledger()[-1] == ("G", "B", "designated")
    floor.arrives("H", 10, 21, asks_for="B")
    floor.leaves("W1", 10, 30)
    assert floor.ledger()[-1] == ("H", "A", "proxy")


def test_an_outside_consultant_is_beside_the_queue_but_receives_his_own(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "X", "A")
    assert floor.queue() == "A"
    floor.arrives("W", 10)
    floor.arrives("G", 10, 1, asks_for="X")
    floor.arrives("H", 10, 2, asks_for="X")
    assert (floor.who_has("W"), floor.who_has("G"), floor.who_has("H")) == ("A", "X", None)
    floor.leaves("G", 10, 30)
    assert floor.ledger()[-1] == ("H", "X", "designated")


def test_a_companion_goes_along(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", 10)
    floor.arrives("F", 10, 1, with_="W")
    assert (floor.who_has("F"), floor.queue()) == ("A", "BA")
    floor.leaves("W", 10, 30)
    floor.arrives("V", 10, 31)
    floor.arrives("U", 10, 32)
    assert (floor.who_has("V"), floor.who_has("U")) == ("B", None)
    floor.leaves("F", 10, 40)
    assert floor.who_has("U") == "A"


def test_who_came_with_a_guest_already_gone_is_received_like_anyone(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", 10)
    floor.leaves("W", 10, 30)
    arrival = floor.arrives("F", 10, 31, with_="W")
    assert arrival.turn is not None
    assert (arrival.turn.basis, floor.who_has("F")) == (Basis.ROTATION, "B")


def test_nobody_on_shift_and_then_somebody_opens(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast)
    floor.arrives("W1", 10)
    floor.arrives("W2", 10, 1)
    floor.opens("A", 10, 10)
    assert (floor.who_has("W1"), floor.who_has("W2")) == ("A", None)
    floor.opens("B", 10, 11)
    assert floor.who_has("W2") == "B"


def test_coming_back_on_post_takes_the_oldest_waiting(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W1", 10)
    floor.changes("B", Status.MEETING, 10, 1)
    floor.arrives("W2", 10, 2)
    assert floor.who_has("W2") is None
    floor.changes("B", Status.ON_POST, 10, 9)
    assert floor.who_has("W2") == "B"


def test_a_waiting_guest_who_leaves_is_off_the_list(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A")
    floor.arrives("W1", 10)
    floor.arrives("W2", 10, 1)
    floor.arrives("W3", 10, 2)
    floor.leaves("W2", 10, 3)
    floor.leaves("W1", 10, 4)
    assert (floor.who_has("W2"), floor.who_has("W3")) == (None, "A")


def test_a_guest_seen_out_twice_is_seen_out_once(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A")
    floor.arrives("W", 10)
    floor.leaves("W", 10, 5)
    floor.leaves("W", 10, 6)
    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "guest:seen_out")).all()
    assert len(events) == 1


@pytest.mark.parametrize("on_shift", [True, False])
def test_taking_a_guest_oneself_is_refused(session: Session, cast: Cast, on_shift: bool) -> None:
    """SC-05 (a): off duty, with a guest, not his - in this order."""
    floor = Floor(session, cast, "A", "B" if on_shift else "C")
    floor.arrives("W", 10)

    def tries(letter: str) -> None:
        reception.try_reception(
            session,
            consultant_id=consultant_of(floor.people[letter]),
            reception_id=floor.guests["W"],
            actor=floor.people[letter],
            at=local(10, 1),
        )

    tries("A")
    with pytest.raises(Refused) as refused:
        tries("B")
    assert code_of(refused) == ("reception.not_his" if on_shift else "reception.off_duty")
    floor.arrives("V", 10, 2)
    with pytest.raises(Refused) as refused:
        tries("B" if on_shift else "C")
    assert code_of(refused) == "reception.open"


def test_a_manager_lets_somebody_off_duty_receive(session: Session, cast: Cast) -> None:
    """SC-05 (d) and (e)."""
    floor = Floor(session, cast, "A")
    off_duty = consultant_of(floor.people["B"])

    def authorises(actor: Actor, guest: str | None = None) -> ReceptionID:
        return reception.authorise_off_duty(
            session,
            consultant_id=off_duty,
            reception_id=floor.guests[guest] if guest else None,
            actor=actor,
            at=local(15, 10),
        )

    floor.arrives("W1", 15)
    for actor, code in (
        (cast.supervisor, "reception.not_authorised"),
        (cast.manager, "reception.nobody_waiting"),
    ):
        with pytest.raises(Refused) as refused:
            authorises(actor)
        assert code_of(refused) == code
    for guest, minute in (("W2", 1), ("W3", 2), ("W4", 3)):
        floor.arrives(guest, 15, minute)
    assert authorises(cast.manager, "W3") == floor.guests["W3"]
    assert (floor.who_has("W3"), floor.queue()) == ("B", "A")
    assert floor.ledger()[-1] == ("W3", "B", "off_duty")
    with pytest.raises(Refused) as refused:
        authorises(cast.manager)
    assert code_of(refused) == "reception.open"
    with pytest.raises(Refused) as refused:
        authorises(cast.manager, "W1")
    assert code_of(refused) == "reception.nobody_waiting"
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "guest:off_duty_authorised")).one()
    assert (event.account_id, event.at) == (cast.manager.account_id, local(15, 10))
    reception.see_out(
        session, reception_id=floor.guests["W3"], outcome=Outcome.SOLD, actor=cast.desk, at=local(15, 20)
    )
    assert authorises(cast.manager) == floor.guests["W2"]


def test_nobody_closes_with_a_guest(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", 10)
    with pytest.raises(Refused) as refused:
        floor.closes("A", 11, relief="B")
    assert code_of(refused) == "reception.open"
    with pytest.raises(Refused) as refused:
        floor.closes("C", 11, relief="B")
    assert code_of(refused) == "shift.not_open"
    floor.leaves("W", 11, 1)
    floor.closes("A", 11, 2, relief="B")
    assert floor.queue() == "B"


def test_a_phone_makes_a_person_and_a_lead_once(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("陈先生", 10, phone="+8613800138000", asks_for="A")
    floor.leaves("陈先生", 10, 30)
    floor.arrives("别名", 16, phone="+8613800138000")
    person = people.by_phone(session, cast.club.organisation_id, "+8613800138000")
    assert person is not None
    assert person.name == "陈先生"
    known = who_is(session, cast.club, "+8613800138000")
    assert known is not None
    assert (known.visits, known.present, known.is_member) == (2, floor.guests["别名"], False)
    assert known.lead_public_id is not None
    kinds = [touch.kind.value for touch in touches.timeline(session, cast.club.id, person.id)]
    assert kinds == ["visit", "visit"]


def test_signals_of_a_guest_who_had_to_wait_are_kept(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A")
    floor.arrives("W", 10)
    floor.arrives("G", 10, 1, phone="+8613800138000", asks_for="B")
    floor.leaves("W", 10, 20)
    person = people.by_phone(session, cast.club.organisation_id, "+8613800138000")
    assert person is not None
    day = local_day(local(10), cast.club.zone)
    (_, visit) = touches.visits(session, club_id=cast.club.id, person_id=person.id, day=day)
    assert visit.consultant_id == consultant_of(floor.people["A"])
    assert visit.signals == (Signal(SignalKind.NAME, consultant_of(floor.people["B"])),)


def test_the_same_person_is_not_received_twice_at_the_desk(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    first = floor.arrives("W", 10, phone="+8613800138000")
    second = reception.arrive(
        session, e164="+8613800138000", name="W", once=True, actor=cast.desk, at=local(10, 1)
    )
    assert (second.reception_id, second.turn) == (first.reception_id, None)
    assert floor.queue() == "BA"
    floor.leaves("W", 10, 5)
    third = reception.arrive(
        session, e164="+8613800138000", name="W", once=True, actor=cast.desk, at=local(11, 1)
    )
    assert third.reception_id != first.reception_id


def test_people_of_another_club_are_not_found(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A")
    floor.arrives("W", 10)
    with pytest.raises(NotFound):
        reception.see_out(
            session,
            reception_id=floor.guests["W"],
            outcome=Outcome.LEFT,
            actor=cast.other_manager,
            at=local(10, 1),
        )
    foreign = Signal(SignalKind.NAME, consultant_of(cast.other_manager))
    with pytest.raises(NotFound):
        reception.arrive(session, e164=None, signals=[foreign], actor=cast.desk, at=local(10, 2))
    with pytest.raises(NotFound):
        reception.arrive(
            session, e164=None, came_with=floor.guests["W"], actor=cast.other_manager, at=local(10, 2)
        )


def test_a_consultant_sees_out_his_own_guest_only(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", 10)
    with pytest.raises(Refused) as refused:
        reception.see_out(
            session, reception_id=floor.guests["W"], outcome=Outcome.SOLD, actor=cast.zhou, at=local(10, 9)
        )
    assert code_of(refused) == "reception.not_his"


def test_every_decision_is_in_the_ledger_with_its_policy_and_its_working(
    session: Session, cast: Cast
) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    floor.changes("A", Status.MEAL, 9, 30)
    floor.arrives("W", 10)
    (line,) = rotation.all_assignments(session, cast.club.id)
    assert [floor.letter(key) for key in line.queue_before] == ["A", "B", "C"]
    assert [floor.letter(key) for key in line.queue_after] == ["C", "A", "B"]
    assert [reason.code for reason in line.reasons] == [
        "rotation.turn_past_away",
        "rotation.skipped_meal_forfeit",
    ]
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "guest:assigned")).one()
    assert event.subject_id == floor.guests["W"]
    view = queries.present(session, cast.club.id)[0]
    assert view.status is GuestStatus.OPEN
    assert view.why == line.reasons
