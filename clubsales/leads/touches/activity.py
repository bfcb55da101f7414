"""How often a member comes (CRD-10): what brings somebody who stays away back is a call, so it stands where calls are planned.

The doors and the cards are of packages above: their tables are known by their names.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Club
from clubsales.clock import Instant, day_start, local_day
from clubsales.db import UtcDateTime
from clubsales.ids import CardID, PersonID

RECENT_DAYS = 30  # local days, today among them
REGULAR_VISITS = 4  # about once a week

CHECK_IN = sa.table(
    "check_in",
    sa.column("card_id", sa.BigInteger),
    sa.column("at", UtcDateTime()),
    sa.column("visit", sa.Boolean),
    sa.column("code_key", sa.String),
)
CARD = sa.table(
    "card",
    *(sa.column(name, sa.BigInteger) for name in ("id", "person_id", "value_total_minor")),
    sa.column("status", sa.String),
    sa.column("are_sessions", sa.Boolean),
    sa.column("valid_until", sa.Date),
)
BY_SHARER = "m:%:%"  # codes of somebody who shares the card


class Level(StrEnum):
    """How often somebody comes."""

    NEVER = "never"  # has not come yet
    AWAY = "away"  # has come, not lately
    SELDOM = "seldom"
    REGULAR = "regular"


@dataclass(frozen=True, slots=True)
class Activity:
    """Visits of the last `RECENT_DAYS` local days, and the local day of the last one ever."""

    visits: int
    last_on: date | None

    @property
    def level(self) -> Level:
        """How often that is."""
        if self.last_on is None:
            return Level.NEVER
        if not self.visits:
            return Level.AWAY
        return Level.REGULAR if self.visits >= REGULAR_VISITS else Level.SELDOM


def of_card(session: Session, club: Club, card_id: CardID, at: Instant) -> Activity:
    """How often a card comes, at whatever door, with everybody who shares it."""
    row = session.execute(_visits(club, at).where(CHECK_IN.c.card_id == card_id, CHECK_IN.c.visit)).one()
    return _activity(club, row.visits, row.last_at)


def of_people(
    session: Session, club: Club, person_ids: Collection[PersonID], at: Instant
) -> dict[PersonID, Activity]:
    """How often people come with cards of their own. Whoever has none now that opens a door is not among them."""
    opens = sa.and_(
        CARD.c.status == "active",
        sa.or_(CARD.c.valid_until.is_(None), CARD.c.valid_until >= local_day(at, club.zone)),
        sa.not_(CARD.c.are_sessions),
        CARD.c.value_total_minor.is_(None),
    )
    own = sa.and_(
        CHECK_IN.c.card_id == CARD.c.id,
        CHECK_IN.c.visit,
        sa.or_(CHECK_IN.c.code_key.is_(None), CHECK_IN.c.code_key.not_like(BY_SHARER)),
    )
    rows = session.execute(
        _visits(club, at)
        .add_columns(CARD.c.person_id)
        .select_from(CARD)
        .outerjoin(CHECK_IN, own)
        .where(CARD.c.person_id.in_(person_ids))
        .group_by(CARD.c.person_id)
        .having(sa.func.sum(sa.case((opens, 1), else_=0)) > 0)
    )
    return {PersonID(row.person_id): _activity(club, row.visits, row.last_at) for row in rows}


def _visits(club: Club, at: Instant) -> sa.Select[int, Instant | None]:
    since = day_start(local_day(at, club.zone) - timedelta(days=RECENT_DAYS - 1), club.zone)
    return sa.select(
        sa.func.coalesce(sa.func.sum(sa.case((CHECK_IN.c.at >= since, 1), else_=0)), 0).label("visits"),
        sa.func.max(CHECK_IN.c.at).label("last_at"),
    )


def _activity(club: Club, visits: int, last_at: Instant | None) -> Activity:
    return Activity(visits, None if last_at is None else local_day(last_at, club.zone))
