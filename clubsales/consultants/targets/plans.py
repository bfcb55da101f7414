"""The figures of a plan's pages, and what each page proposes: a year, a month, the weeks of a month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, local_day
from clubsales.consultants.credits.closing import closed_through
from clubsales.consultants.targets.crew import Crew, Person
from clubsales.consultants.targets.figures import Figures, sales_of_months
from clubsales.consultants.targets.forms import Line, unit_of
from clubsales.consultants.targets.goals import Goals, goals_between
from clubsales.consultants.targets.rules import (
    CLUB,
    ONE_DAY,
    GoalKind,
    Period,
    Scope,
    ScopeKind,
    Slot,
    days_of_month,
    last_month_of,
    months_of_quarter,
    months_of_year,
    quarters_of_year,
    weeks_of_month,
    year_before,
)
from clubsales.consultants.targets.splitting import (
    How,
    Member,
    Missing,
    among_people,
    among_teams,
    grown,
    replanned,
    split,
)
from clubsales.consultants.targets.worktime import work_time
from clubsales.ids import ClubID

LOOKED_BACK = 28 * ONE_DAY  # for whose shifts, where the month has no roster yet


Proposal = dict[Slot, int] | Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a proposal is made from: what is typed, how, by how much more than a year ago."""

    typed: Mapping[Slot, int | None]
    how: How
    growth: Decimal | None


def year_lines(session: Session, club: Club, year: int, scope: Scope, kind: GoalKind) -> list[Line]:
    """The year, its quarters and its months."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    goals, closed = goals_between(session, club.id, kind, first, last), closed_through(session, club.id)
    read = _Reading(goals, closed)
    lines = [read.line(Slot(scope, Period.YEAR, first, kind), "whole", whole_of=("quarters", "months"))]
    for quarter in quarters_of_year(year):
        group = f"quarter-{quarter.month // 3 + 1}"
        slot = Slot(scope, Period.QUARTER, quarter, kind)
        lines.append(read.line(slot, group, whole_of=(group,), parts_of=("quarters",)))
        lines += [
            read.line(Slot(scope, Period.MONTH, month, kind), f"month-{month:%m}", parts_of=(group, "months"))
            for month in months_of_quarter(quarter)
        ]
    return lines


def month_lines(session: Session, club: Club, month: date, crew: Crew, kind: GoalKind) -> list[Line]:
    """The club, each team and everybody who sells."""
    goals = goals_between(session, club.id, kind, month, month)
    read = _Reading(goals, closed_through(session, club.id))

    def slot(scope: Scope) -> Slot:
        return Slot(scope, Period.MONTH, month, kind)

    lines = [read.line(slot(CLUB), "club", whole_of=("people", "teams") if crew.teams else ("people",))]
    for team in (*crew.teams, None):
        group = f"team-{team}"
        if team is not None:
            scope = Scope(ScopeKind.TEAM, team)
            lines.append(
                read.line(slot(scope), group, crew.teams[team], whole_of=(group,), parts_of=("teams",))
            )
        lines += [
            read.line(
                slot(one.scope),
                f"amount-{one.consultant.public_id}",
                one.consultant.name,
                # Whoever is in no team is beside the teams.
                parts_of=("people", "teams" if team is None else group),
            )
            for one in crew.of_team(team)
        ]
    return lines


def week_lines(session: Session, club: Club, month: date, scope: Scope, kind: GoalKind) -> list[Line]:
    """The weeks of a month, after the month itself."""
    last = days_of_month(month)[-1]
    goals = goals_between(session, club.id, kind, month, last)
    read = _Reading(goals, closed_through(session, club.id))
    return [
        read.line(Slot(scope, Period.MONTH, month, kind), "whole", whole_of=("weeks",)),
        *(
            read.line(Slot(scope, Period.WEEK, week.first, kind), f"week-{week.first}", parts_of=("weeks",))
            for week in weeks_of_month(month)
        ),
    ]


def last_year(session: Session, club_id: ClubID, year: int, crew: Crew, scope: Scope) -> dict[date, int]:
    """What was sold in each month of the year before, by the club or by those who are in the scope now."""
    months = [year_before(month) for month in months_of_year(year)]
    sold = sales_of_months(session, club_id, months)
    return {month: _sold(sold[year_before(month)], crew, scope) for month in months_of_year(year)}


def propose_year(lines: list[Line], basis: Basis, before: Mapping[date, int], *, club: Club) -> Proposal:
    """Months that add up to the year, quarters that are their months'; closed months stay (TGT-01, TGT-08, TGT-09)."""
    year = lines[0].slot
    unit = unit_of(year.kind, club.currency)
    months = months_of_year(year.starts_on.year)
    kept = {
        line.slot.starts_on: line.issued or 0
        for line in lines
        if line.slot.period is Period.MONTH and line.is_closed
    }
    whole = basis.typed.get(year)
    if basis.how in (How.LAST_YEAR, How.GROWTH) and not any(amount > 0 for amount in before.values()):
        return Missing.LAST_YEAR
    if basis.how is How.GROWTH:
        if basis.growth is None:
            return Missing.GROWTH
        parts = {month: kept.get(month, grown(before[month], basis.growth, unit=unit)) for month in months}
        whole = sum(parts.values())
    elif whole is None:
        return Missing.WHOLE
    else:
        weights = [before[month] if basis.how is How.LAST_YEAR else 1 for month in months]
        parts = replanned(whole, months, weights, kept, unit=unit)
    proposal = {year: whole}
    for quarter in quarters_of_year(year.starts_on.year):
        of_quarter = months_of_quarter(quarter)
        proposal[Slot(year.scope, Period.QUARTER, quarter, year.kind)] = sum(parts[one] for one in of_quarter)
        proposal |= {Slot(year.scope, Period.MONTH, one, year.kind): parts[one] for one in of_quarter}
    return proposal


