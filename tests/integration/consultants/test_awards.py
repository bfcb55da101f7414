"""Rankings and awards through the ledger: frozen once, explained for ever (AWD, AMB-26 to AMB-35, AMB-65)."""

from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from clubsales.actor import Role
from clubsales.audit import AuditEvent
from clubsales.clock import next_month
from clubsales.consultants.awards import frozen, pages, queries
from clubsales.consultants.awards.models import AwardRow, StandingRow
from clubsales.consultants.awards.rules import AwardKind
from clubsales.consultants.credits import months
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.credits.rules import SaleLine, Share, sales_won
from clubsales.consultants.profiles import operations as profiles
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.profiles.terms import set_pay_term
from clubsales.errors import NotFound, Refused
from clubsales.ids import ConsultantID
from clubsales.leads.disputes.models import DisputeRow
from tests.builders import a_colleague, consultant_of
from tests.integration.consultants.books import Books
from tests.integration.consultants.ranked import APRIL, Ranked

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
SC_19 = [
    ("62000.00", "61999.99", "45000.00", "0.00"),
    ("50000.00", "49999.99", "41000.00", "0.00"),
    ("48000.00", "30000.00", "45000.00", "0.00"),
    ("0.00", "0.00", "0.00", "0.00"),
]
SC_21 = [
    ("60000.00", "50000.00", "55000.00", "30000.00"),
    ("58000.00", "40000.00", "57999.99", "30000.00"),
    ("61000.00", "52000.00", "50000.00", "51000.00"),
    ("51000.00", "45000.00", "70000.00", "20000.00"),
    ("49000.00", "30000.00", "48000.00", "20000.00"),
    ("65000.00", "60000.00", "64000.00", "10000.00"),
]


@pytest.fixture
def ranked(books: Books) -> Ranked:
    return Ranked(books)


@pytest.fixture
def four(ranked: Ranked) -> tuple[ConsultantID, ...]:
    """A and B of the first team, C and D of the second."""
    others = [
        a_colleague(ranked.session, ranked.club, username, name, Role.CONSULTANT, team="二组")
        for username, name in (("wanglei", "王磊"), ("zhaomin", "赵敏"))
    ]
    return tuple(consultant_of(each) for each in (ranked.cast.lin, ranked.cast.zhou, *others))


def named(four: tuple[ConsultantID, ...]) -> dict[ConsultantID, str]:
    return dict(zip(four, "ABCD", strict=True))


@pytest.mark.parametrize(
    ("fallback", "winners"),
    [("none", ["A", "A", None, None]), ("best_on_target", ["A", "A", "C", None])],
)
def test_sc_19_the_departments_best_of_four_months(
    ranked: Ranked, four: tuple[ConsultantID, ...], fallback: str, winners: list[str | None]
) -> None:
    ranked.by(awards={"top_fallback": fallback})
    ranked.sells(consultant_of(ranked.cast.ma), "90000.00", APRIL)
    targets = ("50000.00", "50000.00", "40000.00", "40000.00")
    results = ranked.months(four, SC_19, targets=targets)
    names = named(four)
    assert [next((names[who] for who in ranked.winners(result)), None) for result in results] == winners
    assert all(each[1:] == ("department_top", "200.00") for r in results for each in ranked.cash(r, names))


@pytest.mark.parametrize("start", [APRIL, date(2026, 10, 1)], ids=["within a year", "over New Year"])
def test_sc_21_six_months_of_department_and_teams(
    ranked: Ranked, four: tuple[ConsultantID, ...], start: date
) -> None:
    results = ranked.months(four, SC_21, targets=("50000.00",) * 4, start=start)
    assert [ranked.cash(result, named(four)) for result in results] == [
        [("A", "department_top", "200.00")],
        [("A", "department_top", "200.00")],
        [("A", "department_top", "200.00")],
        [("C", "department_top", "200.00")],
        [],
        [("A", "department_top", "200.00"), ("A", "team_streak", "300.00")],
    ]
    last = {one.consultant_id: one for one in results[-1].standings}
    a, _b, c, _d = four
    assert (last[a].top_run, last[a].team_run, last[c].team_run) == (2, 6, 3)


def test_what_is_frozen_is_what_was_decided(ranked: Ranked, four: tuple[ConsultantID, ...]) -> None:
    decided = ranked.months(four, SC_21[:3], targets=("50000.00",) * 4)
    for month, result in zip((APRIL, MAY, JUNE), decided, strict=True):
        assert ranked.result(month) == result
    events = ranked.session.scalars(sa.select(AuditEvent.facts).where(AuditEvent.tag == "award:given")).all()
    assert [event["amount"] for event in events].count("200.00 CNY") == 3
    with pytest.raises(DBAPIError), ranked.session.begin_nested():
        ranked.session.execute(sa.update(AwardRow).values(amount_minor=1))
    with pytest.raises(DBAPIError), ranked.session.begin_nested():
        ranked.session.execute(sa.delete(StandingRow))


