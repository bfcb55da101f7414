from datetime import date

import pytest

from clubsales.consultants.credits import months, queries
from clubsales.consultants.credits.rules import Share
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import Refused
from tests.builders import consultant_of, local, yuan
from tests.integration.consultants.books import MARCH, RULING, STEPS, Books
from tests.statements import statements


def test_a_dispute_takes_the_credit_out_and_a_ruling_posts_it(books: Books) -> None:
    """DSP-10, AMB-12: each in the month of its own line, under its own rule and reason."""
    april = date(2026, 4, 1)
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "3980.00")
    books.hold(sale_id, local(12, day=31))
    assert books.month(books.b) == yuan("0.00")
    books.rule(sale_id, (Share(books.x, 7000), Share(books.b, 3000)), local(10, day=2, month=4))
    assert books.lines(sale_id) == [
        (books.b, "3980.00"),
        (books.b, "-3980.00"),
        (books.x, "2786.00"),
        (books.b, "1194.00"),
    ]
    told = [
        (line.rule, line.cause, line.reference, line.month, line.reason.code)
        for line in queries.postings_of_sale(books.session, books.cast.club.id, sale_id)
    ]
    assert told == [
        ("DSP-03", "receipt", "payment", MARCH, "attribution.receiver"),
        ("DSP-10", "dispute", "case", MARCH, "dispute.opened"),
        ("DSP-10", "ruling", "case", april, "dispute.confirmed"),
        ("DSP-10", "ruling", "case", april, "dispute.confirmed"),
    ]
    assert (books.month(books.b), books.month(books.b, april)) == (yuan("0.00"), yuan("1194.00"))
    taken_out = months.day_credit(books.session, books.cast.club, date(2026, 3, 31))
    assert (str(taken_out.total), str(taken_out.disputed)) == ("-3980.00", "-3980.00")
    put_back = months.day_credit(books.session, books.cast.club, date(2026, 4, 2))
    assert (str(put_back.total), str(put_back.disputed)) == ("3980.00", "3980.00")


def test_while_credit_is_held_money_moves_and_nothing_is_posted(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "1000.01")
    books.hold(sale_id)
    posted = books.lines(sale_id)
    books.receive(sale_id, "2979.99")
    books.refund(sale_id, "0.05")
    assert books.lines(sale_id) == posted
    credit = queries.credit_of_sale(books.session, books.cast.club.id, sale_id)
    assert credit is not None
    assert credit.held
    assert [str(share.credit) for share in credit.shares] == ["0.00", "0.00"]
    books.rule(sale_id)
    assert books.lines(sale_id)[-2:] == [(books.x, "2785.96"), (books.b, "1193.99")]


def test_what_follows_a_ruling_follows_its_rule_and_its_split(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "1000.00")
    books.hold(sale_id)
    books.rule(sale_id, (Share(books.b, 10_000), Share(books.x, 0)))
    books.receive(sale_id, "2980.00")
    books.refund(sale_id, "3980.00")
    lines = queries.postings_of_sale(books.session, books.cast.club.id, sale_id)[-2:]
    assert [(line.consultant_id, line.rule, line.cause, str(line.amount)) for line in lines] == [
        (books.b, "DSP-10", "receipt", "2980.00"),
        (books.b, "DSP-10", "refund", "-3980.00"),
    ]
    assert lines[0].reason == RULING
    stored = queries.stored_head(books.session, books.cast.club.id, sale_id)
    assert stored is not None
    assert stored.head.shares == (Share(books.b, 10_000),)  # nothing is no share


def test_a_confirmation_moves_no_cent(books: Books) -> None:
    """The odd cent stays with the first of the shares that stood, which are ruled on under DSP-10 from now on."""
    sale_id = books.open("100.10", shares=(Share(books.x, 5000), Share(books.b, 5000)))
    books.receive(sale_id, "50.05")
    books.hold(sale_id)
    books.rule(sale_id)
    books.receive(sale_id, "50.05")
    assert books.lines(sale_id) == [
        (books.x, "25.03"),
        (books.b, "25.02"),
        (books.x, "-25.03"),
        (books.b, "-25.02"),
        (books.x, "25.03"),
        (books.b, "25.02"),
        (books.x, "25.02"),
        (books.b, "25.03"),
    ]


