"""Who receives a guest, and who may not."""

from dataclasses import replace

import pytest

from clubsales.consultants.shifts.rules import Status
from clubsales.errors import Allowed, Refusal
from clubsales.frontdesk.reception.permitted import (
    AcceptFacts,
    ByHandFacts,
    ContestFacts,
    OffDutyFacts,
    ReceptionRefused,
    SeeOutFacts,
    TryFacts,
    may_accept,
    may_assign_by_hand,
    may_authorise_off_duty,
    may_close_post,
    may_come_forward,
    may_contest,
    may_receive,
    may_see_out,
)
from clubsales.frontdesk.reception.rules import (
    Company,
    Designation,
    GuestFacts,
    Outcome,
    uses_turn,
    who_lets_him_pass,
    who_receives,
)
from clubsales.frontdesk.rotation.rules import Basis, ProxyPolicy, RotationPolicy, Seat, Turn
from clubsales.ids import ConsultantID

A, B, X = (ConsultantID(key) for key in (1, 2, 9))
ROTATION = RotationPolicy(kinds=("inside",), start="shift_open", busy_turn="keep", away_turn="forfeit")
PROXY = ProxyPolicy(consumes_turn=False)


def seat(key: ConsultantID, name: str, *, status: Status = Status.ON_POST, busy: bool = False) -> Seat:
    return Seat(consultant_id=key, name=name, status=status, busy=busy)


def decided(
    *queue: Seat, beside: Seat | None = None, wants: Designation | None = None, with_: Company | None = None
) -> Turn:
    on_shift = {s.consultant_id: s for s in (*queue, *((beside,) if beside else ()))}
    facts = GuestFacts(queue=queue, on_shift=on_shift, designation=wants, company=with_)
    return who_receives(facts, rotation=ROTATION, proxy=PROXY)


def wants(key: ConsultantID, name: str, signal: str = "name") -> Designation:
    return Designation(consultant_id=key, name=name, signal=signal)


def test_a_guest_who_wants_nobody_goes_to_whose_turn_it_is() -> None:
    assert decided(seat(A, "A"), seat(B, "B")).consultant_id == A


def test_a_designated_guest_goes_to_his_consultant_wherever_he_stands() -> None:
    turn = decided(seat(A, "A"), seat(B, "B"), wants=wants(B, "B"))
    assert (turn.consultant_id, turn.basis) == (B, Basis.DESIGNATED)


def test_an_outside_consultant_on_post_receives_his_designated_guest() -> None:
    turn = decided(seat(A, "A"), beside=seat(X, "X"), wants=wants(X, "X", "trial_pass"))
    assert (turn.consultant_id, turn.basis) == (X, Basis.DESIGNATED)
    assert turn.queue_after == (A,)
    assert turn.reason.code == "rotation.designated_trial_pass"


@pytest.mark.parametrize(
    ("seats", "code"),
    [
        ((seat(A, "A", busy=True), seat(B, "B")), "rotation.proxy_busy"),
        ((seat(A, "A", status=Status.MEAL), seat(B, "B")), "rotation.proxy_meal"),
        ((seat(A, "A", status=Status.MEETING), seat(B, "B")), "rotation.proxy_meeting"),
        ((seat(A, "A", status=Status.AWAY), seat(B, "B")), "rotation.proxy_away"),
        ((seat(B, "B"),), "rotation.proxy_off_shift"),
    ],
)
def test_a_proxy_receives_when_the_designated_consultant_cannot(seats: tuple[Seat, ...], code: str) -> None:
    turn = decided(*seats, wants=wants(A, "A"))
    assert (turn.consultant_id, turn.basis, turn.rule) == (B, Basis.PROXY, "AMB-04")
    assert turn.reason.code == code


def test_company_comes_before_turn_and_designation() -> None:
    company = Company(consultant_id=B, consultant_name="B", basis=Basis.ROTATION, guest="Chen")
    turn = decided(seat(A, "A"), seat(B, "B", busy=True), wants=wants(A, "A"), with_=company)
    assert (turn.consultant_id, turn.basis, turn.rule) == (B, Basis.ROTATION, "ROT-01")


