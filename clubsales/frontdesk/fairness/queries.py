"""The fairness report of a period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from clubsales import policies
from clubsales.actor import Club
from clubsales.clock import Instant, day_span, local_day
from clubsales.frontdesk.fairness.exceptions import ExceptionLine, Gains, gains_of
from clubsales.frontdesk.fairness.facts import Facts, facts_of
from clubsales.frontdesk.fairness.periods import Period
from clubsales.frontdesk.fairness.rules import (
    Entry,
    Figures,
    Ledger,
    Share,
    Span,
    Stretch,
    figures,
    rate,
    seconds_on_post,
    shares,
)
from clubsales.frontdesk.rotation.rules import RotationPolicy
from clubsales.ids import ConsultantID


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A consultant of the report. `share` is empty beside the rotation, and before the first turn."""

    consultant_id: ConsultantID
    name: str
    kind: str
    figures: Figures
    share: Share | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """A day of the trend, of those in the rotation; who was furthest from his fair share, by how many turns."""

    day: date
    turns: int
    seconds: int
    furthest: str
    by_turns: Fraction

    @property
    def per_hour(self) -> Fraction | None:
        return rate(self.turns, self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The fairness of a period: those in the rotation, those beside it, the days, the exceptions."""

    period: Period
    rotation: tuple[Line, ...]
    beside: tuple[Line, ...]
    trend: tuple[DayLine, ...]
    gains: tuple[Gains, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*self.rotation, *self.beside)

    @property
    def turns(self) -> int:
        return sum(line.figures.turns for line in self.rotation)

    @property
    def seconds(self) -> int:
        return sum(line.figures.seconds for line in self.rotation)

    @property
    def mean(self) -> Fraction | None:
        """The club's turns per hour on post."""
        return rate(self.turns, self.seconds)

    @property
    def exceptions(self) -> tuple[ExceptionLine, ...]:
        """All of them, the oldest first."""
        return tuple(sorted((line for gain in self.gains for line in gain.lines), key=lambda line: line.at))


def report(session: Session, club: Club, period: Period, at: Instant) -> Report:
    """The report of a period, up to now."""
    facts = facts_of(session, club, period)
    span = period.span(club.zone)
    of_all = figures(facts.ledger, seconds_on_post(facts.stretches, span, at), span)
    # Before a club's first day nothing has happened, and no policy is in force.
    kinds = _kinds_in_rotation(session, club, period) if of_all else ()
    in_rotation = {key: one for key, one in of_all.items() if one.turns or facts.people[key].kind in kinds}
    fair = shares(in_rotation)

    def lines(chosen: Mapping[ConsultantID, Figures]) -> tuple[Line, ...]:
        made = (
            Line(
                consultant_id=key,
                name=facts.name(key),
                kind=facts.people[key].kind or "",
                figures=one,
                share=fair.get(key),
            )
            for key, one in chosen.items()
        )
        return tuple(sorted(made, key=lambda line: (-(line.figures.per_hour or 0), line.name)))

    beside = {key: one for key, one in of_all.items() if key not in in_rotation}
    return Report(
        period=period,
        rotation=lines(in_rotation),
        beside=lines(beside),
        trend=_trend(facts, club, period, set(in_rotation), at) if len(period.days) > 1 else (),
        gains=gains_of(facts, span),
    )


def _kinds_in_rotation(session: Session, club: Club, period: Period) -> tuple[str, ...]:
    policy = policies.policy_on(session, club, period.days[-1])
    return policy.read("rotation", RotationPolicy).kinds


def _trend(
    facts: Facts, club: Club, period: Period, in_rotation: set[ConsultantID], at: Instant
) -> tuple[DayLine, ...]:
    """Each day by itself."""
    turns: dict[date, list[Entry]] = {}
    for turn in facts.ledger.turns:
        turns.setdefault(local_day(turn.at, club.zone), []).append(turn)
    stretches: dict[date, list[Stretch]] = {}
    for stretch in facts.stretches:
        day, last = local_day(stretch.since, club.zone), local_day(stretch.until or at, club.zone)
        while day <= last:
            stretches.setdefault(day, []).append(stretch)
            day += timedelta(days=1)
    return tuple(
        _day_line(day, turns.get(day, ()), stretches.get(day, ()), facts, club, in_rotation, at)
        for day in period.days
    )


def _day_line(
    day: date,
    turns: Sequence[Entry],
    stretches: Sequence[Stretch],
    facts: Facts,
    club: Club,
    in_rotation: set[ConsultantID],
    at: Instant,
) -> DayLine:
    span = Span(*day_span(day, club.zone))
    mine = [stretch for stretch in stretches if stretch.consultant_id in in_rotation]
    ledger = Ledger(turns=tuple(turns), given_back=(), places_back=(), lapses=(), guests=(), entries=())
    of_day = figures(ledger, seconds_on_post(mine, span, at), span)
    fair = shares(of_day)
    off = {key: of_day[key].turns - share.fair_turns for key, share in fair.items()}
    furthest = max(off, key=lambda key: (abs(off[key]), facts.name(key)), default=None)
    return DayLine(
        day=day,
        turns=sum(one.turns for one in of_day.values()),
        seconds=sum(one.seconds for one in of_day.values()),
        furthest=facts.name(furthest),
        by_turns=off[furthest] if furthest is not None else Fraction(0),
    )
