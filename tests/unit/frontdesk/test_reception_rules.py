"""Who receives a guest, and who may not."""

import pytest

from clubsales.consultants.shifts.rules import Status
from clubsales.errors import Allowed, Refusal
from clubsales.frontdesk.reception.rules import (
    Company,
    Designation,
    GuestFacts,
    OffDutyFacts,
    ReceptionRefused,
    SeeOutFacts,
    TryFacts,
    may_authorise_off_duty,
    may_close_post,
    may_receive,
    may_see_out,
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
            is_manager=is_manager, somebody_waits=somebody_waits, has_guest=has_guest, consultant="B"
        )
    )
    assert isinstance(answer, Refusal)
    assert answer.code is code


def test_the_desk_sees_anybody_out_and_a_consultant_his_own_guest() -> None:
    assert isinstance(may_see_out(SeeOutFacts(is_his=False, at_the_desk=True, consultant="D")), Allowed)
    assert isinstance(may_see_out(SeeOutFacts(is_his=True, at_the_desk=False, consultant="A")), Allowed)
    assert isinstance(may_see_out(SeeOutFacts(is_his=False, at_the_desk=False, consultant="B")), Refusal)


def test_nobody_closes_with_a_guest() -> None:
    assert isinstance(may_close_post(has_guest=True, consultant="A"), Refusal)
    assert isinstance(may_close_post(has_guest=False, consultant="A"), Allowed)