def test_a_ruled_split_has_its_own_order_of_odd_cents(books: Books) -> None:
    sale_id = books.open("100.05", shares=(Share(books.x, 5000), Share(books.b, 5000)))
    books.receive(sale_id, "100.05")
    books.hold(sale_id)
    books.rule(sale_id, (Share(books.b, 5000), Share(books.x, 5000)))
    assert books.lines(sale_id)[-2:] == [(books.b, "50.03"), (books.x, "50.02")]


def test_a_contract_credited_whole_comes_back_whole(books: Books) -> None:
    sale_id = books.open(basis="contract_at_first_receipt")
    books.receive(sale_id, "200.00")
    books.hold(sale_id)
    books.refund(sale_id, "50.00")
    books.rule(sale_id, (Share(None, 10_000),))
    assert books.lines(sale_id)[2:] == [(books.x, "-2786.00"), (books.b, "-1194.00"), (None, "3930.00")]


def test_what_is_held_stays_held_and_what_is_ruled_stays_ruled(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "100.00")
    for _twice in range(2):
        books.hold(sale_id)
    assert len(books.lines(sale_id)) == 4
    for _twice in range(2):
        books.rule(sale_id)
    assert len(books.lines(sale_id)) == 6
    assert books.events() == ["credit:decided", "credit:held", "credit:reallocated", "credit:reallocated"]


def test_nothing_is_held_or_ruled_before_the_first_receipt(books: Books) -> None:
    sale_id = books.open()
    for move in (books.hold, books.rule):
        with pytest.raises(Refused) as refused:
            move(sale_id)
        assert refused.value.code == "credit.not_opened"


def test_shares_that_are_no_whole_are_no_ruling(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "100.00")
    books.hold(sale_id)
    for shares in [(Share(books.x, 9_999),), (Share(books.x, 12_000), Share(books.b, -2_000))]:
        with pytest.raises(ValueError, match="add up"):
            books.rule(sale_id, shares)
    books.rule(sale_id)


def test_the_working_of_the_rules_is_kept_through_a_ruling(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "100.00")
    books.hold(sale_id)
    books.rule(sale_id, (Share(None, 10_000),))
    credit = queries.credit_of_sale(books.session, books.cast.club.id, sale_id)
    assert credit is not None
    assert (credit.rule, credit.reason, credit.working) == ("DSP-10", RULING, STEPS)


def test_holding_and_ruling_take_few_statements(books: Books) -> None:
    sale_id = books.open()
    books.receive(sale_id, "200.00")
    books.session.flush()
    for move in (books.hold, books.rule):
        with statements() as sent:
            move(sale_id)
        assert [each.split()[0] for each in sent] == ["UPDATE", "SELECT", "INSERT", "INSERT"]


def test_what_is_held_is_out_of_the_ranking_until_it_is_ruled(books: Books) -> None:
    """Credit and count leave the month of the hold and come in the month of the ruling; what was closed stays."""
    may = date(2026, 5, 1)
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "3980.00")
    books.hold(sale_id, local(10, day=2, month=4))
    books.rule(sale_id, (Share(consultant_of(books.cast.zhou), 10_000),), local(10, day=3, month=5))
    kept = {
        month: [
            (row.name, str(row.credit), row.sales_count)
            for row in months.month_ranking(books.session, books.cast.club.id, month, Kind.INSIDE)
        ]
        for month in (MARCH, date(2026, 4, 1), may)
    }
    assert kept == {
        MARCH: [("林静", "3980.00", 1), ("周倩", "0.00", 0)],
        date(2026, 4, 1): [("周倩", "0.00", 0), ("林静", "-3980.00", -1)],
        may: [("周倩", "3980.00", 1), ("林静", "0.00", 0)],
    }
