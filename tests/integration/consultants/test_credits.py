from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from clubsales.consultants.credits import months, operations, queries
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import Refused
from tests.builders import Cast, consultant_of, local, yuan
from tests.integration.consultants.books import MARCH, Books
from tests.statements import statements


def test_a_receipt_is_split_and_explained(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "3980.00")
    assert books.lines(sale_id) == [(books.x, "2786.00"), (books.b, "1194.00")]
    line = queries.postings_of_sale(books.session, books.cast.club.id, sale_id)[0]
    assert (line.rule, line.cause, line.month, line.at) == ("DSP-03", "receipt", MARCH, local(10))
    assert line.reason.code == "attribution.receiver"
    credit = queries.credit_of_sale(books.session, books.cast.club.id, sale_id)
    assert credit is not None
    assert [(share.name, share.basis_points, str(share.credit)) for share in credit.shares] == [
        ("马超", 7000, "2786.00"),
        ("林静", 3000, "1194.00"),
    ]


def test_deciding_and_receiving_at_once_is_the_same_ledger(books: Books) -> None:
    sale_id = books.a_sale("3980.00")
    operations.open_with_receipt(
        books.session,
        sale_id=sale_id,
        contract=yuan("3980.00"),
        attribution=books.attribution(),
        basis="cash_received",
        amount=yuan("100.05"),
        reference="payment",
        policy_version_id=books.policy_version_id,
        actor=books.cast.desk,
        at=local(10),
    )
    books.receive(sale_id, "3879.95")
    books.refund(sale_id, "3980.00")
    assert books.lines(sale_id) == [
        (books.x, "70.04"),
        (books.b, "30.01"),
        (books.x, "2715.96"),
        (books.b, "1163.99"),
        (books.x, "-2786.00"),
        (books.b, "-1194.00"),
    ]


def test_a_receipt_costs_few_statements(books: Books) -> None:
    """A sale in one POST lives on this: deciding and posting is three, a later receipt three."""
    sale_id = books.a_sale("3980.00")
    with statements() as opening:
        operations.open_with_receipt(
            books.session,
            sale_id=sale_id,
            contract=yuan("3980.00"),
            attribution=books.attribution(),
            basis="cash_received",
            amount=yuan("200.00"),
            reference="payment",
            policy_version_id=books.policy_version_id,
            actor=books.cast.desk,
            at=local(10),
        )
    assert [each.split()[0] for each in opening] == ["INSERT"] * 3
    with statements() as receiving:
        books.receive(sale_id, "3780.00")
    assert [each.split()[0] for each in receiving] == ["UPDATE", "SELECT", "INSERT"]


@pytest.mark.parametrize(
    ("price", "refunds", "lines"),
    [
        ("3980.00", ["3980.00"], ["-2786.00", "-1194.00"]),
        ("3980.00", ["1000.01", "2979.99"], ["-700.01", "-300.00", "-2085.99", "-894.00"]),
        ("100.10", ["50.05", "50.05"], ["-35.04", "-15.01", "-35.03", "-15.02"]),
    ],
)
def test_refunds_reverse_cumulatively(books: Books, price: str, refunds: list[str], lines: list[str]) -> None:
    """SC-28 a, d, e."""
    sale_id = books.open(price)
    books.receive(sale_id, price)
    for refund in refunds:
        books.refund(sale_id, refund)
    assert [amount for _holder, amount in books.lines(sale_id)][2:] == lines
    assert all(books.month(consultant) == yuan("0.00") for consultant in (books.x, books.b))


def test_money_counts_in_the_month_it_came_or_went(books: Books) -> None:
    """SC-15 and SC-28 b: the club's own month, not UTC's."""
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "200.00", local(23, 50, day=31))
    books.receive(sale_id, "3780.00", local(0, 0, day=1, month=4))
    books.refund(sale_id, "3980.00", local(9, day=12, month=4))
    assert str(books.month(books.b)) == "200.00"
    assert str(books.month(books.b, date(2026, 4, 1))) == "-200.00"
    day = months.day_credit(books.session, books.cast.club, date(2026, 4, 1))
    assert (str(day.total), str(day.disputed)) == ("3780.00", "0.00")


def test_a_refund_beyond_what_came_in_is_refused(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "200.00")
    books.refund(sale_id, "150.00")
    with pytest.raises(Refused) as refused:
        books.refund(sale_id, "50.01")
    assert refused.value.code == "credit.above_received"
    books.refund(sale_id, "50.00")


def test_nothing_is_posted_before_somebody_decided_whose_it_is(books: Books) -> None:
    sale_id = books.a_sale("3980.00")
    with pytest.raises(Refused) as refused:
        books.receive(sale_id, "200.00")
    assert refused.value.code == "credit.not_opened"


