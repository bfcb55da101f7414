"""What a scan means: reused, again, one visit."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.errors import Allowed, Refusal, allow, refuse
from clubsales.frontdesk.checkin.rules import (
    FIRST_OF_THE_DAY,
    CheckInPolicy,
    CodeUse,
    ScanFacts,
    Standing,
    may_admit,
    nonce_is_well_formed,
    standing,
)
from clubsales.membership.cards.rules import CardRefused, CodeRefused

AT = datetime(2026, 3, 9, 6, 20, tzinfo=UTC)
POLICY = CheckInPolicy(code_seconds=60, repeat_window_seconds=60)
HERE, THERE = "device:1", "device:2"


def stands(
    *, door: str | None, seconds_ago: int = 0, visit_ago: int | None = None, single_use: bool = True
) -> Standing:
    return standing(
        used=CodeUse(door=door, at=AT - timedelta(seconds=seconds_ago)) if door else None,
        last_visit_at=None if visit_ago is None else AT - timedelta(seconds=visit_ago),
        door=HERE,
        single_use=single_use,
        policy=POLICY,
        at=AT,
    )


@pytest.mark.parametrize(
    ("standing_now", "again", "spent", "visit"),
    [
        (stands(door=None), False, False, True),
        (stands(door=HERE, seconds_ago=0, visit_ago=0), True, False, False),
        (stands(door=HERE, seconds_ago=60, visit_ago=60), True, False, False),
        (stands(door=HERE, seconds_ago=61, visit_ago=61), False, True, True),
        (stands(door=THERE, seconds_ago=0, visit_ago=0), False, True, False),
        (stands(door=THERE, seconds_ago=3600), False, True, True),
        # a fresh code of a card whose visit is counted already
        (stands(door=None, visit_ago=60), False, False, False),
        (stands(door=None, visit_ago=61), False, False, True),
        # its repeat stays part of that visit, though the visit itself is older than the window
        (stands(door=HERE, seconds_ago=50, visit_ago=90), True, False, False),
        # paper: spent for other doors inside the window, good again after it
        (stands(door=HERE, seconds_ago=30, visit_ago=30, single_use=False), True, False, False),
        (stands(door=THERE, seconds_ago=30, visit_ago=30, single_use=False), False, True, False),
        (stands(door=THERE, seconds_ago=61, visit_ago=61, single_use=False), False, False, True),
        (stands(door=HERE, seconds_ago=86_400, single_use=False), False, False, True),
    ],
)
def test_what_earlier_scans_mean(standing_now: Standing, again: bool, spent: bool, visit: bool) -> None:
    assert (standing_now.again, standing_now.spent, standing_now.is_visit) == (again, spent, visit)


def facts(**changes: object) -> ScanFacts:
    values: dict[str, object] = {
        "known": True,
        "current": True,
        "live": True,
        "entry": allow(),
        "standing": FIRST_OF_THE_DAY,
        "used_at": None,
        **changes,
    }
    return ScanFacts(**values)  # type: ignore[arg-type]


AGAIN = Standing(again=True, counted=True, spent=False)
SPENT = Standing(again=False, counted=False, spent=True)
EXPIRED = refuse(CardRefused.EXPIRED, valid_until=date(2026, 3, 8))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"current": False, "known": False, "entry": None}, CodeRefused.STALE),
        ({"known": False, "entry": None}, CardRefused.UNKNOWN),
        ({"live": False, "entry": EXPIRED}, CodeRefused.REVOKED),
        ({"entry": EXPIRED, "standing": SPENT, "used_at": AT}, CardRefused.EXPIRED),
        ({"standing": SPENT, "used_at": AT}, CodeRefused.REUSED),
        ({"current": False, "standing": SPENT, "used_at": AT}, CodeRefused.STALE),
        ({"standing": AGAIN, "entry": refuse(CardRefused.FROZEN)}, CardRefused.FROZEN),
    ],
)
def test_reasons_are_told_in_order(changes: dict[str, object], code: object) -> None:
    decision = may_admit(facts(**changes))
    assert isinstance(decision, Refusal)
    assert decision.code is code


@pytest.mark.parametrize("changes", [{}, {"standing": AGAIN}, {"standing": AGAIN, "current": False}])
def test_a_good_code_admits(changes: dict[str, object]) -> None:
    assert may_admit(facts(**changes)) == Allowed()


@given(gaps=st.lists(st.integers(0, 200), min_size=1, max_size=12))
def test_scans_of_fresh_codes_never_count_two_visits_inside_one_window(gaps: list[int]) -> None:
    at, visits = AT, [AT]
    for gap in gaps:
        at += timedelta(seconds=gap)
        now = standing(used=None, last_visit_at=visits[-1], door=HERE, single_use=True, policy=POLICY, at=at)
        if now.is_visit:
            visits.append(at)
    assert all(later - earlier > timedelta(seconds=60) for earlier, later in itertools.pairwise(visits))


@pytest.mark.parametrize(
    ("nonce", "fine"),
    [
        ("3f2a9c10", True),
        ("b0a3f8a2-6d0c-4c39-9a5e-0f6c0a4e2d11", True),
        ("a" * 64, True),
        ("short", False),
        ("a" * 65, False),
        ("", False),
        ("--------", False),
        ("nonce\x00nonce", False),
        ("١٢٣٤٥٦٧٨", False),
        ("a b c d e f", False),
    ],
)
def test_a_nonce_is_a_short_plain_word(nonce: str, fine: bool) -> None:
    assert nonce_is_well_formed(nonce) is fine
