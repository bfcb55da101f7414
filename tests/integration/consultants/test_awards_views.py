"""The ranking's pages: read by whoever works here, changed by nobody."""

import csv
import io
import re
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.auth import devices
from clubsales.auth.cookies import DEVICE_COOKIE
from clubsales.auth.rules import DevicePurpose
from clubsales.clubs import ClubRow
from clubsales.consultants.awards import queries
from clubsales.consultants.awards.models import AwardRow
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.ids import SaleID
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.consultants.books import Books
from tests.integration.consultants.ranked import APRIL, Ranked

MAY = date(2026, 5, 1)
AT = local(14, 20, day=20, month=5)
ENGLISH = {"Accept-Language": "en"}
PAGES = (
    "/ranking",
    "/ranking/year",
    "/ranking/contest",
    "/ranking/meeting",
    "/ranking/screen",
    "/ranking/month.csv",
)


@pytest.fixture
def ranked(books: Books) -> Ranked:
    """April is closed: Lin is the best, and on target; in May Zhou leads."""
    club = Ranked(books)
    lin, zhou, ma = (consultant_of(one) for one in (books.cast.lin, books.cast.zhou, books.cast.ma))
    for month in (APRIL, MAY):
        club.aims(lin, "1000.00", month)
        club.aims(zhou, "900.00", month)
    club.sells(lin, "1200.00", APRIL)
    club.sells(zhou, "1100.00", APRIL)
    club.sells(ma, "300.00", APRIL)
    club.close(APRIL)
    club.sells(zhou, "800.00", MAY)
    club.sells(lin, "500.50", MAY)
    return club


@pytest.fixture
def signed(app: Flask, session: Session, cast: Cast, ranked: Ranked) -> dict[str, Browser]:
    people = {
        "lin": cast.lin,
        "manager": cast.manager,
        "desk": cast.desk,
        "finance": cast.finance,
        "foreign": cast.other_manager,
    }
    let_in(session, *people.values())
    browsers = {}
    with time_machine.travel(AT, tick=False):
        for name, username in zip(people, ("linjing", "wujingli", "qiantai", "caiwu", "biejia"), strict=True):
            browsers[name] = Browser(app.test_client(), dict(ENGLISH))
            assert browsers[name].sign_in(username).status_code == 303
    return browsers


@pytest.mark.parametrize("who", ["lin", "manager", "desk", "finance"])
def test_whoever_works_here_reads_it(signed: dict[str, Browser], who: str) -> None:
    """AWD-07: the ranking is published inside the club."""
    with time_machine.travel(AT, tick=False):
        for page in PAGES:
            assert signed[who].get(page).status_code == 200, page


def test_the_present_month_is_live_and_a_closed_one_frozen(signed: dict[str, Browser]) -> None:
    with time_machine.travel(AT, tick=False):
        live = signed["lin"].text("/ranking")
        assert "Still moving" in live
        assert "¥299.50 behind the next rank" in live
        assert "¥100.00 to the target of ¥900" in live
        assert "below the target of ¥900.00" in live
        closed = signed["lin"].text("/ranking?month=2026-04")
    assert "Month closed" in closed
    assert "Highest of the department with ¥1,200.00, and on target (¥1,000.00)." in closed
    assert "¥200.00" in closed
    assert "Best of the outside consultants with ¥300.00." in closed


def test_the_rules_of_the_month_stand_on_the_page(ranked: Ranked, signed: dict[str, Browser]) -> None:
    ranked.by(awards={"department_top": "333.00", "tie": "split", "quarter_team": "70.00"})
    ranked.session.commit()
    with time_machine.travel(AT, tick=False):
        page = signed["lin"].text("/ranking")
    for words in ("¥333.00", "divided", "The quarter&#39;s best team: ¥70.00", "AMB-35", "DSP-10", "AMB-65"):
        assert words in page, words


def test_teams_and_clubs(signed: dict[str, Browser]) -> None:
    with time_machine.travel(AT, tick=False):
        teams, clubs = (signed["lin"].text(f"/ranking?month=2026-04&by={by}") for by in ("teams", "clubs"))
    assert "一组" in teams
    assert "¥2,300.00" in teams
    assert "湖滨店" in clubs
    assert "别家店" not in clubs
    assert "AMB-69" in clubs


@pytest.mark.parametrize(
    "address",
    [
        "/ranking?month=2026-06",
        "/ranking?month=x",
        "/ranking?by=me",
        "/ranking/year?year=2027",
        "/ranking/year?year=1",
        "/ranking/people/22222222222z",
        "/ranking/certificates/22222222222z",
        "/ranking/meeting?month=2027-01",
    ],
)
def test_what_is_not_there(signed: dict[str, Browser], address: str) -> None:
    with time_machine.travel(AT, tick=False):
        assert signed["lin"].get(address).status_code == 404


