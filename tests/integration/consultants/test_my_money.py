"""Everybody sees his own money to the cent, with its reasons; takes it away as paper and table; answers a statement."""

import gzip
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine
import xlsxwriter
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from clubsales.consultants.statements import line_queries, reckoning
from clubsales.consultants.statements.frozen import StatementView
from clubsales.membership.sales.models import SaleLineRow
from clubsales.papers import render
from clubsales.papers.render import fonts_are_there
from clubsales.papers.tables import read_table
from tests.builders import Cast, local
from tests.integration.auth.support import TOKEN, Browser, let_in
from tests.integration.office.closing_support import APRIL, Months
from tests.statements import statements

USERNAMES = {
    "lin": "linjing",
    "zhou": "zhouqian",
    "ma": "machao",
    "supervisor": "sunzhu",
    "manager": "wujingli",
    "director": "heqiang",
    "finance": "caiwu",
    "desk": "qiantai",
    "other_manager": "biejia",
}
Window = Callable[[str], Browser]
IN_MARCH = local(14, day=20)
AFTER = local(10, month=4, day=3)
HEAVIEST = 15_000  # bytes of a page, compressed
STATEMENTS_OF_MY_MONEY = 37  # the last one: whether there is a case about oneself


@pytest.fixture
def march() -> Iterator[None]:
    with time_machine.travel(IN_MARCH, tick=False):
        yield


@pytest.fixture
def april() -> Iterator[None]:
    with time_machine.travel(AFTER, tick=False):
        yield


@pytest.fixture
def months(session: Session, cast: Cast) -> Months:
    return Months(session, cast)


@pytest.fixture
def window(client: FlaskClient, session: Session, cast: Cast) -> Window:
    """A browser of somebody of the cast, in English."""

    def open_window(who: str) -> Browser:
        let_in(session, getattr(cast, who), at=local(10))
        browser = Browser(client.application.test_client(), {"Accept-Language": "en"})
        assert browser.sign_in(USERNAMES[who]).status_code == 303
        return browser

    return open_window


@pytest.fixture
def closed(months: Months) -> StatementView:
    """March is closed; the statement is Lin's."""
    months.sale("58806.00", local(10), months.lin)
    months.sale("3980.00", local(11, day=28), months.lin)
    months.close(at=local(9, month=4, day=2))
    months.session.commit()
    return months.statement(months.lin)


def address(statement: StatementView, tail: str = "") -> str:
    return f"/money/statements/{statement.public_id}{tail}"


# The month so far


@pytest.mark.usefixtures("march")
def test_my_money_says_what_the_month_would_pay_and_why(months: Months, window: Window) -> None:
    months.sale("60796.00", local(10), months.lin)
    page = window("lin").text("/money")
    assert "¥60,796.00" in page
    assert "tier of 10 %" in page
    assert "¥6,079.60" in page
    assert "¥10,079.60" in page, "base pay of the rules' plan, and the commission"
    assert (
        "10 % is the tier that a credit of ¥60,796.00 reaches. Line by line that comes to ¥6,079.60." in page
    )
    assert "COM-03" in page
    assert 'href="/credit/sales/' in page


@pytest.mark.usefixtures("march")
def test_the_next_tier_and_one_sale_more_come_from_the_function_of_the_statement(
    months: Months, window: Window
) -> None:
    months.sale("56800.00", local(10), months.lin)
    lin = window("lin")
    page = lin.text("/money")
    found = reckoning.reckoning_of(
        months.session, months.cast.club, date(2026, 3, 1), months.lin, at=IN_MARCH
    )
    assert found is not None
    assert (found.reckoning.rate_bp, found.reckoning.commission_minor) == (800, 454_400)
    assert "¥3,200.00 more and the whole month moves from 8 % to 10 %: +¥1,456.00" in page
    tried = lin.text("/money?amount=3200")
    assert tried.count("+¥1,456.00") == 2
    assert "Then: ¥60,000.00, tier of 10 %, commission ¥6,000.00." in tried
    months.sale("3200.00", local(12), months.lin)
    months.session.commit()
    assert "¥6,000.00" in lin.text("/money")