def propose_month(
    session: Session,
    club: Club,
    month: date,
    crew: Crew,
    kind: GoalKind,
    basis: Basis,
    *,
    from_teams: bool,
    at: Instant,
) -> Proposal:
    """The club's figure by team and person, or the teams' by their people (TGT-03)."""
    unit = unit_of(kind, club.currency)
    before: Figures = {}
    if basis.how in (How.LAST_YEAR, How.GROWTH):
        before = sales_of_months(session, club.id, [year_before(month)])[year_before(month)]
        if not any(before.get(one.consultant.id, 0) > 0 for one in crew.people):
            return Missing.LAST_YEAR
    if basis.how is How.GROWTH:
        if basis.growth is None:
            return Missing.GROWTH
        more = basis.growth
        parts: dict[int, int] = {
            one.consultant.id: grown(before.get(one.consultant.id, 0), more, unit=unit) for one in crew.people
        }
        return _with_sums(parts, crew, month, kind)
    weights = _weights(session, club, month, crew, basis.how, before, at)
    members = [
        Member(id=one.consultant.id, team_id=one.team_id, weight=weights[one.consultant.id])
        for one in crew.people
    ]

    def typed(scope: Scope) -> int | None:
        return basis.typed.get(Slot(scope, Period.MONTH, month, kind))

    whole = typed(CLUB)
    if not from_teams:
        if whole is None:
            return Missing.WHOLE
        wholes = among_teams(whole, members, unit=unit)
        return _slots(wholes, among_people(wholes, members, unit=unit), month, kind)
    of_teams = {team: typed(Scope(ScopeKind.TEAM, team)) for team in crew.teams}
    known: dict[int | None, int] = {team: value for team, value in of_teams.items() if value is not None}
    if not known:
        return Missing.WHOLE
    if whole is not None and crew.of_team(None):
        known[None] = max(0, whole - sum(known.values()))
    return _slots({}, among_people(known, members, unit=unit), month, kind)


def propose_weeks(
    session: Session,
    club: Club,
    month: date,
    crew: Crew,
    scope: Scope,
    kind: GoalKind,
    whole: int | None,
    *,
    at: Instant,
) -> Proposal:
    """The month by the days that are worked in each of its weeks; the club is open every day (TGT-02)."""
    if whole is None:
        return Missing.WHOLE
    weeks, days = weeks_of_month(month), days_of_month(month)
    weights = [Fraction(len(week.days)) for week in weeks]
    if scope != CLUB:
        time = work_time(session, club.id, days[0], days[-1], today=local_day(at, club.zone))
        of_each = [time.of(one.consultant.id, days) for one in crew.members(scope)]
        weights = [
            sum((of_one[day] for of_one in of_each for day in week.days), Fraction(0)) for week in weeks
        ]
    parts = split(whole, weights, unit=unit_of(kind, club.currency))
    return {Slot(scope, Period.WEEK, week.first, kind): part for week, part in zip(weeks, parts, strict=True)}


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was issued, and which months are closed."""

    goals: Goals
    closed: date | None

    def line(
        self,
        slot: Slot,
        name: str,
        label: str = "",
        *,
        whole_of: tuple[str, ...] = (),
        parts_of: tuple[str, ...] = (),
    ) -> Line:
        return Line(
            slot=slot,
            name=name,
            label=label,
            history=self.goals.get(slot, []),
            is_closed=self.closed is not None and last_month_of(slot) <= self.closed,
            whole_of=whole_of,
            parts_of=parts_of,
        )


def _sold(of_month: Figures, crew: Crew, scope: Scope) -> int:
    if scope == CLUB:
        return sum(of_month.values())
    return sum(of_month.get(one.consultant.id, 0) for one in crew.members(scope))


def _weights(
    session: Session, club: Club, month: date, crew: Crew, how: How, before: Figures, at: Instant
) -> dict[int, Fraction]:
    """What each person weighs: shifts planned for the month or, before its roster is made, worked lately."""
    people = [one.consultant.id for one in crew.people]
    if how is How.SHIFTS:
        today, days = local_day(at, club.zone), days_of_month(month)
        time = work_time(session, club.id, days[0], days[-1], today=today)
        if not any(time.shifts(one, days) for one in people):
            since = min(today, days[0]) - LOOKED_BACK
            days = [since + number * ONE_DAY for number in range(LOOKED_BACK.days)]
            time = work_time(session, club.id, days[0], days[-1], today=today)
        return {one: Fraction(time.shifts(one, days)) for one in people}
    if how is How.LAST_YEAR:
        return {one: Fraction(max(0, before.get(one, 0))) for one in people}
    return dict.fromkeys(people, Fraction(1))


def _with_sums(parts: Mapping[int, int], crew: Crew, month: date, kind: GoalKind) -> dict[Slot, int]:
    """People's figures, and what they come to for their teams and the club."""

    def together(people: list[Person]) -> int:
        return sum(parts[one.consultant.id] for one in people)

    teams: dict[int | None, int] = {team: together(crew.of_team(team)) for team in crew.teams}
    proposal = _slots(teams, parts, month, kind)
    proposal[Slot(CLUB, Period.MONTH, month, kind)] = sum(parts.values())
    return proposal


def _slots(
    teams: Mapping[int | None, int], people: Mapping[int, int], month: date, kind: GoalKind
) -> dict[Slot, int]:
    scopes = {Scope(ScopeKind.TEAM, team): value for team, value in teams.items() if team is not None}
    scopes |= {Scope(ScopeKind.CONSULTANT, one): value for one, value in people.items()}
    return {Slot(scope, Period.MONTH, month, kind): value for scope, value in scopes.items()}