def test_another_clubs_person_and_certificate_are_not_there(
    session: Session, ranked: Ranked, signed: dict[str, Browser]
) -> None:
    award = session.scalars(sa.select(AwardRow.public_id)).first()
    lin = session.scalars(sa.select(ConsultantRow.public_id).where(ConsultantRow.name == "林静")).one()
    with time_machine.travel(AT, tick=False):
        for address in (f"/ranking/certificates/{award}", f"/ranking/people/{lin}"):
            assert signed["lin"].get(address).status_code == 200
            assert signed["foreign"].get(address).status_code == 404


def test_a_certificate_names_whose_it_is_and_for_what(
    session: Session, ranked: Ranked, signed: dict[str, Browser]
) -> None:
    [best, _outside] = queries.awards_of(session, ranked.club.id, APRIL)
    session.execute(
        sa.update(ConsultantRow).where(ConsultantRow.name == "林静").values(name="阿卜杜热西提·买买提明江")
    )
    session.commit()
    with time_machine.travel(AT, tick=False):
        english = signed["lin"].text(f"/ranking/certificates/{best.public_id}")
        signed["lin"].headers["Accept-Language"] = "zh"
        chinese = signed["lin"].text(f"/ranking/certificates/{best.public_id}")
    for page in (english, chinese):
        assert "阿卜杜热西提·买买提明江" in page
        assert "holder long" not in page
        assert "¥200.00" in page
    assert "April 2026" in english
    assert "2026年4月" in chinese


def test_history_hall_and_meeting(session: Session, ranked: Ranked, signed: dict[str, Browser]) -> None:
    lin = session.scalars(sa.select(ConsultantRow.public_id).where(ConsultantRow.name == "林静")).one()
    with time_machine.travel(AT, tick=False):
        mine, as_manager = (signed[who].text(f"/ranking/people/{lin}") for who in ("lin", "manager"))
        hall = signed["lin"].text("/ranking/year?year=2026")
        meeting = signed["lin"].text("/ranking/meeting")
        nothing = signed["lin"].text("/ranking/year?year=2025")
    assert "My awards" in mine
    assert "Awards of 林静" in as_manager
    assert "April 2026" in hall
    assert "Outside best of the month" in hall
    assert "林静, highest of the month with ¥1,200.00" in meeting
    assert "No awards in this year" in nothing


def test_a_refund_after_the_close_is_explained_beside_the_award(
    session: Session, ranked: Ranked, signed: dict[str, Browser]
) -> None:
    """Of this month's sales; what comes and goes in a later month alone is none of its business."""
    with time_machine.travel(AT, tick=False):
        assert "Refunded later" not in signed["lin"].text("/ranking?month=2026-04")
        sale = session.scalars(
            sa.select(PostingRow.sale_id).where(
                PostingRow.month == APRIL, PostingRow.consultant_id == ranked.cast.lin.consultant_id
            )
        ).one()
        ranked.books.refund(SaleID(sale), "1200.00", ranked.noon(MAY))
        session.commit()
        page = signed["lin"].text("/ranking?month=2026-04")
        lin = session.scalars(sa.select(ConsultantRow.public_id).where(ConsultantRow.name == "林静")).one()
        mine = signed["lin"].text(f"/ranking/people/{lin}")
    for each in (page, mine):
        assert "Refunded later: ¥1,200.00 of this month" in each
        assert "AMB-65" in each


def test_the_table_has_places_and_rules(signed: dict[str, Browser]) -> None:
    with time_machine.travel(AT, tick=False):
        answer = signed["lin"].get("/ranking/month.csv?month=2026-04")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ranking-2026-04.csv"'
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[1][1] == "1"
    assert rows[1][3:8] == ["林静", "一组", "1200.00", "1000.00", "yes"]
    assert rows[1][-1] == "Department's best of the month 200.00"
    assert [row[0] for row in rows if row and row[0] == "AMB-26"] == ["AMB-26"]


def test_an_honour_without_money_is_praised_like_an_award(
    session: Session, ranked: Ranked, signed: dict[str, Browser]
) -> None:
    """AWD-08, AWD-09: on the meeting's sheet, in the hall of the year and as a certificate."""
    award = session.scalars(sa.select(AwardRow.public_id).where(AwardRow.kind == "outside_top")).one()
    with time_machine.travel(AT, tick=False):
        lin = signed["lin"]
        meeting = lin.text("/ranking/meeting?month=2026-04")
        certificate = lin.text(f"/ranking/certificates/{award}")
        hall = lin.text("/ranking/year?year=2026")
    assert "林静, highest of the month with ¥1,200.00, shares how it was done." in meeting
    honoured = meeting[meeting.index("Who is honoured") :]
    assert re.search(
        r"马超<br><span[^>]*>Outside best of the month · April 2026</span></th><td>Honour<", honoured
    )
    assert "马超" in certificate
    assert "¥0" not in certificate
    assert "Honour" in hall


