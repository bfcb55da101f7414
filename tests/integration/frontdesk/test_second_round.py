"""Guests nobody accepted: who may be asked for them again, and that no newer guest goes before them (AMB-18)."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.consultants.shifts.rules import Status
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception import pages
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.leads.touches.rules import Signal, SignalKind
from tests.builders import Cast, local
from tests.integration.frontdesk.floor import Floor, seconds, set_policy
from tests.statements import statements

TEN = local(10)
LATER = TEN + seconds(600)


def a_floor(session: Session, cast: Cast, letters: str, *, lapsed: str = "") -> Floor:
    """A club that gives a minute to accept; everybody on post has let the guests named lapse."""
    set_policy(session, cast, rotation={"accept_seconds": 60})
    floor = Floor(session, cast, *letters)
    for number, guest in enumerate(lapsed.split()):
        floor.arrives(guest, TEN + seconds(number))
    until_quiet(session)
    assert all(floor.who_has(guest) is None for guest in lapsed.split())
    return floor


def until_quiet(session: Session, at: int = 60) -> int:
    """Let time alone pass; returns after how many seconds nothing happens any more."""
    while reception.tend(session, TEN + seconds(at)):
        at += 60
    return at


def test_time_alone_starts_no_second_round(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "ABC", lapsed="W V")
    lines, events = len(floor.ledger()), session.scalar(sa.select(sa.func.count(AuditEvent.id)))
    for number in range(600, 7200, 60):
        assert reception.tend(session, TEN + seconds(number)) == 0
    assert len(floor.ledger()) == lines
    assert session.scalar(sa.select(sa.func.count(AuditEvent.id))) == events


def test_a_newer_guest_has_the_older_one_asked_for_first(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "AB", lapsed="W")
    assert floor.queue() == "AB"
    floor.arrives("V", LATER)
    assert (floor.who_has("W"), floor.who_has("V"), floor.queue()) == ("A", "B", "AB")
    assert [floor.view(guest).offered_until for guest in "WV"] == [LATER + seconds(60)] * 2


def test_a_newer_guest_waits_where_the_older_ones_need_everybody(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "A", lapsed="W")
    floor.arrives("V", LATER)
    assert (floor.who_has("W"), floor.who_has("V")) == ("A", None)
    assert floor.lines("V")[-1].reason.code == "rotation.waiting"


def test_several_who_waited_go_in_the_order_they_came(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "ABC", lapsed="W1 W2")
    floor.arrives("V", LATER)
    assert [floor.who_has(guest) for guest in ("W1", "W2", "V")] == list(floor.queue())


def test_the_second_round_ends_as_the_first(session: Session, cast: Cast) -> None:
    """Each newer guest starts one round more, and each round asks everybody once."""
    floor = a_floor(session, cast, "AB", lapsed="W")
    floor.arrives("V", LATER)
    until_quiet(session, 660)
    assert (floor.who_has("W"), floor.who_has("V")) == (None, None)
    asked = [line.consultant_id for line in floor.lines("W")[3:] if line.consultant_id]
    assert sorted(floor.letters(asked)) == ["A", "B"]


def test_who_comes_for_somebody_takes_nobodys_turn(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "AB", lapsed="W")
    floor.arrives("V", LATER, asks_for="B")
    assert (floor.who_has("W"), floor.who_has("V")) == (None, "B")


def test_company_starts_no_second_round(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "AB", lapsed="W")
    floor.arrives("V", LATER, asks_for="B")
    floor.arrives("F", LATER, with_="V")
    assert (floor.who_has("W"), floor.who_has("F")) == (None, "B")


def test_a_guest_who_wants_one_only_is_asked_for_before_a_newer_one_too(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "AB")
    floor.arrives("W", TEN, asks_for="A", waits=True)
    floor.arrives("X", TEN)
    until_quiet(session)

    assert floor.who_has("W") is None
    floor.arrives("V", LATER)
    assert floor.who_has("W") == "A"


def test_whoever_sees_a_guest_out_is_asked_again(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "A", lapsed="W")
    floor.arrives("V", LATER, asks_for="A")
    floor.accepts("A", "V", LATER + seconds(5))
    floor.leaves("V", LATER + seconds(300))
    assert (floor.who_has("W"), floor.view("W").offered_until) == ("A", LATER + seconds(360))


@pytest.mark.parametrize("status", [Status.MEAL, Status.AWAY, Status.MEETING])
def test_whoever_comes_back_on_post_is_asked_again(session: Session, cast: Cast, status: Status) -> None:
    floor = a_floor(session, cast, "AB", lapsed="W")
    floor.changes("B", status, LATER)
    assert floor.who_has("W") is None
    floor.changes("B", Status.ON_POST, LATER + seconds(60))
    assert floor.who_has("W") == "B"


def test_whoever_opens_a_shift_again_is_asked_again(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "AB", lapsed="W")
    floor.closes("B", LATER, relief="A")
    floor.opens("B", LATER + seconds(60))
    assert floor.who_has("W") == "B"


def test_whoever_a_guest_is_taken_from_by_hand_is_asked_again(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "AB", lapsed="W")
    floor.arrives("V", LATER, asks_for="A")
    floor.accepts("A", "V", LATER + seconds(5))
    floor.gives("V", "B", LATER + seconds(10))
    assert floor.who_has("W") == "A"


def test_only_who_became_free_is_asked_again(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "AB", lapsed="W")
    floor.arrives("V", LATER, asks_for="B")
    floor.accepts("B", "V", LATER + seconds(5))
    floor.leaves("V", LATER + seconds(60))
    assert floor.who_has("W") == "B"
    assert until_quiet(session, 720) == 780
    assert floor.who_has("W") is None


def test_a_guest_off_the_list_frees_nobody(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "A", lapsed="W V")
    floor.leaves("V", LATER)
    assert floor.who_has("W") is None


def test_without_offers_whom_nobody_accepted_goes_to_the_next_at_once(session: Session, cast: Cast) -> None:
    """Also with the same day's policy: the worker sees it."""
    floor = a_floor(session, cast, "AB", lapsed="W")
    set_policy(session, cast, rotation={"accept_seconds": 0})
    assert reception.tend(session, LATER) == 1
    assert (floor.who_has("W"), floor.view("W").offered_until) == ("A", None)
    assert floor.lines("W")[-1].skipped == ()


