from datetime import date

import pytest

from clubsales.consultants.targets.forms import month_typed
from clubsales.consultants.targets.rules import may_set
from clubsales.errors import Refusal
from clubsales.money import CNY, Currency, Money


@pytest.mark.parametrize(
    ("amount", "refused"),
    [
        (Money(0, CNY), None),
        (Money(-1, CNY), "target.amount"),
        (Money(100_000_000_00, CNY), None),
        (Money(100_000_000_01, CNY), "target.amount"),
        (Money(100, Currency("USD")), "target.currency"),
    ],
)
def test_target_is_an_amount_of_the_club(amount: Money, refused: str | None) -> None:
    decision = may_set(amount, currency=CNY)
    assert (decision.code.value if isinstance(decision, Refusal) else None) == refused


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("2026-03", date(2026, 3, 1)),
        ("2026-12", date(2026, 12, 1)),
        ("2026-13", None),
        ("2026-00", None),
        ("1999-12", None),
        ("9999-12", None),
        ("2026-3", None),
        ("2026-03-01", None),
        ("x", None),
    ],
)
def test_month_is_written_with_its_year(typed: str, month: date | None) -> None:
    assert month_typed(typed) == month
