"""Instalments: agreed, paid in order, reminded of, late, confirmed; what was collected (RCV-02 to RCV-06)."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import jobs
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.errors import Refused
from clubsales.ids import SaleID
from clubsales.leads.followups.queries import FOLLOW_UP
from clubsales.leads.people import operations as people
from clubsales.membership.payments.rules import Method
from clubsales.membership.receivables import operations, queries, reminding
from clubsales.membership.receivables.queries import Receivable
from clubsales.membership.receivables.rules import Part, ReceivableRefused, Standing
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales.rules import ClosedAs, SaleKind, SaleRefused
from tests.builders import Cast, consultant_of, local, yuan

AT = local(14)
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


class Books:
    """A sale of Lin's with money down, and whoever works on what is open."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast = session, cast
        person = people.find_or_add(session, e164="+8613800138000", name="陈晨", actor=cast.lin, at=AT)
        self.sale = sales.open_sale(
            session,
            card_type_id=cast.annual.id,
            price=None,
            kind=SaleKind.NEW,
            person_id=person,
            consultant_id=consultant_of(cast.lin),
            actor=cast.lin,
            at=AT,
        )
        self.pays("980.00")

    def pays(self, amount: str, at: Instant = AT) -> None:
        sales.book_receipt(
            self.session,
            sale_id=self.sale,
            amount=yuan(amount),
            method=Method.CASH,
            actor=self.cast.finance,
            at=at,
        )

    def agree(self, *parts: tuple[int, str], actor: Actor | None = None, at: Instant = AT) -> None:
        operations.agree(
            self.session,
            sale_id=self.sale,
            parts=[Part(date(2026, 3, day), yuan(amount)) for day, amount in parts],
            actor=actor or self.cast.lin,
            at=at,
        )

    def view(self, day: int = 9) -> Receivable:
        found = queries.of_sale(self.session, self.cast.club, self.sale, date(2026, 3, day))
        assert found is not None
        return found

    def ledger(self, day: int = 9) -> list[SaleID]:
        lines = queries.ledger(self.session, self.cast.club, date(2026, 3, day))
        return [line.sale_id for line in lines]


@pytest.fixture
def books(session: Session, cast: Cast) -> Books:
    return Books(session, cast)


def test_a_part_paid_sale_is_in_the_ledger_with_or_without_days(books: Books) -> None:
    """RCV-02."""
    assert books.ledger() == [books.sale]
    assert books.view().following is None
    books.agree((12, "1000.00"), (20, "2000.00"))
    assert books.ledger() == [books.sale]
    following = books.view().following
    assert following is not None
    assert following.standing.part.due_on == date(2026, 3, 12)


def test_an_offer_nobody_paid_is_not(books: Books, cast: Cast, session: Session) -> None:
    sales.open_sale(
        session,
        card_type_id=cast.annual.id,
        price=None,
        kind=SaleKind.NEW,
        consultant_id=None,
        actor=cast.lin,
        at=AT,
    )
    assert books.ledger() == [books.sale]


def test_money_pays_the_parts_in_order_until_nothing_is_open(books: Books) -> None:
    books.agree((12, "1000.00"), (20, "2000.00"))
    books.pays("1500.00", local(15))
    assert [str(part.standing.paid) for part in books.view().parts] == ["1000.00", "500.00"]
    books.pays("1500.00", local(16))
    assert books.ledger() == []


def test_a_plan_is_replaced_whole(books: Books) -> None:
    books.agree((12, "1000.00"), (20, "2000.00"))
    books.pays("1000.00", local(15))
    books.agree((25, "2000.00"), at=local(16))
    assert [(part.standing.part.due_on.day, str(part.standing.paid)) for part in books.view().parts] == [
        (25, "0.00")
    ]


def test_the_sum_is_what_is_open(books: Books) -> None:
    with pytest.raises(Refused, match=ReceivableRefused.SUM):
        books.agree((12, "1000.00"))


def test_only_whose_sale_it_is_and_those_above_agree(books: Books, cast: Cast) -> None:
    with pytest.raises(Refused, match=ReceivableRefused.NOT_YOURS):
        books.agree((12, "3000.00"), actor=cast.zhou)
    books.agree((12, "3000.00"), actor=cast.desk)


def test_what_is_late_comes_first(books: Books, cast: Cast, session: Session) -> None:
    books.agree((20, "3000.00"))
    other = Books.__new__(Books)
    other.session, other.cast = session, cast
    other.sale = sales.open_sale(
        session,
        card_type_id=cast.visits.id,
        price=None,
        kind=SaleKind.NEW,
        consultant_id=consultant_of(cast.zhou),
        actor=cast.zhou,
        at=AT,
    )
    other.agree((10, "1500.00"), actor=cast.zhou)
    assert books.ledger(day=15) == [other.sale, books.sale]
    assert (other.view(15).overdue, books.view(15).overdue) == (yuan("1500.00"), yuan("0.00"))
    mine = queries.ledger(session, cast.club, date(2026, 3, 15), consultant_id=consultant_of(cast.lin))
    assert [line.sale_id for line in mine] == [books.sale]