def test_nobody_may_change_a_place(app: Flask, signed: dict[str, Browser]) -> None:
    """Ranking oneself, or anybody: there is no door for it, whatever the role."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("awards.")]
    assert rules
    for rule in rules:
        assert rule.methods is not None
        assert rule.methods <= {"GET", "HEAD", "OPTIONS"}, rule.endpoint
    with time_machine.travel(AT, tick=False):
        for address in ("/ranking", "/ranking?rank=1", "/ranking/screen"):
            assert signed["manager"].post(address, page="/sign-in").status_code in (400, 405)


def test_a_manager_who_sells_stands_where_the_ledger_puts_him(ranked: Ranked) -> None:
    """He is ranked by the same postings, and nothing about a place is written anywhere."""
    before = ranked.result(MAY)
    ranked.session.execute(
        sa.update(ConsultantRow)
        .where(ConsultantRow.id == consultant_of(ranked.cast.manager))
        .values(kind="inside")
    )
    place = next(
        one for one in ranked.result(MAY).standings if one.consultant_id == ranked.cast.manager.consultant_id
    )
    assert (place.credit, place.rank, place.is_top) == (0, 3, False)
    assert len(ranked.result(MAY).standings) == len(before.standings) + 1


def test_an_enrolled_screen_shows_the_wall_and_nothing_else(
    session: Session, cast: Cast, app: Flask, ranked: Ranked
) -> None:
    with time_machine.travel(AT, tick=False):
        enrolled = devices.enrol_device(
            session, name="休息室", purpose=DevicePurpose.SCREEN, actor=cast.manager, at=AT
        )
        session.commit()
        wall = Browser(app.test_client(), dict(ENGLISH))
        assert wall.get("/ranking/screen").status_code == 303
        wall.client.set_cookie(DEVICE_COOKIE, enrolled.token)
        page = wall.get("/ranking/screen")
        assert page.status_code == 200
        assert "周倩" in page.text
        assert "/ranking/people/" not in page.text
        live = wall.get("/ranking/screen/live")
        mark = live.headers["ETag"]
        assert mark in page.text.replace("&#34;", '"')
        assert wall.get("/ranking/screen/live", **{"If-None-Match": mark}).status_code == 304
        ranked.sells(consultant_of(cast.lin), "400.00", MAY)
        session.commit()
        moved = wall.get("/ranking/screen/live", **{"If-None-Match": mark})
        assert moved.status_code == 200
        assert "¥900.50" in moved.text
        for closed in ("/ranking", "/ranking/month.csv", "/ranking/year", "/ranking/meeting"):
            assert wall.get(closed).status_code == 403, closed


def test_a_club_without_anybody_to_rank(session: Session, app: Flask, ranked: Ranked) -> None:
    """The manager of a club that has hired nobody else yet."""
    assert session.scalars(sa.select(ClubRow.id)).all()
    foreign = ranked.cast.other_manager
    let_in(session, foreign)
    with time_machine.travel(AT, tick=False):
        browser = Browser(app.test_client(), dict(ENGLISH))
        browser.sign_in("biejia")
        assert "Nobody sells here in this month" in browser.text("/ranking")
        for page in PAGES:
            assert browser.get(page).status_code == 200, page


def test_nobody_is_ranked_before_anybody_has_sold(signed: dict[str, Browser], ranked: Ranked) -> None:
    """AMB-28: a month that has just begun has no places, only names; whoever sells first is first, the others stay without."""
    early = local(9, day=2, month=6)
    with time_machine.travel(early, tick=False):
        assert signed["lin"].sign_in("linjing").status_code == 303
        for page in ("/ranking", "/ranking?by=teams", "/ranking?by=clubs", "/ranking/screen"):
            shown = signed["lin"].text(page)
            assert '<span class="place">–</span>' in shown, page
            assert not re.search(r'class="place[^"]*">\d', shown), page
        table = list(csv.reader(io.StringIO(signed["lin"].text("/ranking/month.csv").lstrip("\ufeff"))))
        assert {row[1] for row in table[1:4]} == {""}
        ranked.sells(consultant_of(ranked.cast.zhou), "10.00", date(2026, 6, 1))
        ranked.session.commit()
        assert re.findall(r'<span class="place[^"]*">([^<]+)<', signed["lin"].text("/ranking")) == [
            "1",
            "–",
            "–",
        ]
