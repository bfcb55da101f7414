"""Who may do what in a case: tables for each rule, and what holds whatever happens."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.actor import Actor, ActorKind, Club, Role
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import Allowed, Decision
from clubsales.ids import AccountID, ClubID, ConsultantID, OrganisationID
from clubsales.leads.disputes.judging_rules import (
    Conduct,
    Wish,
    may_note_conduct,
    may_rule,
    may_rule_appeal,
    may_settle,
)
from clubsales.leads.disputes.rules import (
    RUNNING,
    Case,
    DisputePolicy,
    DisputeRefused,
    Judge,
    NewsFacts,
    Opening,
    Status,
    StepKind,
    appeal_until,
    concerns,
    largest,
    may_appeal,
    may_object,
    may_open,
    may_state,
    may_withdraw,
    named,
    sides_of,
)
from clubsales.money import CNY

CLUB = Club(
    id=ClubID(1),
    organisation_id=OrganisationID(1),
    public_id="club",
    code="SZ01",
    name="阳光店",
    zone=ZoneInfo("Asia/Shanghai"),
    currency=CNY,
    opens=time(9),
    closes=time(22),
)
NOON = datetime(2026, 3, 9, 4, tzinfo=UTC)
TODAY = date(2026, 3, 9)
LIN, ZHOU, MA, HE = (ConsultantID(number) for number in range(1, 5))
POLICY = DisputePolicy(window_days=7, supervisor_quiet_hours=24, final_role="club_manager")
PROPOSAL = (Share(ZHOU, 10_000),)
OPEN = Case(status=Status.OPEN, opened_by=LIN, proposal=PROPOSAL)
SETTLED = replace(OPEN, status=Status.SETTLED, stands_at=NOON + timedelta(hours=24), ruled_by=AccountID(20))
RULED = replace(OPEN, status=Status.DECIDED, ruled_by=AccountID(21), appeal_until=date(2026, 3, 12))
APPEALED = replace(RULED, status=Status.APPEALED, appealed=True)
STOOD = replace(OPEN, status=Status.DECIDED, ruled_by=AccountID(20))
WITHDRAWN = replace(OPEN, status=Status.WITHDRAWN)
CONFIRM = Wish(shares=None)
HALF = Wish(
    shares=(Share(LIN, 5_000), Share(ZHOU, 5_000)), reason="both", sellers=frozenset({LIN, ZHOU, MA, HE})
)


def somebody(*roles: Role, account: int = 30, consultant: ConsultantID | None = None) -> Actor:
    return Actor(
        kind=ActorKind.STAFF,
        club=CLUB,
        account_id=AccountID(account),
        consultant_id=consultant,
        roles=frozenset(roles),
        name="somebody",
    )


SUPERVISOR, MANAGER = somebody(Role.SUPERVISOR, account=20), somebody(Role.CLUB_MANAGER, account=21)
DIRECTOR, GENERAL = somebody(Role.SALES_DIRECTOR), somebody(Role.GENERAL_MANAGER)


def code(decision: Decision) -> str:
    return "" if isinstance(decision, Allowed) else decision.code.value.removeprefix("dispute.")


OPENING = Opening(first_receipt_day=TODAY, today=TODAY, sells=True, has_touch=True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ""),
        ({"first_receipt_day": None}, "not_paid"),
        ({"first_receipt_day": None, "has_touch": False, "running_of": "x"}, "not_paid"),
        ({"today": TODAY + timedelta(days=7)}, ""),
        ({"today": TODAY + timedelta(days=8)}, "window"),
        ({"today": TODAY + timedelta(days=8), "has_touch": False}, "window"),
        ({"has_touch": False}, "no_touch"),
        ({"sells": False}, "no_touch"),
        ({"has_touch": False, "running_of": "x"}, "no_touch"),
        ({"running_of": "x"}, "open"),
        ({"running_of": "x", "was_party": True}, "open"),
        ({"was_party": True}, "decided"),
        ({"had_last_word": True}, "final"),
        ({"had_last_word": True, "was_party": True}, "final"),
        ({"had_last_word": True, "running_of": "x"}, "open"),
    ],
)
def test_who_may_open(changes: dict[str, object], expected: str) -> None:
    assert code(may_open(replace(OPENING, **changes), POLICY)) == expected  # type: ignore[arg-type]


def test_a_history_opens_anew_with_a_party_of_a_decided_case() -> None:
    assert code(may_open(replace(OPENING, was_party=True), POLICY, anew=True)) == ""
    assert code(may_open(replace(OPENING, was_party=True, had_last_word=True), POLICY, anew=True)) == ""
    assert code(may_open(replace(OPENING, running_of="x"), POLICY, anew=True)) == "open"


@given(
    paid=st.dates(date(2020, 1, 1), date(2030, 1, 1)), later=st.integers(0, 5_000), days=st.integers(0, 400)
)
def test_the_window_is_open_through_its_last_day(paid: date, later: int, days: int) -> None:
    facts = replace(OPENING, first_receipt_day=paid, today=paid + timedelta(days=later))
    policy = replace(POLICY, window_days=days)
    assert (code(may_open(facts, policy)) == "") == (days == 0 or later <= days)


@pytest.mark.parametrize(
    ("case", "by", "wish", "expected"),
    [
        (OPEN, SUPERVISOR, CONFIRM, ""),
        (OPEN, SUPERVISOR, HALF, ""),
        (OPEN, MANAGER, CONFIRM, "role"),
        (OPEN, DIRECTOR, CONFIRM, "role"),
        (OPEN, somebody(Role.SUPERVISOR, consultant=LIN), CONFIRM, "party"),
        (OPEN, somebody(Role.SUPERVISOR, consultant=ZHOU), CONFIRM, "party"),
        (OPEN, somebody(Role.SUPERVISOR, consultant=MA), CONFIRM, ""),
        (OPEN, somebody(Role.SUPERVISOR, consultant=MA), replace(HALF, shares=(Share(MA, 10_000),)), "party"),
        (OPEN, somebody(Role.CONSULTANT, consultant=LIN), CONFIRM, "party"),
        (replace(OPEN, objected=True), SUPERVISOR, CONFIRM, "objected"),
        (replace(OPEN, objected=True), MANAGER, CONFIRM, "role"),
        (SETTLED, SUPERVISOR, CONFIRM, "is_settled"),
        (RULED, SUPERVISOR, CONFIRM, "not_open"),
        (STOOD, SUPERVISOR, CONFIRM, "not_open"),
        (APPEALED, SUPERVISOR, CONFIRM, "under_appeal"),
        (WITHDRAWN, SUPERVISOR, CONFIRM, "not_open"),
        (OPEN, SUPERVISOR, replace(HALF, reason=""), "reason"),
    ],
)
def test_who_may_settle(case: Case, by: Actor, wish: Wish, expected: str) -> None:
    assert code(may_settle(case, by, wish, NOON)) == expected


@pytest.mark.parametrize(
    ("case", "by", "wish", "expected"),
    [
        (OPEN, MANAGER, CONFIRM, ""),
        (replace(OPEN, objected=True), MANAGER, HALF, ""),
        (OPEN, SUPERVISOR, CONFIRM, "role"),
        (OPEN, DIRECTOR, CONFIRM, "role"),
        (OPEN, somebody(Role.CLUB_MANAGER, consultant=LIN), CONFIRM, "party"),
        (SETTLED, MANAGER, CONFIRM, "is_settled"),
        (APPEALED, MANAGER, CONFIRM, "under_appeal"),
        (RULED, MANAGER, CONFIRM, "not_open"),
        (RULED, somebody(Role.CONSULTANT, consultant=LIN), CONFIRM, "not_open"),
        (OPEN, MANAGER, replace(HALF, reason=""), "reason"),
        (OPEN, MANAGER, replace(HALF, reason="", shares=()), "reason"),
        (OPEN, MANAGER, replace(HALF, reason="n" * 2001), "words_long"),
        (OPEN, MANAGER, Wish(shares=None, reason="n" * 2001), "words_long"),
        (OPEN, MANAGER, replace(HALF, shares=()), "shares"),
        (OPEN, MANAGER, replace(HALF, shares=(Share(LIN, 9_999),)), "shares"),
        (OPEN, MANAGER, replace(HALF, shares=(Share(LIN, 10_001), Share(ZHOU, -1))), "shares"),
        (OPEN, MANAGER, replace(HALF, shares=(Share(LIN, 5_000), Share(LIN, 5_000))), "shares"),
        (OPEN, MANAGER, replace(HALF, shares=(Share(None, 10_000),)), "shares"),
        (OPEN, MANAGER, replace(HALF, shares=(Share(ConsultantID(99), 10_000),)), "shares"),
        (OPEN, MANAGER, replace(HALF, shares=(Share(LIN, 10_000),)), ""),
        (OPEN, MANAGER, replace(HALF, shares=(Share(MA, 10_000),)), ""),
    ],
)
def test_who_may_rule_and_how(case: Case, by: Actor, wish: Wish, expected: str) -> None:
    assert code(may_rule(case, by, wish, POLICY, NOON)) == expected


@pytest.mark.parametrize(
    "final", ["supervisor", "club_manager", "sales_director", "general_manager", "deputy_gm"]
)
@pytest.mark.parametrize("role", list(Role))
def test_only_the_final_role_rules(final: str, role: Role) -> None:
    decision = may_rule(OPEN, somebody(role), CONFIRM, replace(POLICY, final_role=final), NOON)
    assert code(decision) == ("" if role == final else "role")


@pytest.mark.parametrize(
    ("case", "who", "later", "expected"),
    [
        (SETTLED, LIN, 0, ""),
        (SETTLED, ZHOU, 23, ""),
        (SETTLED, ZHOU, 24, "objection_late"),
        (SETTLED, MA, 0, "not_party"),
        (SETTLED, None, 0, "not_party"),
        (replace(SETTLED, decided=((Share(MA, 10_000),),)), MA, 0, ""),
        (OPEN, LIN, 0, "not_settled"),
        (RULED, LIN, 0, "not_settled"),
        (STOOD, LIN, 0, "not_settled"),
    ],
)
def test_a_party_objects_until_the_settlement_stands(
    case: Case, who: ConsultantID | None, later: int, expected: str
) -> None:
    assert code(may_object(case, who, NOON + timedelta(hours=later))) == expected


@pytest.mark.parametrize(
    ("case", "who", "day", "expected"),
    [
        (RULED, LIN, date(2026, 3, 12), ""),
        (RULED, ZHOU, date(2026, 3, 9), ""),
        (RULED, LIN, date(2026, 3, 13), "appeal_late"),
        (RULED, MA, date(2026, 3, 13), "not_party"),
        (replace(RULED, decided=((Share(MA, 10_000),),)), MA, date(2026, 3, 12), ""),
        (APPEALED, LIN, date(2026, 3, 12), "under_appeal"),
        (replace(RULED, appealed=True), LIN, date(2026, 3, 12), "final"),
        (STOOD, LIN, date(2026, 3, 9), "final"),
        (OPEN, LIN, date(2026, 3, 9), "not_ruled"),
        (SETTLED, LIN, date(2026, 3, 9), "not_ruled"),
        (WITHDRAWN, LIN, date(2026, 3, 9), "not_ruled"),
    ],
)
def test_one_appeal_of_a_party_in_time(case: Case, who: ConsultantID, day: date, expected: str) -> None:
    assert code(may_appeal(case, who, day, NOON)) == expected
    assert case.may_be_appealed(day) == (expected in ("", "not_party") and day <= date(2026, 3, 12))


def test_an_appeal_may_be_filed_through_the_third_day() -> None:
    assert appeal_until(date(2026, 2, 27)) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("case", "by", "final", "expected"),
    [
        (APPEALED, DIRECTOR, "club_manager", ""),
        (APPEALED, DIRECTOR, "supervisor", ""),
        (APPEALED, GENERAL, "club_manager", "role"),
        (APPEALED, GENERAL, "sales_director", ""),
        (APPEALED, DIRECTOR, "sales_director", "role"),
        (APPEALED, MANAGER, "club_manager", "role"),
        (APPEALED, somebody(Role.SALES_DIRECTOR, consultant=LIN), "club_manager", "party"),
        (replace(APPEALED, ruled_by=AccountID(30)), DIRECTOR, "club_manager", "own_ruling"),
        (RULED, DIRECTOR, "club_manager", "not_appealed"),
        (OPEN, DIRECTOR, "club_manager", "not_appealed"),
    ],
)
def test_who_stands_above_decides_the_appeal(case: Case, by: Actor, final: str, expected: str) -> None:
    assert code(may_rule_appeal(case, by, CONFIRM, replace(POLICY, final_role=final))) == expected


@pytest.mark.parametrize(
    ("case", "who", "expected"),
    [
        (OPEN, LIN, ""),
        (SETTLED, LIN, ""),
        (OPEN, ZHOU, "not_opener"),
        (OPEN, None, "not_opener"),
        (APPEALED, LIN, "under_appeal"),
        (RULED, LIN, "not_open"),
        (WITHDRAWN, LIN, "not_open"),
        (replace(SETTLED, stands_at=NOON), LIN, "not_open"),
    ],
)
def test_who_opened_may_withdraw(case: Case, who: ConsultantID | None, expected: str) -> None:
    assert code(may_withdraw(case, who, NOON)) == expected


@pytest.mark.parametrize(
    ("case", "who", "says", "expected"),
    [
        (OPEN, LIN, True, ""),
        (SETTLED, ZHOU, True, ""),
        (APPEALED, ZHOU, True, ""),
        (OPEN, MA, True, "not_party"),
        (OPEN, None, True, "not_party"),
        (OPEN, LIN, False, "no_words"),
        (RULED, LIN, True, "not_open"),
        (WITHDRAWN, LIN, True, "not_open"),
    ],
)
def test_who_may_say_something(case: Case, who: ConsultantID | None, says: bool, expected: str) -> None:
    assert code(may_state(case, who, NOON, says=says)) == expected


@pytest.mark.parametrize(
    ("conduct", "expected"),
    [
        (None, ""),
        (Conduct(consultant_id=LIN, note="loud"), ""),
        (Conduct(consultant_id=ZHOU, note="loud"), ""),
        (Conduct(consultant_id=MA, note="loud"), "conduct"),
        (Conduct(consultant_id=LIN, note=""), "conduct"),
        (Conduct(consultant_id=LIN, note="n" * 501), "words_long"),
    ],
)
def test_conduct_is_noted_of_a_party(conduct: Conduct | None, expected: str) -> None:
    assert code(may_note_conduct(OPEN, CONFIRM, conduct)) == expected


BOTH = somebody(Role.SUPERVISOR, Role.CLUB_MANAGER, account=20)
OBJECTED = replace(OPEN, objected=True, ruled_by=AccountID(20))


def test_whoever_settled_in_vain_does_not_rule() -> None:
    assert code(may_rule(OBJECTED, BOTH, CONFIRM, POLICY, NOON)) == "own_settlement"
    assert code(may_rule(OBJECTED, MANAGER, CONFIRM, POLICY, NOON)) == ""
    assert code(may_rule(OPEN, BOTH, CONFIRM, POLICY, NOON)) == ""


def test_where_he_is_the_only_manager_somebody_stands_in() -> None:
    managers = (
        Judge(account_id=AccountID(20), consultant_id=None, roles=BOTH.roles),
        Judge(account_id=AccountID(30), consultant_id=None, roles=frozenset({Role.SALES_DIRECTOR})),
    )
    case = replace(OBJECTED, judges=managers)
    assert code(may_rule(case, DIRECTOR, CONFIRM, POLICY, NOON)) == ""
    assert code(may_rule(case, BOTH, CONFIRM, POLICY, NOON)) == "own_settlement"


def test_a_ruling_that_stands_needs_no_second_reason() -> None:
    upheld = replace(HALF, reason="", upholds=True)
    assert code(may_rule_appeal(APPEALED, DIRECTOR, upheld, POLICY)) == ""
    assert code(may_rule_appeal(APPEALED, DIRECTOR, replace(upheld, upholds=False), POLICY)) == "reason"
    too_long = replace(upheld, reason="x" * 2001)
    assert code(may_rule_appeal(APPEALED, DIRECTOR, too_long, POLICY)) == "words_long"


SPLITS = st.lists(
    st.tuples(st.sampled_from((LIN, ZHOU, MA, HE, None)), st.integers(-1, 10_000)), max_size=4
).map(lambda parts: tuple(Share(who, points) for who, points in parts))


@given(
    case=st.sampled_from((OPEN, SETTLED, RULED, APPEALED, STOOD, WITHDRAWN)),
    split=SPLITS,
    who=st.sampled_from((LIN, ZHOU, MA, HE)),
    roles=st.frozensets(st.sampled_from(list(Role))),
)
def test_a_party_never_decides_whatever_his_roles(
    case: Case, split: tuple[Share, ...], who: ConsultantID, roles: frozenset[Role]
) -> None:
    by, wish = somebody(*roles, consultant=who), replace(HALF, shares=named(split))
    concerned = who in case.parties | wish.holders
    for decision in (
        may_settle(case, by, wish, NOON),
        may_rule(case, by, wish, POLICY, NOON),
        may_rule_appeal(case, by, wish, POLICY),
    ):
        assert not (concerned and isinstance(decision, Allowed))


@given(split=SPLITS)
def test_a_ruling_is_a_whole_of_people_who_sell(split: tuple[Share, ...]) -> None:
    decision = may_rule(OPEN, MANAGER, replace(HALF, shares=named(split)), POLICY, NOON)
    if isinstance(decision, Allowed):
        kept = named(split)
        assert sum(share.basis_points for share in kept) == 10_000
        assert len({share.consultant_id for share in kept}) == len(kept)
        assert all(share.basis_points > 0 and share.consultant_id is not None for share in kept)
    else:
        assert decision.code is DisputeRefused.SHARES


def test_a_settlement_stands_by_the_clock_whether_the_job_has_run_or_not() -> None:
    assert SETTLED.status_at(NOON + timedelta(hours=23, minutes=59)) is Status.SETTLED
    assert SETTLED.status_at(NOON + timedelta(hours=24)) is Status.DECIDED
    assert POLICY.stands_at(NOON) == NOON + timedelta(hours=24)
    assert {Status.OPEN, Status.SETTLED, Status.APPEALED} == RUNNING


def test_what_a_similar_case_is_found_by() -> None:
    assert sides_of(Kind.INSIDE, Kind.OUTSIDE) == "inside-outside"
    assert sides_of(Kind.OUTSIDE, None) == "outside-house"
    assert largest((Share(LIN, 3_000), Share(MA, 7_000))) == MA
    assert largest((Share(LIN, 5_000), Share(MA, 5_000))) == LIN


@pytest.mark.parametrize(
    ("kind", "objected", "expected"),
    [
        (StepKind.OPENED, False, NewsFacts((Role.SUPERVISOR,))),
        (StepKind.STATEMENT, False, NewsFacts()),
        (StepKind.SETTLED, False, NewsFacts()),
        (StepKind.OBJECTED, True, NewsFacts((Role.CLUB_MANAGER,), judge=True)),
        (StepKind.STOOD, False, NewsFacts(judge=True)),
        (StepKind.RULED, False, NewsFacts()),
        (StepKind.APPEALED, False, NewsFacts((Role.SALES_DIRECTOR,), judge=True)),
        (StepKind.APPEAL_RULED, False, NewsFacts(judge=True)),
        (StepKind.WITHDRAWN, False, NewsFacts((Role.SUPERVISOR,))),
        (StepKind.WITHDRAWN, True, NewsFacts((Role.CLUB_MANAGER,))),
    ],
)
def test_who_hears_of_a_step_besides_the_parties(kind: StepKind, objected: bool, expected: NewsFacts) -> None:
    assert concerns(kind, POLICY, objected=objected) == expected


def a_judge(account: int, role: Role, consultant: ConsultantID | None = None) -> Judge:
    return Judge(account_id=AccountID(account), consultant_id=consultant, roles=frozenset({role}))


MANAGER_ALONE = (a_judge(21, Role.CLUB_MANAGER, MA), a_judge(31, Role.SALES_DIRECTOR))


@pytest.mark.parametrize(
    ("case", "by", "told"),
    [
        (replace(OPEN, judges=MANAGER_ALONE), DIRECTOR, "role"),
        (replace(OPEN, opened_by=MA, judges=MANAGER_ALONE), DIRECTOR, ""),
        (replace(OPEN, proposal=(Share(MA, 10_000),), judges=MANAGER_ALONE), DIRECTOR, ""),
        (replace(OPEN, judges=()), GENERAL, "role"),
        (replace(OPEN, judges=(a_judge(40, Role.GENERAL_MANAGER),)), GENERAL, ""),
        # A second manager is free to rule; and a history knows no stand-ins.
        (
            replace(OPEN, opened_by=MA, judges=(*MANAGER_ALONE, a_judge(22, Role.CLUB_MANAGER))),
            DIRECTOR,
            "role",
        ),
        (replace(OPEN, opened_by=MA), DIRECTOR, "role"),
    ],
)
def test_where_nobody_of_the_final_role_may_rule_whoever_stands_above_does(
    case: Case, by: Actor, told: str
) -> None:
    assert code(may_rule(case, by, CONFIRM, POLICY, NOON)) == told


def test_where_the_director_is_missing_or_has_ruled_the_general_manager_hears_the_appeal() -> None:
    nobody = replace(APPEALED, judges=(a_judge(40, Role.GENERAL_MANAGER),))
    assert code(may_rule_appeal(nobody, GENERAL, CONFIRM, POLICY)) == ""
    director_ruled = replace(
        APPEALED,
        ruled_by=DIRECTOR.account_id,
        judges=(a_judge(30, Role.SALES_DIRECTOR), a_judge(40, Role.GENERAL_MANAGER)),
    )
    assert code(may_rule_appeal(director_ruled, DIRECTOR, CONFIRM, POLICY)) == "own_ruling"
    general = somebody(Role.GENERAL_MANAGER, account=40)
    assert code(may_rule_appeal(director_ruled, general, CONFIRM, POLICY)) == ""
