"""What the tests of the demo club share."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit, clubs
from clubsales.actor import Club
from clubsales.clock import Instant
from clubsales.consultants.credits.checks import INVARIANTS as CREDIT_INVARIANTS
from clubsales.membership.sales.checks import INVARIANTS as SALE_INVARIANTS

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(day: int, hour: int, minute: int = 0) -> Instant:
    """A local time in March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


AFTERNOON = local(12, 15, 20)


def demo_club(session: Session, code: str = "SZ01") -> Club:
    return next(club for club in clubs.all_clubs(session) if club.code == code)


def number(session: Session, query: str) -> int:
    return int(session.execute(sa.text(query)).scalar_one())


def broken(session: Session) -> list[str]:
    """Everything that `clubsales check` would find."""
    faults = [f"seal {seal}" for seal in audit.broken_seals(session)]
    return faults + [
        sentence for check in (*CREDIT_INVARIANTS, *SALE_INVARIANTS) for sentence in check(session)
    ]
