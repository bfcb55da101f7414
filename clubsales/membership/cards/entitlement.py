"""What a card's grants, freezes and uses add up to. Pure.

A card runs in stretches. What is given to a running card makes its stretch longer; what is given when it is over begins
another one. A stretch is as long as the days given to it and the days it stood frozen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)


class GrantKind(StrEnum):
    """Why something was given to a card, or taken away."""

    SALE = "sale"
    RENEWAL = "renewal"
    UPGRADE = "upgrade"
    TRANSFER = "transfer"
    EXTENSION = "extension"
    PROMOTION = "promotion"
    GIFT = "gift"
    CORRECTION = "correction"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Days, visits or value given; below zero what is taken away. None: it says nothing of it.

    `paid_minor` is the money behind it. `starts_on` begins a stretch where none runs, and says when one that waits for
    its first day has begun.
    """

    kind: GrantKind
    days: int | None = None
    visits: int | None = None
    value_minor: int | None = None
    paid_minor: int = 0
    starts_on: date | None = None
    sale_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Days that do not count: from `first_day`, until the card `ran_again_on`; none: it still stands."""

    first_day: date
    last_day: date | None = None
    ran_again_on: date | None = None

    @property
    def days(self) -> int:
        """Days that were frozen, once it is over."""
        return 0 if self.ran_again_on is None else (self.ran_again_on - self.first_day).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Days that follow each other; no first day: it has yet to begin."""

    first_day: date | None
    days: int
    frozen: int = 0

    @property
    def last_day(self) -> date | None:
        """Its last day; None before it has begun. A stretch without days ends before it begins."""
        if self.first_day is None:
            return None
        return self.first_day + timedelta(days=self.days + self.frozen - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """What a card gives: the days of its latest stretch (inclusive; no last day: no term), what is left of the rest."""

    valid_from: date | None
    valid_until: date | None
    days: int | None  # of the latest stretch, without frozen ones; none: no term
    visits_total: int | None
    visits_left: int | None
    value_total_minor: int | None
    value_left_minor: int | None
    paid_minor: int


def fold(
    grants: Sequence[Grant],
    freezes: Iterable[Freeze] = (),
    *,
    visits_used: int = 0,
    value_used_minor: int = 0,
) -> Entitlement:
    """What all that happened to a card adds up to; grants in their order, uses as they were counted."""
    dated = any(grant.days is not None and grant.kind in OPENING for grant in grants)
    stretch = stretches(grants, freezes)[-1]
    visits = _total(grant.visits for grant in grants)
    value = _total(grant.value_minor for grant in grants)
    return Entitlement(
        valid_from=stretch.first_day,
        valid_until=stretch.last_day if dated else None,
        days=stretch.days if dated else None,
        visits_total=visits,
        visits_left=None if visits is None else visits - visits_used,
        value_total_minor=value,
        value_left_minor=None if value is None else value - value_used_minor,
        paid_minor=sum(grant.paid_minor for grant in grants),
    )


# These say whether a card has a term at all.
OPENING = frozenset({GrantKind.SALE, GrantKind.RENEWAL, GrantKind.UPGRADE, GrantKind.TRANSFER})


def stretches(grants: Sequence[Grant], freezes: Iterable[Freeze] = ()) -> list[Stretch]:
    """The card's stretches in order, at least one; each with the frozen days that lie in it.

    A freeze lies in the last stretch that has begun by its first day: a card that is over does not freeze.
    """
    frozen = sorted(freezes, key=lambda each: each.first_day)
    found = [Stretch(first_day=None, days=0)]
    for grant in grants:
        if grant.starts_on is not None and grant.days and _is_over(found, frozen, grant.starts_on):
            found.append(Stretch(first_day=grant.starts_on, days=grant.days or 0))
            continue
        first_day = found[-1].first_day
        if first_day is None or (grant.kind is GrantKind.CORRECTION and grant.starts_on is not None):
            first_day = grant.starts_on or first_day
        found[-1] = replace(found[-1], first_day=first_day, days=found[-1].days + (grant.days or 0))
    return _with_frozen(found, frozen)


def next_day(entitlement: Entitlement, today: date, wish: date | None = None) -> date | None:
    """The day on which more days begin: none for a card that runs or waits, whose days they make longer.

    For a card that is over: the day wished for, not before today.
    """
    if entitlement.valid_until is None or today <= entitlement.valid_until:
        return None
    return max(today, wish or today)


def as_planned(freezes: Iterable[Freeze], today: date) -> list[Freeze]:
    """Freezes as they stand today: what was planned is over after its last day, also before anybody wrote it down."""
    return [
        replace(each, ran_again_on=each.last_day + ONE_DAY)
        if each.ran_again_on is None and each.last_day is not None and each.last_day < today
        else each
        for each in freezes
    ]


def days_left(entitlement: Entitlement, freeze: Freeze | None, today: date) -> int | None:
    """Days not lived yet, today among them; None without a term. A freeze that stands lasts until yesterday."""
    if entitlement.days is None:
        return None
    if entitlement.valid_from is None or today < entitlement.valid_from:
        return entitlement.days
    assert entitlement.valid_until is not None
    stands = (today - freeze.first_day).days if freeze and freeze.ran_again_on is None else 0
    return max(0, (entitlement.valid_until - today).days + 1 + max(0, stands))


def _is_over(found: Sequence[Stretch], freezes: Sequence[Freeze], day: date) -> bool:
    """Whether the last stretch had ended by a day; what froze later belongs to the stretch that began on it."""
    last_day = _with_frozen(found, [each for each in freezes if each.first_day < day])[-1].last_day
    return last_day is not None and last_day < day


def _with_frozen(found: Sequence[Stretch], freezes: Sequence[Freeze]) -> list[Stretch]:
    counted = []
    for place, stretch in enumerate(found):
        following = found[place + 1].first_day if place + 1 < len(found) else None
        days = sum(
            freeze.days
            for freeze in freezes
            if stretch.first_day is not None
            and stretch.first_day <= freeze.first_day
            and (following is None or freeze.first_day < following)
        )
        counted.append(replace(stretch, frozen=days))
    return counted


def _total(parts: Iterable[int | None]) -> int | None:
    said = [part for part in parts if part is not None]
    return sum(said) if said else None
