"""Plans by year, month and week; who has read his target; progress (TGT-01 to TGT-09)."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.consultants.credits import closing
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.roster import operations as roster
from clubsales.consultants.targets import figures, goals, operations, progress, queries
from clubsales.consultants.targets.models import GoalRow
from clubsales.consultants.targets.pace import Standing
from clubsales.consultants.targets.rules import CLUB, GoalKind, Period, Scope, ScopeKind, Slot, Week
from clubsales.errors import NotFound, Refused
from clubsales.ids import TeamID
from tests.builders import Cast, consultant_of, local, yuan
from tests.integration.auth.support import Browser, let_in
from tests.integration.consultants.books import Books

MARCH, YEAR = date(2026, 3, 1), date(2026, 1, 1)
AT = local(14)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(AT, tick=True):
        yield


def window(client: FlaskClient, session: Session, who: Actor, username: str) -> Browser:
    let_in(session, who, at=AT)
    browser = Browser(client.application.test_client(), {"Accept-Language": "en"})
    assert browser.sign_in(username).status_code == 303
    return browser


@pytest.fixture
def manager(client: FlaskClient, session: Session, cast: Cast) -> Browser:
    return window(client, session, cast.manager, "wujingli")


@pytest.fixture
def books(session: Session, cast: Cast) -> Books:
    return Books(session, cast)


def his(who: Actor) -> Scope:
    return Scope(ScopeKind.CONSULTANT, consultant_of(who))


def issue(session: Session, cast: Cast, slot: Slot, value: int, reason: str = "") -> int:
    return operations.issue(session, targets={slot: value}, reason=reason, actor=cast.manager, at=AT)


def value(session: Session, cast: Cast, slot: Slot) -> int | None:
    found = goals.latest_goal(session, cast.club.id, slot)
    return found.value if found else None


def team_of(session: Session, cast: Cast, who: Actor) -> int:
    name = profiles.get(session, cast.club.id, consultant_of(who)).team
    return int(
        session.execute(sa.text("SELECT id FROM team WHERE name = :name"), {"name": name}).scalar_one()
    )


def name_of(session: Session, cast: Cast, who: Actor) -> str:
    return profiles.get(session, cast.club.id, consultant_of(who)).public_id


def typed(page: str) -> dict[str, str]:
    """What stands in the fields of a page."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, content = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and content:
            found[name[1]] = content[1]
    return found


def test_a_goal_of_each_kind_time_and_scope_is_kept_and_found(session: Session, cast: Cast) -> None:
    """TGT-07: sales, customers, satisfaction and profit, for person, team and club."""
    team = Scope(ScopeKind.TEAM, team_of(session, cast, cast.lin))
    slots = {
        Slot(CLUB, Period.YEAR, YEAR): 1_000_000_00,
        Slot(CLUB, Period.QUARTER, YEAR): 250_000_00,
        Slot(team, Period.MONTH, MARCH): 50_000_00,
        Slot(his(cast.lin), Period.WEEK, date(2026, 3, 9)): 10_000_00,
        Slot(his(cast.lin), Period.MONTH, MARCH, GoalKind.CUSTOMERS): 12,
        Slot(CLUB, Period.MONTH, MARCH, GoalKind.SATISFACTION): 9500,
    }
    assert operations.issue(session, targets=slots, actor=cast.manager, at=AT) == 6
    assert operations.issue(session, targets=slots, actor=cast.manager, at=AT) == 0
    assert {slot: value(session, cast, slot) for slot in slots} == slots
    assert queries.targets_of(session, cast.club.id, MARCH) == {}
    assert goals.latest_goal(session, cast.foreign_club.id, Slot(CLUB, Period.YEAR, YEAR)) is None


def test_a_persons_month_of_sales_is_the_task_itself(session: Session, cast: Cast) -> None:
    issue(session, cast, Slot(his(cast.lin), Period.MONTH, MARCH), 50_000_00)
    assert queries.targets_of(session, cast.club.id, MARCH) == {consultant_of(cast.lin): yuan("50000")}
    assert session.scalar(sa.select(sa.func.count()).select_from(GoalRow)) == 0


