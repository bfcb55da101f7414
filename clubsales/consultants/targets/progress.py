"""How far everybody is in a month or a week of it: club, teams, people (TGT-02, TGT-07)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor

from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, local_day, month_of
from clubsales.consultants.targets import figures, pace
from clubsales.consultants.targets.crew import Crew, crew_of
from clubsales.consultants.targets.figures import Figures
from clubsales.consultants.targets.goals import Goals, goals_between, value_in
from clubsales.consultants.targets.pace import HALF, LEAST_DAYS, Days, Gone, Progress
from clubsales.consultants.targets.rules import (
    CLUB,
    GoalKind,
    Period,
    Scope,
    ScopeKind,
    Slot,
    Week,
    days_of_month,
)
from clubsales.consultants.targets.worktime import WorkTime, part_of_day, work_time


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressLine:
    """How far one is. `is_derived`: nobody issued this target, it follows from the people's or the month's."""

    scope: Scope
    name: str
    progress: Progress
    is_derived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressPage:
    """A month, or a week of it."""

    month: date
    week: Week | None
    kind: GoalKind
    club: ProgressLine
    teams: tuple[ProgressLine, ...]
    people: tuple[ProgressLine, ...]


class _Month:
    """Everything the lines of a month are made of, read once."""

    def __init__(self, session: Session, club: Club, month: date, kind: GoalKind, at: Instant) -> None:
        self.club, self.month, self.kind = club, month, kind
        self.today, self.of_today = local_day(at, club.zone), part_of_day(club, at)
        self.days = days_of_month(month)
        self.crew: Crew = crew_of(session, club, month)
        self.goals: Goals = goals_between(session, club.id, kind, self.days[0], self.days[-1])
        self.time: WorkTime = work_time(session, club.id, self.days[0], self.days[-1], today=self.today)

    def line(self, scope: Scope, week: Week | None, reached: Figures | None) -> ProgressLine:
        target, is_derived = self._target(scope, week)
        days = self._days(scope, week.days if week else self.days)
        found = pace.progress(
            target,
            self._reached(scope, reached),
            self._gone(days),
            adds_up=self.kind.adds_up and not self.kind.is_typed,
            least_days=LEAST_DAYS["week" if week else "month"] * self._heads(scope),
        )
        return ProgressLine(scope=scope, name=self.crew.name(scope), progress=found, is_derived=is_derived)

    def _heads(self, scope: Scope) -> int:
        """A team's working time is its people's together, so it takes as much more of it to say anything."""
        return max(1, len(self.crew.members(scope))) if scope.kind is ScopeKind.TEAM else 1

    def _days(self, scope: Scope, days: list[date]) -> Days:
        """The club is open every day."""
        if scope == CLUB:
            return dict.fromkeys(days, pace.ONE)
        return pace.together([self.time.of(one.consultant.id, days) for one in self.crew.members(scope)])

    def _gone(self, days: Days) -> Gone:
        return pace.gone(days, self.today, self.of_today)

    def _reached(self, scope: Scope, reached: Figures | None) -> int | None:
        if reached is None:
            history = self.goals.get(Slot(scope, Period.MONTH, self.month, self.kind))
            return history[0].result if history else None
        if scope == CLUB:
            return sum(reached.values())
        return sum(reached.get(one.consultant.id, 0) for one in self.crew.members(scope))

    def _target(self, scope: Scope, week: Week | None) -> tuple[int | None, bool]:
        if week is None:
            return self._month_target(scope)
        issued = value_in(self.goals, Slot(scope, Period.WEEK, week.first, self.kind))
        if issued is not None:
            return issued, False
        whole, _derived = self._month_target(scope)
        if whole is None or not self.kind.adds_up:
            return None, False
        of_month = sum(self._days(scope, self.days).values(), Fraction(0))
        of_week = sum(self._days(scope, week.days).values(), Fraction(0))
        return floor(whole * of_week / of_month + HALF) if of_month else None, True

    def _month_target(self, scope: Scope) -> tuple[int | None, bool]:
        issued = value_in(self.goals, Slot(scope, Period.MONTH, self.month, self.kind))
        if issued is not None or scope.kind is ScopeKind.CONSULTANT or not self.kind.adds_up:
            return issued, False
        parts = [self._month_target(one.scope)[0] for one in self.crew.members(scope)]
        known = [part for part in parts if part is not None]
        return (sum(known), True) if known else (None, False)


def progress_of_club(
    session: Session, club: Club, *, month: date, week: Week | None, kind: GoalKind, at: Instant
) -> ProgressPage:
    """The club, its teams and everybody who sells."""
    facts = _Month(session, club, month, kind, at)
    first, last = (week.first, week.last) if week else (facts.days[0], facts.days[-1])
    reached = figures.reached(session, club, kind, first, last)
    return ProgressPage(
        month=month,
        week=week,
        kind=kind,
        club=facts.line(CLUB, week, reached),
        teams=tuple(facts.line(Scope(ScopeKind.TEAM, team), week, reached) for team in facts.crew.teams),
        people=tuple(facts.line(one.scope, week, reached) for one in facts.crew.people),
    )


def progress_of_person(
    session: Session, club: Club, scope: Scope, *, month: date, week: Week | None, kind: GoalKind, at: Instant
) -> list[ProgressLine]:
    """Somebody's month and, where that is asked for, a week of it."""
    facts = _Month(session, club, month_of(month), kind, at)
    if not facts.crew.members(scope):
        return []
    lines = []
    for part in (None, week) if week else (None,):
        first, last = (part.first, part.last) if part else (facts.days[0], facts.days[-1])
        lines.append(facts.line(scope, part, figures.reached(session, club, kind, first, last)))
    return lines
