"""What somebody may be fined or warned for, with the ranges of the rule book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clubsales.errors import Reason
from clubsales.money import Currency, Money

MOST = "1000.00"  # where the rule book leaves the amount open: its highest fine


class Offence(StrEnum):
    """What it is for."""

    CORRECTIONS = "corrections"
    SECRETS = "secrets"
    PROGRESS = "progress"
    INSUBORDINATION = "insubordination"
    ABSENCE = "absence"
    ATTENDANCE = "attendance"
    DECEIT = "deceit"
    DATA = "data"
    OTHER = "other"


RULES: Mapping[Offence, str] = {
    Offence.CORRECTIONS: "PEN-02",
    Offence.SECRETS: "PEN-03",
    Offence.PROGRESS: "PEN-04",
    Offence.INSUBORDINATION: "PEN-05",
    Offence.ABSENCE: "PEN-06",
    Offence.ATTENDANCE: "PEN-10",
    Offence.DECEIT: "PEN-08",
    Offence.DATA: "PEN-09",
    Offence.OTHER: "PEN-07",
}
FIXED: Mapping[Offence, str] = {
    Offence.SECRETS: "1000.00",
    Offence.PROGRESS: "50.00",
    Offence.INSUBORDINATION: "500.00",
}


@dataclass(frozen=True, slots=True)
class FinePolicy:
    """Section `penalties`: what a contract corrected too often costs, from and to (AMB-59)."""

    contract_correction_fine: Sequence[str]


@dataclass(frozen=True, slots=True)
class Range:
    """What a fine may be, both ends included."""

    lowest: Money
    highest: Money


def range_of(offence: Offence, policy: FinePolicy, currency: Currency) -> Range:
    """The range of a fine: the policy's (PEN-02), the rule book's, or anything up to its highest."""
    if offence is Offence.CORRECTIONS:
        lowest, highest = (Money.parse(amount, currency) for amount in policy.contract_correction_fine)
        return Range(lowest, highest)
    if offence in FIXED:
        fixed = Money.parse(FIXED[offence], currency)
        return Range(fixed, fixed)
    return Range(Money(1, currency), Money.parse(MOST, currency))


def offence_of(rule: str) -> Offence | None:
    """What a rule is about, where it is one of those that somebody is fined by."""
    return next((offence for offence, each in RULES.items() if each == rule), None)


def corrected_too_often(*, contract: str, count: int, allowed: int) -> Reason:
    """Why a fine is proposed for a contract: so many places changed after it was submitted (PEN-02, AMB-59)."""
    return Reason(
        RULES[Offence.CORRECTIONS],
        "review.corrections",
        {"contract": contract, "count": count, "allowed": allowed},
    )
