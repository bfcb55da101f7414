"""Somebody's month line by line, and everybody's month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.consultants.credits import months
from clubsales.consultants.credits.holding import SOLD, Held, Sold, held_from, held_sales, person, sale, total
from clubsales.consultants.credits.models import PostingRow
from clubsales.consultants.credits.months import RankRow
from clubsales.consultants.credits.rules import Cause
from clubsales.consultants.profiles.models import ConsultantRow
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.profiles.rules import Kind
from clubsales.errors import NotFound, Reason
from clubsales.ids import ClubID, ConsultantID
from clubsales.money import Currency, Money

ON_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One posting, with what was sold."""

    sold: Sold
    sequence: int
    name: str | None  # none: the house
    amount: Money
    at: Instant
    rule: str
    cause: Cause
    reference: str
    reason: Reason

    @property
    def key(self) -> str:
        """What the next page begins after."""
        return f"{self.sold.public_id}-{self.sequence}"

    @property
    def case(self) -> str | None:
        """The dispute that moved it."""
        return self.reference if self.cause in (Cause.DISPUTE, Cause.RULING) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPage:
    """Somebody's credit in a month. No rank: he was not there, or it is the house's."""

    credit: Money
    rank: RankRow | None
    people: int
    lines: tuple[Line, ...]
    next_before: str | None
    held: tuple[Held, ...]
    held_amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A place in the ranking of a month, with the address of whose it is."""

    row: RankRow
    public_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClubMonth:
    """Everybody's credit in a month, inside and outside apart as the awards are, and what is nobody's."""

    inside: tuple[Standing, ...]
    outside: tuple[Standing, ...]
    house: Money
    total: Money
    held: tuple[Held, ...]
    held_amount: Money


def month_of_consultant(
    session: Session, club: Club, consultant: ConsultantView, month: date, *, before: str
) -> MonthPage:
    """A consultant's month, newest line first, from its end or before a line; raises NotFound for no such line."""
    ranking = months.month_ranking(session, club.id, month, consultant.kind) if consultant.kind else []
    held = held_from(session, club.id, consultant.id)
    mine = next((row for row in ranking if row.consultant_id == consultant.id), None)
    credit = mine.credit if mine else months.month_credit(session, club.id, consultant.id, month)
    lines, next_before = _page(session, club.id, consultant.id, month, before)
    return MonthPage(
        credit=credit,
        rank=mine,
        people=len(ranking),
        lines=lines,
        next_before=next_before,
        held=held,
        held_amount=total((one.amount for one in held), club.currency),
    )


def month_of_house(session: Session, club: Club, month: date, *, before: str) -> MonthPage:
    """What was nobody's in a month, as `month_of_consultant`."""
    held = held_from(session, club.id, None)
    lines, next_before = _page(session, club.id, None, month, before)
    return MonthPage(
        credit=months.month_credit(session, club.id, None, month),
        rank=None,
        people=0,
        lines=lines,
        next_before=next_before,
        held=held,
        held_amount=total((one.amount for one in held), club.currency),
    )


def month_of_club(session: Session, club: Club, month: date) -> ClubMonth:
    """Everybody's month."""
    inside, outside = (months.month_ranking(session, club.id, month, kind) for kind in Kind)
    ids = [row.consultant_id for row in (*inside, *outside)]
    found = session.execute(
        sa.select(ConsultantRow.id, ConsultantRow.public_id).where(ConsultantRow.id.in_(ids))
    )
    addresses = {row.id: row.public_id for row in found}
    held = held_sales(session, club.id)
    return ClubMonth(
        inside=tuple(Standing(row=row, public_id=addresses[row.consultant_id]) for row in inside),
        outside=tuple(Standing(row=row, public_id=addresses[row.consultant_id]) for row in outside),
        house=months.month_credit(session, club.id, None, month),
        total=months.club_credit(session, club.id, month),
        held=tuple(held),
        held_amount=total((one.amount for one in held), club.currency),
    )


def month_lines(session: Session, club_id: ClubID, month: date) -> Iterator[Line]:
    """A month's whole ledger in the order it was written, for a spreadsheet."""
    statement = _lines(club_id).where(PostingRow.month == month).order_by(PostingRow.id)
    return (_line(row) for row in session.execute(statement))


def _page(
    session: Session, club_id: ClubID, holder: ConsultantID | None, month: date, before: str
) -> tuple[tuple[Line, ...], str | None]:
    found = sa.select(PostingRow.id).where(
        PostingRow.club_id == club_id, PostingRow.month == month, _is(PostingRow.consultant_id, holder)
    )
    if before:
        found = found.where(PostingRow.id < _posting_id(session, club_id, before))
    # A month of somebody's is found first: left to itself PostgreSQL walks back through years for an old one.
    of_month = found.cte("of_month").prefix_with("MATERIALIZED")
    latest = sa.select(of_month.c.id).order_by(of_month.c.id.desc()).limit(ON_PAGE + 1)
    statement = _lines(club_id).where(PostingRow.id.in_(latest)).order_by(PostingRow.id.desc())
    lines = [_line(row) for row in session.execute(statement)]
    return tuple(lines[:ON_PAGE]), lines[ON_PAGE - 1].key if len(lines) > ON_PAGE else None


def _is(column: Any, value: int | None) -> sa.ColumnElement[bool]:
    condition: sa.ColumnElement[bool] = column.is_(None) if value is None else column == value
    return condition


def _posting_id(session: Session, club_id: ClubID, key: str) -> int:
    """The posting that a page ended with."""
    public_id, _dash, sequence = key.partition("-")
    if (
        not may_be_public_id(public_id)
        or not sequence.isascii()
        or not sequence.isdigit()
        or len(sequence) > 9
    ):
        raise NotFound
    found = session.execute(
        sa.select(PostingRow.id)
        .join_from(PostingRow, sale, sale.c.id == PostingRow.sale_id)
        .where(
            sale.c.public_id == public_id,
            PostingRow.sequence == int(sequence),
            PostingRow.club_id == club_id,
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return int(found.id)


def _lines(club_id: ClubID) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            *SOLD,
            PostingRow.sequence,
            ConsultantRow.name,
            PostingRow.amount_minor,
            PostingRow.currency,
            PostingRow.at,
            PostingRow.rule,
            PostingRow.cause,
            PostingRow.reference,
            PostingRow.reason,
        )
        .join_from(PostingRow, sale, sale.c.id == PostingRow.sale_id)
        .join(person, person.c.id == sale.c.person_id, isouter=True)
        .join(ConsultantRow, ConsultantRow.id == PostingRow.consultant_id, isouter=True)
        .where(PostingRow.club_id == club_id)
    )


def _line(row: Any) -> Line:
    return Line(
        sold=Sold.of(row),
        sequence=row.sequence,
        name=row.name,
        amount=Money(row.amount_minor, Currency(row.currency)),
        at=row.at,
        rule=row.rule,
        cause=Cause(row.cause),
        reference=row.reference,
        reason=Reason.restored(row.reason),
    )
