"""How far somebody is, how much of his working time is gone, where it leads, what is missing a day (TGT-02). Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

ONE = Fraction(1)
NOTHING = Fraction(0)
HALF = Fraction(1, 2)
LEAST_DAYS = {"month": 3, "week": 1}  # worked, before a line drawn through them says anything

Days = Mapping[
    date, Fraction
]  # what each day weighs: 1 worked, 0 off, a part where the roster is not made yet


class Standing(StrEnum):
    """Where somebody stands, in a word."""

    MET = "met"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    MISSED = "missed"
    NO_TARGET = "no_target"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """How much of a time is gone: days of work behind, in all, and still to come, today's whole among the latter."""

    behind: Fraction
    whole: Fraction
    left: Fraction

    @property
    def share(self) -> Fraction:
        """The part of the working time that is gone; of none at all, everything."""
        return self.behind / self.whole if self.whole else ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A target beside what came of it. Figures in the kind's units; what cannot be said is None."""

    target: int | None
    reached: int | None
    percent: int | None
    pace: int  # percent of the working time gone
    forecast: int | None
    per_day: int | None
    days_left: int
    standing: Standing


def weigh(days: Sequence[date], works: Collection[date], known: Collection[date]) -> dict[date, Fraction]:
    """What each day of a time weighs for somebody: he works on it or not, as far as that is known of the day.

    A day nothing is known of yet weighs as his known days do on average; who has no shift at all works as the club
    is open.
    """
    seen = [day for day in days if day in known]
    worked = sum(1 for day in seen if day in works)
    if not worked:
        return dict.fromkeys(days, ONE)
    usual = Fraction(worked, len(seen))
    return {day: (ONE if day in works else NOTHING) if day in known else usual for day in days}


def together(all_days: Sequence[Days]) -> dict[date, Fraction]:
    """The working time of several people."""
    found: dict[date, Fraction] = {}
    for days in all_days:
        for day, weight in days.items():
            found[day] = found.get(day, NOTHING) + weight
    return found


def gone(days: Days, today: date, of_today: Fraction) -> Gone:
    """How much of it is behind; of today the part of the business hours that has gone by."""
    behind = sum((weight for day, weight in days.items() if day < today), NOTHING)
    ahead = sum((weight for day, weight in days.items() if day > today), NOTHING)
    now = days.get(today, NOTHING)
    left = ahead + (now if of_today < 1 else NOTHING)
    return Gone(behind=behind + now * of_today, whole=behind + now + ahead, left=left)


def progress(
    target: int | None, reached: int | None, time: Gone, *, adds_up: bool, least_days: int
) -> Progress:
    """Linear by the working time: what was reached in its part of it, it will be reached in the rest."""
    early = time.behind < min(Fraction(least_days), time.whole)
    forecast = None
    if adds_up and reached is not None and not early and time.share:
        forecast = floor(reached / time.share + HALF)
    per_day = None
    if adds_up and target is not None and reached is not None and time.left and reached < target:
        per_day = ceil((target - reached) / time.left)
    return Progress(
        target=target,
        reached=reached,
        percent=None if target is None or reached is None else _percent(reached, target),
        pace=floor(time.share * 100),
        forecast=forecast,
        per_day=per_day,
        days_left=ceil(time.left),
        standing=_standing(target, reached, time, adds_up=adds_up),
    )


def _percent(reached: int, target: int) -> int:
    return floor(Fraction(reached * 100, target)) if target else 100


def _standing(target: int | None, reached: int | None, time: Gone, *, adds_up: bool) -> Standing:
    if target is None:
        return Standing.NO_TARGET
    if reached is None:
        return Standing.NO_DATA
    if reached >= target:
        return Standing.MET
    if not time.left:
        return Standing.MISSED
    on_pace = adds_up and reached >= target * time.share
    return Standing.ON_PACE if on_pace else Standing.BEHIND
