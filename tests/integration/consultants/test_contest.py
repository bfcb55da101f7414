"""Who sells most from one day to another (AWD-10)."""

from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.consultants.awards.contest import Entrant, contest, span_of
from clubsales.consultants.credits.rules import Share
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.consultants.books import Books

FIRST, LAST = date(2026, 3, 10), date(2026, 3, 12)
MONDAY = date(2026, 3, 9)


def short(board: tuple[Entrant, ...]) -> list[tuple[int | None, str, str]]:
    return [(one.rank, one.name, str(one.credit)) for one in board]


def test_money_counts_on_its_own_day_and_the_last_day_is_whole(books: Books) -> None:
    lin, zhou, ma = (consultant_of(one) for one in (books.cast.lin, books.cast.zhou, books.cast.ma))
    for who, amount, at in (
        (lin, "999.00", local(23, 59, day=9)),
        (lin, "100.00", local(0, day=10)),
        (zhou, "250.00", local(23, 59, day=12)),
        (zhou, "999.00", local(0, day=13)),
    ):
        sale = books.open(amount, shares=(Share(who, 10_000),))
        books.receive(sale, amount, at)
    early = books.open("80.00", shares=(Share(ma, 10_000),))
    books.receive(early, "80.00", local(10))
    books.refund(early, "30.00", local(10, day=11))
    inside, outside = contest(books.session, books.cast.club, FIRST, LAST)
    assert short(inside) == [(1, "周倩", "250.00"), (2, "林静", "100.00")]
    assert [one.team for one in inside] == ["一组", "一组"]
    assert short(outside) == [(None, "马超", "-30.00")]
    foreign, _outside = contest(books.session, books.cast.other_manager.club, FIRST, LAST)
    assert not any(one.credit for one in foreign)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-03-10", "2026-03-12", (FIRST, LAST)),
        ("2026-03-10", "2026-03-10", (FIRST, FIRST)),
        ("2026-03-12", "2026-03-10", (MONDAY, date(2026, 3, 15))),
        ("2026-03-01", "2027-03-01", (date(2026, 3, 1), date(2027, 3, 1))),
        ("2026-03-01", "2027-03-02", (MONDAY, date(2026, 3, 15))),
        ("x", "2026-03-10", (MONDAY, date(2026, 3, 15))),
        ("0001-01-01", "0001-01-02", (MONDAY, date(2026, 3, 15))),
        ("9999-12-30", "9999-12-31", (MONDAY, date(2026, 3, 15))),
        (None, None, (MONDAY, date(2026, 3, 15))),
    ],
)
def test_days_that_make_no_sense_are_the_present_week(
    first: str | None, last: str | None, days: tuple[date, date]
) -> None:
    assert span_of(first, last, date(2026, 3, 11)) == days


def test_everybody_reads_the_contest(client: FlaskClient, session: Session, cast: Cast, books: Books) -> None:
    let_in(session, cast.lin, cast.desk, at=local(9))
    books.receive(books.open("100.00", shares=(Share(consultant_of(cast.lin), 10_000),)), "100.00")
    session.commit()
    with time_machine.travel(local(14, day=11), tick=False):
        for who in ("linjing", "qiantai"):
            browser = Browser(client.application.test_client(), {"Accept-Language": "en"})
            assert browser.sign_in(who).status_code == 303
            page = browser.text("/ranking/contest?from=2026-03-09&to=2026-03-10")
            assert "¥100.00" in page
            assert "Over" in page
            assert ("You" in page) is (who == "linjing")
        assert "Contest between two days" in browser.text("/ranking")
