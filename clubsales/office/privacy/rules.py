"""When a person is made anonymous, and when that has to wait (CFD-01, CFD-02)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clubsales.errors import Decision, allow, refuse


class Because(StrEnum):
    """Why somebody is made anonymous."""

    ASKED = "asked"
    MISTAKE = "mistake"
    LAW = "law"
    RETENTION = "retention"


EARLIEST = date(1900, 1, 1)
BY_HAND = (Because.ASKED, Because.MISTAKE, Because.LAW)


class AnonymiseRefused(StrEnum):
    ALREADY = "anonymise.already"
    IN_THE_HOUSE = "anonymise.in_the_house"
    OPEN_SALE = "anonymise.open_sale"
    RUNNING_CARD = "anonymise.running_card"


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """Section `privacy`: after how many months without anything a lead's person is made anonymous; 0 is never."""

    retention_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonymiseFacts:
    """What a person still has with any club of the organisation.

    `has_open_sale`: money has come in that neither completes a sale nor went back, or is on its way.
    """

    is_anonymous: bool
    is_in_the_house: bool
    has_open_sale: bool
    has_running_card: bool


def may_anonymise(facts: AnonymiseFacts) -> Decision:
    """Whoever the club still owes something stays known until it is settled."""
    if facts.is_anonymous:
        return refuse(AnonymiseRefused.ALREADY)
    if facts.is_in_the_house:
        return refuse(AnonymiseRefused.IN_THE_HOUSE)
    if facts.has_open_sale:
        return refuse(AnonymiseRefused.OPEN_SALE)
    if facts.has_running_card:
        return refuse(AnonymiseRefused.RUNNING_CARD)
    return allow()


def kept_since(today: date, months: int) -> date:
    """The first day that is kept: what happened last before it is forgotten today."""
    month = max(today.year * 12 + today.month - 1 - months, EARLIEST.year * 12)
    first = date(month // 12, month % 12 + 1, 1)
    return min(first + timedelta(days=today.day - 1), _last_day(first))


def _last_day(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
