"""The yearly look at the scheme: what a year's scores were, and how much of each item was reached (ASM-23)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import local_day
from clubsales.consultants.assessment.flow import Giver, Status
from clubsales.consultants.assessment.keeping import SheetVersion
from clubsales.consultants.assessment.periods import Period
from clubsales.consultants.assessment.queries import ASSESSMENT, MARK, SHEET
from clubsales.consultants.assessment.rules import Label, label_of
from clubsales.consultants.assessment.sheets import Item
from clubsales.ids import ClubID

JANUARY = 1


@dataclass(frozen=True, slots=True)
class Reached:
    """How much of an item's points was given on average, in whole percent, cut."""

    item: Item
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfScores:
    """The monthly scores of a year by what they are called, and the items of today's sheet with what they brought."""

    year: int
    labels: Mapping[Label, int]
    reached: Sequence[Reached]

    @property
    def count(self) -> int:
        """How many scores there are."""
        return sum(self.labels.values())


def is_due(versions: Sequence[SheetVersion], club: Club, today: date) -> bool:
    """Whether the scheme is to be looked at: in January, until somebody has published a sheet that month."""
    published = (version.published_at for version in versions)
    return today.month == JANUARY and not any(
        at is not None and local_day(at, club.zone).year == today.year for at in published
    )


def last_year_or_this(session: Session, club_id: ClubID, items: Sequence[Item], today: date) -> YearOfScores:
    """The year before, or the present one as far as it has gone where there are no scores of the year before."""
    before = scores_of(session, club_id, items, today.year - 1)
    return before if before.count else scores_of(session, club_id, items, today.year)


def scores_of(session: Session, club_id: ClubID, items: Sequence[Item], year: int) -> YearOfScores:
    """The monthly assessments of a year that count: those approved, and those recorded by the book."""
    of_year = (
        sa.select(ASSESSMENT.c.id, ASSESSMENT.c.score, ASSESSMENT.c.sheet_id)
        .where(
            ASSESSMENT.c.club_id == club_id,
            ASSESSMENT.c.period == Period.MONTH.value,
            ASSESSMENT.c.month.between(date(year, 1, 1), date(year, 12, 31)),
            ASSESSMENT.c.score.is_not(None),
            sa.or_(ASSESSMENT.c.status == Status.APPROVED.value, ASSESSMENT.c.sheet_id.is_(None)),
        )
        .subquery()
    )
    labels = Counter(label_of(score) for score in session.scalars(sa.select(of_year.c.score)))
    given, most = _given(session, of_year), _most(session, of_year)
    reached = []
    for item in items:
        sheets = [sheet for sheet, code in given if code == item.code]
        points = sum(given[sheet, item.code][0] for sheet in sheets)
        whole = sum(given[sheet, item.code][1] * most[sheet, item.code] for sheet in sheets)
        if whole:
            reached.append(Reached(item, points * 100 // whole))
    return YearOfScores(year=year, labels=labels, reached=reached)


def _given(session: Session, of_year: sa.Subquery) -> dict[tuple[int, str], tuple[int, int]]:
    """The points that counted and how often, by the sheet and the item they were given for."""
    latest = (
        sa.select(sa.func.max(MARK.c.id).label("id"), of_year.c.sheet_id)
        .join_from(MARK, of_year, of_year.c.id == MARK.c.assessment_id)
        .where(MARK.c.source == Giver.MANAGER.value)
        .group_by(MARK.c.assessment_id, MARK.c.item, of_year.c.sheet_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(
            latest.c.sheet_id,
            MARK.c.item,
            sa.func.sum(MARK.c.points).label("points"),
            sa.func.count().label("times"),
        )
        .join_from(MARK, latest, latest.c.id == MARK.c.id)
        .group_by(latest.c.sheet_id, MARK.c.item)
    )
    return {(row.sheet_id, row.item): (int(row.points), int(row.times)) for row in rows}


def _most(session: Session, of_year: sa.Subquery) -> dict[tuple[int, str], int]:
    """The most points of each item, by the sheet it stood on."""
    rows = session.execute(
        sa.select(SHEET.c.id, SHEET.c.document).where(SHEET.c.id.in_(sa.select(of_year.c.sheet_id)))
    )
    return {
        (row.id, item.code): item.most
        for row in rows
        for item in map(Item.restored, row.document[Period.MONTH.value])
    }
