from dataclasses import replace
from datetime import date, timedelta

import pytest

from clubsales.actor import Role
from clubsales.clock import Instant
from clubsales.errors import Allowed, Refusal, Refused
from clubsales.ids import ConsultantID
from clubsales.leads.followups.rules import (
    OUTCOMES_OF,
    Channel,
    ContactOutcome,
    FollowUpPolicy,
    FollowUpRefused,
    Record,
    clean,
    is_effective,
    may_call,
    may_correct,
    may_finish,
    may_log,
    may_plan,
    tracking,
)
from tests.builders import local

X, Y = ConsultantID(1), ConsultantID(2)
DEFAULT = FollowUpPolicy(valid_days=15, effective_outcomes=("answered", "replied", "met"))


def record(
    day: int,
    hour: int = 10,
    minute: int = 0,
    *,
    by: ConsultantID = X,
    outcome: ContactOutcome = ContactOutcome.ANSWERED,
    channel: Channel = Channel.CALL,
) -> Record:
    return Record(
        consultant_id=by,
        name={X: "马超", Y: "许亭"}[by],
        channel=channel,
        outcome=outcome,
        at=local(hour, minute, day=day),
        day=date(2026, 3, day),
    )


def tracker(
    *records: Record, at: Instant, policy: FollowUpPolicy = DEFAULT
) -> tuple[ConsultantID, int] | None:
    day = (at + timedelta(hours=8)).date()
    found = tracking(records, arrived_at=at, arrived_on=day, policy=policy)
    return (found.consultant_id, found.days) if found else None


@pytest.mark.parametrize(
    ("records", "at", "expected"),
    [
        ([], local(9), None),
        ([record(1)], local(9, day=16), (X, 15)),
        ([record(1)], local(23, 59, day=16), (X, 15)),
        ([record(1, 23, 59)], local(0, day=17), None),
        # An unanswered call does not extend (SC-12).
        ([record(1), record(10, outcome=ContactOutcome.NO_ANSWER)], local(9, day=16), (X, 15)),
        ([record(1), record(10, outcome=ContactOutcome.NO_ANSWER)], local(9, day=17), None),
        ([record(1), record(10)], local(9, day=17), (X, 7)),
        # Written before the guest arrives, to the second.
        ([record(9, 10)], local(10), None),
        ([record(9, 10)], local(10, 1), (X, 0)),
        ([record(9, 12), record(8, 9)], local(10), (X, 1)),
        # Of two, the one whose first effective contact inside the window is oldest (AMB-08).
        ([record(5, by=Y), record(4), record(8, by=Y)], local(9), (X, 5)),
        ([record(1, by=Y), record(5, by=Y), record(4)], local(9, day=17), (X, 13)),
        ([record(3, by=Y, outcome=ContactOutcome.SWITCHED_OFF), record(4)], local(9), (X, 5)),
    ],
)
def test_whose_record_counts(
    records: list[Record], at: Instant, expected: tuple[ConsultantID, int] | None
) -> None:
    assert tracker(*records, at=at) == expected


def test_the_club_sets_how_old_a_record_may_be() -> None:
    week = FollowUpPolicy(valid_days=7, effective_outcomes=DEFAULT.effective_outcomes)
    assert tracker(record(1), at=local(9, day=8), policy=week) == (X, 7)
    assert tracker(record(1), at=local(9, day=9), policy=week) is None
    for_ever = FollowUpPolicy(valid_days=0, effective_outcomes=DEFAULT.effective_outcomes)
    assert tracker(record(1), at=local(9, month=12), policy=for_ever) == (X, 283)


def test_the_club_sets_what_counts_as_reached() -> None:
    missed = record(8, outcome=ContactOutcome.NO_ANSWER)
    strict = FollowUpPolicy(valid_days=15, effective_outcomes=("met",))
    loose = FollowUpPolicy(valid_days=15, effective_outcomes=("no_answer",))
    assert tracker(record(8), missed, at=local(9), policy=strict) is None
    assert tracker(missed, at=local(9), policy=loose) == (X, 1)
    assert is_effective(ContactOutcome.MET, strict)
    assert not is_effective(ContactOutcome.ANSWERED, strict)


