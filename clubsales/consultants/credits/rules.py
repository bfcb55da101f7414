"""Sales credit: state what should be true, write the difference (architecture 2.8, AMB-11)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clubsales.errors import Reason
from clubsales.ids import ConsultantID
from clubsales.money import WHOLE, Money


class Basis(StrEnum):
    """When credit falls: with each receipt, or the whole contract with the first one (AMB-07)."""

    CASH_RECEIVED = "cash_received"
    CONTRACT_AT_FIRST_RECEIPT = "contract_at_first_receipt"


class Cause(StrEnum):
    """What made a posting. A dispute takes out what stood, a ruling puts back whose it is (DSP-10)."""

    RECEIPT = "receipt"
    REFUND = "refund"
    REBATE = "rebate"
    DISPUTE = "dispute"
    RULING = "ruling"


LONGEST_NOTE = 40  # of what a rebate was paid for
RULED = "DSP-10"  # the rule of all that a dispute moves, and of whatever follows its ruling


class CreditRefused(StrEnum):
    NOT_OPENED = "credit.not_opened"
    ABOVE_RECEIVED = "credit.above_received"
    REBATE_ABOVE_RECEIVED = "credit.rebate_above_received"
    MONTH_CLOSED = "month.closed"
    MONTH_ORDER = "month.order"


@dataclass(frozen=True, slots=True)
class CreditPolicy:
    """Section `credit`, as far as this version decides by it."""

    basis: str


@dataclass(frozen=True, slots=True)
class Share:
    """Somebody's part of a sale's credit, in basis points. No consultant: the house."""

    consultant_id: ConsultantID | None
    basis_points: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose the credit is, by which rule and why. Odd cents go by largest remainder, ties to the first share.

    `working` is how the rules came to it, one reason for each step.
    """

    shares: tuple[Share, ...]
    rule: str
    reason: Reason
    working: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError when the shares are no whole."""
        whole(self.shares)


@dataclass(frozen=True, slots=True)
class Head:
    """What a sale's postings must add up to: money in, money out or paid out as a rebate, and the shares of all.

    While it is `held` by a dispute they add up to nothing (DSP-10).
    """

    basis: Basis
    contract: Money
    received: Money
    refunded: Money
    shares: tuple[Share, ...]
    held: bool = False
    rebated_minor: int = 0  # paid out again to the buyer or who sent him (COM-08)

    @property
    def rebated(self) -> Money:
        """What was paid out again."""
        return Money(self.rebated_minor, self.contract.currency)


@dataclass(frozen=True, slots=True)
class Posting:
    """One signed line of credit. No consultant: the house."""

    consultant_id: ConsultantID | None
    amount: Money


@dataclass(frozen=True, slots=True)
class SaleLine:
    """What a sale brought a holder in some time, in minor units, and the numbers of its first and last posting there."""

    sale_id: int
    consultant_id: ConsultantID | None
    minor: int
    first: int
    last: int


def whole(shares: Sequence[Share]) -> tuple[Share, ...]:
    """The shares that are more than nothing; ValueError when they are no whole, or somebody stands there twice."""
    holders = [share.consultant_id for share in shares]
    is_split = sum(share.basis_points for share in shares) == WHOLE
    if not is_split or len(set(holders)) != len(holders) or any(share.basis_points < 0 for share in shares):
        raise ValueError(f"shares must add up to {WHOLE}, each holder once: {shares}")
    return tuple(share for share in shares if share.basis_points)


def target(head: Head) -> dict[ConsultantID | None, Money]:
    """What each holder should have: the split of what came in less the split of what went out again.

    Each is split whole, never by parts, so receipts, refunds and rebates add up to the cent in any order. A rebate
    counts only against what is kept: a sale given back whole is nobody's credit and nobody's loss (RFD-03, COM-08).
    """
    if head.held:
        return {share.consultant_id: Money.zero(head.contract.currency) for share in head.shares}
    earned = _split(_earned(head), head.shares)
    rebated = min(head.rebated, head.received - head.refunded)
    gone = _split(head.refunded + rebated, head.shares)
    return {
        share.consultant_id: gained - lost
        for share, gained, lost in zip(head.shares, earned, gone, strict=True)
    }


def postings_to_reach(
    wanted: Mapping[ConsultantID | None, Money], booked: Mapping[ConsultantID | None, Money]
) -> list[Posting]:
    """The smallest set of signed postings that turns what is booked into what is wanted, in the order of shares."""
    postings = []
    for holder in [*wanted, *(holder for holder in booked if holder not in wanted)]:
        amount = _amount(wanted, holder, booked) - _amount(booked, holder, wanted)
        if amount:
            postings.append(Posting(holder, amount))
    return postings


def sales_won(lines: Sequence[SaleLine]) -> Counter[ConsultantID | None]:
    """Who is counted for each sale of a month: its larger share, the first-named of equals (AMB-10).

    A sale belongs to the month of its first posting and counts for nobody once all of it went back.
    """
    opened = [of_sale for of_sale in _by_sale(lines) if min(line.first for line in of_sale) == 1]
    return Counter(holder for of_sale in opened for holder in _larger_share(of_sale))


def sales_moved(before: Sequence[SaleLine], after: Sequence[SaleLine]) -> Counter[ConsultantID | None]:
    """How a month of holds and rulings moved the count of some sales, from what stood before it to what stands after.

    As with the credit itself: what is held counts for nobody, what is ruled for the larger share (AMB-10, AMB-12).
    """
    moved = Counter(holder for of_sale in _by_sale(after) for holder in _larger_share(of_sale))
    moved.subtract(holder for of_sale in _by_sale(before) for holder in _larger_share(of_sale))
    return moved


def shared_ranks(amounts: Sequence[int]) -> list[int | None]:
    """The rank of each of descending amounts; the level share one: 1, 2, 2, 4. None at nothing or below (AMB-28)."""
    return [amounts.index(amount) + 1 if amount > 0 else None for amount in amounts]


def _by_sale(lines: Sequence[SaleLine]) -> list[list[SaleLine]]:
    by_sale: dict[int, list[SaleLine]] = {}
    for line in lines:
        by_sale.setdefault(line.sale_id, []).append(line)
    return list(by_sale.values())


def _larger_share(of_sale: Sequence[SaleLine]) -> list[ConsultantID | None]:
    """One holder, or none. Postings are written in the order of the shares: of equals, the first has the earlier last."""
    best = min(of_sale, key=lambda line: (-line.minor, line.last))
    return [best.consultant_id] if best.minor > 0 else []


def _earned(head: Head) -> Money:
    if head.basis is Basis.CONTRACT_AT_FIRST_RECEIPT and head.received:
        return head.contract
    return head.received


def _split(amount: Money, shares: Sequence[Share]) -> list[Money]:
    if not amount or len(shares) == 1:  # most sales: nothing went back, and all of it is one person's
        return [amount] * len(shares)
    return amount.allocate([share.basis_points for share in shares])


def _amount(
    amounts: Mapping[ConsultantID | None, Money],
    holder: ConsultantID | None,
    others: Mapping[ConsultantID | None, Money],
) -> Money:
    if holder in amounts:
        return amounts[holder]
    return Money.zero(others[holder].currency)
