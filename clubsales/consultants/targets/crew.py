"""Who shares a club's targets of a month: the teams, and whoever sells."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import day_start, next_month
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.profiles.terms import teams_at
from clubsales.consultants.targets.rules import CLUB, ONE_DAY, Scope, ScopeKind
from clubsales.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who sells, and his team at the month's end, or now."""

    consultant: ConsultantView
    team_id: int | None

    @property
    def scope(self) -> Scope:
        return Scope(ScopeKind.CONSULTANT, self.consultant.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Everybody who sells in a month, by team and name; the teams that have somebody, by name."""

    people: tuple[Person, ...]
    teams: dict[int, str]

    def of_team(self, team_id: int | None) -> list[Person]:
        return [person for person in self.people if person.team_id == team_id]

    def members(self, scope: Scope) -> list[Person]:
        """Whose figures a scope's figures are."""
        if scope.kind is ScopeKind.TEAM:
            return self.of_team(scope.id)
        return [person for person in self.people if scope in (CLUB, person.scope)]

    def key(self, scope: Scope) -> str:
        """What stands for a scope in an address."""
        match scope.kind:
            case ScopeKind.CLUB:
                return ""
            case ScopeKind.TEAM:
                return f"team-{scope.id}"
            case ScopeKind.CONSULTANT:
                return self.members(scope)[0].consultant.public_id

    def scope(self, key: str) -> Scope:
        """The scope of an address; raises NotFound for none of this club's."""
        scopes = [CLUB, *(Scope(ScopeKind.TEAM, team) for team in self.teams)]
        scopes += [person.scope for person in self.people]
        for scope in scopes:
            if self.key(scope) == key:
                return scope
        raise NotFound

    def name(self, scope: Scope) -> str:
        """What people call it; empty for the club."""
        if scope.kind is ScopeKind.TEAM:
            return self.teams[scope.id or 0]
        return "" if scope == CLUB else self.members(scope)[0].consultant.name


def crew_of(session: Session, club: Club, first: date, last_month: date | None = None) -> Crew:
    """Whoever sells on the first or the last day of a month, or of several."""
    end = next_month(last_month or first)
    found = {
        each.id: each
        for day in (first, end - ONE_DAY)
        for each in profiles.all_in_club(session, club.id, on_day=day)
        if each.kind is not None
    }
    teams = teams_at(session, club.id, day_start(end, club.zone))
    names = {teams[one].team_id: teams[one].name for one in found if one in teams}
    ordered = sorted(
        found.values(),
        key=lambda one: (
            one.id not in teams,
            teams[one.id].name if one.id in teams else "",
            one.name,
            one.id,
        ),
    )
    return Crew(
        people=tuple(
            Person(consultant=one, team_id=teams[one.id].team_id if one.id in teams else None)
            for one in ordered
        ),
        teams={int(team): name for team, name in sorted(names.items(), key=lambda each: each[1])},
    )
