"""Standings, runs and awards (AWD, AMB-26 to AMB-35): SC-19 and SC-21 whole, and every setting both ways."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.clock import next_month
from clubsales.consultants.awards.rules import (
    Award,
    AwardKind,
    MonthFacts,
    MonthResult,
    decide_month,
    parts,
)
from clubsales.consultants.awards.standings import (
    AwardPolicy,
    Contender,
    Standing,
    Tie,
    award_policy,
    fires,
    next_level_target,
    run_at,
)
from clubsales.consultants.profiles.rules import Kind
from clubsales.ids import ConsultantID, TeamID
from clubsales.money import CNY
from clubsales.policy_documents import default_document, overlay
from tests.builders import MORNING, yuan

JANUARY = date(2026, 1, 1)
A, B, C, D, X = (ConsultantID(number) for number in range(1, 6))
NAMES = {A: "A", B: "B", C: "C", D: "D", X: "X"}
T1, T2 = TeamID(1), TeamID(2)
TEAMS = {A: T1, B: T1, C: T2, D: T2}


def policy(changes: Mapping[str, Any] | None = None) -> AwardPolicy:
    return award_policy(overlay(default_document(), changes or {}), CNY)


def awards_policy(**awards: object) -> AwardPolicy:
    return policy({"awards": awards})


def fen(text: str | None) -> int | None:
    return None if text is None else yuan(text).minor


def somebody(who: ConsultantID, credit: str, target: str | None = "50000.00", **changes: Any) -> Contender:
    contender = Contender(
        consultant_id=who,
        code=NAMES.get(who, f"Z{who}"),
        name=NAMES.get(who, f"Z{who}"),
        kind=Kind.OUTSIDE if who == X else Kind.INSIDE,
        team_id=TEAMS.get(who),
        credit=yuan(credit).minor,
        target=fen(target),
        sales_count=1,
    )
    return replace(contender, **changes)


def decided(
    months: Sequence[Sequence[Contender]], by: AwardPolicy | None = None, *, start: date = JANUARY
) -> list[MonthResult]:
    """Months closed one after the other."""
    results: list[MonthResult] = []
    month = start
    earlier: dict[date, Sequence[Standing]] = {}
    before: Mapping[ConsultantID, Standing] = {}
    for contenders in months:
        facts = MonthFacts(
            month=month, policy=by or policy(), contenders=contenders, before=before, earlier=earlier
        )
        result = decide_month(facts)
        results.append(result)
        before = {one.consultant_id: one for one in result.standings}
        following = next_month(month)
        earlier = {**earlier, month: result.standings} if following.year == month.year else {}
        month = following
    return results


def given_to(result: MonthResult, kind: AwardKind = AwardKind.DEPARTMENT_TOP) -> dict[str, str]:
    return {NAMES[each.consultant_id]: str(each.amount) for each in result.awards if each.kind is kind}


def cash(result: MonthResult) -> list[tuple[str, str, str]]:
    return [
        (NAMES[each.consultant_id], each.kind.value, str(each.amount))
        for each in result.awards
        if each.amount.minor
    ]


def standing(result: MonthResult, who: ConsultantID) -> Standing:
    return next(one for one in result.standings if one.consultant_id == who)


# SC-19


def sc_19(a: str, b: str, c: str, d: str) -> list[Contender]:
    return [
        somebody(A, a),
        somebody(B, b),
        somebody(C, c, "40000.00"),
        somebody(D, d, "40000.00"),
    ]


SC_19 = [
    (("62000.00", "61999.99", "45000.00", "0.00"), {"A": "200.00"}),
    (("50000.00", "49999.99", "41000.00", "0.00"), {"A": "200.00"}),
    (("48000.00", "30000.00", "45000.00", "0.00"), {}),
    (("0.00", "0.00", "0.00", "0.00"), {}),
]


@pytest.mark.parametrize(("month", "winners"), SC_19)
def test_the_top_on_target_has_the_200_and_nobody_else(
    month: tuple[str, str, str, str], winners: dict[str, str]
) -> None:
    [result] = decided([sc_19(*month)])
    assert given_to(result) == winners


def test_the_best_on_target_has_it_where_the_club_says_so() -> None:
    [march] = decided([sc_19(*SC_19[2][0])], awards_policy(top_fallback="best_on_target"))
    assert given_to(march) == {"C": "200.00"}
    assert march.awards[0].reason.code == "award.best_on_target"
    assert [NAMES[one.consultant_id] for one in march.standings if one.is_top] == ["A"]
    [april] = decided([sc_19(*SC_19[3][0])], awards_policy(top_fallback="best_on_target"))
    assert april.awards == ()


def test_an_outside_consultant_is_on_a_board_of_his_own() -> None:
    [result] = decided([[*sc_19(*SC_19[0][0]), somebody(X, "90000.00")]])
    assert given_to(result) == {"A": "200.00"}
    assert standing(result, X).rank == standing(result, A).rank == 1
    assert standing(result, X).is_top
    assert cash(result) == [("A", "department_top", "200.00")]


# SC-21

SC_21 = [
    ("60000.00", "50000.00", "55000.00", "30000.00"),
    ("58000.00", "40000.00", "57999.99", "30000.00"),
    ("61000.00", "52000.00", "50000.00", "51000.00"),
    ("51000.00", "45000.00", "70000.00", "20000.00"),
    ("49000.00", "30000.00", "48000.00", "20000.00"),
    ("65000.00", "60000.00", "64000.00", "10000.00"),
]
SC_21_TOPS = ["AAC", "AAC", "AAD", "CAC", "AAC", "AAC"]
SC_21_CASH = [
    [("A", "department_top", "200.00")],
    [("A", "department_top", "200.00")],
    [("A", "department_top", "200.00")],
    [("C", "department_top", "200.00")],
    [],
    [("A", "department_top", "200.00"), ("A", "team_streak", "300.00")],
]


def sc_21() -> list[list[Contender]]:
    return [
        [somebody(who, credit) for who, credit in zip((A, B, C, D), month, strict=True)] for month in SC_21
    ]


@pytest.mark.parametrize("start", [JANUARY, date(2025, 10, 1)], ids=["within a year", "over New Year"])
def test_six_months_of_department_and_teams(start: date) -> None:
    results = decided(sc_21(), start=start)
    tops = [
        NAMES[next(one.consultant_id for one in result.standings if one.is_top)]
        + "".join(
            NAMES[one.consultant_id]
            for team in (T1, T2)
            for one in result.standings
            if one.is_team_top and one.team_id == team
        )
        for result in results
    ]
    assert tops == SC_21_TOPS
    assert [cash(result) for result in results] == SC_21_CASH
    june = results[-1]
    assert (standing(june, A).top_run, standing(june, A).team_run, standing(june, C).team_run) == (2, 6, 3)
    assert [standing(result, A).top_run for result in results] == [1, 2, 3, 0, 1, 2]
    assert sum(each.amount.minor for result in results for each in result.awards) == yuan("1300.00").minor


# Ties (AMB-29)


def level(by: AwardPolicy, *, months: int = 1) -> list[MonthResult]:
    """A and B, of one team, level every month; B was there first."""
    month = [
        somebody(A, "60000.00", reached_at=MORNING + timedelta(days=1)),
        somebody(B, "60000.00", reached_at=MORNING),
        somebody(C, "10000.00", team_id=T1),
    ]
    return decided([month] * months, by)


def test_each_of_the_level_has_the_whole_award_and_keeps_his_run() -> None:
    results = level(awards_policy(tie="all"), months=6)
    assert given_to(results[0]) == {"A": "200.00", "B": "200.00"}
    assert given_to(results[-1], AwardKind.TEAM_STREAK) == {"A": "300.00", "B": "300.00"}
    assert [one.rank for one in results[0].standings] == [1, 1, 3]


def test_the_level_divide_the_award_and_keep_their_runs() -> None:
    results = level(awards_policy(tie="split", department_top="200.01"), months=6)
    assert given_to(results[0]) == {"A": "100.01", "B": "100.00"}
    assert given_to(results[-1], AwardKind.TEAM_STREAK) == {"A": "300.00", "B": "300.00"}


def test_the_odd_cent_follows_the_order_of_codes_not_of_names() -> None:
    month = [
        somebody(A, "60000.00", code="2", name="a"),
        somebody(B, "60000.00", code="1", name="b"),
        somebody(C, "60000.00", code="3", name="c"),
    ]
    [result] = decided([month], awards_policy(tie="split"))
    assert given_to(result) == {"B": "66.67", "A": "66.67", "C": "66.66"}
    assert [NAMES[each.consultant_id] for each in result.awards] == ["B", "A", "C"]


def test_only_those_of_the_level_who_are_on_target_divide() -> None:
    month = [somebody(A, "60000.00", "60000.01"), somebody(B, "60000.00"), somebody(C, "60000.00", None)]
    [result] = decided([month], awards_policy(tie="split"))
    assert given_to(result) == {"B": "200.00"}


def test_who_was_there_first_is_the_only_top() -> None:
    results = level(awards_policy(tie="earliest"), months=2)
    assert given_to(results[0]) == {"B": "200.00"}
    assert [(one.is_top, one.is_team_top, one.top_run) for one in results[1].standings] == [
        (False, False, 0),
        (True, True, 2),
        (False, False, 0),
    ]


def test_of_the_same_instant_the_first_of_the_codes_is_top() -> None:
    month = [somebody(who, "60000.00", reached_at=MORNING) for who in (B, A)]
    [result] = decided([month], awards_policy(tie="earliest"))
    assert given_to(result) == {"A": "200.00"}


def test_who_was_first_and_missed_his_target_leaves_no_award() -> None:
    month = [
        somebody(A, "60000.00", "70000.00", reached_at=MORNING),
        somebody(B, "60000.00", reached_at=MORNING + timedelta(hours=1)),
    ]
    assert decided([month], awards_policy(tie="earliest"))[0].awards == ()
    fallback = awards_policy(tie="earliest", top_fallback="best_on_target")
    assert given_to(decided([month], fallback)[0]) == {"B": "200.00"}


# Runs (AMB-30 to AMB-32)


def alone(credit: str = "60000.00", target: str | None = "50000.00", **changes: Any) -> list[Contender]:
    return [somebody(A, credit, target, **changes), somebody(B, "100.00", None)]


@pytest.mark.parametrize(
    ("repeat", "team", "department"), [(True, [6, 12, 18, 24], [12, 24]), (False, [6], [12])]
)
def test_a_run_fires_at_each_full_multiple_or_once(
    repeat: bool, team: list[int], department: list[int]
) -> None:
    results = decided([alone()] * 25, awards_policy(streak_repeat=repeat))
    for kind, wanted in ((AwardKind.TEAM_STREAK, team), (AwardKind.DEPARTMENT_STREAK, department)):
        fired = [number for number, result in enumerate(results, 1) if given_to(result, kind)]
        assert fired == wanted
    assert given_to(results[11], AwardKind.DEPARTMENT_STREAK) == {"A": "500.00"}


def test_streaks_come_in_addition_to_the_months_award() -> None:
    """AMB-33."""
    assert cash(decided([alone()] * 12)[11]) == [
        ("A", "department_top", "200.00"),
        ("A", "team_streak", "300.00"),
        ("A", "department_streak", "500.00"),
    ]


def test_a_broken_run_begins_again() -> None:
    results = decided([alone()] * 5 + [alone("50.00")] + [alone()] * 6, awards_policy())
    assert [standing(result, A).team_run for result in results] == [1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 6]
    assert given_to(results[-1], AwardKind.TEAM_STREAK) == {"A": "300.00"}


def test_another_team_breaks_the_run_of_the_team_alone() -> None:
    months = [alone()] * 3 + [alone(team_id=T2)] * 2
    results = decided(months)
    assert [standing(result, A).team_run for result in results] == [1, 2, 3, 1, 2]
    assert [standing(result, A).top_run for result in results] == [1, 2, 3, 4, 5]


def test_who_is_in_no_team_has_no_run_of_a_team() -> None:
    [result] = decided([alone(team_id=None)])
    assert (standing(result, A).team_rank, standing(result, A).is_team_top) == (None, False)
    assert standing(result, A).team_run == 0


def test_a_month_away_breaks_every_run() -> None:
    results = decided([alone(), [somebody(B, "100.00")], alone()])
    assert standing(results[2], A).top_run == 1


@pytest.mark.parametrize(("requires", "runs"), [(False, [1, 2, 3]), (True, [1, 0, 1])])
def test_a_run_may_require_the_target(requires: bool, runs: list[int]) -> None:
    """AMB-31."""
    months = [alone(), alone("49999.99"), alone()]
    results = decided(months, awards_policy(streak_requires_target=requires))
    assert [standing(result, A).top_run for result in results] == runs
    assert [standing(result, A).team_run for result in results] == runs
    assert all(standing(result, A).is_top for result in results)


@pytest.mark.parametrize("name", ["team_streak", "department_streak"])
@pytest.mark.parametrize(
    ("months", "amount", "wanted"),
    [(2, "300.00", [2, 4]), (3, "80.50", [3]), (0, "300.00", []), (2, "0.00", [])],
)
def test_months_and_amount_of_a_run_are_the_clubs(
    name: str, months: int, amount: str, wanted: list[int]
) -> None:
    results = decided([alone()] * 4, awards_policy(**{name: {"months": months, "amount": amount}}))
    found = [given_to(result, AwardKind(name)) for result in results]
    assert [number for number, each in enumerate(found, 1) if each] == wanted
    assert all(each in ({}, {"A": yuan(amount).__str__()}) for each in found)


def test_an_outside_consultant_has_no_award_of_the_department() -> None:
    month = [somebody(X, "90000.00", team_id=T1)]
    results = decided([month] * 12)
    assert standing(results[-1], X).top_run == 12
    assert standing(results[-1], X).team_rank is None
    assert {each.kind for result in results for each in result.awards} == {
        AwardKind.OUTSIDE_TOP,
        AwardKind.QUARTER_TEAM,
    }


@pytest.mark.parametrize(
    ("amount", "wanted"), [("200.00", {"A": "200.00"}), ("0.00", {}), ("1.01", {"A": "1.01"})]
)
def test_the_departments_award_is_the_clubs_amount(amount: str, wanted: dict[str, str]) -> None:
    assert given_to(decided([alone()], awards_policy(department_top=amount))[0]) == wanted


def test_fires_never_without_months() -> None:
    assert not fires(0, 3, repeats=True)
    assert not fires(3, 0, repeats=True)


# Honours (AWD-06, AMB-28)


@pytest.mark.parametrize("amount", ["0.00", "100.00"])
def test_the_outside_boards_best_is_honoured(amount: str) -> None:
    [result] = decided([[somebody(X, "0.01", None), somebody(A, "5.00")]], awards_policy(outside_top=amount))
    assert given_to(result, AwardKind.OUTSIDE_TOP) == {"X": amount}
    [nothing] = decided([[somebody(X, "0.00", None)]], awards_policy(outside_top=amount))
    assert nothing.awards == ()


def quarter(*months: tuple[str, str, str, str]) -> list[list[Contender]]:
    return [[somebody(who, each) for who, each in zip((A, B, C, D), month, strict=True)] for month in months]


def test_the_quarters_best_team_shares_its_amount_to_the_cent() -> None:
    months = quarter(
        ("10.00", "10.00", "30.00", "0.00"),
        ("10.00", "0.00", "0.00", "0.00"),
        ("0.00", "0.00", "0.00", "-0.01"),
    )
    results = decided(months, awards_policy(quarter_team="100.01"))
    assert [given_to(result, AwardKind.QUARTER_TEAM) for result in results] == [
        {},
        {},
        {"A": "50.01", "B": "50.00"},
    ]
    reason = results[2].awards[-1].reason
    assert (reason.rule, str(reason.facts["credit"]), reason.facts["months"]) == ("AWD-06", "30.00", 3)


@pytest.mark.parametrize(
    ("tie", "wanted"),
    [
        ("all", {"A": "50.00", "B": "50.00", "C": "50.00", "D": "50.00"}),
        ("split", {"A": "25.00", "B": "25.00", "C": "25.00", "D": "25.00"}),
        ("earliest", {"C": "50.00", "D": "50.00"}),
    ],
)
def test_teams_level_over_a_quarter(tie: str, wanted: dict[str, str]) -> None:
    months = quarter(
        ("0.00", "0.00", "30.00", "0.00"), ("0.00", "0.00", "0.00", "0.00"), ("0.00", "30.00", "0.00", "0.00")
    )
    months = [[replace(each, reached_at=MORNING) for each in month] for month in months]
    assert (
        given_to(decided(months, awards_policy(tie=tie, quarter_team="100.00"))[2], AwardKind.QUARTER_TEAM)
        == wanted
    )


def test_a_teams_credit_is_that_of_its_members_of_each_month() -> None:
    january = [somebody(A, "50.00"), somebody(C, "20.00")]
    moved = [somebody(A, "0.00", team_id=T2), somebody(C, "0.00"), somebody(B, "0.00")]
    results = decided([january, moved, moved], awards_policy(quarter_team="90.00"))
    assert given_to(results[2], AwardKind.QUARTER_TEAM) == {"B": "90.00"}


def test_a_quarter_or_year_begun_in_its_middle_counts_what_there_is() -> None:
    results = decided(quarter(("5.00", "0.00", "0.00", "0.00")), start=date(2026, 12, 1))
    honours = {each.kind: each.run for each in results[0].awards}
    assert honours == {AwardKind.QUARTER_TEAM: 1, AwardKind.YEAR_BEST: 1}


def test_the_years_best_is_found_over_its_months_and_no_others() -> None:
    december = quarter(("900.00", "0.00", "0.00", "0.00"))
    year = quarter(("10.00", "0.00", "10.01", "0.00")) + quarter(*([("0.00", "0.00", "0.00", "0.00")] * 11))
    results = decided([*december, *year], awards_policy(year_best="1000.00"), start=date(2025, 12, 1))
    assert given_to(results[0], AwardKind.YEAR_BEST) == {"A": "1000.00"}
    assert given_to(results[-1], AwardKind.YEAR_BEST) == {"C": "1000.00"}
    assert results[-1].awards[-1].run == 12
    assert not any(given_to(result, AwardKind.YEAR_BEST) for result in results[1:-1])


def test_the_years_best_is_an_inside_consultant_who_is_still_there() -> None:
    gone = [somebody(A, "90.00"), somebody(X, "80.00"), somebody(B, "1.00")]
    results = decided([gone, [somebody(B, "0.00"), somebody(X, "0.00")]], start=date(2026, 11, 1))
    assert given_to(results[1], AwardKind.YEAR_BEST) == {"B": "0.00"}


# Missed targets (AMB-35) and levels (PRO-01)


@pytest.mark.parametrize(("no_target", "runs"), [("reset", [1, 2, 0, 1, 0]), ("skip", [1, 2, 2, 3, 0])])
def test_a_month_without_a_target(no_target: str, runs: list[int]) -> None:
    by = policy({"penalties": {"no_target_month": no_target}})
    months = [
        alone("49999.99"),
        alone("0.00"),
        alone("0.00", None),
        alone("-1.00"),
        alone("50000.00"),
    ]
    assert [standing(result, A).missed_run for result in decided(months, by)] == runs


def test_the_run_to_the_next_level_is_at_that_levels_target() -> None:
    by = policy({"promotion": {"level_targets": ["0.00", "60000.00"]}})
    assert (next_level_target(by, 1), next_level_target(by, 2)) == (yuan("60000.00").minor, None)
    months = [alone("60000.00", level_run_before=2), alone("59999.99", level_run_before=2)]
    assert [standing(result, A).level_run for result in decided(months, by)] == [3, 0]
    [top] = decided([alone("60000.00", level=2, level_run_before=2)], by)
    assert standing(top, A).level_run == 0


def test_no_levels_no_run() -> None:
    assert standing(decided([alone()])[0], A).level_run == 0


def test_a_run_at_a_target_ends_at_the_first_month_below() -> None:
    assert [run_at(sums, 5) for sums in ([], [5, 6, 4, 9], [4, 9])] == [0, 2, 0]


# Whatever comes


def people() -> st.SearchStrategy[list[Contender]]:
    def contender(number: int) -> st.SearchStrategy[Contender]:
        return st.builds(
            lambda kind, team, credit, target, code: Contender(
                consultant_id=ConsultantID(number),
                code=code,
                name=f"{number:02}",
                kind=kind,
                team_id=team,
                credit=credit,
                target=target,
                sales_count=0,
                reached_at=MORNING + timedelta(minutes=credit % 3),
            ),
            st.sampled_from(Kind),
            st.sampled_from([None, T1, T2]),
            st.integers(-2, 4),
            st.one_of(st.none(), st.integers(0, 3)),
            st.sampled_from(["", "1", "2"]),
        )

    return st.lists(st.integers(0, 7), unique=True).flatmap(
        lambda numbers: st.tuples(*map(contender, numbers)).map(list)
    )


def policies() -> st.SearchStrategy[AwardPolicy]:
    return st.builds(
        lambda tie, fallback, repeat, requires, no_target, months, amount: policy(
            {
                "awards": {
                    "tie": tie,
                    "top_fallback": fallback,
                    "streak_repeat": repeat,
                    "streak_requires_target": requires,
                    "department_top": amount,
                    "outside_top": amount,
                    "quarter_team": amount,
                    "year_best": amount,
                    "team_streak": {"months": months, "amount": amount},
                },
                "penalties": {"no_target_month": no_target},
            }
        ),
        st.sampled_from(["all", "split", "earliest"]),
        st.sampled_from(["none", "best_on_target"]),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["reset", "skip"]),
        st.integers(0, 3),
        st.sampled_from(["0.00", "0.01", "0.10", "200.00"]),
    )


@given(months=st.lists(people(), min_size=1, max_size=14), by=policies(), shuffled=st.randoms())
def test_months_in_whatever_order_they_are_told(
    months: list[list[Contender]], by: AwardPolicy, shuffled: Any
) -> None:
    results = decided(months, by)
    mixed = [shuffled.sample(month, len(month)) for month in months]
    assert decided(mixed, by) == results
    previous: Mapping[ConsultantID, Standing] = {}
    for result in results:
        runs_go_on_by_one(result, previous)
        amounts_add_up(result, by)
        previous = {one.consultant_id: one for one in result.standings}


def runs_go_on_by_one(result: MonthResult, previous: Mapping[ConsultantID, Standing]) -> None:
    for one in result.standings:
        was = previous.get(one.consultant_id)
        for run in ("top_run", "team_run", "missed_run"):
            before = getattr(was, run) if was else 0
            kept = {before} if run == "missed_run" and one.target is None else set()
            assert getattr(one, run) in {0, before + 1, *([1] if run == "team_run" else []), *kept}
        assert one.credit > 0 or not (one.is_top or one.is_team_top)
        assert bool(one.top_run) <= one.is_top
        assert bool(one.team_run) <= one.is_team_top


def amounts_add_up(result: MonthResult, by: AwardPolicy) -> None:
    of_kind: dict[AwardKind, list[Award]] = {}
    for each in result.awards:
        of_kind.setdefault(each.kind, []).append(each)
    wholes = {
        AwardKind.DEPARTMENT_TOP: by.department_top,
        AwardKind.OUTSIDE_TOP: by.outside_top,
        AwardKind.YEAR_BEST: by.year_best,
        AwardKind.QUARTER_TEAM: by.quarter_team,
    }
    for kind, whole in wholes.items():
        paid = sum(each.amount.minor for each in of_kind.get(kind, ()))
        if kind in of_kind and by.tie is not Tie.ALL:
            assert paid == whole.minor
        elif kind in of_kind:
            assert paid % max(whole.minor, 1) == 0
    tops = [one for one in result.standings if one.is_top and one.kind is Kind.INSIDE]
    assert by.tie is not Tie.EARLIEST or len(tops) <= 1


@given(amount=st.integers(0, 10**6), count=st.integers(0, 40))
def test_a_divided_amount_adds_up_to_the_cent(amount: int, count: int) -> None:
    money = replace(yuan("0.00"), minor=amount)
    divided = parts(money, count, Tie.SPLIT)
    assert sum(part.minor for part in divided) == (amount if count else 0)
    assert divided == sorted(divided, key=lambda part: -part.minor)
    assert parts(money, count, Tie.ALL) == [money] * count