@pytest.mark.parametrize(
    ("on_shift", "has_guest", "code"),
    [
        (False, False, ReceptionRefused.OFF_DUTY),
        (False, True, ReceptionRefused.OFF_DUTY),
        (True, True, ReceptionRefused.OPEN),
        (True, False, ReceptionRefused.NOT_HIS),
    ],
)
def test_nobody_takes_a_guest_himself(on_shift: bool, has_guest: bool, code: ReceptionRefused) -> None:
    answer = may_receive(TryFacts(is_his=False, on_shift=on_shift, has_guest=has_guest, consultant="B"))
    assert isinstance(answer, Refusal)
    assert answer.code is code


def test_a_guest_already_his_is_no_refusal() -> None:
    answer = may_receive(TryFacts(is_his=True, on_shift=True, has_guest=True, consultant="B"))
    assert isinstance(answer, Allowed)


@pytest.mark.parametrize(
    ("is_manager", "somebody_waits", "has_guest", "code"),
    [
        (False, False, True, ReceptionRefused.NOT_AUTHORISED),
        (True, False, True, ReceptionRefused.NOBODY_WAITING),
        (True, True, True, ReceptionRefused.OPEN),
    ],
)
def test_off_duty_needs_a_manager_a_waiting_guest_and_free_hands(
    is_manager: bool, somebody_waits: bool, has_guest: bool, code: ReceptionRefused
) -> None:
    answer = may_authorise_off_duty(
        OffDutyFacts(
            is_manager=is_manager,
            somebody_waits=somebody_waits,
            has_guest=has_guest,
            on_leave=False,
            reason="",
            consultant="B",
        )
    )
    assert isinstance(answer, Refusal)
    assert answer.code is code


@pytest.mark.parametrize(
    ("on_leave", "reason", "code"),
    [
        (True, "", ReceptionRefused.ON_LEAVE),
        (True, "人手不够", ReceptionRefused.ON_LEAVE),
        (True, None, ReceptionRefused.ON_LEAVE),
        (False, "", ReceptionRefused.OFF_DUTY_REASON),
        (False, "人手不够", None),
        (False, None, None),
    ],
)
def test_nobody_on_leave_is_called_in_and_whoever_is_asked_for_a_reason_gives_one(
    on_leave: bool, reason: str | None, code: ReceptionRefused | None
) -> None:
    answer = may_authorise_off_duty(
        OffDutyFacts(
            is_manager=True,
            somebody_waits=True,
            has_guest=False,
            on_leave=on_leave,
            reason=reason,
            consultant="B",
        )
    )
    assert (answer.code if isinstance(answer, Refusal) else None) is code


def test_the_desk_sees_anybody_out_and_a_consultant_his_own_guest() -> None:
    assert isinstance(may_see_out(SeeOutFacts(is_his=False, at_the_desk=True, consultant="D")), Allowed)
    assert isinstance(may_see_out(SeeOutFacts(is_his=True, at_the_desk=False, consultant="A")), Allowed)
    assert isinstance(may_see_out(SeeOutFacts(is_his=False, at_the_desk=False, consultant="B")), Refusal)


def test_nobody_closes_with_a_guest() -> None:
    assert isinstance(may_close_post(has_guest=True, consultant="A"), Refusal)
    assert isinstance(may_close_post(has_guest=False, consultant="A"), Allowed)


def free(key: ConsultantID, name: str, barred: str = "") -> Seat:
    return Seat(consultant_id=key, name=name, status=Status.ON_POST, busy=False, barred=barred)


def test_who_let_the_offer_lapse_is_passed_over_and_keeps_his_place() -> None:
    facts = GuestFacts(
        queue=[free(A, "A"), free(B, "B")],
        on_shift={A: free(A, "A"), B: free(B, "B")},
        designation=None,
        company=None,
        passed_by=frozenset({A}),
    )
    turn = who_receives(facts, rotation=ROTATION, proxy=PROXY)
    assert (turn.consultant_id, turn.queue_after) == (B, (A, B))
    assert [(skip.reason, skip.forfeits) for skip in turn.skipped] == [("no_answer", False)]
    assert turn.reason.code == "rotation.turn_past_others"


