"""The ranking as people read it: boards, teams, the clubs of a group, awards with their reasons."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from clubsales import clubs
from clubsales.actor import Club
from clubsales.clock import Instant, month_of
from clubsales.consultants.awards.explained import reasons_of, rules_of, why_nobody
from clubsales.consultants.awards.facts import policy_of_month
from clubsales.consultants.awards.queries import GivenAward, awards_of, month_result
from clubsales.consultants.awards.rules import Award, AwardKind, MonthResult
from clubsales.consultants.awards.standings import AwardPolicy, Standing
from clubsales.consultants.credits import closing
from clubsales.consultants.credits.holding import held_by_holder
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.credits.rules import Cause, shared_ranks
from clubsales.consultants.profiles.models import ConsultantRow, TeamRow
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import Reason
from clubsales.ids import ConsultantID, TeamID
from clubsales.money import Currency, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Somebody's place on a board. `gap` to the next higher credit, `missing` to the target; none: nothing to reach."""

    standing: Standing
    public_id: str
    code: str
    name: str
    team: str | None
    credit: Money
    target: Money | None
    gap: Money | None
    missing: Money | None
    held: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPlace:
    """A team's place: its members' net credit together; no rank where that is nothing. Its target is that of those who have one."""

    rank: int | None
    name: str
    credit: Money
    target: Money | None
    members: int
    gap: Money | None
    best: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardLine:
    """An award with its reasons; `certificate` is its public id once it is given.

    `later`: what was given back of its month's sales after the close, zero or negative.
    """

    award: Award
    name: str
    consultant: str
    team: str | None
    reasons: tuple[Reason, ...]
    certificate: str | None
    later: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingPage:
    """A month's ranking. Closed: as it was frozen; open: as it stands now, with what disputes hold."""

    closed_at: Instant | None
    inside: tuple[Place, ...]
    outside: tuple[Place, ...]
    teams: tuple[TeamPlace, ...]
    awards: tuple[AwardLine, ...]
    why_nobody: Reason | None
    rules: tuple[Reason, ...]
    total: Money
    held: Money

    @property
    def boards(self) -> tuple[tuple[Kind, tuple[Place, ...]], ...]:
        """Both boards, with the kind that each is of."""
        return (Kind.INSIDE, self.inside), (Kind.OUTSIDE, self.outside)

    def place_of(self, consultant_id: ConsultantID | None) -> Place | None:
        """Somebody's own place."""
        return next(
            (each for each in (*self.inside, *self.outside) if each.standing.consultant_id == consultant_id),
            None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClubBoard:
    """A club of the group: its best inside consultants, who speak for it (AMB-69), and the board they top."""

    club: Club
    is_closed: bool
    credit: Money
    tops: tuple[Place, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """What standings are called."""

    people: Mapping[ConsultantID, tuple[str, str, str]]  # public id, code, name
    teams: Mapping[TeamID, str]

    def of(self, consultant_id: ConsultantID) -> str:
        return self.people[consultant_id][2]


def ranking(session: Session, club: Club, month: date) -> RankingPage:
    """A month's ranking of a club."""
    month = month_of(month)
    closed = closing.closed_month(session, club.id, month)
    result = month_result(session, club, month)
    policy = policy_of_month(session, club, month)
    names = names_of(session, result)
    held = {} if closed else held_by_holder(session, club.id)
    nothing = Money.zero(club.currency)
    inside, outside = (_board(result.standings, kind, names, held, club.currency) for kind in Kind)
    has_top = any(each.kind is AwardKind.DEPARTMENT_TOP for each in result.awards)
    return RankingPage(
        closed_at=closed.closed_at if closed else None,
        inside=inside,
        outside=outside,
        teams=_teams((*inside, *outside), nothing),
        awards=_lines(session, club, month, result, names, policy, is_closed=closed is not None),
        why_nobody=None if has_top else why_nobody(result.standings, policy, _called(names)),
        rules=rules_of(policy),
        total=sum((place.credit for place in (*inside, *outside)), nothing),
        held=sum(held.values(), nothing),
    )


def clubs_of_group(session: Session, club: Club, month: date) -> list[ClubBoard]:
    """Every club of the club's organisation, by what it sold; of different currencies in the order of codes."""
    boards = []
    for each in clubs.all_clubs(session, club.organisation_id):
        result = month_result(session, each, month)
        names = names_of(session, result)
        inside, outside = (_board(result.standings, kind, names, {}, each.currency) for kind in Kind)
        last = closing.closed_through(session, each.id)
        boards.append(
            ClubBoard(
                club=each,
                is_closed=last is not None and month <= last,
                credit=sum((place.credit for place in (*inside, *outside)), Money.zero(each.currency)),
                tops=tuple(place for place in inside if place.standing.is_top),
                places=inside,
            )
        )
    if len({board.club.currency for board in boards}) == 1:
        boards.sort(key=lambda board: -board.credit.minor)
    return boards


def names_of(session: Session, result: MonthResult) -> Names:
    """Names of everybody and every team of a result."""
    people = {one.consultant_id for one in result.standings} | {each.consultant_id for each in result.awards}
    teams = {one.team_id for one in result.standings if one.team_id is not None}
    teams |= {each.team_id for each in result.awards if each.team_id is not None}
    found = session.execute(
        sa.select(ConsultantRow.id, ConsultantRow.public_id, ConsultantRow.code, ConsultantRow.name).where(
            ConsultantRow.id.in_(people)
        )
    )
    called = session.execute(sa.select(TeamRow.id, TeamRow.name).where(TeamRow.id.in_(teams)))
    return Names(
        {ConsultantID(row.id): (row.public_id, row.code, row.name) for row in found},
        {TeamID(row.id): row.name for row in called},
    )


def given_back(
    session: Session, club: Club, month: date, people: Collection[ConsultantID]
) -> dict[ConsultantID, Money]:
    """What went back in later months of the sales that counted for these people in a month: zero or negative."""
    of_month, later = aliased(PostingRow), aliased(PostingRow)
    sales = (
        sa.select(of_month.sale_id, of_month.consultant_id)
        .where(of_month.club_id == club.id, of_month.month == month, of_month.consultant_id.in_(people))
        .distinct()
        .subquery()
    )
    rows = session.execute(
        sa.select(later.consultant_id, sa.func.sum(later.amount_minor).label("minor"))
        .join_from(
            sales,
            later,
            sa.and_(later.sale_id == sales.c.sale_id, later.consultant_id == sales.c.consultant_id),
        )
        .where(later.month > month, later.cause != Cause.RECEIPT.value)
        .group_by(later.consultant_id)
    )
    return {ConsultantID(row.consultant_id): Money(min(0, int(row.minor)), club.currency) for row in rows}


def given_back_by_month(session: Session, club: Club, whose: ConsultantID) -> dict[date, Money]:
    """What went back of somebody's sales in later months than they counted in, by that month: zero or negative."""
    of_month, later = aliased(PostingRow), aliased(PostingRow)
    sales = (
        sa.select(of_month.sale_id, of_month.month)
        .where(of_month.club_id == club.id, of_month.consultant_id == whose)
        .distinct()
        .subquery()
    )
    rows = session.execute(
        sa.select(sales.c.month, sa.func.sum(later.amount_minor).label("minor"))
        .join_from(sales, later, later.sale_id == sales.c.sale_id)
        .where(
            later.consultant_id == whose,
            later.month > sales.c.month,
            later.cause != Cause.RECEIPT.value,
        )
        .group_by(sales.c.month)
    )
    return {row.month: Money(min(0, int(row.minor)), club.currency) for row in rows}


def _called(names: Names) -> dict[ConsultantID, str]:
    return {holder: name for holder, (_public_id, _code, name) in names.people.items()}


def _board(
    standings: Sequence[Standing],
    kind: Kind,
    names: Names,
    held: Mapping[ConsultantID | None, Money],
    currency: Currency,
) -> tuple[Place, ...]:
    board = sorted((one for one in standings if one.kind is kind), key=lambda one: one.rank)
    return tuple(_place(one, board, names, held, currency) for one in board)


def _place(
    one: Standing,
    board: Sequence[Standing],
    names: Names,
    held: Mapping[ConsultantID | None, Money],
    currency: Currency,
) -> Place:
    public_id, code, name = names.people[one.consultant_id]
    above = min((other.credit for other in board if other.credit > one.credit), default=None)
    return Place(
        standing=one,
        public_id=public_id,
        code=code,
        name=name,
        team=names.teams.get(one.team_id) if one.team_id is not None else None,
        credit=Money(one.credit, currency),
        target=Money(one.target, currency) if one.target is not None else None,
        gap=Money(above - one.credit, currency) if above is not None else None,
        missing=_missing(one, currency),
        held=held.get(one.consultant_id),
    )


def _missing(one: Standing, currency: Currency) -> Money | None:
    if one.target is None or one.credit >= one.target:
        return None
    return Money(one.target - one.credit, currency)


def _teams(places: Sequence[Place], nothing: Money) -> tuple[TeamPlace, ...]:
    members: dict[str, list[Place]] = {}
    for place in places:
        if place.team is not None:
            members.setdefault(place.team, []).append(place)
    sums = {team: sum((place.credit for place in those), nothing) for team, those in members.items()}
    ordered = sorted(sums, key=lambda team: (-sums[team].minor, team))
    ranks = shared_ranks([sums[team].minor for team in ordered])
    teams = []
    for rank, team in zip(ranks, ordered, strict=True):
        targets = [place.target for place in members[team] if place.target is not None]
        above = min(
            (each for each in sums.values() if sums[team] < each), key=lambda each: each.minor, default=None
        )
        teams.append(
            TeamPlace(
                rank=rank,
                name=team,
                credit=sums[team],
                target=sum(targets, nothing) if targets else None,
                members=len(members[team]),
                gap=above - sums[team] if above is not None else None,
                best=tuple(place for place in members[team] if place.standing.is_team_top),
            )
        )
    return tuple(teams)


def _lines(
    session: Session,
    club: Club,
    month: date,
    result: MonthResult,
    names: Names,
    policy: AwardPolicy,
    *,
    is_closed: bool,
) -> tuple[AwardLine, ...]:
    given: dict[tuple[AwardKind, ConsultantID], GivenAward] = {}
    later: Mapping[ConsultantID, Money] = {}
    if is_closed and result.awards:
        given = {
            (each.award.kind, each.award.consultant_id): each for each in awards_of(session, club.id, month)
        }
        later = given_back(session, club, month, {each.consultant_id for each in result.awards})
    lines = []
    for each in result.awards:
        public_id, _code, name = names.people[each.consultant_id]
        found = given.get((each.kind, each.consultant_id))
        lines.append(
            AwardLine(
                award=each,
                name=name,
                consultant=public_id,
                team=names.teams.get(each.team_id) if each.team_id is not None else None,
                reasons=reasons_of(each, policy),
                certificate=found.public_id if found else None,
                later=later.get(each.consultant_id) or None,
            )
        )
    return tuple(lines)