def test_a_month_decided_again_is_the_same(ranked: Ranked, four: tuple[ConsultantID, ...]) -> None:
    for who, amount in zip(four, SC_21[0], strict=True):
        ranked.sells(who, amount, APRIL)
    assert ranked.result(APRIL) == ranked.result(APRIL)


def test_a_refund_in_an_open_month_moves_its_ranking(ranked: Ranked, four: tuple[ConsultantID, ...]) -> None:
    a, b, *_others = four
    sale = ranked.sells(a, "60000.00", APRIL)
    ranked.sells(b, "55000.00", APRIL)
    ranked.books.refund(sale, "10000.00", ranked.noon(APRIL))
    assert [ranked.standing(who, APRIL).rank for who in (a, b)] == [2, 1]


def test_a_refund_after_the_close_leaves_the_award_and_is_told(
    ranked: Ranked, four: tuple[ConsultantID, ...]
) -> None:
    a, b, *_others = four
    for who in (a, b):
        ranked.aims(who, "1000.00", APRIL)
    sale = ranked.sells(a, "60000.00", APRIL)
    ranked.sells(b, "55000.00", APRIL)
    closed = ranked.close(APRIL)
    ranked.books.refund(sale, "60000.00", ranked.noon(MAY))
    assert ranked.result(APRIL) == closed
    assert ranked.standing(a, MAY).credit == -6_000_000
    page = pages.ranking(ranked.session, ranked.club, APRIL)
    told = {line.name: str(line.later) for line in page.awards if line.award.kind is AwardKind.DEPARTMENT_TOP}
    assert told == {"林静": "-60000.00"}


def test_a_posting_that_comes_too_late_counts_in_the_month_that_is_open(
    ranked: Ranked, four: tuple[ConsultantID, ...]
) -> None:
    a = four[0]
    closed = ranked.close(APRIL)
    ranked.sells(a, "500.00", APRIL)
    assert ranked.result(APRIL) == closed
    assert ranked.standing(a, MAY).credit == 50_000


def test_what_a_dispute_holds_is_in_nobodys_rank(ranked: Ranked, four: tuple[ConsultantID, ...]) -> None:
    a, b, *_others = four
    sale = ranked.sells(a, "60000.00", APRIL)
    ranked.sells(b, "55000.00", APRIL)
    ranked.books.hold(sale, ranked.noon(APRIL))
    held = ranked.standing(a, APRIL)
    assert (held.credit, held.rank, held.sales_count) == (0, 2, 0)
    ranked.books.rule(sale, at=ranked.noon(APRIL))
    assert ranked.standing(a, APRIL).rank == 1


def test_runs_of_an_open_month_go_on_from_an_open_month(
    ranked: Ranked, four: tuple[ConsultantID, ...]
) -> None:
    a = four[0]
    for month in (APRIL, MAY, JUNE):
        ranked.sells(a, "100.00", month)
    assert ranked.standing(a, JUNE).top_run == 1  # nothing is closed yet
    ranked.close(APRIL)
    assert [ranked.standing(a, month).top_run for month in (APRIL, MAY, JUNE)] == [1, 2, 3]
    assert ranked.result(JUNE).awards[-1].kind is AwardKind.QUARTER_TEAM
    assert ranked.result(JUNE).awards[-1].run == 3


def test_a_team_change_begins_the_teams_run_again(ranked: Ranked, four: tuple[ConsultantID, ...]) -> None:
    a = four[0]
    ranked.sells(a, "100.00", APRIL)
    ranked.close(APRIL)
    ranked.sells(a, "100.00", MAY)
    profiles.change_team(
        ranked.session, consultant_id=a, team="二组", actor=ranked.cast.manager, at=ranked.noon(MAY)
    )
    moved = ranked.standing(a, MAY)
    assert (moved.top_run, moved.team_run) == (2, 1)
    assert ranked.standing(a, APRIL).team_run == 1
    assert ranked.standing(a, APRIL).team_id != moved.team_id


