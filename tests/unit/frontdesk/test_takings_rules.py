import pytest

from clubsales.errors import Allowed, Refusal
from clubsales.frontdesk.takings.rules import COUNTED, compared, differing, may_count
from clubsales.membership.payments.rules import Method
from clubsales.money import CNY
from tests.builders import yuan


def test_money_paid_on_the_guests_phone_is_not_counted() -> None:
    assert Method.ONLINE not in COUNTED
    assert set(COUNTED) == set(Method) - {Method.ONLINE}
    assert compared({Method.ONLINE: yuan("3980.00")}, {}, CNY) == ()


def test_a_method_is_compared_when_it_is_booked_or_counted() -> None:
    lines = compared(
        {Method.CASH: yuan("100.00"), Method.CARD: yuan("50.00")},
        {Method.CASH: yuan("100.00"), Method.WECHAT: yuan("8.00")},
        CNY,
    )
    assert [(line.method, str(line.difference)) for line in lines] == [
        (Method.CASH, "0.00"),
        (Method.CARD, "-50.00"),
        (Method.WECHAT, "8.00"),
    ]
    assert [line.method for line in differing(lines)] == [Method.CARD, Method.WECHAT]


@pytest.mark.parametrize("counted", ["99.99", "100.01", "0.00"])
def test_a_difference_needs_a_word(counted: str) -> None:
    lines = compared({Method.CASH: yuan("100.00")}, {Method.CASH: yuan(counted)}, CNY)
    refusal = may_count(lines, "  ")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "takings.explanation"
    assert may_count(lines, "one cent was lost") == Allowed()


def test_differences_do_not_cancel_out() -> None:
    lines = compared({Method.CASH: yuan("100.00")}, {Method.CARD: yuan("100.00")}, CNY)
    assert isinstance(may_count(lines, ""), Refusal)


def test_what_agrees_needs_no_word() -> None:
    assert may_count(compared({Method.CASH: yuan("5.00")}, {Method.CASH: yuan("5.00")}, CNY), "") == Allowed()
    assert may_count((), "") == Allowed()