def test_closed_and_given_back_sales_owe_nothing(books: Books, cast: Cast, session: Session) -> None:
    books.agree((12, "3000.00"))
    sales.refund(session, sale_id=books.sale, amount=None, actor=cast.finance, at=local(15))
    assert (books.ledger(), books.view(13).late) == ([], ())
    with pytest.raises(Refused, match=ReceivableRefused.NOTHING_DUE):
        books.agree((12, "3000.00"))
    sales.close_sale(
        session, sale_id=books.sale, closed_as=ClosedAs.GIVEN_UP, actor=cast.manager, at=local(16)
    )
    with pytest.raises(Refused, match=SaleRefused.CLOSED):
        books.agree((12, "3000.00"))


def test_whoever_sold_is_reminded_on_the_day_and_once_when_late(
    books: Books, session: Session, cast: Cast
) -> None:
    books.agree((12, "1000.00"), (20, "2000.00"))

    def steps() -> list[str]:
        statement = (
            sa.select(FOLLOW_UP.c.what)
            .where(FOLLOW_UP.c.consultant_id == consultant_of(cast.lin))
            .order_by(FOLLOW_UP.c.id)
        )
        return list(session.scalars(statement))

    for day, hour, told in ((11, 9, 0), (12, 9, 1), (12, 18, 0), (13, 9, 1), (14, 9, 0)):
        assert reminding.remind(session, actor=cast.system, at=local(hour, day=day)) == told, day
    assert len(steps()) == 2
    books.pays("1000.00", local(10, day=14))
    assert reminding.remind(session, actor=cast.system, at=local(9, day=15)) == 0
    assert books.view(15).parts[0].standing.standing is Standing.PAID


def test_the_worker_reminds(books: Books, session: Session) -> None:
    books.agree((9, "3000.00"))
    session.commit()
    jobs.remind_of_instalments(local(15))
    assert books.view().parts[0].reminded_at == local(15)


def test_a_manager_confirms_arrears(books: Books, cast: Cast, session: Session) -> None:
    """RCV-04."""
    books.agree((12, "1000.00"), (20, "2000.00"))
    with pytest.raises(Refused, match=ReceivableRefused.NOT_LATE):
        operations.confirm_arrears(session, sale_id=books.sale, actor=cast.manager, at=local(9, day=12))
    with pytest.raises(Refused, match=ReceivableRefused.ROLE):
        operations.confirm_arrears(session, sale_id=books.sale, actor=cast.lin, at=local(9, day=13))
    operations.confirm_arrears(session, sale_id=books.sale, actor=cast.manager, at=local(9, day=13))
    view = books.view(13)
    assert view.is_confirmed
    assert not books.view(21).is_confirmed  # a second part is late by then
    assert view.late[0].confirmed_by == cast.manager.name
    with pytest.raises(Refused, match=ReceivableRefused.NOT_LATE):
        operations.confirm_arrears(session, sale_id=books.sale, actor=cast.director, at=local(9, day=14))
    operations.confirm_arrears(session, sale_id=books.sale, actor=cast.director, at=local(9, day=21))
    assert [part.confirmed_by for part in books.view(21).late] == [cast.manager.name, cast.director.name]


def test_what_was_collected_of_what_was_due(books: Books, session: Session, cast: Cast) -> None:
    """RCV-05."""
    books.agree((12, "1000.00"), (20, "2000.00"))
    books.pays("1600.00", local(15))
    (line,) = queries.collection(session, cast.club, first=MARCH[0], last=MARCH[1], today=date(2026, 3, 31))
    assert line.name == cast.lin.name
    assert (line.collection.due, line.collection.collected) == (yuan("3000.00"), yuan("1600.00"))
    assert line.collection.rate_bp == 5333
    (until,) = queries.collection(
        session, cast.club, first=MARCH[0], last=date(2026, 3, 15), today=date(2026, 3, 15)
    )
    assert until.collection.rate_bp == 10000
    for last, due in ((19, "1000.00"), (20, "3000.00")):  # a month's last day is in it
        (line,) = queries.collection(
            session, cast.club, first=MARCH[0], last=date(2026, 3, last), today=date(2026, 3, 31)
        )
        assert line.collection.due == yuan(due)


def test_another_clubs_sale_is_not_found(books: Books, cast: Cast, session: Session) -> None:
    assert queries.of_sale(session, cast.foreign_club, books.sale, date(2026, 3, 9)) is None
