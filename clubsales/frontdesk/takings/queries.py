"""Counts made, and what the next one is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, day_span, day_start, local_day
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.frontdesk.takings.models import TillCountRow
from clubsales.frontdesk.takings.rules import CountLine, differing
from clubsales.ids import AccountID, TillCountID
from clubsales.membership.payments import queries as payments
from clubsales.membership.payments.rules import Method
from clubsales.money import Currency, Money

COUNT = table_of(TillCountRow)
ACCOUNT = sa.table("account", sa.column("id", sa.BigInteger), sa.column("name", sa.String))
KEPT = 30  # counts of one's own that the page shows


@dataclass(frozen=True, slots=True, kw_only=True)
class CountView:
    """A count as it was made."""

    id: TillCountID
    public_id: str
    account_id: AccountID
    name: str
    since_at: Instant
    counted_at: Instant
    lines: tuple[CountLine, ...]
    explanation: str

    @property
    def differences(self) -> tuple[CountLine, ...]:
        """The methods that did not agree."""
        return differing(self.lines)


def since(session: Session, club: Club, account_id: AccountID, at: Instant) -> Instant:
    """From when on the next count counts: the last one, else the beginning of the club-local day."""
    last = session.execute(
        sa.select(sa.func.max(COUNT.c.counted_at)).where(
            COUNT.c.club_id == club.id, COUNT.c.account_id == account_id
        )
    ).scalar_one()
    return last if last is not None else day_start(local_day(at, club.zone), club.zone)


def expected(
    session: Session, club: Club, account_id: AccountID, since: Instant, until: Instant
) -> dict[Method, Money]:
    """What the ledger says somebody took, less what he gave back, by method, also online."""
    return payments.taken_by(session, club, account_id, since=since, until=until)


def by_public_id(session: Session, club: Club, public_id: str) -> CountView:
    """A count of the club; raises NotFound."""
    found = _counts(session, COUNT.c.club_id == club.id, COUNT.c.public_id == public_id)
    if not found:
        raise NotFound
    return found[0]


def get(session: Session, club: Club, count_id: TillCountID) -> CountView:
    """A count of the club; raises NotFound."""
    found = _counts(session, COUNT.c.club_id == club.id, COUNT.c.id == count_id)
    if not found:
        raise NotFound
    return found[0]


def of_account(session: Session, club: Club, account_id: AccountID) -> list[CountView]:
    """Somebody's last counts, newest first."""
    return _counts(session, COUNT.c.club_id == club.id, COUNT.c.account_id == account_id, limit=KEPT)


def on_day(session: Session, club: Club, day: date) -> list[CountView]:
    """The counts of a club-local day, newest first."""
    start, end = day_span(day, club.zone)
    return _counts(session, COUNT.c.club_id == club.id, COUNT.c.counted_at >= start, COUNT.c.counted_at < end)


def _counts(
    session: Session, *conditions: sa.ColumnElement[bool], limit: int | None = None
) -> list[CountView]:
    rows = session.execute(
        sa.select(COUNT, ACCOUNT.c.name)
        .join(ACCOUNT, ACCOUNT.c.id == COUNT.c.account_id)
        .where(*conditions)
        .order_by(COUNT.c.counted_at.desc(), COUNT.c.id.desc())
        .limit(limit)
    )
    return [_view(row) for row in rows]


def _view(row: Any) -> CountView:
    currency = Currency(row.currency)
    return CountView(
        id=TillCountID(row.id),
        public_id=row.public_id,
        account_id=AccountID(row.account_id),
        name=row.name,
        since_at=row.since_at,
        counted_at=row.counted_at,
        lines=tuple(_line(line, currency) for line in row.lines),
        explanation=row.explanation,
    )


def _line(stored: Mapping[str, Any], currency: Currency) -> CountLine:
    return CountLine(
        method=Method(stored["method"]),
        expected=Money(stored["expected_minor"], currency),
        counted=Money(stored["counted_minor"], currency),
    )
