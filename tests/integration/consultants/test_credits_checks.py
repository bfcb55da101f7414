import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.consultants.credits.models import CreditBasisRow, PostingRow
from clubsales.consultants.credits.rules import Share
from clubsales.ids import SaleID
from clubsales.leads.disputes.models import DisputeRow
from tests.builders import Cast, local
from tests.integration.consultants.books import Books


def test_the_checks_find_a_head_that_was_tampered_with(session: Session, cast: Cast) -> None:
    books = Books(session, cast)
    sale_id = books.open()
    books.receive(sale_id, "100.00")
    assert books.faults() == []
    session.execute(sa.update(CreditBasisRow).values(refunded_minor=CreditBasisRow.received_minor))
    faults = books.faults()
    assert any("its head says nothing" in fault for fault in faults)
    assert any("is refunded in full" in fault for fault in faults)


def test_the_checks_find_shares_that_are_no_whole(session: Session, cast: Cast) -> None:
    books = Books(session, cast)
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "100.00")
    session.execute(sa.update(CreditBasisRow).values(shares=[[books.b, 9_999]]))
    assert books.faults() == [f"Sale {sale_id}: the shares do not add up to 10000 basis points."]


def a_line(books: Books, sale_id: SaleID, **changes: object) -> None:
    """A posting that somebody wrote by hand: nothing stops what only adds to the ledger."""
    columns = [column for column in PostingRow.__table__.columns if column.name != "id"]
    last = books.session.execute(
        sa.select(*columns).where(PostingRow.sale_id == sale_id).order_by(PostingRow.sequence.desc()).limit(1)
    ).one()
    values = {**last._mapping, "sequence": last.sequence + 1, **changes}
    books.session.execute(sa.insert(PostingRow).values(**values))


def a_dispute(books: Books, sale_id: SaleID) -> None:
    """A case that runs, as far as the ledger knows one."""
    books.session.add(
        DisputeRow(
            club_id=books.cast.club.id,
            sale_id=sale_id,
            opened_by=books.x,
            opened_at=local(11),
            opened_day=local(11).date(),
            proposal={},
            rule="DSP-03",
            sides="outside-inside",
            policy_version_id=books.policy_version_id,
        )
    )
    books.session.flush()


@pytest.fixture
def tampered(session: Session, cast: Cast) -> tuple[Books, SaleID]:
    """A sale of 100.00, whose ledger a test is about to spoil."""
    books = Books(session, cast)
    sale_id = books.open(shares=(Share(books.b, 10_000),))
    books.receive(sale_id, "100.00")
    assert books.faults() == []
    return books, sale_id


Tampered = tuple[Books, SaleID]


def test_the_checks_find_credit_held_for_nothing(tampered: Tampered) -> None:
    books, sale_id = tampered
    books.hold(sale_id)
    assert books.faults() == [f"Sale {sale_id} is held, but no dispute over it runs."]
    a_dispute(books, sale_id)
    assert books.faults() == []


def test_the_checks_find_disputed_credit_that_is_not_held(tampered: Tampered) -> None:
    books, sale_id = tampered
    a_dispute(books, sale_id)
    assert books.faults() == [f"Sale {sale_id} is disputed, but its credit is not held."]


def test_the_checks_find_held_credit_that_still_stands(tampered: Tampered) -> None:
    books, sale_id = tampered
    books.hold(sale_id)
    a_dispute(books, sale_id)
    a_line(books, sale_id, amount_minor=1, cause="receipt")
    assert f"Sale {sale_id} is held, but {books.b} 0.01 is still booked." in books.faults()


def test_the_checks_find_a_hold_that_left_something(tampered: Tampered) -> None:
    books, sale_id = tampered
    a_line(books, sale_id, amount_minor=-9_999, cause="dispute", rule="DSP-10")
    a_line(books, sale_id, amount_minor=9_999, cause="ruling", rule="DSP-10")
    assert f"Sale {sale_id}: a dispute left credit in the ledger." in books.faults()


def test_the_checks_find_an_argument_under_another_rule(tampered: Tampered) -> None:
    books, sale_id = tampered
    a_line(books, sale_id, amount_minor=-10_000, cause="dispute")
    a_line(books, sale_id, amount_minor=10_000, cause="ruling", rule="DSP-10")
    assert books.faults() == [
        f"Sale {sale_id}: posting 2 is a dispute's, but not by DSP-10.",
        f"Sale {sale_id} was ruled on, but its head does not say so.",
    ]


def test_the_checks_find_a_line_that_was_taken_out(tampered: Tampered) -> None:
    books, sale_id = tampered
    a_line(books, sale_id, sequence=3, amount_minor=1)
    assert f"Sale {sale_id}: 2 postings are numbered 1 to 3." in books.faults()


def test_the_checks_find_postings_without_a_decision(tampered: Tampered) -> None:
    books, sale_id = tampered
    books.session.execute(sa.delete(CreditBasisRow))
    assert books.faults() == [
        f"Sale {sale_id} has postings, but no decision of this club and currency whose credit it is."
    ]
