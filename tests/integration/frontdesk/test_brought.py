"""What makes a guest somebody's: appointments, passes, coupons, a held lead; who waits, and what ends with the day."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.consultants.shifts.rules import Status
from clubsales.errors import Refused
from clubsales.frontdesk.reception import operations as reception
from clubsales.frontdesk.reception.known import who_is
from clubsales.frontdesk.reception.rules import Outcome
from clubsales.frontdesk.rotation import queries as rotation
from clubsales.ids import PersonID
from clubsales.leads.appointments import operations as appointments
from clubsales.leads.appointments import queries as appointment_queries
from clubsales.leads.claims import operations as claims
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups import queries as followup_queries
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes import queries as pass_queries
from clubsales.leads.passes.rules import PassKind
from clubsales.leads.touches import queries as touches
from clubsales.leads.touches.models import TouchRow
from clubsales.leads.touches.rules import Signal, SignalKind, TouchKind
from clubsales.membership.members import operations as members
from tests.builders import Cast, local
from tests.cards import a_person, a_sale
from tests.integration.frontdesk.floor import Floor, seconds, set_policy
from tests.statements import statements

PHONE = "+8613800138000"
YESTERDAY = local(18, day=8)


def a_lead(session: Session, cast: Cast, phone: str = PHONE) -> PersonID:
    person_id = a_person(session, cast, e164=phone)
    intake.capture(session, person_id=person_id, source=Source.PHONE, actor=cast.desk, at=YESTERDAY)
    return person_id


def booked(floor: Floor, person_id: PersonID, letter: str, **changes: Any) -> None:
    values = {"due_at": local(15), "actor": floor.people[letter], "at": local(8, 30), **changes}
    appointments.make(floor.session, consultant_id=floor.key(letter), person_id=person_id, **values)


def a_pass(floor: Floor, kind: PassKind, letter: str | None, **changes: Any) -> str:
    values = {"actor": floor.cast.manager, "at": YESTERDAY, **changes}
    return passes.issue(
        floor.session, kind=kind, consultant_id=floor.key(letter) if letter else None, **values
    ).code


def shown(floor: Floor, guest: str, day: int = 9) -> tuple[Signal, ...]:
    """What the evidence says that he showed on a day of March."""
    rows = floor.session.scalars(
        sa.select(TouchRow.signals)
        .where(TouchRow.reception_id == floor.guests[guest], TouchRow.kind == TouchKind.VISIT.value)
        .where(TouchRow.local_day == local(12, day=day).date())
    )
    return tuple(signal for row in rows for signal in touches.restored_signals(row))


def test_an_appointment_of_the_day_designates(session: Session, cast: Cast) -> None:
    """SC-03."""
    floor = Floor(session, cast, "A", "B", "C")
    person_id = a_lead(session, cast)
    booked(floor, person_id, "A", due_at=local(10))
    floor.arrives("G", local(10), phone=PHONE)
    assert (floor.who_has("G"), floor.queue()) == ("A", "ABC")
    assert floor.ledger() == [("G", "A", "designated")]
    assert floor.lines("G")[0].reason.code == "rotation.designated_appointment"
    (kept,) = appointment_queries.due_on(session, cast.club.id, person_id, local(10).date())
    assert kept.status.value == "kept"
    floor.arrives("W", local(10, 5))
    assert (floor.who_has("W"), floor.queue()) == ("B", "ACB")
    floor.leaves("G", local(10, 30))
    floor.arrives("V", local(10, 31))
    assert (floor.who_has("V"), floor.queue()) == ("A", "CBA")
    # The same guest again on the same day is still his; on another day he is not.
    floor.leaves("V", local(11))
    floor.arrives("G again", local(15), phone=PHONE)
    assert floor.ledger("G again") == [("G again", "A", "designated")]


def test_an_appointment_of_another_day_designates_nobody(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    booked(floor, a_lead(session, cast), "B", due_at=local(10, day=10))
    floor.arrives("G", local(10), phone=PHONE)
    assert floor.ledger("G") == [("G", "A", "rotation")]


def test_of_two_appointments_the_one_made_first_counts(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    person_id = a_lead(session, cast)
    booked(floor, person_id, "C", at=local(8, 0))
    booked(floor, person_id, "B", at=local(8, 1))
    floor.arrives("G", local(10), phone=PHONE, asks_for="A")
    assert floor.who_has("G") == "C"


def test_a_member_is_designated_by_an_appointment_only(session: Session, cast: Cast) -> None:
    set_policy(session, cast, designation={"owned_lead": "designate"})
    floor = Floor(session, cast, "A", "B", "C")
    person_id = a_lead(session, cast)
    claims.claim(
        session, person_id=person_id, consultant_id=floor.key("C"), actor=floor.people["C"], at=local(9, 5)
    )
    sale_id = a_sale(session, cast, cast.annual, at=YESTERDAY, person_id=person_id)
    members.enrol(session, person_id=person_id, sale_id=sale_id, actor=cast.system, at=local(9, 6))
    code = a_pass(floor, PassKind.TRIAL_PASS, "C")
    floor.arrives("G", local(10), phone=PHONE, asks_for="C", passes=[code])
    assert floor.ledger("G") == [("G", "A", "rotation")]
    floor.leaves("G", local(10, 1))
    booked(floor, person_id, "C", at=local(10, 2))
    floor.arrives("G2", local(10, 3), phone=PHONE)
    assert floor.ledger("G2") == [("G2", "C", "designated")]


def test_an_off_duty_consultant_receives_his_announced_appointment(session: Session, cast: Cast) -> None:
    """SC-05 (b) and (c)."""
    floor = Floor(session, cast, "A", "B", "C")
    floor.closes("B", local(14), relief="A")
    person_id, other = a_lead(session, cast), a_lead(session, cast, "+8613900139000")
    booked(floor, person_id, "B", reported_to=cast.supervisor.account_id, at=local(11))
    booked(floor, other, "B", at=local(11))
    floor.arrives("G", local(15), phone=PHONE)
    assert (floor.who_has("G"), floor.queue()) == ("B", "AC")
    assert floor.ledger("G") == [("G", "B", "designated")]
    assert (floor.lines("G")[0].rule, floor.lines("G")[0].reason.code) == (
        "OWN-03",
        "rotation.designated_announced",
    )
    floor.arrives("H", local(15, 1), phone="+8613900139000")
    assert floor.ledger("H") == [("H", "A", "proxy")]
    reception.try_reception(
        session,
        consultant_id=floor.key("B"),
        reception_id=floor.guests["G"],
        actor=floor.people["B"],
        at=local(15, 2),
    )


def test_a_report_to_a_colleague_announces_nothing(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A")
    booked(floor, a_lead(session, cast), "B", reported_to=cast.zhou.account_id)
    floor.arrives("G", local(15), phone=PHONE)
    assert floor.ledger("G") == [("G", "A", "proxy")]


def test_an_announced_consultant_has_one_guest_at_a_time_too(session: Session, cast: Cast) -> None:
    """The second one waits, as nobody else is there, and is his when the first has left."""
    floor = Floor(session, cast, "A")
    floor.arrives("W", local(14))
    for phone in (PHONE, "+8613900139000"):
        booked(floor, a_lead(session, cast, phone), "B", reported_to=cast.manager.account_id)
    floor.arrives("G", local(15), phone=PHONE)
    floor.arrives("H", local(15, 1), phone="+8613900139000")
    assert (floor.who_has("G"), floor.who_has("H")) == ("B", None)
    floor.leaves("G", local(15, 30))
    assert floor.ledger("H") == [("H", None, "waiting"), ("H", "B", "designated")]


def test_a_trial_pass_designates_its_first_guest(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B", "X")
    code = a_pass(floor, PassKind.TRIAL_PASS, "X")
    floor.arrives("G", local(10), phone=PHONE, passes=[code.upper()])
    assert floor.ledger("G") == [("G", "X", "designated")]
    assert floor.lines("G")[0].reason.code == "rotation.designated_trial_pass"
    floor.arrives("H", local(10, 1), passes=[code])
    assert floor.ledger("H") == [("H", "A", "rotation")]
    assert shown(floor, "H") == ()
    floor.leaves("G", local(10, 5))
    floor.arrives("G2", local(10, 6), phone=PHONE, passes=[code, code])
    assert floor.ledger("G2") == [("G2", "X", "designated")]
    found = pass_queries.by_code(session, cast.club.id, code)
    assert found is not None
    assert found.shown_first_reception_id == floor.guests["G"]


def test_of_two_passes_the_one_issued_first_counts(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    late = a_pass(floor, PassKind.TRIAL_PASS, "B", at=local(8))
    early = a_pass(floor, PassKind.TRIAL_PASS, "C", at=YESTERDAY)
    floor.arrives("G", local(10), passes=[late, early])
    assert floor.who_has("G") == "C"


def test_an_unknown_pass_stops_the_arrival(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A")
    with pytest.raises(Refused) as refused:
        floor.arrives("G", local(10), passes=["nosuch"])
    assert refused.value.code == "pass.unknown"


def test_a_gift_coupon_is_a_turn(session: Session, cast: Cast) -> None:
    """SC-08, its assignment: a new guest in rotation, and the evidence says what he brought."""
    floor = Floor(session, cast, "B", "A", "C")
    code = a_pass(floor, PassKind.GIFT_COUPON, None)
    person_id = a_lead(session, cast)
    followups.log_contact(
        session,
        person_id=person_id,
        consultant_id=floor.key("X"),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        actor=floor.people["X"],
        at=YESTERDAY,
    )
    floor.arrives("G", local(10), phone=PHONE, passes=[code])
    assert (floor.who_has("G"), floor.queue()) == ("B", "ACB")
    assert floor.ledger("G") == [("G", "B", "rotation")]
    assert shown(floor, "G") == (Signal(SignalKind.GIFT_COUPON, None),)


def test_a_gift_coupon_beside_a_pass_keeps_him_designated(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    codes = [a_pass(floor, PassKind.GIFT_COUPON, None), a_pass(floor, PassKind.TRIAL_PASS, "B")]
    floor.arrives("G", local(10), passes=codes)
    assert floor.ledger("G") == [("G", "B", "designated")]


@pytest.mark.parametrize(("setting", "taker"), [("off", "A"), ("designate", "B")])
def test_a_held_lead_designates_where_the_club_says_so(
    session: Session, cast: Cast, setting: str, taker: str
) -> None:
    set_policy(session, cast, designation={"owned_lead": setting})
    floor = Floor(session, cast, "A", "B", "C")
    person_id = a_lead(session, cast)
    claims.claim(
        session, person_id=person_id, consultant_id=floor.key("B"), actor=floor.people["B"], at=local(9, 5)
    )
    floor.arrives("G", local(10), phone=PHONE)
    assert floor.who_has("G") == taker
    if setting == "designate":
        line = floor.lines("G")[0]
        assert (line.basis.value, line.rule, floor.queue()) == ("designated", "OWN-03", "ABC")
        floor.leaves("G", local(11))
        floor.arrives("G2", local(11, 1), phone=PHONE, asks_for="C")  # ranks after all of precedence
        assert floor.who_has("G2") == "C"


def test_a_lead_held_outside_or_no_longer_designates_nobody(session: Session, cast: Cast) -> None:
    set_policy(session, cast, designation={"owned_lead": "designate"})
    floor = Floor(session, cast, "A", "B", "X")
    outside, over = a_lead(session, cast), a_lead(session, cast, "+8613900139000")
    claims.claim(
        session, person_id=outside, consultant_id=floor.key("X"), actor=floor.people["X"], at=local(9, 5)
    )
    claims.claim(
        session, person_id=over, consultant_id=floor.key("B"), actor=floor.people["B"], at=local(9, 5)
    )
    floor.arrives("G", local(10), phone=PHONE)
    assert floor.ledger("G") == [("G", "A", "rotation")]
    arrival = floor.arrives("H", local(10, day=30), phone="+8613900139000")  # nobody ran the job
    assert arrival.turn is not None
    assert arrival.turn.basis.value == "rotation"


def test_a_guest_may_wait_for_the_one_he_came_for(session: Session, cast: Cast) -> None:
    """AMB-04."""
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    floor.arrives("G", local(10, 1), asks_for="A", waits=True)
    assert (floor.who_has("G"), floor.view("G").waits_for_designated) == (None, True)
    line = floor.lines("G")[0]
    assert (line.rule, line.reason.code) == ("AMB-18", "rotation.waiting_for_designated")
    floor.arrives("V", local(10, 2))
    assert floor.who_has("V") == "B"
    floor.leaves("V", local(10, 3))  # B is free: it is not he who is waited for
    assert floor.who_has("G") is None
    floor.leaves("W", local(10, 5))
    assert floor.ledger("G") == [("G", None, "waiting"), ("G", "A", "designated")]


def test_who_need_not_wait_any_longer_goes_to_a_proxy(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    floor.arrives("G", local(10, 1), asks_for="A", waits=True)
    for _press in range(2):
        reception.let_others_receive(
            session, reception_id=floor.guests["G"], actor=cast.desk, at=local(10, 2)
        )
    assert floor.ledger("G") == [("G", None, "waiting"), ("G", "B", "proxy")]


def test_nobody_waits_for_one_who_has_gone_home(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B", "C")
    for guest, letter in (("U", "A"), ("V", "B"), ("W", "C")):
        floor.arrives(guest, local(10), asks_for=letter)
    floor.arrives("G", local(10, 1), asks_for="A", waits=True)
    floor.changes("A", Status.MEAL, local(10, 2), recorded=True)
    floor.leaves("U", local(10, 3))
    floor.leaves("V", local(10, 4))
    assert floor.who_has("G") is None
    floor.closes("A", local(10, 5), relief="B")
    assert reception.tend(session, local(10, 5) + seconds(2)) == 1
    assert floor.ledger("G") == [("G", None, "waiting"), ("G", "B", "proxy")]
    assert not floor.view("G").waits_for_designated


def test_waiting_for_somebody_free_is_not_waiting(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("G", local(10), asks_for="B", waits=True)
    floor.arrives("W", local(10), waits=True)
    assert (floor.who_has("G"), floor.who_has("W")) == ("B", "A")
    assert not floor.view("G").waits_for_designated


def test_designation_ends_at_midnight_for_a_guest_still_waiting(session: Session, cast: Cast) -> None:
    """AMB-03."""
    floor = Floor(session, cast, "A", "B")
    for guest in ("U", "V"):
        floor.arrives(guest, local(23, 40))
    floor.arrives("G", local(23, 50), phone=PHONE, asks_for="B", waits=True)
    floor.leaves("U", local(23, 55))
    assert floor.who_has("G") is None
    assert reception.tend(session, local(23, 59)) == 0
    assert reception.tend(session, local(0, 0, day=10)) == 1
    assert floor.ledger("G") == [("G", None, "waiting"), ("G", "A", "rotation")]
    assert shown(floor, "G", day=10) == ()
    assert floor.view("G").designated_name == ""


def test_whom_a_guest_came_with_is_kept_even_if_he_did_not_join(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    floor.leaves("W", local(10, 5))
    floor.arrives("F", local(10, 6), with_="W")
    floor.arrives("E", local(10, 7), with_="F")
    rows = session.execute(
        sa.text("SELECT came_with_id, joined FROM reception WHERE came_with_id IS NOT NULL ORDER BY id")
    ).all()
    assert [(key, bool(joined)) for key, joined in rows] == [
        (floor.guests["W"], False),
        (floor.guests["F"], True),
    ]
    assert (floor.view("F").is_companion, floor.view("E").is_companion) == (False, True)
    assert (floor.who_has("F"), floor.who_has("E")) == ("B", "B")


def test_a_phone_given_later_brings_the_appointment_and_the_pass(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    code = a_pass(floor, PassKind.TRIAL_PASS, "B", at=YESTERDAY)
    person_id = a_lead(session, cast)
    booked(floor, person_id, "B")
    for guest in ("U", "V"):
        floor.arrives(guest, local(10))
    floor.arrives("G", local(10, 1), passes=[code])
    reception.identify(session, reception_id=floor.guests["G"], e164=PHONE, actor=cast.desk, at=local(10, 2))
    found = pass_queries.by_code(session, cast.club.id, code)
    assert found is not None
    assert found.shown_first_person_id == person_id
    floor.leaves("V", local(10, 5))
    assert floor.ledger("G")[-1] == ("G", "B", "designated")
    assert floor.lines("G")[-1].reason.code == "rotation.designated_appointment"


def test_a_guest_with_an_appointment_costs_two_statements_more(session: Session, cast: Cast) -> None:
    set_policy(session, cast, designation={"owned_lead": "designate"})
    floor = Floor(session, cast, "A", "B")
    person_id, other = a_lead(session, cast), a_lead(session, cast, "+8613900139000")
    floor.arrives("W", local(9, 50), phone=PHONE)
    floor.leaves("W", local(9, 55))
    with statements() as plain:
        floor.arrives("G", local(10), phone="+8613900139000")
    booked(floor, person_id, "B")
    with statements() as with_appointment:
        floor.arrives("H", local(10, 1), phone=PHONE)
    assert len(with_appointment) <= len(plain) + 2
    assert other != person_id


def test_who_is_says_what_the_day_brings(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A")
    person_id = a_lead(session, cast)
    booked(floor, person_id, "A")
    claims.claim(
        session, person_id=person_id, consultant_id=floor.key("A"), actor=floor.people["A"], at=local(9, 5)
    )
    today = who_is(session, cast.club, PHONE, local(10).date())
    never = who_is(session, cast.club, PHONE)
    assert today is not None
    assert never is not None
    assert (today.appointments, today.held_by) == (1, floor.key("A"))
    assert (never.appointments, never.held_by) == (0, None)


@pytest.mark.parametrize(("limit", "taker"), [(0, "A"), (1, "B"), (2, "B"), (3, "A")])
def test_whoever_has_too_many_overdue_follow_ups_keeps_his_place_but_gets_nobody(
    session: Session, cast: Cast, limit: int, taker: str
) -> None:
    set_policy(session, cast, rotation={"overdue_follow_ups_limit": limit})
    floor = Floor(session, cast, "A", "B", "C")
    owes(floor, "A", 2)
    floor.arrives("W", local(10))
    assert floor.who_has("W") == taker
    if taker == "B":
        assert floor.queue() == "ACB"
        assert [(skip.reason, skip.forfeits) for skip in floor.lines("W")[0].skipped] == [("overdue", False)]


def test_due_today_is_not_overdue(session: Session, cast: Cast) -> None:
    set_policy(session, cast, rotation={"overdue_follow_ups_limit": 1})
    floor = Floor(session, cast, "A", "B")
    owes(floor, "A", 1, due=9)
    floor.arrives("W", local(10))
    assert floor.who_has("W") == "A"


def test_the_gate_holds_for_proxies_and_not_for_his_own_guests(session: Session, cast: Cast) -> None:
    set_policy(session, cast, rotation={"overdue_follow_ups_limit": 1})
    floor = Floor(session, cast, "A", "B")
    owes(floor, "A", 1)
    floor.arrives("H", local(10), asks_for="C")
    assert floor.ledger("H") == [("H", "B", "proxy")]
    floor.arrives("G", local(10), asks_for="A")
    assert floor.who_has("G") == "A"


def test_a_follow_up_done_lets_him_receive_who_waits(session: Session, cast: Cast) -> None:
    set_policy(session, cast, rotation={"overdue_follow_ups_limit": 1})
    floor = Floor(session, cast, "A")
    owes(floor, "A", 1)
    floor.arrives("W", local(10))
    assert (floor.who_has("W"), reception.tend(session, local(10, 1))) == (None, 0)
    with pytest.raises(Refused) as refused:
        reception.come_forward(session, actor=floor.people["A"], at=local(10, 1))
    assert refused.value.code == "reception.overdue"
    (step,) = followup_queries.due_of(session, cast.club.id, floor.key("A"), local(10).date())
    followups.finish(session, public_id=step.public_id, actor=floor.people["A"], at=local(10, 2))
    assert reception.tend(session, local(10, 2)) == 1
    assert floor.who_has("W") == "A"


def test_the_gate_costs_no_statement(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B", "C")

    def sent_by_arrival(guest: str) -> int:
        policies.policy_on(session, cast.club, local(10).date())  # a process reads each document once
        with statements() as sent:
            floor.arrives(guest, local(10))
        return len(sent)

    plain = sent_by_arrival("W")
    set_policy(session, cast, rotation={"overdue_follow_ups_limit": 3})
    assert sent_by_arrival("V") == plain


def test_a_barred_consultant_may_be_given_a_guest_by_hand(session: Session, cast: Cast) -> None:
    set_policy(session, cast, rotation={"overdue_follow_ups_limit": 1})
    floor = Floor(session, cast, "A")
    owes(floor, "A", 1)
    floor.arrives("W", local(10))
    floor.gives("W", "A", local(10, 1))
    assert floor.who_has("W") == "A"


def owes(floor: Floor, letter: str, count: int, *, due: int = 8) -> None:
    """Follow-ups planned on the seventh."""
    for number in range(count):
        person_id = a_lead(floor.session, floor.cast, f"+861370013700{number}")
        followups.plan(
            floor.session,
            person_id=person_id,
            consultant_id=floor.key(letter),
            due_on=local(12, day=due).date(),
            what="回电话",
            actor=floor.people[letter],
            at=local(12, day=7),
        )


def test_turns_are_counted_without_company_and_designation(session: Session, cast: Cast) -> None:
    floor = Floor(session, cast, "A", "B")
    floor.arrives("W", local(10))
    floor.arrives("F", local(10), with_="W")
    floor.arrives("G", local(10), asks_for="B")
    floor.leaves("G", local(10, 1), Outcome.SOLD)
    turns = rotation.turns_on(session, cast.club, local(10).date())
    assert {floor.letter(key): count for key, count in turns.items()} == {"A": 1}
