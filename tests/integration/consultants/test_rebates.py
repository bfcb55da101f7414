"""A rebate paid out is nobody's result (COM-08): the ledger, and the page it is entered on."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clubsales.audit import AuditEvent
from clubsales.clock import Instant
from clubsales.consultants.credits import closing
from clubsales.consultants.credits.models import CreditBasisRow, PostingRow
from clubsales.consultants.credits.rules import CreditRefused, Share
from clubsales.errors import Refused
from clubsales.ids import SaleID
from clubsales.membership.sales.models import SaleRow
from tests.builders import Cast, local, yuan
from tests.integration.auth.support import Browser, let_in
from tests.integration.consultants.books import MARCH, Books

APRIL = date(2026, 4, 1)
KEY = "rebate-key-1"


@pytest.fixture
def books(session: Session, cast: Cast) -> Books:
    return Books(session, cast)


@pytest.fixture
def sold(books: Books) -> SaleID:
    """X has 70 % and B 30 % of 3980, all paid on 9 March."""
    sale_id = books.open()
    books.receive(sale_id, "3980.00")
    return sale_id


@pytest.mark.parametrize(
    ("amount", "x", "b"), [("100.01", "2715.99", "1164.00"), ("3980.00", "0.00", "0.00")]
)
def test_a_rebate_takes_its_part_off_everybody(
    books: Books, sold: SaleID, amount: str, x: str, b: str
) -> None:
    books.rebate(sold, amount)
    assert (str(books.month(books.x)), str(books.month(books.b))) == (x, b)
    assert books.events() == ["credit:decided", "credit:rebated"]
    assert books.faults() == []


def test_more_than_the_club_kept_is_refused_and_nothing_moves(books: Books, sold: SaleID) -> None:
    books.refund(sold, "1000.00")
    books.rebate(sold, "2000.00")
    with pytest.raises(Refused) as refused:
        books.rebate(sold, "980.01")
    assert refused.value.refusal.code == CreditRefused.REBATE_ABOVE_RECEIVED
    books.rebate(sold, "980.00")
    assert books.month(books.x) == books.month(books.b) == yuan("0.00")


def test_nothing_paid_yet_is_refused(books: Books) -> None:
    with pytest.raises(Refused) as refused:
        books.rebate(books.open(), "1.00")
    assert refused.value.refusal.code == CreditRefused.NOT_OPENED


def test_a_sale_given_back_whole_is_nobodys_loss_whatever_was_paid_out(books: Books, sold: SaleID) -> None:
    books.rebate(sold, "100.00")
    books.refund(sold, "3980.00")
    assert books.month(books.x) == books.month(books.b) == yuan("0.00")
    assert books.faults() == []


def test_the_odd_cents_of_a_refund_and_a_rebate_cancel_out(books: Books) -> None:
    sale_id = books.open("0.02")
    books.receive(sale_id, "0.02")
    books.refund(sale_id, "0.01")
    books.rebate(sale_id, "0.01")
    assert books.month(books.x) == books.month(books.b) == yuan("0.00")
    assert books.faults() == []


def test_after_the_close_it_falls_in_the_next_month(books: Books, sold: SaleID) -> None:
    before = books.month(books.b)
    closing.close_month(
        books.session, month=MARCH, digest="0" * 64, actor=books.cast.manager, at=local(9, day=1, month=4)
    )
    books.rebate(sold, "1000.00", local(23, day=31))
    assert books.month(books.b) == before
    assert books.month(books.b, APRIL) == yuan("-300.00")


def test_while_a_dispute_runs_it_waits_with_the_rest(books: Books, sold: SaleID) -> None:
    books.hold(sold)
    books.rebate(sold, "1000.00")
    assert books.month(books.b) == yuan("0.00")
    books.rule(sold, (Share(books.b, 10_000),))
    assert books.month(books.b) == yuan("2980.00")


def test_the_checks_see_a_head_that_paid_out_more_than_came_in(books: Books, sold: SaleID) -> None:
    books.session.execute(
        sa.update(CreditBasisRow).where(CreditBasisRow.sale_id == sold).values(rebated_minor=398_001)
    )
    assert f"Sale {sold}: 3980.01 paid out again of 3980.00 received." in books.faults()


@pytest.fixture
def at_noon() -> Iterator[Instant]:
    with time_machine.travel(local(12), tick=True):
        yield local(12)


@pytest.fixture
def finance(books: Books, client: FlaskClient, at_noon: Instant) -> Browser:
    return signed_in(books, client, "finance", "caiwu")


def signed_in(books: Books, client: FlaskClient, who: str, username: str) -> Browser:
    let_in(books.session, getattr(books.cast, who), at=local(11))
    browser = Browser(client.application.test_client(), {"Accept-Language": "en"})
    assert browser.sign_in(username).status_code == 303
    return browser


def address(books: Books, sale_id: SaleID) -> str:
    books.session.commit()
    public_id = books.session.scalar(sa.select(SaleRow.public_id).where(SaleRow.id == sale_id))
    return f"/credit/sales/{public_id}"


def paid_out(books: Books) -> int:
    books.session.expire_all()
    found = sa.select(sa.func.coalesce(sa.func.sum(PostingRow.amount_minor), 0))
    return int(books.session.scalars(found.where(PostingRow.cause == "rebate")).one())


def test_the_ledger_tells_of_a_rebate_with_what_it_was_for(
    books: Books, sold: SaleID, finance: Browser
) -> None:
    page = address(books, sold)
    assert f'href="{page}/rebate"' in finance.text(page)
    answers = [
        finance.post(
            f"{page}/rebate",
            page=f"{page}/rebate",
            amount="100",
            note="Introduced by a member",
            submission_key=KEY,
        )
        for _twice in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert paid_out(books) == -10_000, "pressed twice, it is one"
    ledger = finance.text(page)
    for words in (
        "Rebate paid out",
        "Introduced by a member",
        "-¥70.00",
        "-¥30.00",
        "COM-08",
        "Rebates paid out",
    ):
        assert words in ledger
    assert books.session.scalar(sa.select(AuditEvent.tag).where(AuditEvent.tag == "credit:rebated"))
    assert "Rebate paid out" in finance.text("/credit/month.csv?month=2026-03")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"amount": "3980.01"}, "is more than the club has kept"),
        ({"amount": "0"}, "Enter more than nothing"),
        ({"amount": "-1"}, "Enter an amount such as"),
        ({"amount": ""}, "Enter the amount"),
        ({"note": " "}, "Say what it was paid for"),
        ({"note": "x" * 41}, "At most 40 characters"),
    ],
)
def test_what_was_typed_wrongly_is_said_at_its_field(
    books: Books, sold: SaleID, finance: Browser, wrong: dict[str, str], words: str
) -> None:
    page = f"{address(books, sold)}/rebate"
    fields = {"amount": "100", "note": "Brought a friend", "submission_key": KEY, **wrong}
    answer = finance.post(page, page=page, **fields)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert paid_out(books) == 0


def test_only_who_refunds_enters_rebates_and_only_of_his_club(
    books: Books, sold: SaleID, client: FlaskClient, at_noon: Instant
) -> None:
    page = address(books, sold)
    lin = signed_in(books, client, "lin", "linjing")
    assert f'href="{page}/rebate"' not in lin.text(page)
    assert lin.get(f"{page}/rebate").status_code == 403
    books.session.execute(sa.update(SaleRow).where(SaleRow.id == sold).values(club_id=other_club(books)))
    books.session.commit()
    assert signed_in(books, client, "finance", "caiwu").get(f"{page}/rebate").status_code == 404


def other_club(books: Books) -> int:
    return books.cast.other_manager.club.id
