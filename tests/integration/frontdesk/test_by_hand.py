"""Guests given away by hand, turns given back, and guests contested."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.clock import local_day
from clubsales.consultants.shifts.rules import Status
from clubsales.errors import NotFound, Refused
from clubsales.frontdesk.reception import contests as contested
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.frontdesk.rotation.rules import Basis
from clubsales.ids import ReceptionID
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, local, yuan
from tests.integration.frontdesk.floor import Floor, seconds, set_policy

NO_PROSPECTS = [Outcome.COURIER, Outcome.QUESTION, Outcome.MEMBER_MATTER, Outcome.NOT_PROSPECT]


def test_a_guest_given_by_hand_is_the_turn_of_who_gets_him(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    floor.arrives("W", local(10))
    floor.gives("W", "C", local(10, 1))
    assert (floor.who_has("W"), floor.queue()) == ("C", "ABC")
    assert floor.ledger("W") == [("W", "A", "rotation"), ("W", "A", "returned"), ("W", "C", "manual")]
    _given, returned, manual = floor.lines("W")
    assert (floor.letters(returned.queue_before), floor.letters(returned.queue_after)) == ("BCA", "ABC")
    assert (floor.letters(manual.queue_before), floor.letters(manual.queue_after)) == ("ABC", "ABC")
    assert (manual.rule, manual.reason.facts["reason"]) == ("ROT-09", "他们认识")
    assert manual.decided_by == cast.supervisor.account_id
    turns = rotation.turns_on(session, cast.club, local(10).date())
    assert {floor.letter(key): count for key, count in turns.items()} == {"C": 1}
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "guest:assigned_by_hand")).one()
    assert (event.account_id, event.facts["reason"], event.facts["taken_from"]) == (
        cast.supervisor.account_id,
        "他们认识",
        floor.key("A"),
    )


def test_a_waiting_guest_given_by_hand_is_a_turn_too(session: Session, cast: Cast) -> None:
    """B comes back on post without a guest for him only because the guest waits for A."""
    floor = Floor(session, cast, "A", "B", "C")
    floor.arrives("W", local(10))
    floor.arrives("G", local(10, 1), asks_for="A", waits=True)
    floor.gives("G", "B", local(10, 2))
    # Designated to somebody else, B stands in: proxy.consumes_turn is off.
    assert (floor.who_has("G"), floor.queue()) == ("B", "BCA")


@pytest.mark.parametrize(("consumes", "after"), [(False, "BCA"), (True, "CAB")])
def test_a_designated_guest_given_by_hand_costs_what_a_proxy_costs(
    session: Session, cast: Cast, consumes: bool, after: str
) -> None:
    set_policy(session, cast, proxy={"consumes_turn": consumes})
    floor = Floor(session, cast, "A", "B", "C")
    floor.arrives("W", local(10))
    floor.arrives("G", local(10, 1), asks_for="A", waits=True)
    floor.gives("G", "B", local(10, 2))
    assert floor.queue() == after


def test_a_guest_given_by_hand_to_the_one_he_came_for_is_no_turn(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    floor.arrives("G", local(10, 1), asks_for="A")
    assert floor.who_has("G") == "B"
    floor.leaves("W", local(10, 5))
    floor.gives("G", "A", local(10, 6))
    assert (floor.who_has("G"), floor.queue()) == ("A", "BA")


def test_an_outside_consultant_may_be_given_a_guest_by_hand(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "X")
    floor.arrives("W", local(10))
    floor.gives("W", "X", local(10, 1))
    assert (floor.who_has("W"), floor.queue()) == ("X", "A")


def test_whoever_becomes_free_by_it_takes_who_waits(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "X")
    floor.arrives("W1", local(10))
    floor.arrives("W2", local(10, 1))
    floor.gives("W1", "X", local(10, 2))
    assert (floor.who_has("W1"), floor.who_has("W2")) == ("X", "A")


def test_company_goes_along_and_may_go_alone(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    floor.arrives("W", local(10))
    floor.arrives("F", local(10, 1), with_="W")
    floor.gives("W", "B", local(10, 2))
    assert (floor.who_has("W"), floor.who_has("F"), floor.queue()) == ("B", "B", "ACB")
    floor.gives("F", "C", local(10, 3))
    assert (floor.who_has("F"), floor.view("F").is_companion, floor.queue()) == ("C", False, "ACB")
    assert floor.who_has("W") == "B"


@pytest.mark.parametrize(
    ("letter", "code"),
    [("C", "reception.off_duty"), ("B", "reception.off_post"), ("X", "reception.open")],
)
def test_only_to_somebody_free_on_post(session: Session, cast: Cast, letter: str, code: str) -> None:
    floor = Floor(session, cast, "A", "B", "X")
    floor.arrives("G", local(10), asks_for="X")
    floor.arrives("W", local(10))
    floor.changes("B", Status.MEAL, local(10, 1))
    with pytest.raises(Refused) as refused:
        floor.gives("W", letter, local(10, 2))
    assert refused.value.code == code


def test_a_reason_is_asked_for(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    with pytest.raises(Refused) as refused:
        floor.gives("W", "B", local(10, 1), reason=" \n ")
    assert refused.value.code == "reception.reason"
    floor.gives("W", "B", local(10, 1), reason="x" * 2000)
    assert len(str(floor.lines("W")[-1].reason.facts["reason"])) == 500


def test_given_twice_is_given_once(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    floor.gives("W", "B", local(10, 1))
    floor.gives("W", "B", local(10, 1))
    assert len(floor.ledger("W")) == 3


def test_who_has_left_is_given_to_nobody(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    floor.leaves("W", local(10, 1))
    with pytest.raises(Refused) as refused:
        floor.gives("W", "B", local(10, 2))
    assert refused.value.code == "reception.gone"


def test_people_and_guests_of_another_club_are_not_found(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    guest = floor.guests["W"]
    foreign = cast.other_manager
    for reception_id, consultant_id, actor in (
        (guest, foreign.consultant_id, cast.supervisor),
        (guest, foreign.consultant_id, foreign),
        (ReceptionID(10**9), floor.key("B"), cast.supervisor),
    ):
        with pytest.raises(NotFound):
            reception.assign_by_hand(
                session,
                reception_id=reception_id,
                consultant_id=consultant_id,  # type: ignore[arg-type]
                reason="x",
                actor=actor,
                at=local(10, 1),
            )
        with pytest.raises(NotFound):
            reception.contest(
                session, reception_id=reception_id, consultant_id=consultant_id, actor=actor, at=local(10, 1)
            )
    with pytest.raises(NotFound):
        reception.let_others_receive(session, reception_id=guest, actor=foreign, at=local(10, 1))


def test_by_hand_it_is_offered_like_any_other(session: Session, cast: Cast) -> None:
    set_policy(session, cast, rotation={"accept_seconds": 60})
    floor = Floor(session, cast, "A", "B", "C")
    floor.arrives("W", local(10))
    floor.gives("W", "B", local(10, 1))
    assert floor.view("W").offered_until == local(10, 2)
    reception.tend(session, local(10, 2))
    assert floor.who_has("W") == "A"  # he was not asked in vain: the guest was taken from him


@pytest.mark.parametrize("outcome", NO_PROSPECTS)
def test_no_prospect_gives_the_turn_back(session: Session, cast: Cast, outcome: Outcome) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    floor.arrives("W", local(10))
    floor.leaves("W", local(10, 2), outcome)
    assert floor.queue() == "ABC"
    returned = floor.lines("W")[-1]
    assert (returned.basis.value, returned.rule, returned.reason.code) == (
        "returned",
        "ROT-01",
        "rotation.returned_no_prospect",
    )
    assert (floor.letters(returned.queue_before), floor.letters(returned.queue_after)) == ("BCA", "ABC")
    assert rotation.turns_on(session, cast.club, local(10).date()) == {}
    floor.arrives("V", local(10, 3))
    assert floor.who_has("V") == "A"


@pytest.mark.parametrize("outcome", [one for one in Outcome if one not in NO_PROSPECTS])
def test_any_other_outcome_keeps_the_turn_used(session: Session, cast: Cast, outcome: Outcome) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    floor.arrives("W", local(10))
    floor.leaves("W", local(10, 2), outcome)
    assert (floor.queue(), len(floor.ledger("W"))) == ("BCA", 1)


def test_whoever_lost_his_turn_to_a_courier_gets_it_back_too(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    floor.changes("A", Status.MEAL, local(12))
    floor.arrives("W", local(12, 10))
    assert floor.queue() == "CAB"
    floor.leaves("W", local(12, 12), Outcome.COURIER)
    assert floor.queue() == "ABC"
    assert floor.lines("W")[-1].reason.facts["consultants"] == ["林静", "周倩"]


def test_between_two_turns_the_order_stays_right(session: Session, cast: Cast) -> None:
    """A has a courier, B a guest meanwhile: A stands before B and C again."""
    floor = Floor(session, cast, "A", "B", "C")
    floor.arrives("W", local(10))
    floor.arrives("V", local(10, 1))
    floor.leaves("W", local(10, 2), Outcome.COURIER)
    assert floor.queue() == "ACB"


def test_who_has_lost_the_place_since_is_not_put_back(session: Session, cast: Cast) -> None:
    """A's shift was closed and opened again: he stands at the tail for another reason."""
    floor = Floor(session, cast, "A", "B", "C")
    floor.changes("A", Status.MEAL, local(12))
    floor.arrives("W", local(12, 10))
    floor.closes("A", local(12, 20), relief="C")
    floor.opens("A", local(12, 30))
    floor.leaves("W", local(12, 40), Outcome.COURIER)
    assert floor.queue() == "BCA"