def test_without_offers_a_newer_guest_is_not_quicker_than_the_worker(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "AB", lapsed="W")
    set_policy(session, cast, rotation={"accept_seconds": 0})
    floor.arrives("V", LATER)
    assert (floor.who_has("W"), floor.who_has("V")) == ("A", "B")


def test_the_decision_says_that_nobody_accepted(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "AB", lapsed="W")
    line = floor.lines("W")[-1]
    assert (line.rule, line.reason.code) == ("AMB-18", "rotation.waiting_no_answer")
    assert line.reason.facts == {"asked": ["林静", "周倩"]}
    assert floor.view("W").unanswered


def test_the_preview_asks_for_the_older_one_first(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "AB", lapsed="W")
    shown = pages.preview(session, e164=None, signals=(), came_with=None, actor=cast.desk, at=LATER)
    assert (shown.turn.consultant_name, shown.ahead) == ("周倩", (("W", "林静"),))
    name = Signal(SignalKind.NAME, floor.key("B"))
    shown = pages.preview(session, e164=None, signals=(name,), came_with=None, actor=cast.desk, at=LATER)
    assert (shown.turn.consultant_name, shown.ahead) == ("周倩", ())
    assert floor.who_has("W") is None


def test_looking_for_older_guests_costs_no_statement(session: Session, cast: Cast) -> None:
    floor = a_floor(session, cast, "AB", lapsed="W")
    with statements() as sent:
        policy = rotation.RotationPolicy(
            kinds=("inside",), start="shift_open", busy_turn="keep", away_turn="forfeit"
        )
        assert rotation.floor(session, cast.club, policy).somebody_waits
    assert len(sent) == 1
    floor.leaves("W", LATER)
    assert not rotation.floor(session, cast.club, policy).somebody_waits
