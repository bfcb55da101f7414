from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.actor import Role
from clubsales.clock import Instant
from clubsales.errors import Allowed, Refusal
from clubsales.leads.claims.rules import (
    FOR_EVER,
    ClaimFacts,
    ClaimPolicy,
    ClaimRefused,
    Clock,
    End,
    EndReason,
    Stretch,
    end_of,
    may_claim,
    may_release,
    next_end,
    protected_until,
)
from tests.builders import local

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 9)
DEFAULT = ClaimPolicy(
    protection_days=15, max_open=200, max_per_day=20, cooldown_days=7, response_minutes=0, warn_days=3
)
OFF = ClaimPolicy(
    protection_days=0, max_open=0, max_per_day=0, cooldown_days=0, response_minutes=0, warn_days=0
)


def facts(**changes: object) -> ClaimFacts:
    values: dict[str, object] = {
        "is_lead": True,
        "today": TODAY,
        "consultant": "林静",
        "holder": None,
        "held_until": None,
        "needs_shift": True,
        "on_shift": True,
        "open_claims": 0,
        "claims_today": 0,
        "last_ended_on": None,
        **changes,
    }
    return ClaimFacts(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "policy", "code"),
    [
        (facts(), DEFAULT, None),
        (facts(is_lead=False), DEFAULT, ClaimRefused.UNKNOWN),
        (facts(holder="周倩", held_until=TODAY), DEFAULT, ClaimRefused.ALREADY_CLAIMED),
        (facts(on_shift=False), DEFAULT, ClaimRefused.OFF_SHIFT),
        (facts(on_shift=False, needs_shift=False), DEFAULT, None),
        (facts(open_claims=199), DEFAULT, None),
        (facts(open_claims=200), DEFAULT, ClaimRefused.LIMIT),
        (facts(open_claims=5000), OFF, None),
        (facts(claims_today=19), DEFAULT, None),
        (facts(claims_today=20), DEFAULT, ClaimRefused.DAILY_LIMIT),
        (facts(claims_today=5000), OFF, None),
        (facts(last_ended_on=TODAY - timedelta(days=6)), DEFAULT, ClaimRefused.COOLDOWN),
        (facts(last_ended_on=TODAY - timedelta(days=7)), DEFAULT, None),
        (facts(last_ended_on=TODAY), OFF, None),
    ],
)
def test_who_may_claim(known: ClaimFacts, policy: ClaimPolicy, code: ClaimRefused | None) -> None:
    decision = may_claim(known, policy)
    assert (decision.code if isinstance(decision, Refusal) else None) == code


def test_the_first_rule_that_says_no_answers() -> None:
    known = facts(
        is_lead=False,
        holder="周倩",
        on_shift=False,
        open_claims=200,
        claims_today=20,
        last_ended_on=TODAY,
    )
    order = [
        ClaimRefused.UNKNOWN,
        ClaimRefused.ALREADY_CLAIMED,
        ClaimRefused.OFF_SHIFT,
        ClaimRefused.LIMIT,
        ClaimRefused.DAILY_LIMIT,
        ClaimRefused.COOLDOWN,
    ]
    cures: list[dict[str, object]] = [
        {"is_lead": True},
        {"holder": None},
        {"on_shift": True},
        {"open_claims": 0},
        {"claims_today": 0},
        {"last_ended_on": None},
    ]
    values = {name: getattr(known, name) for name in ClaimFacts.__dataclass_fields__}
    for code, cure in zip(order, cures, strict=True):
        decision = may_claim(ClaimFacts(**values), DEFAULT)
        assert isinstance(decision, Refusal)
        assert decision.code == code
        values |= cure
    assert isinstance(may_claim(ClaimFacts(**values), DEFAULT), Allowed)


def test_the_cool_down_says_from_when() -> None:
    decision = may_claim(facts(last_ended_on=date(2026, 3, 5)), DEFAULT)
    assert isinstance(decision, Refusal)
    assert decision.facts["day"] == date(2026, 3, 12)


@pytest.mark.parametrize(
    ("is_holder", "role", "allowed"),
    [
        (True, Role.CONSULTANT, True),
        (False, Role.CONSULTANT, False),
        (False, Role.SUPERVISOR, True),
        (False, Role.CLUB_MANAGER, True),
        (False, Role.RECEPTIONIST, False),
    ],
)
def test_who_may_release(is_holder: bool, role: Role, allowed: bool) -> None:
    decision = may_release(is_holder=is_holder, roles=frozenset({role}), holder="周倩")
    assert isinstance(decision, Allowed) is allowed


