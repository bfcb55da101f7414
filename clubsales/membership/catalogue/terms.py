"""What a card's buyer is promised beside its days: freezing, transfer, renewal, refund, hours. Copied into what is sold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self


class StartRule(StrEnum):
    """When a card begins to count: paid, first used, or on a day the buyer chooses."""

    PAYMENT = "payment"
    FIRST_USE = "first_use"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTerms:
    """The terms of a card type. Money in minor units of the club's currency; 0 means no fee and no limit.

    `freeze_days_max` counts over the card's whole life, `freeze_fee_minor` is paid for each freeze; a transfer's fee is
    an amount or a part of all money paid along the card's chain, never both.
    """

    freeze_allowed: bool = True
    freeze_times_max: int = 0
    freeze_days_min: int = 0
    freeze_days_max: int = 0
    freeze_fee_minor: int = 0
    transfer_allowed: bool = True
    transfers_max: int = 0
    transfer_fee_minor: int = 0
    transfer_fee_bp: int = 0
    renewal_within_days: int = 0  # after its end, in which the renewal price still holds; 0: always
    refund_allowed: bool = True
    refund_fee_minor: int = 0
    refund_fee_bp: int = 0  # of what was paid
    used_at_single_minor: int | None = None  # a used visit or day counts as this much; none: its share
    reissue_fee_minor: int = 0
    start_rule: StartRule = StartRule.PAYMENT
    start_within_days: int = 0  # of the payment: the latest start by first use or by choice
    contract_needed: bool = False

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Terms as they were stored; what is not said is the default, what is not known is left out."""
        said = {name: value for name, value in document.items() if name in TERMS}
        if "start_rule" in said:
            said["start_rule"] = StartRule(said["start_rule"])
        return cls(**said)

    def keeps_renewal_price(self, *, valid_until: date | None, today: date) -> bool:
        """Whether whoever renews now still gets the renewal price: while his card runs, and so long after its end."""
        if not self.renewal_within_days or valid_until is None:
            return True
        return today <= valid_until + timedelta(days=self.renewal_within_days)

    def to_json(self) -> dict[str, Any]:
        """Everything, also what is the default: what is sold keeps its terms when a default changes."""
        return {**{name: getattr(self, name) for name in TERMS}, "start_rule": self.start_rule.value}


TERMS = tuple(each.name for each in fields(CardTerms))


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of weekdays in which a card opens the door, in the club's time. `to` is not inside; days from 1, Monday.

    A window that ends when or before it begins ends on the following day.
    """

    days: tuple[int, ...]
    from_: time
    to: time

    def holds(self, moment: datetime) -> bool:
        """Whether a moment, told in the club's time, is inside."""
        weekday, clock = moment.isoweekday(), moment.time()
        if self.from_ < self.to:
            return weekday in self.days and self.from_ <= clock < self.to
        day_before = (weekday - 2) % 7 + 1
        begun_today = weekday in self.days and self.from_ <= clock
        return begun_today or (day_before in self.days and clock < self.to)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """A window as it was stored."""
        return cls(
            tuple(document["days"]), time.fromisoformat(document["from"]), time.fromisoformat(document["to"])
        )

    def to_json(self) -> dict[str, Any]:
        """The window as it is stored."""
        return {
            "days": list(self.days),
            "from": self.from_.isoformat("minutes"),
            "to": self.to.isoformat("minutes"),
        }


def windows_of(documents: Iterable[Mapping[str, Any]]) -> tuple[Window, ...]:
    """Windows as they were stored; none: at any hour."""
    return tuple(Window.from_json(document) for document in documents)
