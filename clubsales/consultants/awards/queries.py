"""A month's ranking and awards: as they were frozen when it was closed, else as they would be now."""

from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant, month_of, next_month
from clubsales.consultants.awards import frozen
from clubsales.consultants.awards.facts import Past, gather
from clubsales.consultants.awards.models import AwardRow
from clubsales.consultants.awards.rules import MONEY_FACTS, Award, AwardKind, MonthResult, decide_month
from clubsales.consultants.credits import closing
from clubsales.consultants.credits.models import ClosedMonthRow, PostingRow
from clubsales.consultants.profiles.models import ConsultantRow, TeamMoveRow, TeamRow
from clubsales.consultants.targets.models import TargetRow
from clubsales.errors import NotFound, Reason
from clubsales.ids import ClubID, ConsultantID, TeamID
from clubsales.money import Currency, Money
from clubsales.policies import PolicyVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAward:
    """An award that was given, with whose it is."""

    public_id: str
    month: date
    award: Award
    code: str
    name: str
    consultant: str  # his public id
    team: str | None
    given_at: Instant


def month_result(session: Session, club: Club, month: date) -> MonthResult:
    """A month's standings and awards: as they were frozen, else as they would be now.

    Runs of an open month go on from the one before, which may be open itself; before the first closed month there is
    nothing to go on from.
    """
    month = month_of(month)
    last = closing.closed_through(session, club.id)
    if last is None:
        return decide_month(gather(session, club, month, Past()))
    if month <= last:
        return MonthResult(
            standings=frozen.standings_of(session, club.id, month),
            awards=tuple(given.award for given in awards_of(session, club.id, month)),
        )
    undecided, opened = next_month(last), Past(frozen_through=last)
    while True:
        result = decide_month(gather(session, club, undecided, opened))
        if undecided == month:
            return result
        opened = replace(opened, opened=(*opened.opened, (undecided, result.standings)))
        undecided = next_month(undecided)


def awards_of(session: Session, club_id: ClubID, month: date) -> list[GivenAward]:
    """The awards that a closed month brought, by kind and in the order of codes."""
    return _given(session, AwardRow.club_id == club_id, AwardRow.month == month)


def awards_of_year(session: Session, club_id: ClubID, year: int) -> list[GivenAward]:
    """The awards of a year, the latest month first."""
    return _given(
        session, AwardRow.club_id == club_id, AwardRow.month.between(date(year, 1, 1), date(year, 12, 31))
    )


def awards_of_person(session: Session, club_id: ClubID, consultant_id: ConsultantID) -> list[GivenAward]:
    """All that somebody was ever given, the latest month first."""
    return _given(session, AwardRow.club_id == club_id, AwardRow.consultant_id == consultant_id)


def certificate(session: Session, club_id: ClubID, public_id: str) -> GivenAward:
    """An award of the club by what stands in an address; raises NotFound."""
    found = (
        _given(session, AwardRow.club_id == club_id, AwardRow.public_id == public_id)
        if may_be_public_id(public_id)
        else []
    )
    if not found:
        raise NotFound
    return found[0]


def ranking_version(session: Session, club_id: ClubID, month: date) -> str:
    """What a month's ranking depends on; cheap, and rather new once too often than stale."""
    latest = [
        sa.select(sa.func.max(column)).scalar_subquery()
        for column in (PostingRow.id, TargetRow.id, TeamMoveRow.id, PolicyVersion.id)
    ]
    found = session.execute(
        sa.select(
            *latest,
            sa.select(sa.func.max(ClosedMonthRow.month))
            .where(ClosedMonthRow.club_id == club_id)
            .scalar_subquery(),
        )
    ).one()
    return "-".join(str(value) for value in (club_id, f"{month:%Y%m}", *found))


def _given(session: Session, *which: sa.ColumnElement[bool]) -> list[GivenAward]:
    rows = session.execute(
        sa.select(
            AwardRow,
            ConsultantRow.code,
            ConsultantRow.name,
            ConsultantRow.public_id.label("consultant"),
            TeamRow.name.label("team"),
        )
        .join_from(AwardRow, ConsultantRow, ConsultantRow.id == AwardRow.consultant_id)
        .join(TeamRow, TeamRow.id == AwardRow.team_id, isouter=True)
        .where(*which)
        .order_by(AwardRow.month.desc(), AwardRow.id)
    )
    return [
        GivenAward(
            public_id=row.AwardRow.public_id,
            month=row.AwardRow.month,
            award=_award(row.AwardRow),
            code=row.code,
            name=row.name,
            consultant=row.consultant,
            team=row.team,
            given_at=row.AwardRow.given_at,
        )
        for row in rows
    ]


def _award(row: AwardRow) -> Award:
    currency = Currency(row.currency)
    reason = Reason.restored(row.reason)
    facts = {
        name: Money.parse(str(value), currency) if name in MONEY_FACTS else value
        for name, value in reason.facts.items()
    }
    return Award(
        kind=AwardKind(row.kind),
        consultant_id=ConsultantID(row.consultant_id),
        team_id=TeamID(row.team_id) if row.team_id is not None else None,
        amount=Money(row.amount_minor, currency),
        run=row.run,
        reason=replace(reason, facts=facts),
    )
