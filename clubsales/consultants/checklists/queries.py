"""Reads of checklists: what holds, what held before, who has read it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.consultants.checklists.models import ChecklistAcknowledgementRow, ChecklistVersionRow
from clubsales.consultants.checklists.rules import STARTER_NUMBER, Checklist, Item, Occasion
from clubsales.consultants.checklists.starters import starter
from clubsales.consultants.profiles import queries as profiles
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import ClubID, ConsultantID

VERSION, READ = table_of(ChecklistVersionRow), table_of(ChecklistAcknowledgementRow)
account = sa.table("account", sa.column("id"), sa.column("name", sa.String))
OF_LIST = (
    sa.select(
        VERSION.c.number, VERSION.c["items"], VERSION.c.published_at, account.c.name.label("published_by")
    )
    .join_from(VERSION, account, account.c.id == VERSION.c.published_by, isouter=True)
    .where(
        VERSION.c.club_id == sa.bindparam("club_id"),
        VERSION.c.occasion == sa.bindparam("occasion"),
        VERSION.c.shift == sa.bindparam("shift"),
    )
    .order_by(VERSION.c.number.desc())
)
CURRENT = OF_LIST.limit(1)
NUMBERED = OF_LIST.where(VERSION.c.number == sa.bindparam("wanted"))
HAS_READ = sa.select(
    sa.exists().where(
        READ.c.consultant_id == sa.bindparam("consultant_id"),
        READ.c.occasion == sa.bindparam("occasion"),
        READ.c.shift == sa.bindparam("shift"),
        READ.c.number == sa.bindparam("number"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version and who published it when; the starter comes with the program."""

    checklist: Checklist
    published_at: Instant | None
    published_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody of the floor: which version he has read last, and when he read the one that holds."""

    consultant_id: ConsultantID
    name: str
    number: int | None
    read_at: Instant | None  # of the version that holds; None: not yet


def current(session: Session, club_id: ClubID, occasion: Occasion, shift: str) -> Checklist:
    """The checklist that holds; before the club publishes one of its own, the starter."""
    return current_version(session, club_id, occasion, shift).checklist


def current_version(session: Session, club_id: ClubID, occasion: Occasion, shift: str) -> Version:
    """The checklist that holds, and whose it is."""
    row = session.execute(CURRENT, _named(club_id, occasion, shift)).one_or_none()
    return _version(occasion, shift, row) if row is not None else _starter(occasion, shift)


def version(session: Session, club_id: ClubID, occasion: Occasion, shift: str, number: int) -> Version:
    """A version by its number; raises NotFound."""
    if number == STARTER_NUMBER:
        return _starter(occasion, shift)
    row = session.execute(NUMBERED, _named(club_id, occasion, shift) | {"wanted": number}).one_or_none()
    if row is None:
        raise NotFound
    return _version(occasion, shift, row)


def history(session: Session, club_id: ClubID, occasion: Occasion, shift: str) -> list[Version]:
    """Every version, newest first, down to the starter."""
    rows = session.execute(OF_LIST, _named(club_id, occasion, shift))
    return [*(_version(occasion, shift, row) for row in rows), _starter(occasion, shift)]


def shifts_with_versions(session: Session, club_id: ClubID) -> list[str]:
    """Names of shifts that the club has published a list for."""
    statement = sa.select(VERSION.c.shift).where(VERSION.c.club_id == club_id).distinct()
    return sorted(session.scalars(statement))


def has_read(session: Session, consultant_id: ConsultantID, checklist: Checklist) -> bool:
    """Whether somebody has acknowledged this version."""
    named = {"occasion": checklist.occasion.value, "shift": checklist.shift, "number": checklist.number}
    return session.execute(HAS_READ, named | {"consultant_id": consultant_id}).scalar_one()


def unread(
    session: Session, club_id: ClubID, consultant_id: ConsultantID, occasion: Occasion, shift: str
) -> bool:
    """Whether the version that holds is new to somebody."""
    return not has_read(session, consultant_id, current(session, club_id, occasion, shift))


def readers(session: Session, club_id: ClubID, checklist: Checklist, *, day: date) -> list[Reader]:
    """Everybody who sells in the club on a day, by name, with what he has acknowledged."""
    rows = session.execute(
        sa.select(READ.c.consultant_id, READ.c.number, READ.c.at).where(
            READ.c.occasion == checklist.occasion.value, READ.c.shift == checklist.shift
        )
    )
    read: dict[int, dict[int, Instant]] = {}
    for row in rows:
        read.setdefault(row.consultant_id, {})[row.number] = row.at
    return [
        Reader(
            consultant_id=each.id,
            name=each.name,
            number=max(read.get(each.id, ()), default=None),
            read_at=read.get(each.id, {}).get(checklist.number),
        )
        for each in profiles.all_in_club(session, club_id, on_day=day)
        if each.kind is not None
    ]


def _named(club_id: ClubID, occasion: Occasion, shift: str) -> dict[str, Any]:
    return {"club_id": club_id, "occasion": occasion.value, "shift": shift}


def _starter(occasion: Occasion, shift: str) -> Version:
    return Version(checklist=starter(occasion, shift), published_at=None, published_by=None)


def _version(occasion: Occasion, shift: str, row: Any) -> Version:
    items = tuple(Item.restored(item["code"], item) for item in row._mapping["items"])
    return Version(
        checklist=Checklist(occasion, shift, row.number, items),
        published_at=row.published_at,
        published_by=row.published_by,
    )
