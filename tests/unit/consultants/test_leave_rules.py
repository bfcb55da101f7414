"""How many days a leave costs, when it is asked for, and whose matter it is (ATT-03, ATT-04, AMB-61)."""

from datetime import date, time, timedelta

import pytest

from clubsales.actor import Role
from clubsales.consultants.leave.rules import (
    Authority,
    DecideFacts,
    Kind,
    Level,
    Span,
    Status,
    as_days,
    may_decide,
    may_file,
    may_mark_away,
    may_withdraw,
    working_halves,
)
from clubsales.errors import Decision, Refusal

MONDAY = date(2026, 3, 9)
TODAY = MONDAY
SD, GM, DGM = Role.SALES_DIRECTOR, Role.GENERAL_MANAGER, Role.DEPUTY_GM


def code(decision: Decision) -> str | None:
    return decision.code.value if isinstance(decision, Refusal) else None


def days(first: int, last: int, **more: bool) -> Span:
    """Days of March 2026."""
    return Span(first_day=date(2026, 3, first), last_day=date(2026, 3, last), **more)


@pytest.mark.parametrize(
    ("span", "halves"),
    [
        (days(10, 10), 2),
        (days(10, 10, from_noon=True), 1),
        (days(10, 10, until_noon=True), 1),
        (days(10, 10, from_noon=True, until_noon=True), 0),
        (days(10, 11), 4),
        (days(10, 12, from_noon=True), 5),
        (days(10, 12, until_noon=True), 5),
        (days(10, 12, from_noon=True, until_noon=True), 4),
        (days(9, 15), 14),
    ],
)
def test_without_a_roster_every_day_is_a_working_day(span: Span, halves: int) -> None:
    assert working_halves(span, ()) == halves


def test_rest_days_of_a_made_week_cost_nothing() -> None:
    planned = [MONDAY + timedelta(days=ahead) for ahead in range(5)]
    assert working_halves(days(13, 15), planned) == 2  # Friday is planned, Saturday and Sunday are rest


def test_only_weeks_that_are_made_have_rest_days() -> None:
    planned = [date(2026, 3, 13)]  # the first week is made, the second is not
    assert working_halves(days(14, 17), planned) == 4  # Sat and Sun rest, Mon and Tue count


def test_leave_of_rest_days_only_costs_nothing() -> None:
    assert working_halves(days(14, 15), [date(2026, 3, 13)]) == 0


def test_half_of_a_rest_day_costs_nothing() -> None:
    assert working_halves(days(13, 14, until_noon=True), [date(2026, 3, 13)]) == 2


@pytest.mark.parametrize(("halves", "shown"), [(1, "0.5"), (2, "1"), (5, "2.5"), (14, "7")])
def test_half_days_are_written_as_days(halves: int, shown: str) -> None:
    assert as_days(halves) == shown


def filing(span: Span, kind: Kind = Kind.ANNUAL, *, notice_days: int = 1, halves: int = 2) -> str | None:
    return code(may_file(span, kind, halves=halves, reason="", today=TODAY, notice_days=notice_days))


@pytest.mark.parametrize(
    ("first", "kind", "notice_days", "refused"),
    [
        (9, Kind.ANNUAL, 1, "leave.notice"),
        (10, Kind.ANNUAL, 1, None),
        (10, Kind.PERSONAL, 1, None),
        (9, Kind.DAY_SWAP, 1, "leave.notice"),
        (9, Kind.OTHER, 1, "leave.notice"),
        (9, Kind.SICK, 1, None),
        (8, Kind.SICK, 1, "leave.past"),
        (8, Kind.ANNUAL, 1, "leave.past"),
        (8, Kind.ANNUAL, 0, "leave.past"),
        (9, Kind.ANNUAL, 0, None),
        (11, Kind.ANNUAL, 3, "leave.notice"),
        (12, Kind.ANNUAL, 3, None),
        (9, Kind.SICK, 3, None),
    ],
)
def test_leave_is_filed_ahead_and_sick_leave_also_on_the_day(
    first: int, kind: Kind, notice_days: int, refused: str | None
) -> None:
    assert filing(days(first, first), kind, notice_days=notice_days) == refused


