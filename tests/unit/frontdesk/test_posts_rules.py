from datetime import time

import pytest

from clubsales.actor import Role
from clubsales.consultants.roster.rules import Off
from clubsales.consultants.shifts.rules import Override, Status
from clubsales.errors import Decision, Refusal, Refused
from clubsales.frontdesk.posts import texts
from clubsales.frontdesk.posts.rules import (
    AcknowledgeFacts,
    DayPlan,
    LeaveFacts,
    OfferFacts,
    PostRefused,
    may_acknowledge,
    may_come,
    may_leave_post,
    may_offer,
    nearest_shift,
)
from clubsales.ids import AccountID, ConsultantID

LIN, ZHOU = ConsultantID(1), ConsultantID(2)
TEMPLATES = {"early": ["09:00", "17:00"], "late": ["14:00", "22:00"], "night": ["22:00", "06:00"]}


def code(decision: Decision) -> str | None:
    return decision.code.value if isinstance(decision, Refusal) else None


def test_every_refusal_has_a_sentence() -> None:
    assert set(texts.REFUSALS) == {refusal.value for refusal in PostRefused}


@pytest.mark.parametrize(
    ("off", "local", "refused"),
    [
        (None, time(9), None),
        (Off(morning=True, afternoon=True), time(9), "shift.on_leave"),
        (Off(morning=True, afternoon=True), time(15), "shift.on_leave"),
        (Off(morning=True, afternoon=False), time(11, 59, 59), "shift.on_leave"),
        (Off(morning=True, afternoon=False), time(12), None),
        (Off(morning=False, afternoon=True), time(11, 59, 59), None),
        (Off(morning=False, afternoon=True), time(12), "shift.on_leave"),
        (Off(morning=False, afternoon=False), time(12), None),
    ],
)
def test_leave_keeps_the_shift_closed_and_half_a_day_turns_at_noon(
    off: Off | None, local: time, refused: str | None
) -> None:
    assert code(may_come(off, name="林静", local=local)) == refused


@pytest.mark.parametrize(
    ("local", "shift"),
    [
        (time(8, 40), "early"),
        (time(11, 29), "early"),
        (time(11, 30), "early"),  # of two as near the first
        (time(11, 31), "late"),
        (time(21), "night"),
        (time(3), "night"),  # over midnight
        (time(4), "early"),
    ],
)
def test_without_a_plan_it_is_the_shift_that_begins_nearest(local: time, shift: str) -> None:
    assert nearest_shift(TEMPLATES, local) == shift


@pytest.mark.parametrize(
    ("to", "status", "refused"),
    [
        (ZHOU, Status.ON_POST, None),
        (LIN, Status.ON_POST, "handover.to_oneself"),
        (ZHOU, Status.MEAL, "handover.relief_off_post"),
        (ZHOU, Status.AWAY, "handover.relief_off_post"),
        (ZHOU, Status.MEETING, "handover.relief_off_post"),
        (ZHOU, None, "handover.relief_off_post"),
    ],
)
def test_a_handover_is_offered_to_a_colleague_on_post(
    to: ConsultantID, status: Status | None, refused: str | None
) -> None:
    facts = OfferFacts(by=LIN, to=to, name="周倩", relief_status=status)
    assert code(may_offer(facts)) == refused


@pytest.mark.parametrize(
    ("is_his", "withdrawn", "status", "refused"),
    [
        (True, False, Status.ON_POST, None),
        (False, False, Status.ON_POST, "handover.not_for_you"),
        (True, True, Status.ON_POST, "handover.withdrawn"),
        (True, False, Status.MEAL, "handover.relief_off_post"),
        (True, False, None, "handover.relief_off_post"),
    ],
)
def test_only_the_relief_himself_on_post_acknowledges(
    is_his: bool, withdrawn: bool, status: Status | None, refused: str | None
) -> None:
    facts = AcknowledgeFacts(is_his=is_his, withdrawn=withdrawn, name="周倩", status=status)
    assert code(may_acknowledge(facts)) == refused


@pytest.mark.parametrize("field", ["calls", "visits", "flyers", "sales"])
@pytest.mark.parametrize("number", [-1, 1000])
def test_a_plan_is_of_a_size_a_day_can_hold(field: str, number: int) -> None:
    with pytest.raises(Refused) as refused:
        DayPlan(**{field: number})
    assert refused.value.code == "shift.plan"


@pytest.mark.parametrize(
    ("now", "wanted", "has_guest", "refused"),
    [
        (Status.ON_POST, Status.MEAL, True, "shift.guest_with_him"),
        (Status.ON_POST, Status.MEETING, True, "shift.guest_with_him"),
        (Status.ON_POST, Status.AWAY, True, "shift.guest_with_him"),
        (Status.ON_POST, Status.AWAY, False, None),
        (Status.ON_POST, Status.ON_POST, True, None),
        (Status.AWAY, Status.ON_POST, True, None),  # back to his guest
        (Status.AWAY, Status.MEAL, True, None),  # off post already
    ],
)
def test_nobody_leaves_his_guest_standing(
    now: Status, wanted: Status, has_guest: bool, refused: str | None
) -> None:
    facts = LeaveFacts(now=now, wanted=wanted, has_guest=has_guest, consultant="林静")
    assert code(may_leave_post(facts)) == refused


@pytest.mark.parametrize(
    ("role", "reason", "refused"),
    [
        (Role.CLUB_MANAGER, "家里有急事", None),
        (Role.CLUB_MANAGER, " ", "shift.override"),
        (Role.SUPERVISOR, "家里有急事", "shift.override"),
    ],
)
def test_the_club_manager_lets_somebody_leave_his_guest_with_a_reason(
    role: Role, reason: str, refused: str | None
) -> None:
    facts = LeaveFacts(
        now=Status.ON_POST,
        wanted=Status.AWAY,
        has_guest=True,
        consultant="林静",
        override=Override(AccountID(1), frozenset({role}), reason),
    )
    assert code(may_leave_post(facts)) == refused