def test_nothing_comes_back_where_something_was_sold(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10), phone="+8613800138000")
    sales.open_sale(
        session,
        card_type_id=cast.towel.id,
        price=yuan("60.00"),
        kind=SaleKind.GOODS,
        reception_id=floor.guests["W"],
        consultant_id=floor.key("A"),
        actor=cast.lin,
        at=local(10, 5),
    )
    floor.leaves("W", local(10, 6), Outcome.QUESTION)
    assert floor.queue() == "BA"


def test_a_designated_guest_who_was_no_prospect_changes_nothing(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("G", local(10), asks_for="B")
    floor.leaves("G", local(10, 1), Outcome.QUESTION)
    assert (floor.queue(), len(floor.ledger("G"))) == ("AB", 1)


def test_company_gives_no_turn_back_twice(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    floor.arrives("F", local(10, 1), with_="W")
    floor.leaves("F", local(10, 2), Outcome.QUESTION)
    assert floor.queue() == "BA"
    floor.leaves("W", local(10, 2), Outcome.QUESTION)
    assert floor.queue() == "AB"


def test_a_turn_is_given_back_once(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    for _press in range(2):
        floor.leaves("W", local(10, 1), Outcome.COURIER)
    assert floor.ledger("W") == [("W", "A", "rotation"), ("W", "A", "returned")]


def test_a_guest_is_contested_quietly_and_once(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    before = rotation.board_version(session, cast.club.id)
    for note in ("我先接待的", "再按一次"):
        reception.contest(
            session, reception_id=floor.guests["W"], note=note, actor=cast.zhou, at=local(10, 1)
        )
    reception.contest(
        session,
        reception_id=floor.guests["W"],
        consultant_id=floor.key("X"),
        actor=cast.desk,
        at=local(10, 2),
    )
    day = local_day(local(10), cast.club.zone)
    contests = contested.contested_on(session, cast.club, day)
    assert [(one.consultant_name, one.note, one.received_by) for one in contests] == [
        ("周倩", "我先接待的", "林静"),
        ("马超", "", "林静"),
    ]
    assert contests == contested.contests_of(session, cast.club.id, floor.guests["W"])
    assert contested.contested_on(session, cast.other_club, day) == []
    assert (floor.who_has("W"), rotation.board_version(session, cast.club.id)) == ("A", before)
    tags = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.tag == "guest:contested")).all()
    assert len(tags) == 2


def test_who_may_contest_for_whom(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    guest = floor.guests["W"]
    with pytest.raises(Refused) as refused:
        reception.contest(
            session, reception_id=guest, consultant_id=floor.key("X"), actor=cast.zhou, at=local(10, 1)
        )
    assert refused.value.code == "reception.contest_own"
    with pytest.raises(Refused) as refused:
        reception.contest(session, reception_id=guest, actor=cast.desk, at=local(10, 1))
    assert refused.value.code == "reception.contest_who"
    floor.leaves("W", local(10, 5))
    reception.contest(session, reception_id=guest, actor=cast.zhou, at=local(10, 6) + seconds(1))
    assert len(contested.contests_of(session, cast.club.id, guest)) == 1


def test_the_tour_and_the_day_s_visits_are_kept(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    reception.see_out(
        session,
        reception_id=floor.guests["W"],
        outcome=Outcome.FOLLOW_UP,
        toured=True,
        actor=cast.lin,
        at=local(10, 30),
    )
    floor.arrives("G", local(11), asks_for="A")
    visits = [floor.view(guest) for guest in "WG"]
    assert [(one.name, one.outcome, one.toured, one.basis) for one in visits] == [
        ("W", Outcome.FOLLOW_UP, True, Basis.ROTATION),
        ("G", None, False, Basis.DESIGNATED),
    ]
