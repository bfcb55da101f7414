"""Money counted against the ledger: what is counted, what agrees, what needs a word (RPT-10, SHF-13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse
from clubsales.membership.payments.rules import Method
from clubsales.money import Currency, Money

# Money paid on the provider's page never passes through anybody's hands.
COUNTED = tuple(method for method in Method if method is not Method.ONLINE)


class TakingsRefused(StrEnum):
    EXPLANATION = "takings.explanation"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """One method: what the ledger says and what was counted."""

    method: Method
    expected: Money
    counted: Money

    @property
    def difference(self) -> Money:
        """Above zero: there is more than is booked."""
        return self.counted - self.expected


def compared(
    expected: Mapping[Method, Money], counted: Mapping[Method, Money], currency: Currency
) -> tuple[CountLine, ...]:
    """The methods that are booked or counted, in their usual order; what is not named is nothing."""
    nothing = Money.zero(currency)
    lines = (
        CountLine(method=method, expected=expected.get(method, nothing), counted=counted.get(method, nothing))
        for method in COUNTED
    )
    return tuple(line for line in lines if line.expected or line.counted)


def differing(lines: Sequence[CountLine]) -> tuple[CountLine, ...]:
    """The methods that do not agree."""
    return tuple(line for line in lines if line.difference)


def may_count(lines: Sequence[CountLine], explanation: str) -> Decision:
    """A difference is explained, or the count is not taken."""
    wrong = differing(lines)
    if wrong and not explanation.strip():
        # More than is booked and less than is booked do not cancel out.
        return refuse(TakingsRefused.EXPLANATION, count=len(wrong))
    return allow()
