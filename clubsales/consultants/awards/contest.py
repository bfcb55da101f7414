"""A contest: who sells most from one day to another (AWD-10). It pays nothing; what is won is announced by people."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import day_start, month_of
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.credits.rules import shared_ranks
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.profiles.terms import kind_before, later_change, teams_at
from clubsales.ids import ConsultantID
from clubsales.money import Money

LONGEST = 366  # days
WEEK = 7
SANE, LATEST = 1971, 2199  # years


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """Somebody's place in a contest; no rank while he has brought nothing."""

    rank: int | None
    consultant_id: ConsultantID
    name: str
    team: str | None
    credit: Money


def contest(
    session: Session, club: Club, first: date, last: date
) -> tuple[tuple[Entrant, ...], tuple[Entrant, ...]]:
    """Inside and outside consultants by the net credit of these club-local days, both included; money counts on its own day.

    Kind and team are those at the end of the last day, or now where it is still to come.
    """
    end = day_start(last + timedelta(days=1), club.zone)
    credit = _credit(session, club, first, last)
    teams = teams_at(session, club.id, end)
    people = session.execute(
        sa.select(ConsultantRow.id, ConsultantRow.name, ConsultantRow.kind, later_change(end)).where(
            ConsultantRow.club_id == club.id,
            ConsultantRow.active_from <= last,
            sa.or_(ConsultantRow.active_until.is_(None), ConsultantRow.active_until >= first),
        )
    ).all()
    boards = []
    for kind in Kind:
        board = sorted(
            (row for row in people if kind_before(row) == kind.value),
            key=lambda row: (-credit.get(row.id, 0), row.name, row.id),
        )
        ranks = shared_ranks([credit.get(row.id, 0) for row in board])
        boards.append(
            tuple(
                Entrant(
                    rank=rank,
                    consultant_id=ConsultantID(row.id),
                    name=row.name,
                    team=teams[row.id].name if row.id in teams else None,
                    credit=Money(credit.get(row.id, 0), club.currency),
                )
                for rank, row in zip(ranks, board, strict=True)
            )
        )
    inside, outside = boards
    return inside, outside


def _credit(session: Session, club: Club, first: date, last: date) -> dict[int, int]:
    rows = session.execute(
        sa.select(PostingRow.consultant_id, sa.func.sum(PostingRow.amount_minor).label("minor"))
        .where(
            PostingRow.club_id == club.id,
            PostingRow.consultant_id.is_not(None),
            PostingRow.month >= month_of(first),  # its own or a later one; by the index
            PostingRow.at >= day_start(first, club.zone),
            PostingRow.at < day_start(last + timedelta(days=1), club.zone),
        )
        .group_by(PostingRow.consultant_id)
    )
    return {row.consultant_id: int(row.minor) for row in rows}


def span_of(first: str | None, last: str | None, today: date) -> tuple[date, date]:
    """The days asked for; what makes no sense, or is longer than a year, is the present week."""
    monday = today - timedelta(days=today.weekday())
    week = monday, monday + timedelta(days=WEEK - 1)
    try:
        asked = date.fromisoformat(first or ""), date.fromisoformat(last or "")
    except ValueError:
        return week
    if not SANE <= asked[0].year <= LATEST:
        return week
    return asked if asked[0] <= asked[1] < asked[0] + timedelta(days=LONGEST) else week
