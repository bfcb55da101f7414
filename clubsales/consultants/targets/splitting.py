"""A whole split into its parts: evenly, by what was sold a year ago, by shifts (TGT-01 to TGT-03). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from math import lcm

from clubsales.money import Currency, Money

ANY = Currency("XXX")  # figures of every kind split as money does


class How(StrEnum):
    """What a proposal goes by."""

    EVENLY = "evenly"
    LAST_YEAR = (
        "last_year"  # as the months of last year, or each person's same month, were parts of the whole
    )
    SHIFTS = "shifts"
    GROWTH = "growth"  # last year's same time and so much more (TGT-09)


class Missing(StrEnum):
    """Why nothing can be proposed."""

    WHOLE = "whole"
    GROWTH = "growth"
    LAST_YEAR = "last_year"


def split(value: int, weights: Sequence[int | Fraction], *, unit: int = 1) -> list[int]:
    """The parts of a whole by weights, exact to the last unit; where nothing weighs anything, all weigh the same.

    `unit` is what people reckon in, such as 100 fen: a whole in such units has parts in such units.
    """
    if not weights:
        return []
    usable = [max(weight, 0) for weight in weights]
    if not any(usable):
        usable = [1] * len(usable)
    step = unit if value % unit == 0 else 1
    denominator = lcm(*(Fraction(weight).denominator for weight in usable))
    parts = Money(value // step, ANY).allocate([int(weight * denominator) for weight in usable])
    return [part.minor * step for part in parts]


def grown(value: int, percent: Decimal, *, unit: int = 1) -> int:
    """So much more than a figure, half up to the unit; never below zero."""
    more = Decimal(value) * (100 + percent) / 100
    return max(0, int((more / unit).quantize(Decimal(1), ROUND_HALF_UP)) * unit)


def replanned(
    whole: int, months: Sequence[date], weights: Sequence[int], kept: Mapping[date, int], *, unit: int = 1
) -> dict[date, int]:
    """A year's months when some are closed: those stay, the rest of the whole goes to the others (TGT-08)."""
    free = [month for month in months if month not in kept]
    rest = max(0, whole - sum(kept.values()))
    by_month = dict(zip(months, weights, strict=True))
    parts = split(rest, [by_month[month] for month in free], unit=unit)
    return {**kept, **dict(zip(free, parts, strict=True))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody a whole is split among, in a team or in none, with what weighs for him."""

    id: int
    team_id: int | None
    weight: Fraction


def among_teams(value: int, members: Sequence[Member], *, unit: int = 1) -> dict[int | None, int]:
    """A club's whole by team: as much as its people weigh. None: those in no team."""
    teams = list(dict.fromkeys(member.team_id for member in members))
    parts = split(value, [_weight(members, team) for team in teams], unit=unit)
    return dict(zip(teams, parts, strict=True))


def among_people(
    wholes: Mapping[int | None, int], members: Sequence[Member], *, unit: int = 1
) -> dict[int, int]:
    """Each team's whole by its people; who is in a team without one is left out."""
    found: dict[int, int] = {}
    for team, whole in wholes.items():
        people = [member for member in members if member.team_id == team]
        # Where nothing says what a team's people weigh, they weigh the same: `split` sees to it.
        parts = split(whole, [member.weight for member in people], unit=unit)
        found.update(zip((member.id for member in people), parts, strict=True))
    return found


def _weight(members: Sequence[Member], team: int | None) -> Fraction:
    people = [member for member in members if member.team_id == team]
    weighed = sum((member.weight for member in people), Fraction(0))
    nobody_weighs = not any(member.weight for member in members)
    return Fraction(len(people)) if nobody_weighs else weighed