def test_the_record_that_counts_is_told() -> None:
    found = tracking(
        [record(3), record(7, channel=Channel.MEETING, outcome=ContactOutcome.MET), record(6, by=Y)],
        arrived_at=local(14),
        arrived_on=date(2026, 3, 9),
        policy=DEFAULT,
    )
    assert found is not None
    assert (found.name, found.channel, found.days, found.limit) == ("马超", Channel.MEETING, 2, 15)
    assert found.tied_with is None


def test_two_who_began_in_the_same_minute_are_both_named() -> None:
    other = Record(
        consultant_id=Y,
        name="许亭",
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        at=local(10) + timedelta(seconds=40),
        day=date(2026, 3, 9),
    )
    found = tracking([other, record(9)], arrived_at=local(14), arrived_on=date(2026, 3, 9), policy=DEFAULT)
    assert found is not None
    assert (found.consultant_id, found.tied_with) == (X, "许亭")


@pytest.mark.parametrize(
    ("corrected_at", "expected"),
    [
        (local(9), None),
        (local(9, 59), None),
        # The guest stood there before it was corrected, or in that moment.
        (local(10), X),
        (local(12), X),
        (None, X),
    ],
)
def test_what_was_corrected_counts_for_who_came_before(
    corrected_at: Instant | None, expected: ConsultantID | None
) -> None:
    old = replace(record(9, 8), corrected_at=corrected_at)
    new = record(9, 9, outcome=ContactOutcome.NO_ANSWER)
    found = tracking([old, new], arrived_at=local(10), arrived_on=date(2026, 3, 9), policy=DEFAULT)
    assert (found.consultant_id if found else None) == expected


@pytest.mark.parametrize(
    ("is_author", "written_on", "is_corrected", "code"),
    [
        (True, 9, False, None),
        (False, 9, False, FollowUpRefused.NOT_AUTHOR),
        (True, 8, False, FollowUpRefused.TOO_LATE),
        (True, 9, True, FollowUpRefused.CORRECTED),
        (False, 8, True, FollowUpRefused.NOT_AUTHOR),
    ],
)
def test_who_corrects_what_and_when(
    is_author: bool, written_on: int, is_corrected: bool, code: FollowUpRefused | None
) -> None:
    decision = may_correct(
        is_author=is_author,
        author="马超",
        written_on=date(2026, 3, written_on),
        today=date(2026, 3, 9),
        is_corrected=is_corrected,
    )
    assert (decision.code if isinstance(decision, Refusal) else None) == code


@pytest.mark.parametrize("channel", [*Channel, None])
@pytest.mark.parametrize("asked", [True, False])
def test_who_asked_to_be_left_in_peace_may_still_be_met(channel: Channel | None, asked: bool) -> None:
    refused = asked and channel in {Channel.CALL, Channel.MESSAGE}
    assert isinstance(may_call(channel, do_not_call=asked), Refusal) is refused


def test_what_has_not_happened_is_not_written_down() -> None:
    assert isinstance(may_log(local(10), local(10)), Allowed)
    refused = may_log(local(10, 1), local(10))
    assert isinstance(refused, Refusal)
    assert refused.code == FollowUpRefused.IN_FUTURE


def test_a_next_step_lies_ahead() -> None:
    assert isinstance(may_plan(date(2026, 3, 9), date(2026, 3, 9)), Allowed)
    assert isinstance(may_plan(date(2026, 3, 8), date(2026, 3, 9)), Refusal)


@pytest.mark.parametrize(
    ("is_his", "role", "allowed"),
    [
        (True, Role.CONSULTANT, True),
        (False, Role.CONSULTANT, False),
        (False, Role.SUPERVISOR, True),
        (False, Role.CLUB_MANAGER, True),
    ],
)
def test_who_ticks_off(is_his: bool, role: Role, allowed: bool) -> None:
    decision = may_finish(is_his=is_his, roles=frozenset({role}), consultant="周倩")
    assert isinstance(decision, Allowed) is allowed


def test_a_note_is_kept_as_written_unless_too_long() -> None:
    assert clean(" 想游泳\x00\n周末来 ", 20) == "想游泳\n周末来"
    with pytest.raises(Refused) as refused:
        clean("长" * 21, 20)
    assert refused.value.code == "follow_up.too_long"


def test_every_outcome_belongs_to_a_channel() -> None:
    assert set(OUTCOMES_OF) == set(Channel)
    assert {outcome for outcomes in OUTCOMES_OF.values() for outcome in outcomes} == set(ContactOutcome)
