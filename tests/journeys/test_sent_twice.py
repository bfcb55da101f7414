"""The same money form sent twice is one sale, one receipt, one refund, one rebate."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.consultants.credits.models import PostingRow
from clubsales.membership.payments.models import PaymentRow, RefundRow
from clubsales.membership.sales.models import SaleRow
from tests.journeys.doors import post_doors
from tests.journeys.lively import Lively
from tests.journeys.sending import Sender


def count(session: Session) -> tuple[int, int, int]:
    """Sales, payments, refunds."""
    tables = (SaleRow, PaymentRow, RefundRow)
    sales, payments, refunds = (
        session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables
    )
    return sales, payments, refunds


def test_each_money_form_counts_once(session: Session, sender: Sender, lively: Lively) -> None:
    more = {
        "sales.open_sale": (1, 0, 0),
        "sales.sell_for_cash": (1, 1, 0),
        "sales.book_receipt": (0, 1, 0),
        "sales.refund": (0, 0, 1),
        "returns.pay_out": (0, 0, 1),
    }
    for endpoint, growth in more.items():
        door = post_doors(lively)[endpoint]
        before = count(session)
        first, second = (sender.send(door, dict(door.fields)) for _ in range(2))
        assert first.status_code == second.status_code == 302, endpoint
        assert first.headers["Location"] == second.headers["Location"]
        after = count(session)
        assert tuple(b - a for a, b in zip(before, after, strict=True)) == growth, endpoint


def test_the_key_of_another_form_is_refused(session: Session, sender: Sender, lively: Lively) -> None:
    for endpoint, changed in (
        ("sales.sell_for_cash", {"phone": "13700137000"}),
        ("sales.book_receipt", {"amount": "101"}),
        ("sales.refund", {"amount": "11"}),
    ):
        door = post_doors(lively)[endpoint]
        assert sender.send(door, dict(door.fields)).status_code == 302
        before = count(session)
        answer = sender.send(door, {**door.fields, **changed})
        assert (answer.status_code, answer.get_json()["code"]) == (409, "submission.key_reused")
        assert count(session) == before


def test_a_refused_form_keeps_its_key_for_the_right_one(
    session: Session, sender: Sender, lively: Lively
) -> None:
    door = post_doors(lively)["sales.book_receipt"]
    before = count(session)
    assert sender.send(door, {**door.fields, "amount": "99999"}).status_code == 422
    assert count(session) == before
    assert sender.send(door, dict(door.fields)).status_code == 302
    assert count(session)[1] == before[1] + 1


def test_a_rebate_sent_twice_is_taken_off_once(session: Session, sender: Sender, lively: Lively) -> None:
    door = post_doors(lively)["credits.rebate"]
    answers = [sender.send(door, dict(door.fields)).status_code for _ in range(2)]
    assert answers == [303, 303]
    paid_out = sa.select(sa.func.sum(PostingRow.amount_minor)).where(PostingRow.cause == "rebate")
    assert session.scalar(paid_out) == -1_000
    assert sender.send(door, {**door.fields, "amount": "11"}).status_code == 409, "the key of another form"


def test_a_refund_says_why_and_never_exceeds_what_came(
    session: Session, sender: Sender, lively: Lively
) -> None:
    door = post_doors(lively)["sales.refund"]
    before = count(session)
    for wrong in ({"reason": " "}, {"reason": ""}, {"amount": "3980.01"}, {"amount": "-10"}, {"amount": "0"}):
        assert sender.send(door, {**door.fields, **wrong}).status_code == 422, wrong
    assert count(session) == before