@pytest.mark.parametrize(
    ("span", "refused"),
    [
        (days(12, 11), "leave.span"),
        (days(12, 12, from_noon=True, until_noon=True), "leave.span"),
        (Span(first_day=date(2026, 3, 12), last_day=date(2027, 3, 13)), None),
        (Span(first_day=date(2026, 3, 12), last_day=date(2027, 3, 14)), "leave.span"),
        (Span(first_day=date(2028, 3, 8), last_day=date(2028, 3, 8)), None),
        (Span(first_day=date(2028, 3, 9), last_day=date(2028, 3, 9)), "leave.too_far"),
        (Span(first_day=date(9999, 12, 31), last_day=date(9999, 12, 31)), "leave.too_far"),
        (Span(first_day=date(1, 1, 1), last_day=date(1, 1, 1)), "leave.past"),
    ],
)
def test_days_that_make_no_leave_are_refused(span: Span, refused: str | None) -> None:
    assert filing(span) == refused


def test_days_without_work_need_no_leave() -> None:
    assert filing(days(12, 12), halves=0) == "leave.no_working_day"


def test_reason_has_a_limit() -> None:
    values = {"halves": 2, "today": TODAY, "notice_days": 1}
    assert code(may_file(days(12, 12), Kind.ANNUAL, reason="x" * 500, **values)) is None  # type: ignore[arg-type]
    assert code(may_file(days(12, 12), Kind.ANNUAL, reason="x" * 501, **values)) == "leave.reason"  # type: ignore[arg-type]


def test_whose_matter_it_is_first_of_all() -> None:
    short, long = whose(2), whose(6)
    assert short.is_first_for(frozenset({SD}))
    assert not short.is_first_for(frozenset({GM}))
    assert long.is_first_for(frozenset({GM}))
    assert not whose(6, away=True).is_first_for(frozenset({GM}))  # while she is away it is her deputy's
    assert whose(6, away=True).is_first_for(frozenset({DGM, SD}))


def whose(halves: int, *filer: Role, away: bool = False, short_days: int = 2) -> Authority:
    return Authority(
        halves=halves,
        short_days=short_days,
        filer_roles=frozenset(filer or {Role.CONSULTANT}),
        general_manager_away=away,
    )


@pytest.mark.parametrize(
    ("authority", "level", "roles"),
    [
        (whose(1), Level.DIRECTOR, (SD, GM)),
        (whose(2), Level.DIRECTOR, (SD, GM)),
        (whose(4), Level.DIRECTOR, (SD, GM)),
        (whose(4, away=True), Level.DIRECTOR, (SD, GM, DGM)),
        (whose(5), Level.GENERAL_MANAGER, (GM,)),
        (whose(6), Level.GENERAL_MANAGER, (GM,)),
        (whose(5, away=True), Level.DEPUTY, (DGM, GM)),
        (whose(6, away=True), Level.DEPUTY, (DGM, GM)),
        (whose(6, short_days=3), Level.DIRECTOR, (SD, GM)),
        (whose(7, short_days=3), Level.GENERAL_MANAGER, (GM,)),
        (whose(1, short_days=0), Level.GENERAL_MANAGER, (GM,)),
        (whose(2, SD), Level.SUPERIOR, (GM,)),
        (whose(2, SD, away=True), Level.SUPERIOR_DEPUTY, (DGM, GM)),
        (whose(2, DGM), Level.SUPERIOR, (GM,)),
        (whose(2, GM), Level.SUPERIOR_DEPUTY, (DGM, GM)),
        (whose(2, Role.CLUB_MANAGER), Level.DIRECTOR, (SD, GM)),
    ],
)
def test_short_leave_is_for_the_director_and_longer_leave_for_the_general_manager(
    authority: Authority, level: Level, roles: tuple[Role, ...]
) -> None:
    assert (authority.level, authority.roles) == (level, roles)