@pytest.mark.usefixtures("march")
def test_a_sale_of_the_price_list_is_tried_by_its_own_price(months: Months, window: Window) -> None:
    lin = window("lin")
    page = lin.text(f"/money?card={months.cast.annual.public_id}&amount=")
    assert "¥3,980.00 more" in page
    unknown = lin.text(f"/money?card={'x' * 12}&amount=")
    assert 'role="status">' not in unknown.partition('id="one-more"')[2].partition("</form>")[0]


@pytest.mark.usefixtures("march")
def test_a_sale_that_cannot_be_tried_is_said_why(months: Months, window: Window) -> None:
    lin, annual = window("lin"), months.cast.annual.public_id
    for asked in ("amount=0", "amount=0.00", "card=&amount="):
        page = lin.text(f"/money?{asked}")
        assert "Choose what is sold, or enter an amount above zero." in page
        assert 'role="status">' not in page.partition('id="one-more"')[2].partition("</form>")[0]
    above = lin.text(f"/money?card={annual}&amount=3980.01")
    assert "The list price is ¥3,980.00: your part is no more than that." in above
    assert "3,980.01 more" not in above
    assert "¥3,980.00 more" in lin.text(f"/money?card={annual}&amount=3980")


@pytest.mark.usefixtures("march")
def test_a_month_without_credit_says_so_and_not_that_it_is_negative(
    months: Months, window: Window, session: Session
) -> None:
    lin = window("lin")
    page = lin.text("/money")
    assert "no credit, no commission" in page
    assert "comes to nothing, so there is no commission." in page
    assert "none below zero" not in page
    rank = page.partition("<dt>Rank</dt>")[2] or page.partition(">Rank<")[2]
    assert "–" in rank[:120], "nobody is first with nothing"
    assert "tier of" not in page
    months.close(at=local(9, month=4, day=2))
    session.commit()
    history = lin.text("/money/statements")
    assert "Credit ¥0.00, no commission" in history
    assert "tier of" not in history


@pytest.mark.usefixtures("march")
@pytest.mark.parametrize("typed", ["abc", "-5", "9" * 25, "3.1415", "%00", "１２３x"])
def test_an_amount_that_is_none_is_said_and_nothing_breaks(
    months: Months, window: Window, typed: str
) -> None:
    answer = window("lin").get(f"/money?amount={typed}")
    assert answer.status_code == 200
    assert "+¥" not in answer.get_data(as_text=True).partition("One sale more")[2][:2000]


@pytest.mark.usefixtures("march")
def test_one_sale_more_is_no_more_than_a_price_may_be(months: Months, window: Window) -> None:
    lin = window("lin")
    assert "too many digits" not in lin.text("/money?amount=1000000000")
    above = lin.text("/money?amount=1000000000.01")
    assert "This amount has too many digits. Check it." in above
    assert 'value="1000000000.01"' in above


@pytest.mark.usefixtures("march")
def test_commission_is_provisional_until_the_refund_window_closes(months: Months, window: Window) -> None:
    months.sale("30000.00", local(10), months.lin)
    months.sale("10000.00", local(10, day=18), months.lin)
    page = window("lin").text("/money")
    aside = page.partition("What is payable when")[2]
    assert "Mar 25, 2026" in aside
    safe, provisional = (aside.partition(label)[2].partition("</dd>")[0] for label in ("over", "still open"))
    assert ("¥2,400.00" in safe, "¥800.00" in provisional) == (True, True)


@pytest.mark.usefixtures("march")
def test_a_month_below_zero_pays_no_commission_and_says_what_is_carried(
    months: Months, window: Window
) -> None:
    sale = months.sale("3980.00", local(10, month=2, day=10), months.lin)
    months.close(date(2026, 2, 1), at=local(9, month=3, day=2))
    months.books.refund(sale, "3980.00", at=local(9, day=5))
    months.session.commit()
    page = window("lin").text("/money?amount=1000")
    assert "-¥3,980.00" in page
    assert "AMB-65" in page
    assert "¥1,000.00 more, and the month is still ¥2,980.00 below zero: no commission yet." in page


