"""What a month's pay is reckoned from: integers of minor units, rates in basis points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clubsales.consultants.commission.rules import Reckoned
from clubsales.errors import Reason
from clubsales.money import Currency, half_up

WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class PaidAward:
    """An award as the ranking gave it."""

    kind: str
    amount_minor: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class PartOf:
    """So many basis points of so much credit: a team's override, an appointment's setter."""

    credit_minor: int
    rate_bp: int
    named: str = ""  # the team, or the card sold

    @property
    def amount_minor(self) -> int:
        """What it pays; nothing of a negative credit."""
        return max(half_up(self.credit_minor * self.rate_bp, WHOLE_BP), 0)


@dataclass(frozen=True, slots=True)
class Referral:
    """Somebody sent by a colleague who does not sell bought and paid in full (ALL-01)."""

    amount_minor: int
    named: str


@dataclass(frozen=True, slots=True)
class LateLeave:
    """Unpaid leave in a closed month that its statement does not know: approved after the close, or costing less by now.

    `halves` more (below zero: fewer) half days than the `known_halves` that statements have deducted so far, at that
    month's whole base; a month's leave takes no more than `most_minor`, what its base paid.
    """

    month: date
    halves: int
    known_halves: int
    base_minor: int
    most_minor: int
    days_per_month: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFacts:
    """Everything a month's pay is reckoned from. Money in minor units of `currency`, rates in basis points.

    `score` is in ten-thousandths of a point; without one the commission is paid whole. `cap_rate_bp` zero and
    `expense_minor` None: expenses are not looked at (AMB-49).
    """

    currency: Currency
    credit_minor: int  # all of it: what ranking and targets count
    brought_minor: int  # zero or negative
    reckoned: Reckoned
    cap_minor: int | None = None
    plan_name: str = ""
    base_minor: int = 0  # of a whole month
    active_days: tuple[int, int] | None = (
        None  # of the month's days, where he did not work here for all of them
    )
    has_own_base: bool = False
    score: int | None = None
    paid_bp: int = WHOLE_BP
    base_bp: int = WHOLE_BP
    is_below_all_bands: bool = False
    forced_bp: int = WHOLE_BP
    behaviour_bp: int | None = None  # where the policy multiplies by it
    awards: Sequence[PaidAward] = ()
    overrides: Sequence[PartOf] = ()
    setter: Sequence[PartOf] = ()
    referrals: Sequence[Referral] = ()
    benefit_minor: int = 0
    benefit_note: str = ""
    expense_minor: int | None = None
    cap_rate_bp: int = 0
    low_rate_bp: int = 0
    leave_halves: int = 0
    days_per_month: tuple[int, int] = (2175, 100)  # as a fraction: 21.75
    late_leave: Sequence[LateLeave] = ()
    pay_deposit_minor: int = 0
    deposit_back_minor: int = 0  # withheld in earlier months, given back on leaving
    fine_minor: int = 0