@pytest.mark.parametrize(
    ("tie", "tops", "amounts"),
    [
        ("all", ["A", "B"], ["200.00", "200.00"]),
        ("split", ["A", "B"], ["100.00", "100.00"]),
        ("earliest", ["B"], ["200.00"]),
    ],
)
def test_the_level(
    ranked: Ranked, four: tuple[ConsultantID, ...], tie: str, tops: list[str], amounts: list[str]
) -> None:
    """B stands at the final sum first, although A sold first and more in between."""
    ranked.by(awards={"tie": tie})
    a, b, *_others = four
    for who in (a, b):
        ranked.aims(who, "1000.00", APRIL)
    refunded = ranked.sells(a, "4000.00", APRIL, hour=10)
    ranked.sells(b, "5000.00", APRIL, hour=11)
    ranked.books.refund(refunded, "4000.00", ranked.noon(APRIL, hour=12))
    ranked.sells(a, "5000.00", APRIL, hour=13)
    result = ranked.result(APRIL)
    names = named(four)
    assert [names[who] for who in sorted(ranked.winners(result))] == tops
    assert [str(each.amount) for each in result.awards if each.amount] == amounts


def test_the_run_to_the_next_level_counts_closed_months_at_its_target(
    ranked: Ranked, four: tuple[ConsultantID, ...]
) -> None:
    ranked.by(promotion={"level_targets": ["0.00", "100.00", "300.00"]})
    a = four[0]
    month, runs = APRIL, []
    for amount in ("100.00", "300.00", "400.00", "99.00", "500.00"):
        ranked.sells(a, amount, month)
        runs.append(ranked.standing(a, month).level_run)
        ranked.close(month)
        month = next_month(month)
    assert runs == [1, 2, 3, 0, 1]
    set_pay_term(
        ranked.session,
        consultant_id=a,
        valid_from=month,
        level=2,
        is_promotion=True,
        base=None,
        probation_until=None,
        reason="晋升",
        actor=ranked.cast.manager,
        at=ranked.noon(month),
    )
    ranked.sells(a, "299.99", month)
    assert ranked.standing(a, month).level_run == 0
    ranked.sells(a, "0.01", month)
    assert ranked.standing(a, month).level_run == 2
    after = next_month(month)
    ranked.sells(a, "300.00", after)
    assert ranked.standing(a, after).level_run == 3  # the month before is open and counts as it stands


def test_another_clubs_months_and_awards_are_nobodys_here(
    ranked: Ranked, four: tuple[ConsultantID, ...]
) -> None:
    ranked.months(four, SC_21[:1], targets=("50000.00",) * 4)
    session, foreign = ranked.session, ranked.cast.foreign_club
    assert frozen.standings_of(session, foreign.id, APRIL) == ()
    assert queries.awards_of(session, foreign.id, APRIL) == []
    [given_one, *_more] = queries.awards_of(session, ranked.club.id, APRIL)
    assert queries.certificate(session, ranked.club.id, given_one.public_id) == given_one
    for club, public_id in (
        (foreign, given_one.public_id),
        (ranked.club, "22222222222z"),
        (ranked.club, "!"),
    ):
        with pytest.raises(NotFound):
            queries.certificate(session, club.id, public_id)


def test_the_group_shows_each_clubs_best_and_no_foreign_club(
    ranked: Ranked, four: tuple[ConsultantID, ...]
) -> None:
    ranked.sells(four[1], "10.00", APRIL)
    found = pages.clubs_of_group(ranked.session, ranked.club, APRIL)
    assert [(board.club.name, [top.name for top in board.tops]) for board in found] == [
        ("阳光店", ["周倩"]),
        ("湖滨店", []),
    ]


def test_a_page_tells_gaps_targets_and_what_is_held(ranked: Ranked, four: tuple[ConsultantID, ...]) -> None:
    a, b, c, d = four
    for who, amount in ((a, "500.00"), (b, "300.00"), (c, "300.00")):
        ranked.sells(who, amount, APRIL)
    ranked.aims(b, "1000.00", APRIL)
    ranked.aims(a, "500.00", APRIL)
    held = ranked.sells_together((Share(d, 7_000), Share(a, 3_000)), "70.00", APRIL)
    ranked.books.hold(held, ranked.noon(APRIL))
    ranked.session.add(
        DisputeRow(
            club_id=ranked.club.id,
            sale_id=held,
            opened_by=a,
            opened_at=ranked.noon(APRIL),
            opened_day=date(2026, 4, 2),
            status="open",
            proposal={},
            rule="DSP-06",
            sides="inside-inside",
            policy_version_id=ranked.books.policy_version_id,
        )
    )
    page = pages.ranking(ranked.session, ranked.club, APRIL)
    places = {place.standing.consultant_id: place for place in page.inside}
    assert [place.standing.rank for place in page.inside] == [1, 2, 2, 4]
    assert (places[a].gap, places[a].missing) == (None, None)
    assert (str(places[b].gap), str(places[b].missing)) == ("200.00", "700.00")
    assert (str(places[d].gap), places[d].target) == ("300.00", None)
    assert [str(places[who].held) for who in four] == ["21.00", "None", "None", "49.00"]
    assert str(page.held) == "70.00"
    assert [(team.name, str(team.credit), team.rank) for team in page.teams] == [
        ("一组", "800.00", 1),
        ("二组", "300.00", 2),
    ]
    assert page.why_nobody is None
    assert page.place_of(None) is None


