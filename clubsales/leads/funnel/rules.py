"""The funnel: which stage a lead has reached, where it stands, what moves on, what is to come (FUN-01 to FUN-04).

A stage is reached by a fact that was written down anyway, never by somebody's opinion. Whoever reaches a later stage
has passed the ones before: a guest who walks in needs no appointment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor, sqrt
from statistics import median

from clubsales.clock import Instant
from clubsales.money import Money


class Stage(StrEnum):
    """The stages in their order, each with the fact that is its entry."""

    CAPTURED = "captured"  # the lead was captured
    REACHED = "reached"  # the first contact that reached the guest (`follow_up.effective_outcomes`)
    APPOINTED = "appointed"  # the first appointment made
    VISITED = "visited"  # the first visit
    OFFERED = "offered"  # the first sale of a card opened
    JOINED = "joined"  # the first card paid

    @property
    def place(self) -> int:
        """From 0."""
        return STAGES.index(self)


STAGES = tuple(Stage)
LAST = len(STAGES) - 1
PATIENCE = timedelta(days=14)  # where nobody has moved on yet, longer than this is long
# Enough history to say anything: leads that have had their time, and members among them.
LEAST_LEADS, LEAST_JOINED, LEAST_OF_STAGE = 30, 5, 10
CONFIDENCE = 1.28  # standard deviations: eight times of ten it falls in between
TENTH = Fraction(1, 10)

Marks = tuple[Instant | None, ...]  # when each stage's fact was first there, in the order of the stages


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A lead's way: the first time of each stage's fact, and when it was given up, if it is."""

    marks: Marks
    lost_at: Instant | None = None

    @property
    def furthest(self) -> Stage:
        """The furthest stage reached."""
        return furthest([mark is not None for mark in self.marks])

    @property
    def is_lost(self) -> bool:
        """Given up; whoever has joined is not lost."""
        return self.lost_at is not None and self.furthest is not Stage.JOINED

    @property
    def is_open(self) -> bool:
        """Still on its way."""
        return not self.is_lost and self.furthest is not Stage.JOINED

    def entered(self, stage: Stage) -> Instant | None:
        """When it had reached at least this stage: by its own fact or a later one's, never before it was captured."""
        times = [mark for mark in self.marks[stage.place :] if mark is not None]
        captured = self.marks[0]
        assert captured is not None
        return max(min(times), captured) if times else None

    def since(self) -> Instant:
        """Since when it stands where it stands."""
        entered = self.entered(self.furthest)
        assert entered is not None
        return entered


