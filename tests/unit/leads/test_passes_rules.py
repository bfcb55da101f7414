"""What a pass is worth when a guest shows it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from clubsales.actor import Role
from clubsales.errors import Refusal, allow
from clubsales.ids import ConsultantID, PersonID
from clubsales.leads.passes.rules import (
    LONGEST_VALIDITY,
    Answer,
    GuestPass,
    HandOutFacts,
    PassKind,
    PassRefused,
    PassState,
    clean_code,
    code_of,
    may_carry,
    may_hand_out,
    readable_code,
    scannable,
    worth,
)
from clubsales.leads.touches.rules import Signal, SignalKind

DAY = date(2026, 3, 9)
AT = datetime(2026, 3, 9, 1, tzinfo=UTC)
LIN = ConsultantID(1)
WANG, CHEN = PersonID(1), PersonID(2)


def a_pass(**changes: object) -> GuestPass:
    values: dict[str, object] = {
        "kind": PassKind.TRIAL_PASS,
        "consultant_id": LIN,
        "valid_until": None,
        "revoked_at": None,
        "shown_first_at": None,
        "shown_first_person_id": None,
        **changes,
    }
    return GuestPass(**values)  # type: ignore[arg-type]


SHOWN_BY_WANG = {"shown_first_at": AT, "shown_first_person_id": WANG}
SHOWN_BY_NOBODY = {"shown_first_at": AT}


@pytest.mark.parametrize(
    ("changes", "person_id", "answer"),
    [
        ({}, WANG, Answer.COUNTS),
        ({}, None, Answer.COUNTS),
        ({"valid_until": DAY}, WANG, Answer.COUNTS),
        ({"valid_until": DAY - timedelta(days=1)}, WANG, Answer.EXPIRED),
        ({"revoked_at": AT}, WANG, Answer.REVOKED),
        ({"revoked_at": AT, "valid_until": DAY - timedelta(days=1)}, WANG, Answer.REVOKED),
        (SHOWN_BY_WANG, WANG, Answer.COUNTS),
        (SHOWN_BY_WANG, CHEN, Answer.SHOWN_BEFORE),
        (SHOWN_BY_WANG, None, Answer.SHOWN_BEFORE),
        (SHOWN_BY_NOBODY, None, Answer.SHOWN_BEFORE),
        (SHOWN_BY_NOBODY, WANG, Answer.SHOWN_BEFORE),
        ({**SHOWN_BY_WANG, "valid_until": DAY - timedelta(days=1)}, WANG, Answer.EXPIRED),
    ],
)
def test_a_pass_counts_for_its_first_guest_while_it_is_good(
    changes: dict[str, object], person_id: PersonID | None, answer: Answer
) -> None:
    for kind, consultant_id in ((PassKind.TRIAL_PASS, LIN), (PassKind.GIFT_COUPON, None)):
        found = worth(
            a_pass(kind=kind, consultant_id=consultant_id, **changes),
            person_id=person_id,
            is_member=False,
            day=DAY,
        )
        assert found.answer is answer
        assert (found.signal is None) == (answer is not Answer.COUNTS)


@pytest.mark.parametrize("kind", list(PassKind))
def test_a_members_pass_counts_for_nothing_and_is_evidence(kind: PassKind) -> None:
    shown = a_pass(kind=kind)
    found = worth(shown, person_id=WANG, is_member=True, day=DAY)
    assert found.answer is Answer.MEMBER
    assert found.signal == worth(shown, person_id=WANG, is_member=False, day=DAY).signal
    revoked = worth(a_pass(kind=kind, revoked_at=AT), person_id=WANG, is_member=True, day=DAY)
    assert (revoked.answer, revoked.signal) == (Answer.REVOKED, None)


@pytest.mark.parametrize(
    ("kind", "consultant_id", "signal"),
    [
        (PassKind.TRIAL_PASS, LIN, Signal(SignalKind.TRIAL_PASS, LIN)),
        (PassKind.TRIAL_PASS, None, Signal(SignalKind.TRIAL_PASS, None)),
        (PassKind.BUSINESS_CARD, LIN, Signal(SignalKind.BUSINESS_CARD, LIN)),
        (PassKind.GIFT_COUPON, None, Signal(SignalKind.GIFT_COUPON, None)),
    ],
)
def test_the_signal_says_what_was_shown(
    kind: PassKind, consultant_id: ConsultantID | None, signal: Signal
) -> None:
    shown = a_pass(kind=kind, consultant_id=consultant_id)
    assert worth(shown, person_id=WANG, is_member=False, day=DAY).signal == signal


def test_a_business_card_is_good_for_every_guest() -> None:
    card = a_pass(kind=PassKind.BUSINESS_CARD, **SHOWN_BY_WANG)
    assert worth(card, person_id=CHEN, is_member=False, day=DAY).answer is Answer.COUNTS


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, PassState.UNUSED),
        ({"valid_until": DAY}, PassState.UNUSED),
        ({"valid_until": DAY - timedelta(days=1)}, PassState.EXPIRED),
        (SHOWN_BY_WANG, PassState.SHOWN),
        ({**SHOWN_BY_WANG, "valid_until": DAY - timedelta(days=1)}, PassState.SHOWN),
        ({**SHOWN_BY_WANG, "revoked_at": AT}, PassState.REVOKED),
        ({"kind": PassKind.BUSINESS_CARD}, PassState.IN_USE),
        ({"kind": PassKind.BUSINESS_CARD, "valid_until": DAY - timedelta(days=1)}, PassState.EXPIRED),
    ],
)
def test_a_list_says_where_a_pass_stands(changes: dict[str, object], state: PassState) -> None:
    assert a_pass(**changes).state(DAY) is state


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("k7wm p3xz", "k7wmp3xz"),
        ("K7WMP3XZ", "k7wmp3xz"),
        ("ＴＰ－００１", "tp-001"),
        ("试用 8 号", "试用8号"),
        ("x" * 40, "x" * 40),
        ("x" * 41, None),
        ("İ" * 21, None),
        ("", None),
        (" \n\t", None),
        ("a\0b", None),
        ("a\u200bb", None),
        ("a\ud800", None),
    ],
)
def test_a_code_is_written_one_way(typed: str, code: str | None) -> None:
    assert clean_code(typed) == code


def test_a_scanned_code_is_read_back() -> None:
    assert code_of(scannable("k7wmp3xz")) == "k7wmp3xz"
    assert code_of(" CLUBSALES:PASS:K7WMP3XZ\n") == "k7wmp3xz"


@pytest.mark.parametrize(
    "scanned", ["", "k7wmp3xz", "clubsales:pass:", "clubsales:card:k7wmp3xz", "https://x.cn"]
)
def test_anything_else_scanned_is_no_pass(scanned: str) -> None:
    assert code_of(scanned) is None


def test_a_code_of_ours_is_read_in_groups() -> None:
    assert readable_code("k7wmp3xz") == "k7wm p3xz"
    assert readable_code("tp-001") == "tp-001"


@pytest.mark.parametrize(
    ("kind", "consultant_id", "code"),
    [
        (PassKind.TRIAL_PASS, LIN, None),
        (PassKind.TRIAL_PASS, None, None),
        (PassKind.GIFT_COUPON, None, None),
        (PassKind.GIFT_COUPON, LIN, PassRefused.NAMES_NOBODY),
        (PassKind.BUSINESS_CARD, LIN, None),
        (PassKind.BUSINESS_CARD, None, PassRefused.NO_CONSULTANT),
    ],
)
def test_a_coupon_names_nobody_and_a_card_somebody(
    kind: PassKind, consultant_id: ConsultantID | None, code: PassRefused | None
) -> None:
    decision = may_carry(kind, consultant_id)
    assert (decision.code if isinstance(decision, Refusal) else None) == code


def facts(**changes: object) -> HandOutFacts:
    values: dict[str, object] = {
        "kind": PassKind.TRIAL_PASS,
        "is_own": True,
        "roles": frozenset({Role.CONSULTANT}),
        "count": 1,
        "valid_until": DAY,
        "today": DAY,
        **changes,
    }
    return HandOutFacts(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"valid_until": None}, None),
        ({"count": 50}, None),
        ({"count": 51}, PassRefused.COUNT),
        ({"count": 0}, PassRefused.COUNT),
        ({"valid_until": DAY - timedelta(days=1)}, PassRefused.VALIDITY),
        ({"valid_until": DAY + LONGEST_VALIDITY}, None),
        ({"valid_until": DAY + LONGEST_VALIDITY + timedelta(days=1)}, PassRefused.VALIDITY),
        ({"is_own": False}, PassRefused.NOT_OWN),
        ({"is_own": False, "roles": frozenset({Role.TRAINEE})}, PassRefused.NOT_OWN),
        ({"is_own": False, "roles": frozenset({Role.SUPERVISOR})}, None),
        ({"is_own": False, "roles": frozenset({Role.CLUB_MANAGER})}, None),
        ({"is_own": False, "kind": PassKind.GIFT_COUPON, "roles": frozenset({Role.RECEPTIONIST})}, None),
    ],
)
def test_passes_are_handed_out_by_whoever_they_name(
    changes: dict[str, object], code: PassRefused | None
) -> None:
    decision = may_hand_out(facts(**changes))
    if code is None:
        assert decision == allow()
    else:
        assert isinstance(decision, Refusal)
        assert decision.code == code