def test_another_club_cannot_move_a_ledger(books: Books) -> None:
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "100.00")
    other = books.cast.other_manager
    moves: list[Callable[[], None]] = [
        lambda: operations.receive(
            books.session,
            sale_id=sale_id,
            amount=yuan("1.00"),
            reference="payment",
            actor=other,
            at=local(10),
        ),
        lambda: books.hold(sale_id, actor=other),
        lambda: books.rule(sale_id, actor=other),
    ]
    for move in moves:
        with pytest.raises(Refused) as refused:
            move()
        assert refused.value.code == "credit.not_opened"
    assert books.lines(sale_id) == [(books.b, "100.00")]


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_only_a_positive_amount_moves(books: Books, amount: str) -> None:
    sale_id = books.open()
    for move in (books.receive, books.refund):
        with pytest.raises(ValueError, match="positive"):
            move(sale_id, amount)


def test_a_contract_may_be_credited_whole_at_its_first_receipt(books: Books) -> None:
    sale_id = books.open(basis="contract_at_first_receipt")
    books.receive(sale_id, "200.00")
    books.receive(sale_id, "3780.00")
    books.refund(sale_id, "1000.01")
    assert books.lines(sale_id) == [
        (books.x, "2786.00"),
        (books.b, "1194.00"),
        (books.x, "-700.01"),
        (books.b, "-300.00"),
    ]


def test_the_house_keeps_what_is_nobodys(books: Books) -> None:
    sale_id = books.open(shares=(Share(None, 10_000),))
    books.receive(sale_id, "3980.00")
    books.refund(sale_id, "80.00")
    assert books.lines(sale_id) == [(None, "3980.00"), (None, "-80.00")]
    ranking = months.month_ranking(books.session, books.cast.club.id, MARCH, Kind.INSIDE)
    assert all(not row.credit for row in ranking)


def test_the_ranking_of_the_month(books: Books) -> None:
    zhou = consultant_of(books.cast.zhou)
    mine = books.open(shares=(Share(books.b, 10_000),))
    books.receive(mine, "3980.00")
    split = books.open("1000.00", shares=(Share(zhou, 6000), Share(books.b, 4000)))
    books.receive(split, "1000.00")
    april = books.open("500.00", shares=(Share(zhou, 10_000),))
    books.receive(april, "500.00", local(10, day=2, month=4))
    rows = months.month_ranking(books.session, books.cast.club.id, date(2026, 3, 20), Kind.INSIDE)
    assert [(row.rank, row.name, row.team, str(row.credit), row.sales_count) for row in rows] == [
        (1, "林静", "一组", "4380.00", 1),
        (2, "周倩", "一组", "600.00", 1),
    ]
    outside = months.month_ranking(books.session, books.cast.club.id, MARCH, Kind.OUTSIDE)
    assert [(row.rank, row.name, str(row.credit), row.sales_count) for row in outside] == [
        (None, "马超", "0.00", 0)
    ]


def test_nobody_is_ranked_before_anybody_has_sold(books: Books) -> None:
    """AMB-28: zero is no place, shared or not."""
    rows = months.month_ranking(books.session, books.cast.club.id, MARCH, Kind.INSIDE)
    assert [(row.rank, row.sales_count) for row in rows] == [(None, 0), (None, 0)]


def test_the_level_share_a_rank(books: Books) -> None:
    shares = (Share(consultant_of(books.cast.zhou), 5_000), Share(books.b, 5_000))
    books.receive(books.open(shares=shares), "100.00")
    rows = months.month_ranking(books.session, books.cast.club.id, MARCH, Kind.INSIDE)
    assert [(row.rank, row.sales_count) for row in rows] == [(1, 1), (1, 0)]


@pytest.mark.parametrize("change", ["UPDATE posting SET amount_minor = 1", "DELETE FROM posting"])
def test_postings_cannot_be_changed_by_hand(session: Session, cast: Cast, change: str) -> None:
    books = Books(session, cast)
    books.receive(books.open(), "100.00")
    with pytest.raises(DatabaseError):
        session.execute(sa.text(change))


def test_a_second_line_under_one_number_is_stopped(session: Session, cast: Cast) -> None:
    books = Books(session, cast)
    sale_id = books.open()
    books.receive(sale_id, "100.00")
    columns = [column for column in PostingRow.__table__.columns if column.name != "id"]
    line = session.execute(sa.select(*columns).where(PostingRow.sequence == 1)).one()
    with pytest.raises(DatabaseError):
        session.execute(sa.insert(PostingRow).values(**line._mapping))