@pytest.mark.usefixtures("march")
def test_the_first_month_of_somebody_new_is_a_page_too(months: Months, window: Window) -> None:
    page = window("zhou").text("/money")
    assert "Base pay" in page
    assert "You have no statement yet" in page


@pytest.mark.usefixtures("march")
def test_whoever_is_paid_nothing_here_is_told_so(months: Months, window: Window) -> None:
    assert "Nothing is paid for this month yet" in window("desk").text("/money")


@pytest.mark.usefixtures("march")
@pytest.mark.parametrize("month", ["2026-04", "2026-13", "x", "2026-3", "%00"])
def test_a_month_that_is_none_or_to_come_is_not_there(months: Months, window: Window, month: str) -> None:
    assert window("lin").get(f"/money?month={month}").status_code == 404


@pytest.mark.usefixtures("april")
def test_a_closed_month_is_read_in_its_statement(closed: StatementView, window: Window) -> None:
    answer = window("lin").get("/money?month=2026-03")
    assert answer.headers["Location"] == address(closed)


@pytest.mark.usefixtures("april")
def test_my_money_is_light_and_asks_little(
    closed: StatementView, months: Months, client: FlaskClient, window: Window
) -> None:
    for day in (1, 2):
        for _each in range(20):
            months.sale("1000.00", local(8, month=4, day=day), months.lin)
    months.session.commit()
    lin = window("lin")
    lin.get("/money")
    with statements() as sent:
        answer = lin.get("/money?amount=500")
    assert len(sent) == STATEMENTS_OF_MY_MONEY, "\n".join(sent)
    assert len(gzip.compress(answer.data)) < HEAVIEST
    assert len(gzip.compress(lin.get(address(closed)).data)) < HEAVIEST


# Who sees what


@pytest.mark.usefixtures("april")
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lin", 200),
        ("zhou", 404),
        ("supervisor", 404),
        ("desk", 404),
        ("manager", 200),
        ("finance", 200),
        ("director", 200),
        ("other_manager", 404),
    ],
)
def test_a_statement_is_his_own_and_for_those_who_see_all(
    closed: StatementView, window: Window, who: str, status: int
) -> None:
    browser = window(who)
    for tail in ("", "/statement.xlsx", "/lines.csv"):
        assert browser.get(address(closed, tail)).status_code == status, tail
    if status == 404:
        assert browser.get(address(closed, "/statement.pdf")).status_code == 404


@pytest.mark.usefixtures("april")
def test_everybodys_statements_are_for_those_who_see_all(closed: StatementView, window: Window) -> None:
    assert window("lin").get("/money/everybody").status_code == 403
    page = window("manager").text("/money/everybody")
    assert "林静" in page
    assert "Not answered yet" in page


@pytest.mark.usefixtures("march")
def test_a_colleagues_money_is_for_those_who_see_all(months: Months, window: Window) -> None:
    public_id = queries_of(months)
    assert window("manager").get(f"/money/of/{public_id}").status_code == 200
    assert window("supervisor").get(f"/money/of/{public_id}").status_code == 403
    assert window("other_manager").get(f"/money/of/{public_id}").status_code == 404


def queries_of(months: Months) -> str:
    found = reckoning.reckoning_of(
        months.session, months.cast.club, date(2026, 3, 1), months.lin, at=IN_MARCH
    )
    assert found is not None
    months.session.commit()
    return found.gathered.person.public_id


# The statement


@pytest.mark.usefixtures("april")
def test_a_statement_tells_its_items_lines_plan_and_digest(
    closed: StatementView, months: Months, window: Window
) -> None:
    page = window("lin").text(address(closed))
    for told in (
        "¥6,278.60",
        "COM-03",
        "¥5,880.60",
        "¥398.00",
        "Apr 4, 2026",
        "Each rate is paid on the whole",
    ):
        assert told in page, told
    assert page.count('href="/credit/sales/') >= 2
    assert "Digest of the month" in page