@pytest.mark.parametrize("scope", [CLUB, None])
def test_a_change_without_a_reason_is_refused(session: Session, cast: Cast, scope: Scope | None) -> None:
    slot = Slot(scope or his(cast.lin), Period.MONTH, MARCH)
    issue(session, cast, slot, 100)
    for reason in ("", "  ", "\u200b"):
        with pytest.raises(Refused) as refused:
            issue(session, cast, slot, 200, reason)
        assert refused.value.code == "target.reason"
    issue(session, cast, slot, 200, " 淡季 ")
    history = goals.goals_between(session, cast.club.id, GoalKind.SALES, MARCH, MARCH)[slot]
    assert [(one.value, one.reason, one.issued_by) for one in history] == [
        (200, "淡季", "吴经理"),
        (100, "", "吴经理"),
    ]


def test_a_line_of_a_replayed_history_needs_no_reason(session: Session, cast: Cast) -> None:
    closing.close_month(session, month=MARCH, digest="", actor=cast.manager, at=local(10, month=4))
    for amount in ("50000", "60000"):
        operations.set_target(
            session,
            consultant_id=consultant_of(cast.lin),
            month=MARCH,
            amount=yuan(amount),
            by_the_book=True,
            actor=cast.system,
            at=AT,
        )
    assert queries.target_of(session, cast.club.id, consultant_of(cast.lin), MARCH) == yuan("60000")


def test_a_closed_month_keeps_its_targets(session: Session, cast: Cast) -> None:
    closing.close_month(session, month=MARCH, digest="", actor=cast.manager, at=local(10, month=4))
    for slot in (
        Slot(his(cast.lin), Period.MONTH, MARCH),
        Slot(CLUB, Period.MONTH, MARCH),
        Slot(CLUB, Period.WEEK, date(2026, 3, 30)),
        Slot(CLUB, Period.QUARTER, YEAR),
    ):
        with pytest.raises(Refused) as refused:
            issue(session, cast, slot, 100, "改")
        assert refused.value.code == "target.month_closed"
    issue(session, cast, Slot(CLUB, Period.YEAR, YEAR), 100)
    issue(session, cast, Slot(his(cast.lin), Period.MONTH, date(2026, 4, 1)), 100)


def test_nobody_of_another_club_and_no_team_of_it_has_a_goal_here(session: Session, cast: Cast) -> None:
    team = Scope(ScopeKind.TEAM, team_of(session, cast, cast.lin))
    for scope in (his(cast.lin), team, Scope(ScopeKind.TEAM, TeamID(10**9))):
        for period, day in ((Period.MONTH, MARCH), (Period.YEAR, YEAR)):
            with pytest.raises(NotFound):
                operations.issue(
                    session,
                    targets={Slot(scope, period, day): 100},
                    actor=cast.other_manager,
                    at=AT,
                )


def test_goals_are_never_changed(session: Session, cast: Cast) -> None:
    issue(session, cast, Slot(CLUB, Period.MONTH, MARCH), 100)
    for change in (sa.update(GoalRow).values(value=1), sa.delete(GoalRow)):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.execute(change)


def test_a_result_stands_beside_its_goal_and_a_loss_is_one(session: Session, cast: Cast) -> None:
    slot = Slot(CLUB, Period.MONTH, MARCH, GoalKind.PROFIT)
    with pytest.raises(Refused, match=r"target\.no_goal"):
        operations.state_result(session, slot=slot, result=1, actor=cast.manager, at=AT)
    issue(session, cast, slot, 100_00)
    for result in (-5_00, -5_00, 90_00):
        operations.state_result(session, slot=slot, result=result, actor=cast.manager, at=AT)
    history = goals.goals_between(session, cast.club.id, GoalKind.PROFIT, MARCH, MARCH)[slot]
    assert [(one.value, one.result) for one in history] == [(100_00, 90_00), (100_00, -5_00), (100_00, None)]
    issue(session, cast, slot, 120_00, "加了一项")
    found = goals.latest_goal(session, cast.club.id, slot)
    assert found is not None
    assert (found.value, found.result) == (120_00, 90_00)
    with pytest.raises(Refused, match=r"target\.result"):
        operations.state_result(
            session, slot=Slot(CLUB, Period.MONTH, MARCH), result=1, actor=cast.manager, at=AT
        )


