"""Reads of back-tests."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.auth.tables import ACCOUNT
from clubsales.clock import Instant
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import ClubID, SaleID
from clubsales.office.backtest import results
from clubsales.office.backtest.models import BackTestRow
from clubsales.office.backtest.results import Found
from clubsales.office.backtest.rules import Problem, flattened
from clubsales.office.backtest.tables import SALE

LISTED = 50
AT_ONCE = 5_000  # sales named by one statement
BACK_TEST = table_of(BackTestRow)
HOW_FAR: sa.Select[Any] = sa.select(
    *(column for column in BACK_TEST.c if column is not BACK_TEST.c.result),
    ACCOUNT.c.name.label("asked_by_name"),
).join_from(BACK_TEST, ACCOUNT, ACCOUNT.c.id == BACK_TEST.c.asked_by, isouter=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTestView:
    """A back-test: which days, which settings otherwise, who asked, and how far it is.

    `total` None: not begun. `found` is only with one that is looked at by itself.
    """

    public_id: str
    asked_by: str
    asked_at: Instant
    first_day: date
    last_day: date
    changes: dict[str, Any]
    done: int
    total: int | None
    finished_at: Instant | None
    problem: Problem | None
    found: Found | None = None

    @property
    def is_running(self) -> bool:
        """Whether the worker still has to do with it."""
        return self.finished_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleName:
    """A sale as a list calls it."""

    public_id: str
    title: str
    title_en: str

    def title_in(self, language: str) -> str:
        """What was sold, in a language."""
        return self.title_en if language.startswith("en") and self.title_en else self.title


def latest(session: Session, club_id: ClubID) -> list[BackTestView]:
    """The club's back-tests, the latest first."""
    newest = BACK_TEST.c.asked_at.desc(), BACK_TEST.c.id.desc()
    rows = session.execute(HOW_FAR.where(BACK_TEST.c.club_id == club_id).order_by(*newest).limit(LISTED))
    return [_view(row) for row in rows]


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> BackTestView:
    """A back-test with all it found; raises NotFound for another club's."""
    row = _one(session, HOW_FAR.add_columns(BACK_TEST.c.result), club_id, public_id)
    return _view(row, row.result)


def progress_of(session: Session, club_id: ClubID, public_id: str) -> BackTestView:
    """How far a back-test is, without what it found; raises NotFound."""
    return _view(_one(session, HOW_FAR, club_id, public_id))


def sale_names(session: Session, club_id: ClubID, sales: Collection[SaleID]) -> dict[SaleID, SaleName]:
    """What sales are called."""
    wanted = sorted(sales)
    found: dict[SaleID, SaleName] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = session.execute(
            sa.select(SALE.c.id, SALE.c.public_id, SALE.c.card_type_name, SALE.c.card_type_name_en).where(
                SALE.c.club_id == club_id, SALE.c.id.in_(wanted[start : start + AT_ONCE])
            )
        )
        for row in rows:
            found[SaleID(row.id)] = SaleName(
                public_id=row.public_id, title=row.card_type_name, title_en=row.card_type_name_en
            )
    return found


def _one(session: Session, statement: sa.Select[Any], club_id: ClubID, public_id: str) -> Any:
    if not may_be_public_id(public_id):
        raise NotFound
    row = session.execute(
        statement.where(BACK_TEST.c.club_id == club_id, BACK_TEST.c.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _view(row: Any, result: dict[str, Any] | None = None) -> BackTestView:
    return BackTestView(
        public_id=row.public_id,
        asked_by=row.asked_by_name or "",
        asked_at=row.asked_at,
        first_day=row.first_day,
        last_day=row.last_day,
        changes=flattened(row.changes),
        done=row.done,
        total=row.total,
        finished_at=row.finished_at,
        problem=Problem(row.problem) if row.problem else None,
        found=None if result is None else results.restored(result),
    )