@pytest.mark.usefixtures("april")
def test_what_came_late_is_linked_both_ways(closed: StatementView, months: Months, window: Window) -> None:
    sale = months.sale("1000.00", local(9, month=4, day=2), months.lin)
    first = line_queries.lines_of_statement(months.session, closed.id)[0].sale_id
    assert first is not None
    months.books.refund(first, "8000.00", at=local(9, month=4, day=3))
    months.close(APRIL, at=local(9, month=5, day=2))
    months.session.commit()
    assert sale
    later = months.statement(months.lin, APRIL)
    lin = window("lin")
    march = lin.text(address(closed))
    assert "Came after the close" in march
    assert address(later) in march
    april = lin.text(address(later))
    assert "Goes back to earlier months" in april
    assert address(closed) in april


@pytest.mark.usefixtures("april")
def test_a_statement_of_many_lines_is_read_page_by_page(months: Months, window: Window) -> None:
    for _each in range(60):
        months.sale("100.00", local(10), months.lin)
    months.close(at=local(9, month=4, day=2))
    months.session.commit()
    statement = months.statement(months.lin)
    lin = window("lin")
    assert "Page 1 of 2" in lin.text(address(statement))
    assert lin.text(address(statement) + "?page=2").count("payable from") == 10
    for wrong in ("0", "99999999", "x", "-1"):
        assert lin.get(address(statement) + f"?page={wrong}").status_code == 200


@pytest.mark.usefixtures("april")
@pytest.mark.skipif(not fonts_are_there(), reason="frontend/build.py has made no fonts")
def test_a_statement_is_a_pdf(closed: StatementView, window: Window) -> None:
    lin = window("lin")
    answer = lin.get(address(closed, "/statement.pdf"))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert lin.get(address(closed, "/statement.pdf")).data == answer.data