@pytest.mark.parametrize(
    ("passed_by", "waits", "code", "taker"),
    [
        (frozenset[ConsultantID](), False, "rotation.designated_name", A),
        (frozenset({A}), False, "rotation.proxy_no_answer", B),
        (frozenset({A}), True, "rotation.waiting_for_designated", None),
        (frozenset({A, B}), False, "rotation.waiting_no_answer", None),
    ],
)
def test_a_designated_guest_whose_consultant_does_not_answer(
    passed_by: frozenset[ConsultantID], waits: bool, code: str, taker: ConsultantID | None
) -> None:
    seats = [free(A, "A"), free(B, "B")]
    facts = GuestFacts(
        queue=seats,
        on_shift={one.consultant_id: one for one in seats},
        designation=wants(A, "A"),
        company=None,
        passed_by=passed_by,
        waits_for_designated=waits,
    )
    turn = who_receives(facts, rotation=ROTATION, proxy=PROXY)
    assert (turn.reason.code, turn.consultant_id) == (code, taker)


@pytest.mark.parametrize(
    ("acting", "asks", "passes"),
    [(None, True, {A, B}), (A, True, {B}), (X, True, {A, B}), (None, False, set[ConsultantID]())],
)
def test_whoever_acts_himself_is_there_and_without_offers_everybody_is(
    acting: ConsultantID | None, asks: bool, passes: set[ConsultantID]
) -> None:
    rotation = replace(ROTATION, accept_seconds=60 if asks else 0)
    assert who_lets_him_pass({A, B}, acting=acting, rotation=rotation) == passes


@pytest.mark.parametrize(
    ("seats", "code", "facts"),
    [
        ([free(A, "A"), free(B, "B", "overdue")], "rotation.waiting_no_answer", {"asked": ["A"]}),
        ([free(B, "B", "overdue")], "rotation.waiting_overdue", {"overdue": ["B"]}),
        ([seat(B, "B", busy=True)], "rotation.waiting", {}),
    ],
)
def test_a_waiting_guests_decision_says_who_is_free_and_why_he_takes_nobody(
    seats: list[Seat], code: str, facts: dict[str, object]
) -> None:
    guest = GuestFacts(queue=seats, on_shift={}, designation=None, company=None, passed_by=frozenset({A}))
    turn = who_receives(guest, rotation=ROTATION, proxy=PROXY)
    assert (turn.basis, turn.reason.code, turn.reason.facts) == (Basis.WAITING, code, facts)


@pytest.mark.parametrize(("comes", "basis"), [(True, Basis.DESIGNATED), (False, Basis.PROXY)])
def test_somebody_off_duty_comes_for_an_announced_appointment_only(comes: bool, basis: Basis) -> None:
    wanted = Designation(consultant_id=X, name="X", signal="appointment", comes_off_duty=comes)
    turn = decided(free(A, "A"), wants=wanted)
    assert turn.basis is basis


def test_a_held_lead_designates_like_any_other_signal() -> None:
    turn = decided(free(A, "A"), wants=wants(A, "A", "owned_lead"))
    assert (turn.basis, turn.rule) == (Basis.DESIGNATED, "OWN-03")
    assert turn.reason.code == "rotation.designated_owned_lead"


def test_overdue_bars_from_turns_and_not_from_ones_own_guests() -> None:
    barred = free(A, "A", "overdue")
    assert decided(barred, free(B, "B")).consultant_id == B
    assert decided(barred).basis is Basis.WAITING
    assert decided(barred, wants=wants(A, "A")).consultant_id == A
    assert decided(barred, free(B, "B"), wants=wants(X, "X")).consultant_id == B