def deciding(authority: Authority, *roles: Role, **changes: object) -> str | None:
    facts: dict[str, object] = {
        "status": Status.FILED,
        "authority": authority,
        "decider_roles": frozenset(roles),
        "is_own": False,
        "approve": True,
        "note": "",
        **changes,
    }
    return code(may_decide(DecideFacts(**facts)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("authority", "role", "refused"),
    [
        (whose(2), SD, None),
        (whose(4), SD, None),
        (whose(5), SD, "leave.authority"),
        (whose(6), SD, "leave.authority"),
        (whose(2), GM, None),
        (whose(5), GM, None),
        (whose(2), DGM, "leave.authority"),
        (whose(6), DGM, "leave.authority"),
        (whose(6, away=True), DGM, None),
        (whose(6, away=True), SD, "leave.authority"),
        (whose(6, away=True), GM, None),
        (whose(2), Role.CLUB_MANAGER, "leave.authority"),
        (whose(2), Role.SUPERVISOR, "leave.authority"),
        (whose(2), Role.OWNER, "leave.authority"),
        (whose(2, SD), SD, "leave.authority"),
    ],
)
def test_only_whoever_has_the_authority_decides(
    authority: Authority, role: Role, refused: str | None
) -> None:
    assert deciding(authority, role) == refused


def test_nobody_decides_his_own() -> None:
    assert deciding(whose(2), SD, GM, is_own=True) == "leave.own"


@pytest.mark.parametrize(
    ("note", "refused"),
    [("", "leave.note"), ("  ", "leave.note"), ("那天人手不够", None), ("x" * 501, "leave.note")],
)
def test_a_refusal_needs_a_reason(note: str, refused: str | None) -> None:
    assert deciding(whose(2), SD, approve=False, note=note) == refused


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REFUSED, Status.WITHDRAWN])
def test_what_is_decided_stays_decided(status: Status) -> None:
    assert deciding(whose(2), SD, status=status) == "leave.decided"


@pytest.mark.parametrize(
    ("span", "status", "today", "local", "refused"),
    [
        (days(10, 10), Status.APPROVED, 9, time(23, 59), None),
        (days(10, 10), Status.APPROVED, 10, time(0), "leave.begun"),
        (days(10, 10, from_noon=True), Status.APPROVED, 10, time(11, 59), None),
        (days(10, 10, from_noon=True), Status.APPROVED, 10, time(12), "leave.begun"),
        (days(10, 12), Status.APPROVED, 13, time(9), "leave.begun"),
        (days(10, 10), Status.FILED, 10, time(9), None),
        (days(10, 10), Status.REFUSED, 9, time(9), "leave.not_live"),
        (days(10, 10), Status.WITHDRAWN, 9, time(9), "leave.not_live"),
    ],
)
def test_approved_leave_is_withdrawn_before_it_begins(
    span: Span, status: Status, today: int, local: time, refused: str | None
) -> None:
    assert code(may_withdraw(span, status, today=date(2026, 3, today), local=local)) == refused


@pytest.mark.parametrize(
    ("day", "local", "covered"),
    [
        (9, time(13), False),
        (10, time(11, 59), False),
        (10, time(12), True),
        (11, time(0), True),
        (12, time(11, 59), True),
        (12, time(12), False),
        (13, time(9), False),
    ],
)
def test_half_days_begin_and_end_at_noon(day: int, local: time, covered: bool) -> None:
    span = days(10, 12, from_noon=True, until_noon=True)
    assert span.covers(date(2026, 3, day), local) is covered


@pytest.mark.parametrize(
    ("role", "first", "last", "refused"),
    [
        (GM, date(2026, 3, 9), date(2026, 3, 9), None),
        (DGM, date(2026, 3, 1), date(2026, 3, 9), None),
        (Role.OWNER, date(2026, 3, 20), date(2026, 3, 25), None),
        (SD, date(2026, 3, 9), date(2026, 3, 9), "leave.away_who"),
        (Role.CLUB_MANAGER, date(2026, 3, 9), date(2026, 3, 9), "leave.away_who"),
        (GM, date(2026, 3, 1), date(2026, 3, 8), "leave.away_span"),
        (GM, date(2026, 3, 12), date(2026, 3, 11), "leave.away_span"),
        (GM, date(2026, 3, 12), date(2027, 3, 14), "leave.away_span"),
        (GM, date(9999, 12, 31), date(9999, 12, 31), None),
    ],
)
def test_absence_is_marked_by_the_top_for_days_to_come(
    role: Role, first: date, last: date, refused: str | None
) -> None:
    assert code(may_mark_away(frozenset({role}), first_day=first, last_day=last, today=TODAY)) == refused
