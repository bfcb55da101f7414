"""Months that are closed: nothing is posted in one any more (AMB-65)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.clock import Instant, month_of, next_month
from clubsales.consultants.credits.models import ClosedMonthRow
from clubsales.consultants.credits.rules import CreditRefused
from clubsales.errors import refuse
from clubsales.ids import AccountID, ClubID


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedMonth:
    """A closed month. `overridden` are the checks that stood open then, with `reason`."""

    month: date
    digest: str
    overridden: Sequence[dict[str, Any]]
    reason: str
    closed_at: Instant
    closed_by: AccountID | None


def lock_ledger(session: Session) -> None:
    """Let nobody post until this transaction ends, so that a month is frozen with everything that belongs to it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE posting IN SHARE MODE"))


def hold_closing(session: Session) -> None:
    """Wait for a month that is being closed, and let none close meanwhile; postings go on."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE posting IN SHARE UPDATE EXCLUSIVE MODE"))


def close_month(
    session: Session,
    *,
    month: date,
    digest: str,
    overridden: Sequence[dict[str, Any]] = (),
    reason: str = "",
    actor: Actor,
    at: Instant,
) -> None:
    """Take no more postings for a month. The caller holds `lock_ledger` and has written what the digest covers.

    Raises Refused(CreditRefused.MONTH_CLOSED), or MONTH_ORDER when it is not the one after the last closed one.
    """
    may_close(session, actor.club.id, month)
    session.add(
        ClosedMonthRow(
            club_id=actor.club.id,
            month=month,
            following=next_month(month),
            digest=digest,
            overridden=list(overridden),
            reason=reason,
            closed_at=at,
            closed_by=actor.account_id,
        )
    )
    session.flush()


def may_close(session: Session, club_id: ClubID, month: date) -> None:
    """Refuse a month that is closed, or that is not next. The first one closed may be any."""
    last = closed_through(session, club_id)
    if last is not None and month <= last:
        refuse(CreditRefused.MONTH_CLOSED, month=f"{month:%Y-%m}").or_raise()
    if last is not None and month != next_month(last):
        refuse(CreditRefused.MONTH_ORDER, month=f"{month:%Y-%m}", next=f"{next_month(last):%Y-%m}").or_raise()


def closed_through(session: Session, club_id: ClubID) -> date | None:
    """The last month that is closed."""
    return session.execute(
        sa.select(sa.func.max(ClosedMonthRow.month)).where(ClosedMonthRow.club_id == club_id)
    ).scalar_one()


def open_month_of(session: Session, club_id: ClubID, day: date) -> date:
    """The month in which something of a club-local day counts: its own or, when that is closed, the earliest open one."""
    last = closed_through(session, club_id)
    month = month_of(day)
    return month if last is None or month > last else next_month(last)


def closed_month(session: Session, club_id: ClubID, month: date) -> ClosedMonth | None:
    """A closed month."""
    row = session.execute(
        sa.select(ClosedMonthRow).where(ClosedMonthRow.club_id == club_id, ClosedMonthRow.month == month)
    ).scalar_one_or_none()
    return None if row is None else _view(row)


def closed_months(session: Session, club_id: ClubID, *, limit: int) -> list[ClosedMonth]:
    """The latest closed months, the latest first."""
    rows = session.scalars(
        sa.select(ClosedMonthRow)
        .where(ClosedMonthRow.club_id == club_id)
        .order_by(ClosedMonthRow.month.desc())
        .limit(limit)
    )
    return [_view(row) for row in rows]


def _view(row: ClosedMonthRow) -> ClosedMonth:
    return ClosedMonth(
        month=row.month,
        digest=row.digest,
        overridden=row.overridden,
        reason=row.reason,
        closed_at=row.closed_at,
        closed_by=AccountID(row.closed_by) if row.closed_by is not None else None,
    )