@pytest.mark.parametrize(
    ("is_his", "was_asked", "code"),
    [
        (True, True, None),
        (True, False, None),
        (False, True, ReceptionRefused.PASSED_ON),
        (False, False, ReceptionRefused.NOT_HIS),
    ],
)
def test_only_the_one_asked_accepts(is_his: bool, was_asked: bool, code: ReceptionRefused | None) -> None:
    answer = may_accept(AcceptFacts(is_his=is_his, was_asked=was_asked, consultant="A"))
    assert (answer.code if isinstance(answer, Refusal) else None) is code


@pytest.mark.parametrize(
    ("chosen", "waits", "code"),
    [
        (None, True, ReceptionRefused.OFF_DUTY),
        (seat(A, "A", busy=True), True, ReceptionRefused.OPEN),
        (seat(A, "A", status=Status.MEAL), True, ReceptionRefused.OFF_POST),
        (free(A, "A"), False, ReceptionRefused.NOBODY_WAITING),
        (free(A, "A", "overdue"), True, ReceptionRefused.OVERDUE),
        (free(A, "A"), True, None),
    ],
)
def test_who_may_come_forward(chosen: Seat | None, waits: bool, code: ReceptionRefused | None) -> None:
    answer = may_come_forward(chosen, consultant="A", somebody_waits=waits)
    assert (answer.code if isinstance(answer, Refusal) else None) is code


@pytest.mark.parametrize(
    ("reason", "has_left", "chosen", "code"),
    [
        ("", True, None, ReceptionRefused.REASON),
        ("x", True, None, ReceptionRefused.GONE),
        ("x", False, None, ReceptionRefused.OFF_DUTY),
        ("x", False, seat(A, "A", status=Status.AWAY, busy=True), ReceptionRefused.OFF_POST),
        ("x", False, seat(A, "A", busy=True), ReceptionRefused.OPEN),
        ("x", False, free(A, "A", "overdue"), None),
    ],
)
def test_who_may_be_given_a_guest_by_hand(
    reason: str, has_left: bool, chosen: Seat | None, code: ReceptionRefused | None
) -> None:
    answer = may_assign_by_hand(ByHandFacts(has_left=has_left, seat=chosen, reason=reason, consultant="A"))
    assert (answer.code if isinstance(answer, Refusal) else None) is code


@pytest.mark.parametrize(
    ("basis", "joined", "designation", "consumes", "is_turn"),
    [
        (None, False, None, False, True),
        (Basis.ROTATION, False, None, False, True),
        (Basis.MANUAL, False, None, False, True),
        (Basis.ROTATION, True, None, False, False),
        (Basis.OFF_DUTY, False, None, False, False),
        (Basis.DESIGNATED, False, wants(A, "A"), True, False),
        (Basis.PROXY, False, wants(B, "B"), False, False),
        (Basis.PROXY, False, wants(B, "B"), True, True),
    ],
)
def test_which_guests_given_by_hand_are_turns(
    basis: Basis | None, joined: bool, designation: Designation | None, consumes: bool, is_turn: bool
) -> None:
    answer = uses_turn(
        basis=basis,
        joined=joined,
        designation=designation,
        chosen=A,
        proxy=ProxyPolicy(consumes_turn=consumes),
    )
    assert answer is is_turn


@pytest.mark.parametrize(
    ("for_himself", "sells", "at_the_desk", "code"),
    [
        (True, False, True, ReceptionRefused.CONTEST_WHO),
        (False, True, False, ReceptionRefused.CONTEST_OWN),
        (False, True, True, None),
        (True, True, False, None),
    ],
)
def test_who_may_contest(
    for_himself: bool, sells: bool, at_the_desk: bool, code: ReceptionRefused | None
) -> None:
    answer = may_contest(
        ContestFacts(for_himself=for_himself, sells=sells, at_the_desk=at_the_desk, consultant="A")
    )
    assert (answer.code if isinstance(answer, Refusal) else None) is code


def test_four_outcomes_are_no_prospects() -> None:
    assert {one.value for one in Outcome if not one.is_prospect} == {
        "courier",
        "question",
        "member_matter",
        "not_prospect",
    }
