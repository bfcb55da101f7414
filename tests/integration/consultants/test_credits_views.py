"""The pages of the ledger: my credit, everybody's, and the story of one sale."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles import queries as profiles
from clubsales.ids import SaleID
from clubsales.leads.disputes import deciding
from clubsales.leads.disputes import operations as disputes
from clubsales.leads.followups import operations as followups
from clubsales.leads.followups.rules import Channel, ContactOutcome
from clubsales.membership.sales.models import SaleRow
from tests.builders import Cast, consultant_of, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.consultants.books import Books
from tests.integration.leads.support import a_lead

USERNAMES = {
    "lin": "linjing",
    "zhou": "zhouqian",
    "ma": "machao",
    "manager": "wujingli",
    "director": "heqiang",
    "finance": "caiwu",
    "desk": "qiantai",
}
Window = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(local(14), tick=True):
        yield


@pytest.fixture
def window(client: FlaskClient, session: Session, cast: Cast) -> Window:
    """A browser of somebody of the cast, in English."""

    def open_window(who: str) -> Browser:
        let_in(session, getattr(cast, who), at=local(10))
        browser = Browser(client.application.test_client(), {"Accept-Language": "en"})
        assert browser.sign_in(USERNAMES[who]).status_code == 303
        return browser

    return open_window


def address_of(books: Books, sale_id: SaleID) -> str:
    public_id = books.session.scalar(sa.select(SaleRow.public_id).where(SaleRow.id == sale_id))
    return f"/credit/sales/{public_id}"


def address(books: Books, who: Actor) -> str:
    return f"/credit/{profiles.get(books.session, books.cast.club.id, consultant_of(who)).public_id}"


def a_case(books: Books, sale_id: SaleID, by: Actor) -> str:
    """A dispute over a sale, opened by somebody who had called its buyer before."""
    person_id = a_lead(books.session, books.cast.desk, name="陈晨")
    books.session.execute(
        sa.update(SaleRow)
        .where(SaleRow.id == sale_id)
        .values(person_id=person_id, first_receipt_at=local(10), received_minor=398_000)
    )
    followups.log_contact(
        books.session,
        person_id=person_id,
        consultant_id=consultant_of(by),
        channel=Channel.CALL,
        outcome=ContactOutcome.ANSWERED,
        actor=by,
        at=local(9),
    )
    return disputes.open_dispute(
        books.session, sale_id=sale_id, consultant_id=consultant_of(by), actor=by, at=local(11)
    )


def is_ruled(books: Books, case: str, *shares: Share) -> None:
    deciding.rule(
        books.session,
        public_id=case,
        shares=shares,
        reason="谁跟进、谁接待，各有凭据。",
        actor=books.cast.manager,
        at=local(12),
    )


def test_my_credit_says_every_line_and_why(books: Books, window: Window) -> None:
    books.receive(books.open(), "3980.00")
    page = window("lin").text("/credit")
    assert "My credit" in page
    assert "¥1,194.00" in page
    assert "DSP-03" in page
    assert "¥2,786.00" not in page, "what is somebody else's is not on it"
    assert "of 2" in page, "the rank among the inside consultants"


def test_a_month_without_credit_says_where_it_comes_from(window: Window) -> None:
    page = window("zhou").text("/credit?month=2026-02")
    assert "No credit in this month yet" in page
    assert 'href="/sell"' in page


def test_what_a_dispute_holds_stands_apart_with_its_case(books: Books, window: Window) -> None:
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "3980.00")
    case = a_case(books, sale_id, books.cast.zhou)
    books.session.commit()
    page = window("lin").text("/credit")
    assert "Held by disputes" in page
    assert f'href="/disputes/{case}"' in page
    assert "-¥3,980.00" in page
    assert "陈晨" in page
    assert "Held by disputes" not in window("zhou").text("/credit"), "nothing of hers is held"
    assert "Held by disputes" in window("manager").text("/credit/everybody")


def test_who_oversees_credit_sees_everybodys_and_the_houses(books: Books, window: Window) -> None:
    books.receive(books.open(), "3980.00")
    books.receive(books.open("100.00", shares=(Share(None, 10_000),)), "100.00")
    director = window("director")
    page = director.text("/credit/everybody")
    assert "¥4,080.00" in page
    assert page.index("林静") < page.index("马超"), "inside before outside"
    assert address(books, books.cast.ma) in page
    assert "¥2,786.00" in director.text(address(books, books.cast.ma))
    assert "¥100.00" in director.text("/credit/house")


def test_a_manager_who_does_not_sell_reads_everybodys(books: Books, window: Window) -> None:
    assert window("manager").get("/credit").headers["Location"] == "/credit/everybody"


def test_nobody_reads_a_colleagues_credit(books: Books, window: Window) -> None:
    for page in (address(books, books.cast.lin), "/credit/everybody", "/credit/house", "/credit/month.csv"):
        assert window("zhou").get(page).status_code == 403
    assert window("desk").get("/credit").status_code == 403


def test_another_clubs_consultant_is_not_found(books: Books, window: Window) -> None:
    other = books.cast.other_manager
    found = profiles.of_account(books.session, other.club.id, other.account_id) if other.account_id else None
    unknown = found.public_id if found else "a2b3c4d5e6f7"
    assert window("manager").get(f"/credit/{unknown}").status_code == 404


def test_the_ledger_of_a_sale_tells_its_story(books: Books, window: Window) -> None:
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "3980.00")
    case = a_case(books, sale_id, books.cast.zhou)
    is_ruled(books, case, Share(books.x, 7000), Share(books.b, 3000))
    books.refund(sale_id, "0.05", local(13))
    books.session.commit()
    page = window("lin").text(address_of(books, sale_id))
    for line in ("¥3,980.00", "-¥3,980.00", "¥2,786.00", "¥1,194.00", "-¥0.04", "-¥0.01", "¥3,979.95"):
        assert line in page
    assert page.count(f'href="/disputes/{case}"') == 2, "the hold and the ruling"
    assert "How the rules came to it" in page
    assert "A decision has taken its place since" in page


def test_a_sales_ledger_is_for_who_has_to_do_with_its_credit(books: Books, window: Window) -> None:
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "3980.00")
    books.session.commit()
    page = address_of(books, sale_id)
    seen = {
        who: window(who).get(page).status_code for who in ("lin", "zhou", "ma", "finance", "desk", "director")
    }
    assert seen == {"lin": 200, "zhou": 404, "ma": 404, "finance": 200, "desk": 404, "director": 200}
    is_ruled(books, a_case(books, sale_id, books.cast.zhou), Share(books.x, 10_000))
    books.session.commit()
    assert window("zhou").get(page).status_code == 200, "who argued over it"
    assert window("lin").get(page).status_code == 200, "who had a share before"
    assert window("ma").get(page).status_code == 200, "who has one now"


def test_a_sale_without_money_has_no_credit_yet(books: Books, window: Window) -> None:
    sale_id = books.open()
    books.session.commit()
    assert "Nothing has been paid yet" in window("manager").text(address_of(books, sale_id))
    assert window("lin").get(address_of(books, sale_id)).status_code == 404


def test_a_long_month_is_read_page_by_page(books: Books, window: Window) -> None:
    sale_id = books.open("1000.00", shares=(Share(books.b, 10_000),))
    for _fen in range(51):
        books.receive(sale_id, "1.00")
    lin = window("lin")
    first = lin.text("/credit")
    assert first.count("¥1.00") == 50
    before = first.partition("before=")[2].partition('"')[0]
    assert before.endswith("-2")
    second = lin.text(f"/credit?before={before}")
    assert second.count("¥1.00") == 1
    assert "Newest" in second


@pytest.mark.parametrize(
    "query", ["month=2026-13", "month=1", "month=٢٠٢٦-03", "before=x", "before=a2b3c4d5e6f7-1"]
)
def test_what_cannot_be_is_not_found(books: Books, window: Window, query: str) -> None:
    assert window("lin").get(f"/credit?{query}").status_code == 404


def test_a_month_as_a_table(books: Books, window: Window) -> None:
    sale_id = books.open()
    books.receive(sale_id, "100.05")
    books.refund(sale_id, "0.05", local(13))
    answer = window("finance").get("/credit/month.csv?month=2026-03")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="credit-2026-03.csv"'
    lines = answer.get_data(as_text=True).removeprefix("\ufeff").split("\r\n")
    assert lines[0] == "Day,Time,Sale number,Card,Consultant,Amount,Posted because of,Rule,Reason"
    figures = [line.split(",")[5:8] for line in lines[1:-1]]
    assert ["马超" in line for line in lines[1:-1]] == [True, False, True, False]
    assert [line.rsplit(",", 4)[-4] for line in lines[1:-1]] == ["70.04", "30.01", "-0.04", "-0.01"], figures


def test_the_sale_sheet_leads_to_the_ledger(books: Books, window: Window) -> None:
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "3980.00")
    books.session.commit()
    ledger = address_of(books, sale_id)
    sheet = ledger.removeprefix("/credit")
    assert f'href="{ledger}"' in window("lin").text(sheet)
    assert f'href="{ledger}"' not in window("zhou").text(sheet)
    assert 'href="/credit"' in window("lin").text("/sales")
    assert 'href="/credit/everybody"' in window("director").text("/sales")
    assert 'href="/credit"' not in window("desk").text("/sales")
