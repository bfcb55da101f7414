"""What a month's postings add up to: for somebody, for a day, for everybody in order."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import day_span, day_start, month_of, next_month
from clubsales.clubs import ClubRow, to_club
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.credits.rules import (
    Cause,
    SaleLine,
    sales_moved,
    shared_ranks,
)
from clubsales.consultants.profiles.models import ConsultantRow, TeamRow
from clubsales.consultants.profiles.rules import Kind
from clubsales.consultants.profiles.terms import kind_before, later_change
from clubsales.ids import ClubID, ConsultantID
from clubsales.money import Currency, Money

_SALE_LINE = (
    PostingRow.sale_id,
    PostingRow.consultant_id,
    sa.func.sum(PostingRow.amount_minor).label("minor"),
    sa.func.min(PostingRow.sequence).label("first"),
    sa.func.max(PostingRow.sequence).label("last"),
)
_ARGUED = PostingRow.cause.in_([Cause.DISPUTE.value, Cause.RULING.value])


@dataclass(frozen=True, slots=True, kw_only=True)
class RankRow:
    """A place in the month's ranking; who is level shares the place, who brought nothing has none (AMB-28).

    A sale counts for its larger share (AMB-10).
    """

    rank: int | None
    consultant_id: ConsultantID
    name: str
    team: str | None
    credit: Money
    sales_count: int


def month_credit(session: Session, club_id: ClubID, consultant_id: ConsultantID | None, month: date) -> Money:
    """A consultant's net credit in a month; nobody: the house's."""
    whose = PostingRow.consultant_id
    return _month_sum(
        session, club_id, month, whose.is_(None) if consultant_id is None else whose == consultant_id
    )


def club_credit(session: Session, club_id: ClubID, month: date) -> Money:
    """Everybody's net credit in a month, the house's included."""
    return _month_sum(session, club_id, month, sa.true())


def _month_sum(session: Session, club_id: ClubID, month: date, whose: sa.ColumnElement[bool]) -> Money:
    row = session.execute(
        sa.select(ClubRow.currency, sa.func.coalesce(sa.func.sum(PostingRow.amount_minor), 0).label("minor"))
        .join_from(
            ClubRow,
            PostingRow,
            sa.and_(
                PostingRow.club_id == ClubRow.id,
                PostingRow.month == month_of(month),
                whose,
            ),
            isouter=True,
        )
        .where(ClubRow.id == club_id)
        .group_by(ClubRow.currency)
    ).one()
    return Money(int(row.minor), Currency(row.currency))


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCredit:
    """A day's credit, and how much of it disputes took out or a ruling put back."""

    total: Money
    disputed: Money


def day_credit(session: Session, club: Club, day: date) -> DayCredit:
    """What was credited on a club-local day, the house included."""
    start, end = day_span(day, club.zone)
    argued = PostingRow.cause.in_((Cause.DISPUTE.value, Cause.RULING.value))
    row = session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(PostingRow.amount_minor), 0).label("minor"),
            sa.func.coalesce(sa.func.sum(sa.case((argued, PostingRow.amount_minor), else_=0)), 0).label(
                "disputed"
            ),
        ).where(
            PostingRow.club_id == club.id,
            PostingRow.month == month_of(day),
            PostingRow.at >= start,
            PostingRow.at < end,
        )
    ).one()
    return DayCredit(
        total=Money(int(row.minor), club.currency), disputed=Money(int(row.disputed), club.currency)
    )


def month_ranking(session: Session, club_id: ClubID, month: date, kind: Kind) -> list[RankRow]:
    """Everybody who was active in the month and of a kind at its end, by net credit; the level share a rank."""
    month = month_of(month)
    club = to_club(session.get_one(ClubRow, club_id))
    rows = session.execute(
        sa.select(
            ConsultantRow.id,
            ConsultantRow.name,
            ConsultantRow.kind,
            TeamRow.name.label("team"),
            later_change(day_start(next_month(month), club.zone)),
        )
        .join_from(ConsultantRow, TeamRow, TeamRow.id == ConsultantRow.team_id, isouter=True)
        .where(
            ConsultantRow.club_id == club_id,
            ConsultantRow.active_from < next_month(month),
            sa.or_(ConsultantRow.active_until.is_(None), ConsultantRow.active_until >= month),
        )
    )
    people = [row for row in rows if kind_before(row) == kind.value]
    tally = month_tally(session, club_id, month)
    credit, sales = tally.credit, tally.sales
    ordered = sorted(people, key=lambda person: (-credit[person.id], person.name, person.id))
    ranks = shared_ranks([credit[person.id] for person in ordered])
    return [
        RankRow(
            rank=rank,
            consultant_id=ConsultantID(person.id),
            name=person.name,
            team=person.team,
            credit=Money(credit[person.id], club.currency),
            sales_count=sales[person.id],
        )
        for rank, person in zip(ranks, ordered, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Tally:
    """A month's net credit in minor units and its sales, by holder; nobody is the house."""

    credit: Counter[ConsultantID | None]
    sales: Counter[ConsultantID | None]


def month_tally(session: Session, club_id: ClubID, month: date) -> Tally:
    """What everybody's month adds up to. The database counts as `rules.sales_won` does; sales argued over are few."""
    month = month_of(month)
    of_month = (PostingRow.club_id == club_id, PostingRow.month == month)
    lines = (
        sa.select(*_SALE_LINE, sa.func.max(sa.case((_ARGUED, 1), else_=0)).label("argued"))
        .where(*of_month)
        .group_by(PostingRow.sale_id, PostingRow.consultant_id)
        .subquery()
    )
    placed = sa.select(
        lines.c.consultant_id,
        lines.c.minor,
        sa.func.row_number()
        .over(partition_by=lines.c.sale_id, order_by=(lines.c.minor.desc(), lines.c.last))
        .label("place"),
        sa.func.min(lines.c.first).over(partition_by=lines.c.sale_id).label("opened"),
        sa.func.max(lines.c.argued).over(partition_by=lines.c.sale_id).label("argued"),
    ).subquery()
    counts = sa.and_(placed.c.place == 1, placed.c.opened == 1, placed.c.argued == 0, placed.c.minor > 0)
    rows = session.execute(
        sa.select(
            placed.c.consultant_id,
            sa.func.sum(placed.c.minor).label("minor"),
            sa.func.sum(sa.case((counts, 1), else_=0)).label("sales"),
            sa.func.max(placed.c.argued).label("argued"),
        ).group_by(placed.c.consultant_id)
    ).all()
    sales = Counter({row.consultant_id: int(row.sales) for row in rows})
    if any(row.argued for row in rows):
        argued = session.scalars(sa.select(PostingRow.sale_id).where(*of_month, _ARGUED).distinct()).all()
        before, after = (_standing(session, argued, until) for until in (month, next_month(month)))
        sales.update(sales_moved(before, after))
    return Tally(Counter({row.consultant_id: int(row.minor) for row in rows}), sales)


def _standing(session: Session, sale_ids: Collection[int], until: date) -> list[SaleLine]:
    """What stands in the ledger of some sales before a month."""
    rows = session.execute(
        sa.select(*_SALE_LINE)
        .where(PostingRow.sale_id.in_(sale_ids), PostingRow.month < until)
        .group_by(PostingRow.sale_id, PostingRow.consultant_id)
    )
    return [_sale_line(row) for row in rows]


def _sale_line(row: Any) -> SaleLine:
    return SaleLine(row.sale_id, row.consultant_id, int(row.minor), row.first, row.last)
