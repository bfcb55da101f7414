"""Who may hand a shift over, and whose word counts."""

from datetime import date

import pytest

from clubsales.clock import Instant
from clubsales.consultants.roster.exchange import (
    Handing,
    Receiver,
    SwapRefused,
    SwapStatus,
    may_answer,
    may_ask,
    may_decide,
    may_hand_over,
    may_withdraw,
)
from clubsales.consultants.roster.rules import Entry, Off, Span
from clubsales.errors import Decision, Refusal
from clubsales.ids import ConsultantID, RosterEntryID
from tests.builders import local

MONDAY = date(2026, 3, 9)
EARLY = Entry(id=RosterEntryID(1), day=MONDAY, shift="early", span=Span(local(9), local(17)))
LATE = Entry(id=RosterEntryID(2), day=MONDAY, shift="late", span=Span(local(14), local(22)))
BEFORE = local(12, day=8)


def code(decision: Decision) -> SwapRefused | None:
    return SwapRefused(decision.code) if isinstance(decision, Refusal) else None


def to(
    *others: Entry, is_active: bool = True, off: Off | None = None, at: Instant = BEFORE
) -> SwapRefused | None:
    receiver = Receiver(name="周倩", is_active=is_active, off=off, others=others)
    return code(may_hand_over([Handing(EARLY, receiver)], at))


def test_a_shift_goes_to_whoever_is_free_then() -> None:
    assert to() is None
    assert to(LATE) is SwapRefused.OVERLAP
    assert to(Entry(id=RosterEntryID(3), day=MONDAY, shift="x", span=Span(local(17), local(22)))) is None
    assert to(is_active=False) is SwapRefused.NOT_ACTIVE
    assert to(off=Off(morning=True, afternoon=True)) is SwapRefused.ON_LEAVE
    assert to(off=Off(morning=False, afternoon=True)) is SwapRefused.ON_LEAVE


def test_only_a_shift_still_to_come_changes_hands() -> None:
    assert to(at=local(8, 59)) is None
    assert to(at=local(9)) is SwapRefused.BEGUN


def test_both_shifts_of_a_swap_are_looked_at() -> None:
    free = Receiver(name="周倩", is_active=True, off=None, others=())
    gone = Receiver(name="林静", is_active=False, off=None, others=())
    assert code(may_hand_over([Handing(EARLY, free), Handing(LATE, gone)], BEFORE)) is SwapRefused.NOT_ACTIVE


def test_one_asks_a_colleague_and_once() -> None:
    lin, zhou = ConsultantID(1), ConsultantID(2)
    assert code(may_ask(lin, zhou, is_asked=False, day=MONDAY)) is None
    assert code(may_ask(lin, lin, is_asked=False, day=MONDAY)) is SwapRefused.SELF
    assert code(may_ask(lin, zhou, is_asked=True, day=MONDAY)) is SwapRefused.ALREADY_ASKED


@pytest.mark.parametrize("status", SwapStatus)
def test_each_word_has_its_time(status: SwapStatus) -> None:
    live = status in {SwapStatus.ASKED, SwapStatus.AGREED}
    assert (code(may_answer(status)) is None) is (status is SwapStatus.ASKED)
    assert (code(may_withdraw(status)) is None) is live
    approved = code(may_decide(status, approve=True, note="", is_party=False))
    refused = code(may_decide(status, approve=False, note="人手不够", is_party=False))
    assert (approved is None) is (status is SwapStatus.AGREED)
    assert (refused is None) is live


def test_nobody_approves_his_own_and_a_no_has_its_reason() -> None:
    agreed = SwapStatus.AGREED
    assert code(may_decide(agreed, approve=True, note="", is_party=True)) is SwapRefused.OWN
    assert code(may_decide(agreed, approve=False, note="  ", is_party=False)) is SwapRefused.NOTE
    assert code(may_decide(SwapStatus.ASKED, approve=True, note="", is_party=False)) is SwapRefused.NOT_AGREED
