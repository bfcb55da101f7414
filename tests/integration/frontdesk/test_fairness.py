"""The fairness report on both databases: facts in, page and files out, for whoever may see them."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor, Club
from clubsales.clock import Instant
from clubsales.clubs import ZoneInfo
from clubsales.consultants.shifts.models import PresenceRow, ShiftRow
from clubsales.errors import Fact, Reason
from clubsales.frontdesk.fairness import queries
from clubsales.frontdesk.fairness.exceptions import ExceptionKind
from clubsales.frontdesk.fairness.periods import By, period
from clubsales.frontdesk.fairness.queries import Line, Report
from clubsales.frontdesk.fairness.rules import GuestKind
from clubsales.frontdesk.reception.models import ContestRow, ReceptionRow
from clubsales.frontdesk.rotation.models import AssignmentRow
from clubsales.policies import PolicyVersion
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.statements import statements

AT = local(18)
TODAY = date(2026, 3, 9)
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def evening() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def on_post(
    session: Session, actor: Actor, since: Instant, until: Instant | None, status: str = "on_post"
) -> None:
    shift = ShiftRow(
        club_id=actor.club.id,
        consultant_id=consultant_of(actor),
        local_day=since.astimezone(actor.club.zone).date(),
        opened_at=since,
        closed_at=until,
        status_since=since,
    )
    session.add(shift)
    session.flush()
    session.execute(
        sa.insert(PresenceRow).values(shift_id=shift.id, status=status, since_at=since, until_at=until)
    )


def a_guest(session: Session, club: Club, at: Instant) -> ReceptionRow:
    row = ReceptionRow(
        club_id=club.id,
        local_day=at.astimezone(club.zone).date(),
        person_id=None,
        status="waiting",
        is_member=False,
        signals=[],
        arrived_at=at,
    )
    session.add(row)
    session.flush()
    return row


def decided(
    session: Session,
    guest: ReceptionRow,
    actor: Actor | None,
    at: Instant,
    basis: str = "rotation",
    *,
    by: Actor | None = None,
    code: str = "rotation.turn",
    skipped: tuple[tuple[Actor, str, bool], ...] = (),
    facts: dict[str, Fact] | None = None,
) -> None:
    policy = session.execute(
        sa.select(PolicyVersion.id).where(PolicyVersion.club_id == guest.club_id)
    ).scalar_one()
    session.add(
        AssignmentRow(
            club_id=guest.club_id,
            reception_id=guest.id,
            at=at,
            consultant_id=consultant_of(actor) if actor is not None else None,
            basis=basis,
            rule="ROT-01",
            skipped=[
                {"consultant": consultant_of(who), "name": who.name, "reason": reason, "forfeits": lost}
                for who, reason, lost in skipped
            ],
            queue_before=[],
            queue_after=[],
            reason=Reason(
                "ROT-01", code, {"consultant": actor.name if actor else "", **(facts or {})}
            ).stored(),
            policy_version_id=policy,
            decided_by=by.account_id if by is not None else None,
        )
    )
    session.flush()
    if actor is not None and basis != "returned":
        guest.consultant_id = consultant_of(actor)
        session.flush()


def given(
    session: Session, actor: Actor, at: Instant, basis: str = "rotation", **more: object
) -> ReceptionRow:
    guest = a_guest(session, actor.club, at)
    decided(session, guest, actor, at, basis, **more)  # type: ignore[arg-type]
    return guest


def report_of(session: Session, club: Club, by: By = By.DAY, on: date = TODAY, at: Instant = AT) -> Report:
    return queries.report(session, club, period(by, on, at.astimezone(club.zone).date()), at)


def line_of(report: Report, actor: Actor) -> Line:
    return next(line for line in report.lines if line.consultant_id == consultant_of(actor))


def test_turns_stand_beside_hours_on_post(session: Session, cast: Cast) -> None:
    on_post(session, cast.lin, local(9), local(13))
    on_post(session, cast.zhou, local(9), None)
    on_post(session, cast.zhou, local(12), local(13), status="meal")
    for minute in (0, 10, 20):
        given(session, cast.lin, local(10, minute))
    given(session, cast.zhou, local(11))
    report = report_of(session, cast.club)
    lin, zhou = line_of(report, cast.lin), line_of(report, cast.zhou)
    assert (lin.figures.turns, lin.figures.seconds) == (3, 4 * 3600)
    assert (zhou.figures.turns, zhou.figures.seconds) == (1, 9 * 3600)  # the open shift until now
    assert [line.name for line in report.rotation] == ["林静", "周倩"]
    assert lin.share is not None
    assert zhou.share is not None
    assert lin.share.deviation + zhou.share.deviation == 0
    assert float(lin.share.fair_turns) == pytest.approx(4 * 4 / 13)
    assert float(report.mean or 0) == pytest.approx(4 / 13)


def test_outside_consultants_stand_beside_the_rotation(session: Session, cast: Cast) -> None:
    on_post(session, cast.ma, local(9), None)
    given(session, cast.ma, local(10), "designated", code="rotation.designated_name")
    report = report_of(session, cast.club)
    assert report.rotation == ()
    (ma,) = report.beside
    assert ma.figures.guests == {GuestKind.DESIGNATED: 1}
    assert ma.share is None


def test_whose_turn_a_guest_is_given_back_is_neither_his_turn_nor_his_guest(
    session: Session, cast: Cast
) -> None:
    on_post(session, cast.lin, local(9), None)
    guest = given(session, cast.lin, local(10))
    decided(
        session, guest, cast.lin, local(10, 5), "returned", code="rotation.returned_no_prospect", by=cast.desk
    )
    line = line_of(report_of(session, cast.club), cast.lin)
    assert (line.figures.turns, line.figures.given_back, line.figures.guest_count) == (0, 1, 0)


def test_a_turn_given_back_after_midnight_is_no_turn_of_the_day_before(session: Session, cast: Cast) -> None:
    guest = given(session, cast.lin, local(21, 50, day=8))
    decided(session, guest, cast.lin, local(0, 10), "returned", code="rotation.returned_no_prospect")
    yesterday = report_of(session, cast.club, on=date(2026, 3, 8))
    assert line_of(yesterday, cast.lin).figures.turns == 0
    assert line_of(yesterday, cast.lin).figures.given_back == 1
    assert report_of(session, cast.club).turns == 0


def test_the_day_is_the_clubs(session: Session, cast: Cast) -> None:
    given(session, cast.lin, local(23, 59, day=8))
    given(session, cast.lin, local(0, 0))
    assert report_of(session, cast.club, on=date(2026, 3, 8)).turns == 1
    assert report_of(session, cast.club).turns == 1
    assert report_of(session, cast.club, By.MONTH).turns == 2


def test_a_shift_over_midnight_counts_on_both_days(session: Session, cast: Cast) -> None:
    on_post(session, cast.lin, local(22, day=8), local(3))
    yesterday, today = report_of(session, cast.club, on=date(2026, 3, 8)), report_of(session, cast.club)
    assert line_of(yesterday, cast.lin).figures.seconds == 2 * 3600
    assert line_of(today, cast.lin).figures.seconds == 3 * 3600


def test_a_week_with_the_change_of_clocks(session: Session, cast: Cast) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    session.execute(
        sa.text("UPDATE club SET timezone = 'Europe/Berlin' WHERE id = :id"), {"id": cast.club.id}
    )
    club = Club(
        **{name: getattr(cast.club, name) for name in Club.__slots__ if name != "zone"},
        zone=berlin,
    )
    opened = datetime(2026, 3, 28, 20, tzinfo=berlin)
    closed = datetime(2026, 3, 29, 6, tzinfo=berlin)
    on_post(
        session, Actor(kind=cast.lin.kind, club=club, consultant_id=cast.lin.consultant_id), opened, closed
    )
    found = report_of(session, club, By.WEEK, date(2026, 3, 29), at=closed + timedelta(hours=30))
    assert line_of(found, cast.lin).figures.seconds == 9 * 3600
    assert [day.seconds // 3600 for day in found.trend][-2:] == [4, 5]
    assert len(found.trend) == 7


def test_exceptions_are_listed_by_who_gained(session: Session, cast: Cast) -> None:
    guest = given(session, cast.lin, local(10))
    decided(
        session,
        guest,
        cast.zhou,
        local(10, 1),
        "manual",
        code="rotation.off_duty",
        facts={"manager": "孙主管"},
        by=cast.supervisor,
    )
    given(
        session,
        cast.zhou,
        local(11),
        "proxy",
        code="rotation.proxy_busy",
        facts={"designated": "林静"},
        by=cast.desk,
    )
    lapsed = given(session, cast.lin, local(12))
    decided(session, lapsed, cast.zhou, local(12, 1))
    session.add(
        ContestRow(
            club_id=cast.club.id,
            reception_id=lapsed.id,
            consultant_id=consultant_of(cast.ma),
            raised_by=cast.ma.account_id,
            note="我先联系的",
            at=local(12, 30),
        )
    )
    session.flush()
    report = report_of(session, cast.club)
    (zhou,) = report.gains
    assert (zhou.name, len(zhou.lines)) == ("周倩", 4)
    assert [line.kind for line in zhou.lines] == [
        ExceptionKind.MANUAL,
        ExceptionKind.PROXY,
        ExceptionKind.NOT_TAKEN,
        ExceptionKind.CONTESTED,
    ]
    assert [line.lost for line in zhou.lines] == ["林静", "", "林静", "马超"]
    assert [line.decided_by for line in zhou.lines] == ["孙主管", "前台", "", "马超"]
    assert zhou.lines[0].guest == guest.public_id
    assert zhou.lines[3].note == "我先联系的"
    assert line_of(report, cast.lin).figures.not_taken == 1


def test_a_companion_of_a_proxys_guest_is_no_exception(session: Session, cast: Cast) -> None:
    given(session, cast.lin, local(11), "proxy", code="rotation.companion", facts={"guest": "陈先生"})
    report = report_of(session, cast.club)
    assert report.gains == ()
    assert line_of(report, cast.lin).figures.guests == {GuestKind.COMPANION: 1}


def test_another_clubs_turns_are_not_ours(session: Session, cast: Cast) -> None:
    given(session, cast.lin, local(10))
    on_post(session, cast.lin, local(9), None)
    assert report_of(session, cast.foreign_club).lines == ()
    assert report_of(session, cast.other_club).lines == ()


def test_a_report_costs_the_same_few_statements_whatever_happened(session: Session, cast: Cast) -> None:
    given(session, cast.lin, local(9), "proxy", code="rotation.proxy_busy")
    with statements() as few:
        report_of(session, cast.club, By.MONTH)
    for hour in range(9, 18):
        on_post(session, cast.zhou, local(hour, day=hour - 8), local(hour + 1, day=hour - 8))
        guest = given(session, cast.lin, local(hour), skipped=((cast.zhou, "busy", False),))
        decided(
            session,
            guest,
            cast.zhou,
            local(hour, 5),
            "proxy",
            code="rotation.proxy_busy",
            facts={"designated": ""},
        )
    with statements() as many:
        report_of(session, cast.club, By.MONTH)
    # The policy's document is parsed once per process.
    assert len(many) <= len(few) <= 7


def signed_in(session: Session, client: FlaskClient, actor: Actor, username: str) -> Browser:
    let_in(session, actor, at=AT)
    browser = Browser(client, dict(ENGLISH))
    assert browser.sign_in(username).status_code == 303
    return browser


def busy_day(session: Session, cast: Cast) -> None:
    on_post(session, cast.lin, local(9), None)
    on_post(session, cast.zhou, local(9), None)
    for minute in (0, 10, 20):
        given(session, cast.lin, local(10, minute), skipped=((cast.zhou, "meal", True),))
    given(session, cast.zhou, local(11))
    session.commit()


def test_the_page_shows_turns_guests_and_skips(session: Session, cast: Cast, client: FlaskClient) -> None:
    busy_day(session, cast)
    browser = signed_in(session, client, cast.lin, "linjing")
    page = browser.text("/fairness?by=day&on=2026-03-09")
    assert "Turns per hour on post" in page
    assert page.count('<rect class="bar') == 2
    assert "style=" not in page
    assert "0.22" in page  # four turns in eighteen hours
    assert "+1.0" in page
    assert "Figures as a file" not in page


@pytest.mark.parametrize("address", ["/fairness?by=week", "/fairness?by=month&on=2026-03-20"])
def test_weeks_and_months_have_their_days(
    session: Session, cast: Cast, client: FlaskClient, address: str
) -> None:
    busy_day(session, cast)
    with time_machine.travel(local(18, day=11), tick=False):
        page = signed_in(session, client, cast.lin, "linjing").text(address)
    assert "Day by day" in page
    assert 'class="mean"' in page
    assert "Mon, Mar 9" in page


def test_without_anything_to_compare_the_page_says_how_it_fills(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    page = signed_in(session, client, cast.lin, "linjing").text("/fairness")
    assert "Nothing to compare yet" in page
    assert '<svg class="drawing"' not in page


@pytest.mark.parametrize(
    "query", ["by=decade", "on=yesterday", "by=month&on=9999-12-31", "on=0001-01-01", "by=week&on=0001-01-01"]
)
def test_what_cannot_be_read_is_a_period_all_the_same(
    session: Session, cast: Cast, client: FlaskClient, query: str
) -> None:
    browser = signed_in(session, client, cast.supervisor, "sunzhu")
    assert browser.get(f"/fairness?{query}").status_code == 200
    assert browser.get(f"/fairness.csv?{query}").status_code == 200


@pytest.mark.parametrize(
    ("who", "username", "page", "file"),
    [
        ("lin", "linjing", 200, 403),
        ("ma", "machao", 200, 403),
        ("supervisor", "sunzhu", 200, 200),
        ("manager", "wujingli", 200, 200),
        ("director", "heqiang", 200, 200),
        ("finance", "caiwu", 403, 403),
        ("desk", "qiantai", 403, 403),
    ],
)
def test_who_may_see_and_who_may_take_it_away(
    session: Session, cast: Cast, client: FlaskClient, who: str, username: str, page: int, file: int
) -> None:
    browser = signed_in(session, client, getattr(cast, who), username)
    assert browser.get("/fairness").status_code == page
    assert browser.get("/fairness.csv").status_code == file


def test_another_clubs_manager_sees_nothing_of_ours(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    busy_day(session, cast)
    browser = signed_in(session, client, cast.other_manager, "biejia")
    assert "林静" not in browser.text("/fairness")
    assert len(rows_of(browser, "/fairness.csv")) == 1


def rows_of(browser: Browser, address: str) -> list[list[str]]:
    answer = browser.get(address)
    assert answer.mimetype == "text/csv"
    text = answer.get_data().decode("utf-8-sig")
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(text)))


def test_the_files_hold_figures_and_exceptions(session: Session, cast: Cast, client: FlaskClient) -> None:
    busy_day(session, cast)
    guest = given(
        session,
        cast.zhou,
        local(12),
        "off_duty",
        code="rotation.off_duty",
        facts={"manager": "吴经理"},
        by=cast.manager,
    )
    session.execute(
        sa.text("UPDATE consultant SET name = '=SUM(A1)' WHERE id = :id"), {"id": cast.lin.consultant_id}
    )
    session.commit()
    browser = signed_in(session, client, cast.manager, "wujingli")
    head, lin, zhou = rows_of(browser, "/fairness.csv?by=day&on=2026-03-09")
    assert lin[2] == "'=SUM(A1)"
    assert dict(zip(head, lin, strict=True))["Turns"] == "3"
    assert dict(zip(head, zhou, strict=True))["Passed over: At a meal"] == "3"
    assert dict(zip(head, zhou, strict=True))["Places lost"] == "3"
    assert dict(zip(head, zhou, strict=True))["Turns above the fair share"] == "-1.0000"
    head, line = rows_of(browser, "/fairness.csv?by=day&part=exceptions")
    found = dict(zip(head, line, strict=True))
    assert found["Gained by"] == "周倩"
    assert found["Decided by"] == "吴经理"
    assert found["Guest"] == guest.public_id


def test_an_exception_on_the_page_leads_to_how_it_was_decided(
    session: Session, cast: Cast, client: FlaskClient
) -> None:
    given(session, cast.zhou, local(12), "off_duty", code="rotation.off_duty", facts={"manager": "吴经理"})
    guest = given(session, cast.lin, local(13))
    session.add(
        ContestRow(
            club_id=cast.club.id,
            reception_id=guest.id,
            consultant_id=consultant_of(cast.ma),
            raised_by=cast.ma.account_id,
            note="我先联系的",
            at=local(13, 30),
        )
    )
    session.commit()
    browser = signed_in(session, client, cast.lin, "linjing")
    page = browser.text("/fairness?by=day")
    assert "吴经理 allowed 周倩, who is off duty, to receive this guest." in page
    assert "我先联系的" in page
    assert "马超 says the guest is theirs" in page
    assert f'href="/guests/{guest.public_id}"' in page
    assert browser.get(f"/guests/{guest.public_id}").status_code == 200
