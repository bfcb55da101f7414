"""Standings as they were frozen."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.consultants.awards.models import StandingRow
from clubsales.consultants.awards.standings import Standing
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.profiles.rules import Kind
from clubsales.ids import ClubID, ConsultantID, TeamID


def standings_of(session: Session, club_id: ClubID, month: date) -> tuple[Standing, ...]:
    """Where everybody stood when a month was closed, in the order of codes; nobody if it is open."""
    rows = session.execute(_rows().where(StandingRow.club_id == club_id, StandingRow.month == month))
    return tuple(_standing(row) for row in rows)


def standings_between(
    session: Session, club_id: ClubID, start: date, end: date
) -> Iterator[tuple[date, Standing]]:
    """The standings of the closed months from one on, before another, month by month in the order of codes."""
    rows = session.execute(
        _rows().where(StandingRow.club_id == club_id, StandingRow.month >= start, StandingRow.month < end)
    )
    return ((row.month, _standing(row)) for row in rows)


def standings_of_person(
    session: Session, club_id: ClubID, consultant_id: ConsultantID
) -> list[tuple[date, Standing]]:
    """Somebody's closed months, the earliest first."""
    rows = session.execute(
        _rows().where(StandingRow.club_id == club_id, StandingRow.consultant_id == consultant_id)
    )
    return [(row.month, _standing(row)) for row in rows]


def credits_of(
    session: Session, club_id: ClubID, people: Collection[ConsultantID]
) -> dict[ConsultantID, dict[date, int]]:
    """The credit of some people's closed months, in minor units."""
    rows = session.execute(
        sa.select(StandingRow.consultant_id, StandingRow.month, StandingRow.credit_minor).where(
            StandingRow.club_id == club_id, StandingRow.consultant_id.in_(people)
        )
    )
    found: dict[ConsultantID, dict[date, int]] = {}
    for row in rows:
        found.setdefault(ConsultantID(row.consultant_id), {})[row.month] = row.credit_minor
    return found


def _rows() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(*sa.inspect(StandingRow).columns)
        .join_from(StandingRow, ConsultantRow, ConsultantRow.id == StandingRow.consultant_id)
        .order_by(StandingRow.month, ConsultantRow.code, ConsultantRow.name, ConsultantRow.id)
    )


def _standing(row: Any) -> Standing:
    return Standing(
        consultant_id=ConsultantID(row.consultant_id),
        kind=Kind(row.kind),
        team_id=TeamID(row.team_id) if row.team_id is not None else None,
        credit=row.credit_minor,
        target=row.target_minor,
        sales_count=row.sales_count,
        rank=row.rank,
        team_rank=row.team_rank,
        is_top=row.is_top,
        is_team_top=row.is_team_top,
        top_run=row.top_run,
        team_run=row.team_run,
        missed_run=row.missed_run,
        level_run=row.level_run,
    )