def furthest(has: Sequence[bool]) -> Stage:
    """The furthest stage whose fact is there, given in the order of the stages; captured every lead is."""
    return STAGES[max((place for place, there in enumerate(has) if there), default=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many leads have reached at least each stage, how many stand in it, and how many are lost."""

    reached: tuple[int, ...]
    standing: tuple[int, ...]
    lost: int

    @property
    def leads(self) -> int:
        return self.reached[0]

    @property
    def joined(self) -> int:
        return self.reached[LAST]

    def conversion(self, stage: Stage) -> Fraction | None:
        """The part of those in the stage before who reached this one; None where nobody could."""
        place = stage.place
        return part(self.reached[place], self.reached[place - 1]) if place else None

    def of_all(self, stage: Stage) -> Fraction | None:
        """The part of all leads that reached it."""
        return part(self.reached[stage.place], self.leads)

    @property
    def overall(self) -> Fraction | None:
        """The part of all leads that joined."""
        return self.of_all(Stage.JOINED)


def tally(groups: Iterable[tuple[Stage, bool, int]]) -> Counts:
    """Count leads given as their furthest stage, whether they are lost, and how many are alike.

    Every lead is in exactly one place: a stage, or lost.
    """
    reached, standing, lost = [0] * len(STAGES), [0] * len(STAGES), 0
    for stage, is_lost, leads in groups:
        for passed in range(stage.place + 1):
            reached[passed] += leads
        if is_lost:
            lost += leads
        else:
            standing[stage.place] += leads
    return Counts(reached=tuple(reached), standing=tuple(standing), lost=lost)


def count(journeys: Iterable[Journey]) -> Counts:
    """Count leads one by one."""
    return tally((journey.furthest, journey.is_lost, 1) for journey in journeys)


def stays(journeys: Iterable[Journey]) -> dict[Stage, timedelta]:
    """The median time in each stage of those who stood in it and moved on; who passed it in one step is not asked."""
    lengths: dict[Stage, list[float]] = {}
    for journey in journeys:
        for stage in STAGES[:LAST]:
            own, after = journey.marks[stage.place], journey.entered(STAGES[stage.place + 1])
            entered = journey.entered(stage)
            if own is not None and after is not None and entered is not None and own <= after:
                lengths.setdefault(stage, []).append((after - entered).total_seconds())
    return {stage: timedelta(seconds=round(median(found))) for stage, found in lengths.items()}


def is_stuck(journey: Journey, usual: dict[Stage, timedelta], at: Instant) -> bool:
    """Whether it has stood in its stage longer than half of those who moved on, and longer than a day."""
    if not journey.is_open:
        return False
    limit = max(usual.get(journey.furthest, PATIENCE), timedelta(days=1))
    return at - journey.since() > limit


def part(of: int, whole: int) -> Fraction | None:
    """A part of a whole; None of nothing."""
    return Fraction(of, whole) if whole else None


# Levers ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Levers:
    """Traffic, conversion and ticket of a time, and what a tenth more of each would take and bring (FUN-04).

    Turnover is their product, so a tenth more of any one brings a tenth more of it; the difference is what it takes.
    """

    leads: int
    joined: int
    ticket: Money  # the average of those who joined
    turnover: Money
    more_leads: int
    more_joined: int
    more_ticket: Money
    gain: Money
    gain_of_all: Money  # a tenth more of each of the three


def levers(counts: Counts, turnover: Money) -> Levers | None:
    """None while nobody has joined: nothing times anything stays nothing."""
    if not counts.joined or turnover.minor <= 0:
        return None
    ticket = Fraction(turnover.minor, counts.joined)
    together = (1 + TENTH) ** 3 - 1
    return Levers(
        leads=counts.leads,
        joined=counts.joined,
        ticket=_money(ticket, turnover),
        turnover=turnover,
        more_leads=ceil(counts.leads * TENTH),
        more_joined=ceil(counts.joined * TENTH),
        more_ticket=_money(ticket * TENTH, turnover),
        gain=_money(turnover.minor * TENTH, turnover),
        gain_of_all=_money(turnover.minor * together, turnover),
    )


def _money(minor: Fraction, like: Money) -> Money:
    """Half up to the minor unit."""
    return Money(floor(minor + Fraction(1, 2)), like.currency)


# Forecast ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StageForecast:
    """Those who stand in a stage now, and the part of earlier leads in it who joined."""

    stage: Stage
    standing: int
    rate: Fraction
    known: int  # by how many earlier leads the rate is known
    expected: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """How many of those on their way will join, and what they will pay, if all goes as it went."""

    stages: tuple[StageForecast, ...]
    members: int
    low: int
    high: int
    ticket: Money

    @property
    def turnover(self) -> Money:
        return Money(self.members * self.ticket.minor, self.ticket.currency)

    @property
    def low_turnover(self) -> Money:
        return Money(self.low * self.ticket.minor, self.ticket.currency)

    @property
    def high_turnover(self) -> Money:
        return Money(self.high * self.ticket.minor, self.ticket.currency)


def has_history(history: Counts) -> bool:
    """Whether enough leads have had their time to say anything."""
    return history.leads >= LEAST_LEADS and history.joined >= LEAST_JOINED


def forecast(history: Counts, standing: Sequence[int], ticket: Money) -> Forecast | None:
    """Who stands where now, times what became of earlier leads in the same stage; None without enough history.

    A stage few have reached so far takes the rate of the one before. The range holds eight times of ten when guests
    decide as earlier ones did, each alone: it widens with fewer people and with less history.
    """
    if not has_history(history):
        return None
    lines, variance = [], 0.0
    rate, known = Fraction(history.joined, history.leads), history.leads
    for stage, people in zip(STAGES[:LAST], standing, strict=False):
        reached = history.reached[stage.place]
        if reached >= LEAST_OF_STAGE:
            rate, known = Fraction(history.joined, reached), reached
        lines.append(
            StageForecast(stage=stage, standing=people, rate=rate, known=known, expected=people * rate)
        )
        variance += float(people * rate * (1 - rate) * (1 + Fraction(people, known)))
    expected = sum((line.expected for line in lines), Fraction(0))
    spread = CONFIDENCE * sqrt(variance)
    everybody = sum(line.standing for line in lines)
    return Forecast(
        stages=tuple(lines),
        members=floor(expected + Fraction(1, 2)),
        low=max(0, floor(float(expected) - spread)),
        high=min(everybody, ceil(float(expected) + spread)),
        ticket=ticket,
    )
