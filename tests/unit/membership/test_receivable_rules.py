"""What is still to come in, when, and what of it is late."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubsales.actor import Role
from clubsales.errors import Allowed, Refusal
from clubsales.membership.receivables.rules import (
    Collection,
    Part,
    ReceivableRefused,
    Standing,
    collected,
    even_parts,
    is_to_remind,
    may_confirm,
    may_plan,
    stand,
)
from clubsales.money import CNY, Money
from tests.builders import yuan

TODAY = date(2026, 3, 9)


def part(day: int, amount: str, month: int = 3) -> Part:
    return Part(date(2026, month, day), yuan(amount))


PLAN = (part(9, "1000.00"), part(20, "1000.00"), part(1, "900.00", 4))


def code(parts: tuple[Part, ...], outstanding: str = "2900.00") -> object:
    answer = may_plan(parts, outstanding=yuan(outstanding), today=TODAY)
    return answer.code if isinstance(answer, Refusal) else None


def test_parts_add_up_to_what_is_open() -> None:
    assert code(PLAN) is None
    assert code(PLAN, "2900.01") is ReceivableRefused.SUM
    assert code(PLAN, "0.00") is ReceivableRefused.NOTHING_DUE


def test_days_rise_and_none_is_past() -> None:
    assert code((part(8, "2900.00"),)) is ReceivableRefused.PAST
    assert code((part(9, "1000.00"), part(9, "1900.00"))) is ReceivableRefused.DAYS
    assert code((part(9, "0.00"), part(10, "2900.00"))) is ReceivableRefused.AMOUNT
    assert code(()) is ReceivableRefused.AMOUNT


def test_at_most_twenty_four_parts() -> None:
    days = [date(2026 + (month // 12), month % 12 + 1, 28) for month in range(2, 27)]
    parts = even_parts(yuan("2900.00"), days)
    assert code(parts) is ReceivableRefused.TOO_MANY
    assert code(even_parts(yuan("2900.00"), days[:24])) is None


@pytest.mark.parametrize(
    ("received", "paid"),
    [
        ("100.00", ("0.00", "0.00", "0.00")),
        ("600.00", ("500.00", "0.00", "0.00")),
        ("1100.00", ("1000.00", "0.00", "0.00")),
        ("1850.00", ("1000.00", "750.00", "0.00")),
        ("3000.00", ("1000.00", "1000.00", "900.00")),
    ],
)
def test_money_pays_the_parts_in_the_order_of_their_days(received: str, paid: tuple[str, ...]) -> None:
    found = stand(PLAN, price=yuan("3000.00"), received=yuan(received), today=TODAY)
    assert tuple(str(each.paid) for each in found) == paid


def test_a_part_is_due_on_its_day_and_late_after_it() -> None:
    for day, standings in (
        (date(2026, 3, 8), (Standing.TO_COME, Standing.TO_COME)),
        (TODAY, (Standing.DUE, Standing.TO_COME)),
        (date(2026, 3, 10), (Standing.OVERDUE, Standing.TO_COME)),
        (date(2026, 3, 21), (Standing.OVERDUE, Standing.OVERDUE)),
    ):
        found = stand(PLAN, price=yuan("3000.00"), received=yuan("100.00"), today=day)
        assert tuple(each.standing for each in found[:2]) == standings


@given(
    amounts=st.lists(st.integers(1, 10**7), min_size=1, max_size=12),
    before=st.integers(0, 10**7),
    since=st.integers(0, 10**8),
)
def test_paid_and_open_parts_come_to_what_the_sale_says(amounts: list[int], before: int, since: int) -> None:
    price = Money(before + sum(amounts), CNY)
    received = Money(min(before + since, price.minor), CNY)
    parts = [Part(date(2026, 3, day), Money(minor, CNY)) for day, minor in enumerate(amounts, start=1)]
    found = stand(parts, price=price, received=received, today=TODAY)
    assert sum(each.outstanding.minor for each in found) == price.minor - received.minor
    assert all(0 <= each.paid.minor <= each.part.amount.minor for each in found)


def test_the_rate_is_what_came_of_what_was_due() -> None:
    found = stand(PLAN, price=yuan("3000.00"), received=yuan("1600.00"), today=date(2026, 3, 31))
    march = collected(found, first=date(2026, 3, 1), last=date(2026, 3, 31), zero=yuan("0.00"))
    assert (march.due, march.collected, march.rate_bp) == (yuan("2000.00"), yuan("1500.00"), 7500)
    assert Collection(yuan("0.00"), yuan("0.00")).rate_bp is None


def test_reminded_on_its_day_and_once_more_when_late() -> None:
    due = stand(PLAN, price=yuan("3000.00"), received=yuan("100.00"), today=TODAY)[0]
    late = stand(PLAN, price=yuan("3000.00"), received=yuan("100.00"), today=date(2026, 3, 10))[0]
    after = date(2026, 3, 10)
    assert is_to_remind(due, reminded_on=None, today=TODAY)
    assert not is_to_remind(due, reminded_on=TODAY, today=TODAY)
    assert is_to_remind(late, reminded_on=TODAY, today=after)
    assert is_to_remind(late, reminded_on=None, today=after)
    assert not is_to_remind(late, reminded_on=after, today=date(2026, 3, 15))


def test_a_paid_part_reminds_nobody() -> None:
    paid = stand(PLAN, price=yuan("3000.00"), received=yuan("3000.00"), today=TODAY)[0]
    assert not is_to_remind(paid, reminded_on=None, today=TODAY)


def test_a_manager_confirms_what_is_late() -> None:
    assert may_confirm(is_late=True, roles=frozenset({Role.CLUB_MANAGER})) == Allowed()
    for is_late, role in ((True, Role.CONSULTANT), (True, Role.FINANCE_CLERK), (False, Role.CLUB_MANAGER)):
        assert isinstance(may_confirm(is_late=is_late, roles=frozenset({role})), Refusal)