def test_a_changed_target_is_read_anew(session: Session, cast: Cast) -> None:
    slot = Slot(his(cast.lin), Period.MONTH, MARCH)

    def read(sequence: int, who: Actor = cast.lin) -> None:
        operations.acknowledge(session, month=MARCH, sequence=sequence, actor=who, at=AT)

    def seen() -> bool:
        found = queries.latest_of(session, cast.club.id, consultant_of(cast.lin), MARCH)
        return found is not None and found.seen_at is not None

    with pytest.raises(NotFound):
        read(1)
    issue(session, cast, slot, 100)
    assert not seen()
    read(1)
    read(1)
    assert seen()
    issue(session, cast, slot, 200, "改")
    assert not seen()
    with pytest.raises(Refused, match=r"target\.changed"):
        read(1)
    read(2)
    assert seen()
    with pytest.raises(NotFound):
        read(2, cast.zhou)


def test_my_floor_tells_of_a_target_until_it_is_read(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    issue(session, cast, Slot(his(cast.lin), Period.MONTH, date(2026, 4, 1)), 50_000_00)
    browser = window(client, session, cast.lin, "linjing")
    assert "Your target for April 2026: ¥50,000" in browser.text("/floor")
    wrong = browser.post("/targets/seen", page="/floor", month="2026-04", sequence="2")
    assert wrong.status_code == 302  # back, with the sentence
    assert "Your target for April 2026" in browser.text("/floor")
    answer = browser.post(
        "/targets/seen", page="/floor", **{"month": "2026-04", "sequence": "1", "from": "floor"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/floor")
    assert "Your target for April 2026" not in browser.text("/floor")
    assert "Read by you" in browser.text("/targets/mine?month=2026-04")


def test_a_years_proposal_adds_up_and_is_not_issued_yet(
    manager: Browser, session: Session, cast: Cast
) -> None:
    at = "/targets/year"
    answer = manager.post(at, page=at, do="propose", how="evenly", whole="1000000")
    assert answer.status_code == 200
    fields = typed(answer.get_data(as_text=True))
    months = [float(fields[f"month-{number:02d}"]) for number in range(1, 13)]
    assert months[:2] == [83_334, 83_334]
    assert sum(months) == 1_000_000
    assert sum(float(fields[f"quarter-{number}"]) for number in range(1, 5)) == 1_000_000
    assert session.scalar(sa.select(sa.func.count()).select_from(GoalRow)) == 0
    issued = manager.post(at, page=at, **{**fields, "do": "issue", "month-03": "90000"})
    assert issued.status_code == 303
    assert value(session, cast, Slot(CLUB, Period.MONTH, MARCH)) == 90_000_00
    assert "¥6,666 more than the whole" in manager.text("/targets/year?year=2026")
    again = manager.post(at, page=at, **{**fields, "do": "issue", "month-03": "80000", "reason": ""})
    assert again.status_code == 422
    assert "Say why it changes" in again.get_data(as_text=True)
    assert value(session, cast, Slot(CLUB, Period.MONTH, MARCH)) == 90_000_00


def sold(books: Books, who: Actor, amount: str, day: tuple[int, int, int], kind: str = "new") -> None:
    sale = books.open(amount, shares=(Share(consultant_of(who), 10_000),))
    books.receive(sale, amount, local(12, year=day[0], month=day[1], day=day[2]))


def test_a_year_goes_by_last_years_months_or_grows_from_them(
    manager: Browser, books: Books, cast: Cast
) -> None:
    sold(books, cast.lin, "3000", (2025, 3, 5))
    sold(books, cast.zhou, "1000", (2025, 6, 5))
    books.session.commit()
    at = "/targets/year"

    def months(**form: str) -> list[str]:
        page = manager.post(at, page=at, do="propose", **form).get_data(as_text=True)
        fields = typed(page)
        return [fields["whole"], fields["month-03"], fields["month-06"], fields["month-07"]]

    assert months(how="last_year", whole="8000") == ["8000.00", "6000.00", "2000.00", "0.00"]
    assert months(how="growth", growth="20") == ["4800.00", "3600.00", "1200.00", "0.00"]
    of_lin = name_of(books.session, cast, cast.lin)
    assert months(how="growth", growth="20", of=of_lin) == ["3600.00", "3600.00", "0.00", "0.00"]
    assert manager.post(at, page=at, do="propose", how="growth", growth="").status_code == 422
    assert manager.post(at, page=at, year="2025", do="propose", how="last_year", whole="1").status_code == 422


def test_a_month_is_split_by_shifts_with_odd_units_shown(
    manager: Browser, session: Session, cast: Cast
) -> None:
    for who, days in ((cast.lin, range(10, 14)), (cast.zhou, range(10, 12)), (cast.ma, range(10, 12))):
        for day in days:
            roster.plan(
                session,
                consultant_id=consultant_of(who),
                day=date(2026, 3, day),
                shift="early",
                actor=cast.supervisor,
                at=AT,
            )
    session.commit()
    page = manager.post(
        "/targets", page="/targets", month="2026-03", do="propose", how="shifts", club="80000"
    )
    fields = typed(page.get_data(as_text=True))
    amounts = [fields[f"amount-{name_of(session, cast, who)}"] for who in (cast.lin, cast.zhou, cast.ma)]
    assert amounts == ["40000.00", "20000.00", "20000.00"]
    assert fields[f"team-{team_of(session, cast, cast.lin)}"] == "60000.00"
    answer = manager.post("/targets", page="/targets", **{**fields, "do": "issue", "month": "2026-03"})
    assert answer.status_code == 303
    assert value(session, cast, Slot(CLUB, Period.MONTH, MARCH)) == 80_000_00
    page_now = manager.text("/targets?month=2026-03")
    assert page_now.count("Has not read it yet") == 3
    assert "it adds up" in page_now


def test_a_months_weeks_go_by_the_days_worked(manager: Browser, session: Session, cast: Cast) -> None:
    at = "/targets/weeks"
    page = manager.post(at, page=at, month="2026-04", do="propose", whole="30000").get_data(as_text=True)
    fields = typed(page)
    weeks = [fields[name] for name in sorted(fields) if name.startswith("week-")]
    assert weeks == ["5000.00", "7000.00", "7000.00", "7000.00", "4000.00"]
    assert manager.post(at, page=at, **{**fields, "do": "issue"}).status_code == 303
    assert value(session, cast, Slot(CLUB, Period.WEEK, date(2026, 4, 6))) == 7_000_00


def test_progress_of_the_month_and_of_a_week(session: Session, books: Books, cast: Cast) -> None:
    issue(session, cast, Slot(his(cast.lin), Period.MONTH, MARCH), 31_000_00)
    sold(books, cast.lin, "3000", (2026, 3, 2))
    sold(books, cast.zhou, "500.50", (2026, 3, 9))
    sold(books, cast.lin, "800", (2026, 2, 27))

    def page(kind: GoalKind = GoalKind.SALES, week: Week | None = None) -> progress.ProgressPage:
        return progress.progress_of_club(session, cast.club, month=MARCH, week=week, kind=kind, at=AT)

    month = page()
    people = {line.name: line.progress for line in month.people}
    assert (month.club.progress.reached, month.club.progress.target) == (3_500_50, 31_000_00)
    assert month.club.is_derived
    assert {line.name: line.progress.reached for line in month.teams} == {"一组": 3_500_50, "二组": 0}
    assert (people["林静"].percent, people["林静"].standing) == (9, Standing.BEHIND)
    assert people["周倩"].standing is Standing.NO_TARGET
    week = page(week=Week(date(2026, 3, 2), date(2026, 3, 8)))
    lin = next(line for line in week.people if line.name == "林静")
    assert (lin.progress.reached, lin.progress.target, lin.is_derived) == (3_000_00, 7_000_00, True)
    assert lin.progress.standing is Standing.MISSED
    customers = page(GoalKind.CUSTOMERS)
    assert {line.name: line.progress.reached for line in customers.people} == {
        "林静": 1,
        "周倩": 1,
        "马超": 0,
    }
    assert page(GoalKind.CUSTOMERS, Week(date(2026, 3, 9), date(2026, 3, 15))).club.progress.reached == 1
    assert page(GoalKind.PROFIT).club.progress.reached is None
    assert page(GoalKind.COLLECTIONS).club.progress.reached == 0


def test_a_customer_whose_sale_went_back_is_none(session: Session, books: Books, cast: Cast) -> None:
    sale = books.open("1000", shares=(Share(consultant_of(cast.lin), 10_000),))
    books.receive(sale, "1000")
    books.refund(sale, "1000", local(12))
    found = figures.reached(session, cast.club, GoalKind.CUSTOMERS, MARCH, date(2026, 3, 31))
    assert found is not None
    assert sum(found.values()) == 0


def test_everybody_sees_his_own_and_heads_see_all(
    client: FlaskClient, session: Session, cast: Cast, books: Books
) -> None:
    issue(session, cast, Slot(his(cast.lin), Period.MONTH, MARCH), 31_000_00)
    sold(books, cast.lin, "3000", (2026, 3, 2))
    lin = window(client, session, cast.lin, "linjing")
    page = lin.text("/targets/mine")
    assert "¥31,000" in page
    assert "¥3,000" in page
    assert "Too little history" in page
    for address in ("/targets/progress", "/targets/progress/live", "/targets/reach", "/targets/year"):
        assert lin.get(address).status_code == 403
    supervisor = window(client, session, cast.supervisor, "sunzhu")
    assert "林静" in supervisor.text("/targets/progress")
    live = supervisor.get("/targets/progress/live")
    assert (
        supervisor.get("/targets/progress/live", **{"If-None-Match": live.headers["ETag"]}).status_code == 304
    )
    assert supervisor.get("/targets/year").status_code == 403
    assert supervisor.get("/targets/mine").headers["Location"] == "/targets/progress"


def test_what_an_amount_takes_comes_from_the_clubs_own_days(
    manager: Browser, session: Session, books: Books, cast: Cast
) -> None:
    assert "Too little history" in manager.text("/targets/reach?amount=50000")
    for wrong in ("x", "-5", "1e9"):
        assert 'aria-invalid="true"' in manager.text(f"/targets/reach?amount={wrong}")
    assert "Nothing was sold in that month of last year. Type an amount instead." in manager.text(
        "/targets/reach?growth=20"
    )
    assert 'name="growth"' not in manager.text("/targets/reach")
    sold(books, cast.lin, "50000.00", (2025, 3, 10))
    session.commit()
    assert 'name="growth"' in manager.text("/targets/reach?month=2026-03")


@pytest.mark.parametrize(
    "address",
    [
        "/targets?kind=x",
        "/targets/year?year=1999",
        "/targets/year?kind=satisfaction",
        "/targets/year?of=team-0",
        "/targets/weeks?month=2026-13",
        "/targets/weeks?of=x",
        "/targets/progress?week=2026-03-10",
        "/targets/progress?week=2026-02-30",
    ],
)
def test_what_there_is_not_is_not_found(manager: Browser, address: str) -> None:
    assert manager.get(address).status_code == 404


def test_another_clubs_people_are_no_choice(client: FlaskClient, session: Session, cast: Cast) -> None:
    stranger = window(client, session, cast.other_manager, "biejia")
    public_id, team = name_of(session, cast, cast.lin), team_of(session, cast, cast.lin)
    for of in (public_id, f"team-{team}"):
        assert stranger.get(f"/targets/year?of={of}").status_code == 404
        assert stranger.post("/targets/weeks", page="/targets/weeks", of=of, whole="5").status_code == 404
