"""Whose turn it is: the worked examples, and what must hold whoever stands in the queue."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.consultants.shifts.rules import Status
from clubsales.frontdesk.rotation.out_of_turn import for_companion, for_designated, for_off_duty
from clubsales.frontdesk.rotation.rules import (
    Basis,
    ProxyPolicy,
    RotationPolicy,
    Seat,
    Turn,
    as_proxy,
    next_up,
    seats_after,
    state_of,
)
from clubsales.ids import ConsultantID

NAMES = "ABCDEFGH"
KEEP_TURN = ProxyPolicy(consumes_turn=False)


def policy(busy_turn: str = "keep", away_turn: str = "forfeit") -> RotationPolicy:
    return RotationPolicy(kinds=("inside",), start="shift_open", busy_turn=busy_turn, away_turn=away_turn)


def seat(name: str, state: str = "free") -> Seat:
    """A seat named by one letter; its state is free, busy, or a status off post."""
    status = Status.ON_POST if state in ("free", "busy") else Status(state)
    return Seat(
        consultant_id=ConsultantID(NAMES.index(name) + 1), name=name, status=status, busy=state == "busy"
    )


def queue_of(text: str) -> tuple[Seat, ...]:
    """ "A:meal B" is A at a meal before B, free."""
    return tuple(seat(*part.split(":")) for part in text.split())


def names(ids: tuple[ConsultantID, ...]) -> str:
    return "".join(NAMES[key - 1] for key in ids)


def chosen(turn: Turn) -> str:
    return turn.consultant_name


def skips(turn: Turn) -> list[tuple[str, str]]:
    return [(skip.name, skip.reason) for skip in turn.skipped]


@pytest.mark.parametrize(
    ("queue", "taken_by", "after", "skipped"),
    [
        ("A B C", "A", "BCA", []),
        ("A:busy B C", "B", "ACB", [("A", "busy")]),
        ("A:meal B C", "B", "CAB", [("A", "meal")]),
        ("A:meeting B:busy C D", "C", "BDAC", [("A", "meeting"), ("B", "busy")]),
        ("A:meal B:away C", "C", "ABC", [("A", "meal"), ("B", "away")]),
        ("A B:meal C", "A", "BCA", []),
        ("A:busy B:busy C:free", "C", "ABC", [("A", "busy"), ("B", "busy")]),
    ],
)
def test_next_up_takes_the_first_free_and_goes_to_the_tail(
    queue: str, taken_by: str, after: str, skipped: list[tuple[str, str]]
) -> None:
    turn = next_up(queue_of(queue), policy())
    assert chosen(turn) == taken_by
    assert names(turn.queue_after) == after
    assert skips(turn) == skipped
    assert (turn.basis, turn.rule) == (Basis.ROTATION, "ROT-01")


@pytest.mark.parametrize(
    ("busy_turn", "away_turn", "after"),
    [
        ("keep", "forfeit", "BDAC"),
        ("keep", "keep", "ABDC"),
        ("forfeit", "keep", "ADBC"),
        ("forfeit", "forfeit", "DABC"),
    ],
)
def test_who_loses_his_turn_is_the_club_s_to_say(busy_turn: str, away_turn: str, after: str) -> None:
    turn = next_up(queue_of("A:meal B:busy C D"), policy(busy_turn, away_turn))
    assert chosen(turn) == "C"
    assert names(turn.queue_after) == after


def test_who_is_at_a_meal_with_a_guest_counts_as_at_a_meal() -> None:
    both = Seat(consultant_id=ConsultantID(1), name="A", status=Status.MEAL, busy=True)
    assert state_of(both) == "meal"
    assert skips(next_up((both, seat("B")), policy())) == [("A", "meal")]


def test_nobody_free_leaves_the_guest_waiting_and_the_queue_as_it_is() -> None:
    turn = next_up(queue_of("A:busy B:meal"), policy())
    assert turn.consultant_id is None
    assert (turn.basis, turn.rule) == (Basis.WAITING, "AMB-18")
    assert skips(turn) == [("A", "busy"), ("B", "meal")]
    assert names(turn.queue_after) == "AB"
    assert turn.to_tail == ()


def test_an_empty_queue_leaves_the_guest_waiting() -> None:
    turn = next_up((), policy())
    assert turn.basis is Basis.WAITING
    assert turn.skipped == ()
    assert turn.reason.code == "rotation.waiting_nobody_on_shift"


def test_four_walk_ins_go_round() -> None:
    """SC-01."""
    queue = queue_of("A B C")
    served = []
    for after in ("BCA", "CAB", "ABC", "BCA"):
        turn = next_up(queue, policy())
        served.append(chosen(turn))
        assert names(turn.queue_after) == after
        queue = tuple(seat(name) for name in after)
    assert served == ["A", "B", "C", "A"]


def test_a_meal_costs_the_turn_only_when_a_guest_came() -> None:
    """SC-04 and its variants."""
    at_lunch = next_up(queue_of("A:meal B C"), policy())
    assert names(at_lunch.queue_after) == "CAB"
    assert chosen(next_up(queue_of("C A B:busy"), policy())) == "C"
    assert names(next_up(queue_of("C A B:busy"), policy()).queue_after) == "ABC"
    kept = next_up(queue_of("A:meal B C"), policy(away_turn="keep"))
    assert names(kept.queue_after) == "ACB"
    assert chosen(next_up(queue_of("A C B:busy"), policy(away_turn="keep"))) == "A"


def test_a_designated_guest_is_no_turn() -> None:
    """SC-03."""
    queue = queue_of("A B C")
    turn = for_designated(queue, queue[0], signal="appointment")
    assert (chosen(turn), turn.basis, turn.rule) == ("A", Basis.DESIGNATED, "OWN-03")
    assert names(turn.queue_after) == "ABC"
    assert turn.skipped == ()
    walk_in = next_up(seats_after(queue, turn), policy())
    assert chosen(walk_in) == "B"
    assert names(walk_in.queue_after) == "ACB"


def test_a_proxy_keeps_everybody_s_place() -> None:
    queue = queue_of("A:busy B:meal C D")
    turn = as_proxy(queue, designated_name="A", designated_state="busy", proxy=KEEP_TURN)
    assert (chosen(turn), turn.basis, turn.rule) == ("C", Basis.PROXY, "AMB-04")
    assert skips(turn) == [("A", "busy"), ("B", "meal")]
    assert names(turn.queue_after) == "ABCD"
    assert not any(skip.forfeits for skip in turn.skipped)


def test_a_proxy_pays_with_his_turn_where_the_club_says_so() -> None:
    queue = queue_of("A:busy B:meal C D")
    turn = as_proxy(
        queue, designated_name="A", designated_state="busy", proxy=ProxyPolicy(consumes_turn=True)
    )
    assert names(turn.queue_after) == "ABDC"


def test_a_designated_guest_waits_when_there_is_no_proxy() -> None:
    turn = as_proxy(queue_of("A:busy"), designated_name="A", designated_state="busy", proxy=KEEP_TURN)
    assert turn.basis is Basis.WAITING
    assert skips(turn) == [("A", "busy")]


@pytest.mark.parametrize("basis", [Basis.ROTATION, Basis.DESIGNATED, Basis.PROXY, Basis.OFF_DUTY])
def test_a_companion_goes_along_on_the_same_basis(basis: Basis) -> None:
    turn = for_companion(
        queue_of("A:busy B"),
        consultant_id=ConsultantID(1),
        consultant_name="A",
        basis=basis,
        guest="Ms Chen",
    )
    assert (chosen(turn), turn.basis) == ("A", basis)
    assert names(turn.queue_after) == "AB"
    assert turn.skipped == ()


def test_an_off_duty_consultant_gets_no_place_in_the_queue() -> None:
    turn = for_off_duty(
        queue_of("A:busy C:busy"), consultant_id=ConsultantID(2), consultant_name="B", authorised_by="M"
    )
    assert (turn.basis, turn.rule) == (Basis.OFF_DUTY, "SHF-08")
    assert names(turn.queue_after) == "AC"
    assert turn.reason.facts["manager"] == "M"


STATES = st.sampled_from(["free", "busy", "meal", "meeting", "away"])
QUEUES = st.lists(STATES, max_size=8).map(
    lambda states: tuple(seat(NAMES[index], state) for index, state in enumerate(states))
)
POLICIES = st.builds(policy, st.sampled_from(["keep", "forfeit"]), st.sampled_from(["keep", "forfeit"]))


@given(QUEUES, POLICIES)
def test_a_turn_neither_loses_nor_doubles_anybody(queue: tuple[Seat, ...], rules: RotationPolicy) -> None:
    turn = next_up(queue, rules)
    assert sorted(turn.queue_after) == sorted(turn.queue_before)
    free = [s.consultant_id for s in queue if s.is_free]
    assert turn.consultant_id == (free[0] if free else None)
    if free:
        assert turn.queue_after[-1] == free[0]
        assert len(turn.skipped) == turn.queue_before.index(free[0])
        assert turn.queue_after[len(turn.queue_after) - len(turn.to_tail) :] == turn.to_tail
    else:
        assert turn.queue_after == turn.queue_before


@given(QUEUES, POLICIES)
def test_who_does_not_lose_his_turn_keeps_his_place_among_the_others(
    queue: tuple[Seat, ...], rules: RotationPolicy
) -> None:
    turn = next_up(queue, rules)
    stay = [key for key in turn.queue_before if key not in turn.to_tail]
    assert list(turn.queue_after[: len(stay)]) == stay


@given(st.integers(1, 8), st.integers(0, 60))
def test_turns_of_people_always_on_post_differ_by_one_at_most(people: int, guests: int) -> None:
    queue = tuple(seat(name) for name in NAMES[:people])
    given_to: Counter[str] = Counter(dict.fromkeys(NAMES[:people], 0))
    for _guest in range(guests):
        turn = next_up(queue, policy())
        given_to[chosen(turn)] += 1
        queue = tuple(seat(name) for name in names(turn.queue_after))
    assert max(given_to.values()) - min(given_to.values()) <= 1


@given(QUEUES, POLICIES)
def test_the_whole_working_has_a_line_for_each_skip(queue: tuple[Seat, ...], rules: RotationPolicy) -> None:
    turn = next_up(queue, rules)
    assert [skip.explained().facts["consultant"] for skip in turn.skipped] == [s.name for s in turn.skipped]
