"""Out of which payments a refund comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.ids import PaymentID
from clubsales.membership.payments.rules import Refundable, slice_refund
from clubsales.money import CNY, Money


def payments(*left: int) -> list[Refundable]:
    return [
        Refundable(payment_id=PaymentID(number), left=Money(minor, CNY), online=number % 2 == 0)
        for number, minor in enumerate(left, 1)
    ]


def test_the_last_payment_gives_first() -> None:
    slices = slice_refund(Money(250, CNY), payments(200, 100, 100))
    assert [(part.payment_id, part.amount.minor) for part in slices] == [(3, 100), (2, 100), (1, 50)]
    assert [part.online for part in slices] == [False, True, False]


def test_empty_payments_give_nothing() -> None:
    slices = slice_refund(Money(30, CNY), payments(30, 0))
    assert [part.payment_id for part in slices] == [1]


def test_more_than_there_is_cannot_be_taken() -> None:
    with pytest.raises(ValueError, match="hold"):
        slice_refund(Money(301, CNY), payments(200, 100))


@given(left=st.lists(st.integers(0, 10_000), min_size=1, max_size=6), data=st.data())
def test_the_slices_add_up_and_no_payment_gives_more_than_it_holds(
    left: list[int], data: st.DataObject
) -> None:
    amount = data.draw(st.integers(0, sum(left)))
    slices = slice_refund(Money(amount, CNY), payments(*left))
    assert sum(part.amount.minor for part in slices) == amount
    assert all(0 < part.amount.minor <= left[part.payment_id - 1] for part in slices)