def test_protection_is_inclusive() -> None:
    assert protected_until(date(2026, 3, 1), DEFAULT) == date(2026, 3, 16)
    assert protected_until(date(2026, 3, 1), OFF) == FOR_EVER


CLAIMED = local(10)


def clock(**changes: object) -> Clock:
    values: dict[str, object] = {
        "claimed_at": CLAIMED,
        "until": date(2026, 3, 24),
        "first_contact_at": None,
        **changes,
    }
    return Clock(**values)  # type: ignore[arg-type]


def silent(at: Instant, day: int = 9) -> End:
    return End(EndReason.NO_RESPONSE, at, date(2026, 3, day))


@pytest.mark.parametrize(
    ("running", "at", "end"),
    [
        (clock(), local(23, 59, day=24), None),
        (clock(), local(0, day=25), End(EndReason.EXPIRED, local(0, day=25), date(2026, 3, 25))),
        (clock(), local(9, day=29), End(EndReason.EXPIRED, local(0, day=25), date(2026, 3, 25))),
        (clock(until=FOR_EVER), local(9, year=2030), None),
        # The clock runs while the holder's shift is open.
        (clock(response_minutes=15, shifts=[Stretch(local(9), None)]), local(10, 14), None),
        (clock(response_minutes=15, shifts=[Stretch(local(9), None)]), local(10, 15), silent(local(10, 15))),
        (clock(response_minutes=15), local(20), None),
        (clock(response_minutes=15, shifts=[Stretch(local(9), local(10))]), local(20), None),
        (
            clock(response_minutes=15, shifts=[Stretch(local(9), local(10, 15))]),
            local(20),
            silent(local(10, 15)),
        ),
        (
            clock(
                response_minutes=15,
                shifts=[Stretch(local(9, day=10), None), Stretch(local(9), local(10, 10))],
            ),
            local(9, 4, day=10),
            None,
        ),
        (
            clock(
                response_minutes=15,
                shifts=[Stretch(local(9, day=10), None), Stretch(local(9), local(10, 10))],
            ),
            local(9, 5, day=10),
            silent(local(9, 5, day=10), 10),
        ),
        # A contact of any outcome stops it for good.
        (
            clock(response_minutes=15, shifts=[Stretch(local(9), None)], first_contact_at=local(10, 5)),
            local(20),
            None,
        ),
        # Whatever ended it first counts.
        (
            clock(until=date(2026, 3, 9), response_minutes=15, shifts=[Stretch(local(11, day=10), None)]),
            local(12, day=10),
            End(EndReason.EXPIRED, local(0, day=10), date(2026, 3, 10)),
        ),
    ],
)
def test_when_a_claim_is_over(running: Clock, at: Instant, end: End | None) -> None:
    assert end_of(running, at=at, zone=ZONE) == end


def test_what_comes_next() -> None:
    assert next_end(clock(), ZONE) == local(0, day=25)
    assert next_end(clock(until=FOR_EVER), ZONE) is None
    assert next_end(clock(response_minutes=15, shifts=[Stretch(local(9), None)]), ZONE) == local(10, 15)


@given(
    minutes=st.integers(1, 300),
    borders=st.lists(st.integers(0, 3000), max_size=10, unique=True).map(sorted),
    is_open=st.booleans(),
)
def test_the_clock_has_run_for_exactly_the_limit(minutes: int, borders: list[int], is_open: bool) -> None:
    """Whatever the shifts: at the end the holder's shift had been open for the limit, and not a minute longer."""
    times = [CLAIMED + timedelta(minutes=border - 500) for border in borders]
    pairs = list(zip(times[::2], times[1::2], strict=False))
    shifts = [Stretch(opened, closed) for opened, closed in pairs]
    if is_open:
        shifts.append(Stretch(max([CLAIMED, *times]) + timedelta(minutes=1), None))
    end = end_of(
        clock(response_minutes=minutes, shifts=shifts, until=FOR_EVER), at=local(9, year=2027), zone=ZONE
    )
    before = sum(
        max((min(closed, end.at if end else closed) - max(opened, CLAIMED)), timedelta()).total_seconds() / 60
        for opened, closed in ((one.opened_at, one.closed_at or local(9, year=2028)) for one in shifts)
    )
    assert (before == minutes) if end is not None else (before < minutes)
