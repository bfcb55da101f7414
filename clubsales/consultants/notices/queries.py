"""Reads of notices."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.consultants.notices.models import NoticeReadRow, NoticeRow
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import AccountID, ClubID, NoticeID

NOTICE, READ = table_of(NoticeRow), table_of(NoticeReadRow)
account = sa.table("account", sa.column("id"), sa.column("name", sa.String))
MINE = sa.and_(READ.c.notice_id == NOTICE.c.id, READ.c.account_id == sa.bindparam("account_id"))
OF_CLUB = (
    sa.select(
        NOTICE.c.id,
        NOTICE.c.public_id,
        NOTICE.c.title,
        NOTICE.c.body,
        NOTICE.c.first_day,
        NOTICE.c.last_day,
        NOTICE.c.written_at,
        NOTICE.c.withdrawn_at,
        account.c.name.label("written_by"),
        READ.c.at.label("read_at"),
    )
    .join_from(NOTICE, account, account.c.id == NOTICE.c.written_by, isouter=True)
    .join(READ, MINE, isouter=True)
    .where(NOTICE.c.club_id == sa.bindparam("club_id"))
)
CURRENT = OF_CLUB.where(
    NOTICE.c.withdrawn_at.is_(None),
    NOTICE.c.first_day <= sa.bindparam("day"),
    NOTICE.c.last_day >= sa.bindparam("day"),
).order_by(NOTICE.c.written_at.desc(), NOTICE.c.id.desc())
BY_PUBLIC_ID = OF_CLUB.where(NOTICE.c.public_id == sa.bindparam("wanted"))
ALL = OF_CLUB.order_by(NOTICE.c.last_day.desc(), NOTICE.c.id.desc()).limit(sa.bindparam("most"))
LATEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A notice as somebody sees it; both days are included."""

    id: NoticeID
    public_id: str
    title: str
    body: str
    first_day: date
    last_day: date
    written_at: Instant
    written_by: str | None
    withdrawn_at: Instant | None
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody of the floor, and when he read a notice."""

    account_id: AccountID
    name: str
    read_at: Instant | None


def current(session: Session, club_id: ClubID, day: date, account_id: AccountID | None) -> list[NoticeView]:
    """What holds on a club-local day, newest first, as somebody sees it."""
    rows = session.execute(CURRENT, {"club_id": club_id, "day": day, "account_id": account_id})
    return [_view(row) for row in rows]


def latest(session: Session, club_id: ClubID, account_id: AccountID | None) -> list[NoticeView]:
    """The last hundred notices, also withdrawn ones, by their last day, the latest first."""
    rows = session.execute(ALL, {"club_id": club_id, "account_id": account_id, "most": LATEST})
    return [_view(row) for row in rows]


def by_public_id(
    session: Session, club_id: ClubID, public_id: str, account_id: AccountID | None
) -> NoticeView:
    """A notice of the club; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    named = {"club_id": club_id, "wanted": public_id, "account_id": account_id}
    row = session.execute(BY_PUBLIC_ID, named).one_or_none()
    if row is None:
        raise NotFound
    return _view(row)


def readers(session: Session, club_id: ClubID, notice_id: NoticeID, *, day: date) -> list[Reader]:
    """Everybody with a place in the club on a day, by name, and when he read it."""
    rows = session.execute(sa.select(READ.c.account_id, READ.c.at).where(READ.c.notice_id == notice_id))
    read = {row.account_id: row.at for row in rows}
    return [
        Reader(account_id=each.account_id, name=each.name, read_at=read.get(each.account_id))
        for each in profiles.all_in_club(session, club_id, on_day=day)
    ]


def read_counts(session: Session, club_id: ClubID) -> dict[NoticeID, int]:
    """How many have read each notice of the club."""
    rows = session.execute(
        sa.select(READ.c.notice_id, sa.func.count().label("people"))
        .join_from(READ, NOTICE, NOTICE.c.id == READ.c.notice_id)
        .where(NOTICE.c.club_id == club_id)
        .group_by(READ.c.notice_id)
    )
    return {NoticeID(row.notice_id): row.people for row in rows}


def _view(row: Any) -> NoticeView:
    return NoticeView(
        id=NoticeID(row.id),
        public_id=row.public_id,
        title=row.title,
        body=row.body,
        first_day=row.first_day,
        last_day=row.last_day,
        written_at=row.written_at,
        written_by=row.written_by,
        withdrawn_at=row.withdrawn_at,
        is_read=row.read_at is not None,
    )
