"""Money is exact, has a currency, and splits without losing a cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NewType, Self

from babel.numbers import get_currency_precision

Currency = NewType("Currency", str)
BasisPoints = NewType("BasisPoints", int)

CNY = Currency("CNY")
WHOLE = BasisPoints(10_000)
LARGEST_PRICE = (
    1_000_000_000  # major units, also of a currency as small as the dong: nothing that is typed is more
)
LARGEST_MINOR = 10**13  # a hundred thousand million yuan: anything above is a slip of the hand


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met."""


class MalformedAmount(ValueError):
    """A text is no amount of this currency."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (fen for CNY) of one currency."""

    minor: int
    currency: Currency

    @classmethod
    def zero(cls, currency: Currency) -> Self:
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: Currency) -> Self:
        """Read "3980.00" exactly; raises MalformedAmount for anything with more digits than the currency has."""
        precision = get_currency_precision(currency)
        try:
            amount = Decimal(text.strip())
        except (InvalidOperation, AttributeError):
            raise MalformedAmount(text) from None
        if not amount.is_finite():
            raise MalformedAmount(text)
        minor = amount.scaleb(precision)
        if minor != minor.to_integral_value() or abs(minor) > LARGEST_MINOR:
            raise MalformedAmount(text)
        return cls(int(minor), currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def __str__(self) -> str:
        return f"{self.major:.{get_currency_precision(self.currency)}f}"

    def __bool__(self) -> bool:
        return self.minor != 0

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return self + -other

    def __lt__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        self._same_currency(other)
        return self.minor <= other.minor

    def allocate(self, weights: Sequence[int]) -> list["Money"]:
        """Split by weights so that the parts add up exactly: largest remainder, ties to the first (AMB-11).

        Raises ValueError when there is nothing to weigh by or a weight is negative.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must be non-negative and not all zero")
        if not self.minor:
            return [self] * len(weights)
        size, sign = abs(self.minor), -1 if self.minor < 0 else 1
        parts = [size * weight // total for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % total), i))
        for i in by_remainder[: size - sum(parts)]:
            parts[i] += 1
        return [Money(sign * part, self.currency) for part in parts]

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")


def half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number to a fraction; half a unit goes up. Raises ValueError unless the denominator is above zero."""
    if denominator <= 0:
        raise ValueError("the denominator must be above zero")
    return (2 * numerator + denominator) // (2 * denominator)
