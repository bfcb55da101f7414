"""Reads of the club's sources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.auth.rules import may_be_public_id
from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import ClubID, LeadSourceID
from clubsales.leads.sources.models import LeadSourceRow
from clubsales.leads.sources.rules import Source

SOURCE = table_of(LeadSourceRow)
OF_CLUB = sa.select(SOURCE).where(SOURCE.c.club_id == sa.bindparam("club_id")).order_by(SOURCE.c.id)
# Who came from where stands above this subject, so the table is known by its name.
lead = sa.table("lead", *(sa.column(name) for name in ("id", "club_id", "source", "captured_at")))
LATEST = 200  # leads that say which sources are used most these days


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSource:
    """A source of the club's own, below a kind; or a sub-source, with whose it is in `under`."""

    id: LeadSourceID
    public_id: str
    kind: Source
    name: str
    under: "OwnSource | None"
    is_retired: bool
    subs: tuple["OwnSource", ...] = ()

    @property
    def is_offered(self) -> bool:
        """Whether a new lead may be given it."""
        return not self.is_retired and (self.under is None or self.under.is_offered)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindView:
    """A kind as the club has it. `name` is the club's own; empty: it is called as everywhere."""

    kind: Source
    name: str
    is_retired: bool
    own: tuple[OwnSource, ...]

    def every(self) -> Iterator[OwnSource]:
        """The kind's sources, each followed by its sub-sources."""
        for each in self.own:
            yield each
            yield from each.subs

    def offered(self) -> list[OwnSource]:
        """Those a new lead may be given."""
        return [each for each in self.every() if each.is_offered]


def of_club(session: Session, club_id: ClubID) -> tuple[KindView, ...]:
    """All kinds, retired ones too, each with the club's own sources below it."""
    rows = session.execute(OF_CLUB, {"club_id": club_id}).all()
    named = {Source(row.kind): row for row in rows if row.is_kind}
    return tuple(
        KindView(
            kind=kind,
            name=named[kind].name if kind in named else "",
            is_retired=kind in named and named[kind].retired_at is not None,
            own=_below(rows, kind),
        )
        for kind in Source
    )


def used_lately(session: Session, club_id: ClubID) -> dict[Source, int]:
    """How many of the club's latest leads came from each kind."""
    latest = (
        sa.select(lead.c.source)
        .where(lead.c.club_id == club_id)
        .order_by(lead.c.captured_at.desc())
        .limit(LATEST)
        .subquery()
    )
    counted = sa.select(latest.c.source, sa.func.count().label("leads")).group_by(latest.c.source)
    return {Source(row.source): row.leads for row in session.execute(counted)}


def by_public_id(session: Session, club_id: ClubID, public_id: str) -> OwnSource:
    """A source of the club's own; raises NotFound."""
    if may_be_public_id(public_id):
        for kind in of_club(session, club_id):
            for each in kind.every():
                if each.public_id == public_id:
                    return each
    raise NotFound


def _below(rows: Sequence[Any], kind: Source) -> tuple[OwnSource, ...]:
    own = [row for row in rows if row.kind == kind.value and not row.is_kind]
    return tuple(_view(row, subs=own) for row in own if row.under_id is None)


def _view(row: Any, *, under: OwnSource | None = None, subs: Sequence[Any] = ()) -> OwnSource:
    below = [each for each in subs if each.under_id == row.id]
    values = {
        "id": LeadSourceID(row.id),
        "public_id": row.public_id,
        "kind": Source(row.kind),
        "name": row.name,
        "under": under,
        "is_retired": row.retired_at is not None,
    }
    alone = OwnSource(**values)
    return OwnSource(**values, subs=tuple(_view(each, under=alone) for each in below)) if below else alone