@pytest.mark.usefixtures("april")
def test_without_fonts_the_page_says_to_print_and_the_door_says_why(
    closed: StatementView, window: Window, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(render, "FONTS", tmp_path)
    render._rendered.cache_clear()
    lin = window("lin")
    assert "Print the page instead" in lin.text(address(closed))
    answer = lin.get(address(closed, "/statement.pdf"))
    assert answer.status_code == 409
    assert "Print the page instead" in answer.get_data(as_text=True)


@pytest.mark.usefixtures("april")
def test_the_tables_of_a_statement_add_up(closed: StatementView, window: Window) -> None:
    lin = window("lin")
    csv = read_table(lin.get(address(closed, "/lines.csv")).data)
    assert csv[0][5] == "Credit"
    assert [row[5] for row in csv[1:]] == ["58806.00", "3980.00"]
    sheet = read_table(lin.get(address(closed, "/statement.xlsx")).data)
    amounts = [float(row[3]) for row in sheet[1:]]
    assert sum(amounts[:-1]) == pytest.approx(amounts[-1])
    with zipfile.ZipFile(io.BytesIO(lin.get(address(closed, "/statement.xlsx")).data)) as book:
        second = book.read("xl/worksheets/sheet2.xml").decode()
    rates = re.findall(r'<c r="[GH]2"([^>]*)>', second)
    assert len(rates) == 2
    assert not any('t="s"' in each for each in rates)  # figures one can reckon with, not words
    year = read_table(lin.get("/money/statements/year.csv?year=2026").data)
    assert year[-1][0] == "2026-03"
    assert float(year[-1][4]) == float(closed.pay.major)


@pytest.mark.usefixtures("april")
@pytest.mark.parametrize("year", ["", "26", "x", "20261"])
def test_a_year_that_is_none_is_not_there(closed: StatementView, window: Window, year: str) -> None:
    assert window("lin").get(f"/money/statements/year.csv?year={year}").status_code == 404


# What is said to it


def answer_to(browser: Browser, statement: StatementView, what: str, **fields: str) -> TestResponse:
    return browser.post(address(statement, f"/{what}"), page=address(statement), **fields)


@pytest.mark.usefixtures("april")
def test_a_statement_is_acknowledged_once(closed: StatementView, months: Months, window: Window) -> None:
    lin = window("lin")
    assert "Your statement of March 2026 is ready" in lin.text("/money")
    assert answer_to(lin, closed, "acknowledge").status_code == 303
    page = lin.text(address(closed))
    assert "Acknowledged" in page
    assert "I have read it and agree" not in page
    assert "is ready" not in lin.text("/money")
    answer_to(lin, closed, "acknowledge")
    assert "You have answered this statement already" in lin.text(address(closed))
    assert len(months.statement(months.lin).answers) == 1


@pytest.mark.usefixtures("april")
def test_an_objection_is_answered_by_the_manager_and_changes_nothing(
    closed: StatementView, months: Months, window: Window
) -> None:
    lin, manager = window("lin"), window("manager")
    assert answer_to(lin, closed, "object", words="三月二十八日那单应该是全额。").status_code == 303
    assert "三月二十八日那单应该是全额。" in manager.text(address(closed))
    assert manager.text("/money/everybody").index("林静") < manager.text("/money/everybody").index("周倩")
    assert answer_to(manager, closed, "confirm", words="看过了，四月补上。").status_code == 303
    page = lin.text(address(closed))
    assert "看过了，四月补上。" in page
    assert answer_to(lin, closed, "acknowledge").status_code == 303
    after = months.statement(months.lin)
    assert [answer.kind.value for answer in after.answers] == ["objected", "confirmed", "acknowledged"]
    assert (after.pay, after.items, after.document) == (closed.pay, closed.items, closed.document)


@pytest.mark.usefixtures("april")
def test_an_objection_sent_twice_is_one(closed: StatementView, months: Months, window: Window) -> None:
    lin = window("lin")
    key = {"words": "不对", "submission_key": "an-objection-of-mine"}
    assert [answer_to(lin, closed, "object", **key).status_code for _each in range(2)] == [303, 303]
    assert len(months.statement(months.lin).answers) == 1


@pytest.mark.usefixtures("april")
def test_an_objection_needs_words_and_comes_within_the_calendar(
    closed: StatementView, months: Months, window: Window
) -> None:
    lin = window("lin")
    answer_to(lin, closed, "object", words="   ")
    assert answer_to(lin, closed, "object", words="x" * 2001).status_code == 422
    with time_machine.travel(local(10, month=5, day=20), tick=False):
        later = window("lin")
        page = later.text(address(closed))
        assert "I do not agree" not in page
        assert "I have read it and agree" in page
    assert months.statement(months.lin).answers == ()


@pytest.mark.usefixtures("april")
@pytest.mark.parametrize(("who", "what", "status"), [("zhou", "confirm", 403), ("desk", "confirm", 403)])
def test_who_decides_nothing_answers_no_objection(
    closed: StatementView, window: Window, who: str, what: str, status: int
) -> None:
    assert window(who).post(address(closed, f"/{what}"), page="/money/list", words="x").status_code == status


@pytest.mark.usefixtures("april")
def test_nobody_acknowledges_anothers_statement(
    closed: StatementView, months: Months, window: Window
) -> None:
    for who in ("zhou", "manager", "other_manager"):
        window(who).post(address(closed, "/acknowledge"), page="/money/list")
        window(who).post(address(closed, "/object"), page="/money/list", words="x")
    assert months.statement(months.lin).answers == ()


# Compare with my list


def sent_list(browser: Browser, data: bytes, name: str = "list.csv", month: str = "2026-03") -> TestResponse:
    found = TOKEN.search(browser.text("/money/list"))
    assert found
    with browser.client.application.app_context():
        return browser.client.post(
            "/money/list",
            data={"csrf_token": found[1], "month": month, "file": (io.BytesIO(data), name)},
            headers=browser.headers,
            content_type="multipart/form-data",
        )


def booked(months: Months) -> list[str]:
    """Two sales of Lin's, by their numbers."""
    months.sale("58806.00", local(10), months.lin)
    months.sale("3980.00", local(11, day=12), months.ma, months.lin)
    months.session.commit()
    found = reckoning.reckoning_of(
        months.session, months.cast.club, date(2026, 3, 1), months.lin, at=IN_MARCH
    )
    assert found is not None
    rows = months.session.connection().exec_driver_sql("SELECT public_id FROM sale ORDER BY id").all()
    return [row[0] for row in rows]


@pytest.mark.usefixtures("march")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_my_list_is_put_beside_the_ledger(months: Months, window: Window, encoding: str) -> None:
    first, second = booked(months)
    text = f"三月业绩,,\n单号,日期,金额\n{first},3/9,58806\n{second},3月12日,3980\nzzzzzzzzzzzz,3/15,500\n合计,,63286\n"
    page = sent_list(window("lin"), text.encode(encoding)).get_data(as_text=True)
    assert "1 sale agrees" in page
    assert "You wrote down the whole sale" in page
    assert "you: ¥3,980.00, the ledger: ¥1,990.00" in page
    assert "Only on your list" in page
    assert "Left out as totals: Row 6" in page


@pytest.mark.usefixtures("march")
def test_a_workbook_is_read_too_and_what_is_missing_on_it_is_said(months: Months, window: Window) -> None:
    first, _second = booked(months)
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Sale no.", "Amount"])
    sheet.write_row(1, 0, [first, 58806])
    book.close()
    page = sent_list(window("lin"), made.getvalue(), "mine.xlsx").get_data(as_text=True)
    assert "Only in the ledger" in page
    assert "¥1,990.00" in page


@pytest.mark.usefixtures("march")
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "There is nothing in this file"),
        (b"x" * 950_000, "larger than 900 kB"),
        (b"PK\x03\x04 broken", "This is no table we can read"),
        ("你好,世界\n".encode(), "No sales could be found in this table"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_way_out(
    months: Months, window: Window, data: bytes, said: str
) -> None:
    answer = sent_list(window("lin"), data)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


@pytest.mark.usefixtures("march")
def test_nothing_of_a_list_is_kept_and_no_colleagues_sale_is_in_the_answer(
    months: Months, window: Window
) -> None:
    first, second = booked(months)
    zhou = window("zhou")
    text = f"单号,金额\n{first},58806\n{second},3980\n"
    page = sent_list(zhou, text.encode()).get_data(as_text=True)
    assert "sale agrees" not in page
    assert "年卡" not in page
    assert second not in zhou.text("/money/list")


@pytest.mark.usefixtures("march")
def test_a_list_is_for_whoever_sells_and_needs_a_file(months: Months, window: Window) -> None:
    browser = window("lin")
    answer = browser.post("/money/list", page="/money/list", month="2026-03")
    assert answer.status_code == 422
    assert "Choose your list first" in answer.get_data(as_text=True)


# What a sale of several lines is called


@pytest.mark.usefixtures("april")
def test_a_sale_of_several_lines_says_how_many_more(months: Months, window: Window) -> None:
    """Its first card alone would hide what else the money was for; the parts of a package are the package's."""
    sale_id = months.sale("5000.00", local(10), months.lin)
    for number, part_of in ((1, None), (2, None), (3, 2), (4, None)):
        months.session.add(
            SaleLineRow(
                sale_id=sale_id,
                line=number,
                part_of=part_of,
                card_type_id=months.cast.annual.id,
                name="年卡",
                name_en="Annual card",
                kind="term",
                list_price_minor=None,
                price_minor=500_000 if number == 1 else 0,
            )
        )
    months.sale("100.00", local(11), months.lin)
    months.session.commit()
    lin = window("lin")
    so_far = lin.text("/money?month=2026-03")
    assert so_far.count("年卡 and 2 more") == 1
    assert lin.text("/credit?month=2026-03").count("年卡 and 2 more") == 1
    months.close(at=local(9, month=4, day=2))
    months.session.commit()
    statement = months.statement(months.lin)
    assert lin.text(address(statement)).count("年卡 and 2 more") == 1
    names = [row[2] for row in read_table(lin.get(address(statement, "/lines.csv")).data)[1:]]
    assert names == ["年卡 and 2 more", "年卡"]
