"""Everything that happened with a person, read in pages: however much there is, a page costs the same.

Touches, contacts, ended claims and merges lie in tables of their own. Each gives as many lines as a page has, from the
place where the last page ended, and the latest of them all are the page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.clock import Instant
from clubsales.db import UtcDateTime
from clubsales.errors import NotFound
from clubsales.ids import ClubID, PersonID
from clubsales.leads.claims.queries import CLAIM, CONSULTANT
from clubsales.leads.followups import queries as followups
from clubsales.leads.followups.queries import CONTACT, ContactView
from clubsales.leads.touches import queries as touches
from clubsales.leads.touches.queries import TOUCH, SignalView
from clubsales.leads.touches.rules import TouchKind

LINES = 30
CLAIM_ENDED, MERGED, UNMERGED = "claim_ended", "merged", "unmerged"
# What is written in one moment stands in this order, the highest on top.
OF_MERGE, OF_CLAIM, OF_TOUCH, OF_CONTACT = range(4)
PLACE = re.compile(r"(\d{1,17})-([0-3])-(\d{1,18})")
EPOCH, TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
# Who was merged with whom stands above this subject, so its tables are known by their names.
MERGE = sa.table(
    "person_merge",
    *(sa.column(name) for name in ("id", "kept_id", "merged_id", "merged_by", "undone_by")),
    sa.column("merged_at", UtcDateTime()),
    sa.column("undone_at", UtcDateTime()),
)
PERSON = sa.table("person", sa.column("id"), sa.column("name"))
ACCOUNT = sa.table("account", sa.column("id"), sa.column("name"))


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a line stands among all others: later is more."""

    at: Instant
    rank: int
    id: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // TICK}-{self.rank}-{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line. `kind` is a touch's, or `claim_ended` with its `end_reason`, or `merged` or `unmerged` with `other`.

    `name` is who did it, or whose claim it was.
    """

    place: Place
    kind: str
    name: str | None
    signals: tuple[SignalView, ...] = ()
    contact: ContactView | None = None
    end_reason: str = ""
    other: str = ""

    @property
    def at(self) -> Instant:
        """When it was written down."""
        return self.place.at


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePage:
    """Some lines, the latest first. `before` is what the next page is asked for by; None: this was the first of all."""

    moments: tuple[Moment, ...]
    before: str | None


def place_of(text: str) -> Place:
    """A place as it stands in an address; raises NotFound for anything else."""
    found = PLACE.fullmatch(text)
    if found is None:
        raise NotFound
    ticks, rank, number = (int(part) for part in found.groups())
    return Place(EPOCH + ticks * TICK, rank, number)


def page_of(
    session: Session, club_id: ClubID, person_id: PersonID, *, before: str = "", lines: int = LINES
) -> TimelinePage:
    """The lines of a person's timeline before a place, all from the end without one. Raises NotFound."""
    place = place_of(before) if before else None
    most = lines + 1
    contacts = _contacts(session, club_id, person_id, place, most)
    # Every contact has its touch: beyond the last contact of a page there is nothing to look for.
    since = contacts[-1].at if len(contacts) == most else None
    found = sorted(
        [
            *contacts,
            *_touches(session, club_id, person_id, place, most, since),
            *_ended_claims(session, club_id, person_id, place, most),
            *_merges(session, person_id, place),
        ],
        key=lambda moment: moment.place,
        reverse=True,
    )
    shown = tuple(found[:lines])
    return TimelinePage(moments=shown, before=str(shown[-1].place) if len(found) > lines else None)


def _earlier(
    at: sa.ColumnElement[Any], key: sa.ColumnElement[Any], rank: int, place: Place | None
) -> Sequence[sa.ColumnElement[bool]]:
    """What stands before a place, of the lines with this rank."""
    if place is None:
        return ()
    if rank == place.rank:
        return (sa.tuple_(at, key) < sa.tuple_(sa.literal(place.at, UtcDateTime()), place.id),)
    return (at <= place.at if rank < place.rank else at < place.at,)


def _contacts(
    session: Session, club_id: ClubID, person_id: PersonID, place: Place | None, limit: int
) -> list[Moment]:
    earlier = _earlier(CONTACT.c.at, CONTACT.c.id, OF_CONTACT, place)
    return [
        Moment(
            place=Place(each.at, OF_CONTACT, each.id),
            kind=TouchKind.CONTACT.value,
            name=each.name,
            contact=each,
        )
        for each in followups.contacts_of(session, club_id, person_id, limit, where=earlier)
    ]


def _touches(
    session: Session,
    club_id: ClubID,
    person_id: PersonID,
    place: Place | None,
    limit: int,
    since: Instant | None,
) -> list[Moment]:
    where = [TOUCH.c.kind != TouchKind.CONTACT.value, *_earlier(TOUCH.c.at, TOUCH.c.id, OF_TOUCH, place)]
    if since is not None:
        where.append(TOUCH.c.at >= since)
    return [
        Moment(
            place=Place(each.at, OF_TOUCH, each.id),
            kind=each.kind.value,
            name=each.name,
            signals=each.signals,
        )
        for each in touches.timeline(session, club_id, person_id, limit, where=where)
    ]


def _ended_claims(
    session: Session, club_id: ClubID, person_id: PersonID, place: Place | None, limit: int
) -> list[Moment]:
    rows = session.execute(
        sa.select(CLAIM.c.id, CLAIM.c.ended_at, CLAIM.c.end_reason, CONSULTANT.c.name)
        .join_from(CLAIM, CONSULTANT, CONSULTANT.c.id == CLAIM.c.consultant_id)
        .where(
            CLAIM.c.club_id == club_id,
            CLAIM.c.person_id == person_id,
            CLAIM.c.ended_at.is_not(None),
            *_earlier(CLAIM.c.ended_at, CLAIM.c.id, OF_CLAIM, place),
        )
        .order_by(CLAIM.c.ended_at.desc(), CLAIM.c.id.desc())
        .limit(limit)
    )
    return [
        Moment(
            place=Place(row.ended_at, OF_CLAIM, row.id),
            kind=CLAIM_ENDED,
            name=row.name,
            end_reason=row.end_reason,
        )
        for row in rows
    ]


def _merges(session: Session, person_id: PersonID, place: Place | None) -> list[Moment]:
    """Merges and what was undone of them: a handful in a person's life."""
    by, undone_by = ACCOUNT.alias("merged_by"), ACCOUNT.alias("undone_by")
    rows = session.execute(
        sa.select(
            MERGE.c.id,
            MERGE.c.merged_at,
            MERGE.c.undone_at,
            PERSON.c.name.label("other"),
            by.c.name.label("merged_by"),
            undone_by.c.name.label("undone_by"),
        )
        .join_from(MERGE, PERSON, PERSON.c.id == MERGE.c.merged_id)
        .join(by, by.c.id == MERGE.c.merged_by, isouter=True)
        .join(undone_by, undone_by.c.id == MERGE.c.undone_by, isouter=True)
        .where(MERGE.c.kept_id == person_id)
    )
    moments = []
    for row in rows:
        done, undone = Place(row.merged_at, OF_MERGE, 2 * row.id), row.undone_at
        moments.append(Moment(place=done, kind=MERGED, name=row.merged_by, other=row.other))
        if undone is not None:
            after = Place(undone, OF_MERGE, 2 * row.id + 1)
            moments.append(Moment(place=after, kind=UNMERGED, name=row.undone_by, other=row.other))
    return [moment for moment in moments if place is None or moment.place < place]