@pytest.mark.parametrize(
    ("sold", "target", "code"),
    [
        ("0.00", "10.00", "award.nobody_sold"),
        ("9.00", "10.00", "award.top_below_target"),
        ("9.00", None, "award.top_without_target"),
    ],
)
def test_a_month_without_the_award_says_why(
    ranked: Ranked, four: tuple[ConsultantID, ...], sold: str, target: str | None, code: str
) -> None:
    if target is not None:
        ranked.aims(four[0], target, APRIL)
    if sold != "0.00":
        ranked.sells(four[0], sold, APRIL)
    why = pages.ranking(ranked.session, ranked.club, APRIL).why_nobody
    assert why is not None
    assert why.code == code


def test_the_version_moves_with_postings_targets_and_the_close(
    ranked: Ranked, four: tuple[ConsultantID, ...]
) -> None:
    def version() -> str:
        return queries.ranking_version(ranked.session, ranked.club.id, APRIL)

    seen = [version(), version()]
    assert len(set(seen)) == 1
    ranked.sells(four[0], "1.00", APRIL)
    seen.append(version())
    ranked.aims(four[0], "1.00", APRIL)
    seen.append(version())
    ranked.close(APRIL)
    seen.append(version())
    assert len(set(seen)) == 4


def test_whoever_left_before_the_month_is_not_ranked(ranked: Ranked, four: tuple[ConsultantID, ...]) -> None:
    assert {one.consultant_id for one in ranked.result(date(2026, 2, 1)).standings} == set()
    kinds = Counter(one.kind for one in ranked.result(APRIL).standings)
    assert kinds == {Kind.INSIDE: 4, Kind.OUTSIDE: 1}


def test_a_month_is_frozen_once(ranked: Ranked, four: tuple[ConsultantID, ...]) -> None:
    ranked.close(APRIL)
    with pytest.raises((DBAPIError, Refused)), ranked.session.begin_nested():
        ranked.close(APRIL)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sales=st.lists(
        st.tuples(st.integers(0, 10), st.integers(1, 90), st.sampled_from([APRIL, MAY]), st.integers(0, 100)),
        max_size=6,
    )
)
def test_the_database_counts_sales_as_the_rules_do(
    ranked: Ranked, sales: list[tuple[int, int, date, int]]
) -> None:
    """Shared sales, partly or wholly refunded, in the same month or the next (AMB-10)."""
    session, club_id = ranked.session, ranked.club.id
    lin, zhou = consultant_of(ranked.cast.lin), consultant_of(ranked.cast.zhou)
    with session.begin_nested() as nested:
        for tenths, minor, month, back in sales:
            shares = tuple(
                Share(who, points)
                for who, points in ((lin, tenths * 1000), (zhou, 10_000 - tenths * 1000))
                if points
            )
            sale = ranked.sells_together(shares, f"0.{minor:02}", APRIL)
            if refunded := minor * back // 100:
                ranked.books.refund(sale, f"0.{refunded:02}", ranked.noon(month) + timedelta(hours=1))
        for month in (APRIL, MAY):
            rows = session.execute(
                sa.select(
                    PostingRow.sale_id,
                    PostingRow.consultant_id,
                    sa.func.sum(PostingRow.amount_minor),
                    sa.func.min(PostingRow.sequence),
                    sa.func.max(PostingRow.sequence),
                )
                .where(PostingRow.club_id == club_id, PostingRow.month == month)
                .group_by(PostingRow.sale_id, PostingRow.consultant_id)
            )
            lines = [SaleLine(row[0], ConsultantID(row[1] or 0), int(row[2]), row[3], row[4]) for row in rows]
            tally = months.month_tally(session, club_id, month)
            assert +tally.sales == +sales_won(lines)
            assert +tally.credit == +Counter(
                {who: sum(line.minor for line in lines if line.consultant_id == who) for who in (lin, zhou)}
            )
        nested.rollback()
    session.expire_all()
