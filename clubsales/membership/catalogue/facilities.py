"""The halls of a club, which cards may open one by one (CRD-01). Archived, never deleted."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import for_update, table_of
from clubsales.errors import NotFound, refuse
from clubsales.ids import ClubID, new_public_id
from clubsales.membership.catalogue.events import FacilitiesChanged
from clubsales.membership.catalogue.models import FacilityRow
from clubsales.membership.catalogue.rules import CatalogueRefused
from clubsales.membership.catalogue.starter_halls import STARTERS

FACILITY = table_of(FacilityRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityView:
    """A hall of the club."""

    code: str
    name: str
    name_en: str
    is_archived: bool

    def name_in(self, language: str) -> str:
        """The name in a language; the first name where there is no other."""
        return self.name_en if language.startswith("en") and self.name_en else self.name


def of_club(session: Session, club_id: ClubID, *, archived: bool = False) -> list[FacilityView]:
    """The halls of a club in its own order; with `archived`, those it no longer has too, at the end."""
    statement = sa.select(FACILITY).where(FACILITY.c.club_id == club_id)
    if not archived:
        statement = statement.where(FACILITY.c.archived_at.is_(None))
    rows = session.execute(
        statement.order_by(FACILITY.c.archived_at.is_not(None), FACILITY.c.position, FACILITY.c.id)
    )
    return [
        FacilityView(
            code=row.code, name=row.name, name_en=row.name_en, is_archived=row.archived_at is not None
        )
        for row in rows
    ]


def begin(session: Session, *, actor: Actor, at: Instant) -> None:
    """Give a club the six halls; one that has any keeps what it has."""
    if _count(session, actor.club.id):
        return
    rows = [
        {"club_id": actor.club.id, "code": code, "name": name, "name_en": name_en, "position": place}
        for place, (code, name, name_en) in enumerate(STARTERS)
    ]
    session.execute(sa.insert(FACILITY), rows)
    codes = [code for code, _name, _name_en in STARTERS]
    audit.record(session, FacilitiesChanged(actor.club.id, "begun", codes), actor=actor, at=at)


def add(session: Session, *, name: str, name_en: str = "", actor: Actor, at: Instant) -> str:
    """Another hall, behind the others; returns its code. Raises Refused(CatalogueRefused.FACILITY_TAKEN)."""
    _name_is_free(session, name, actor)
    code = new_public_id()
    row = FacilityRow(
        club_id=actor.club.id,
        code=code,
        name=name,
        name_en=name_en,
        position=_count(session, actor.club.id),
    )
    session.add(row)
    session.flush()
    audit.record(session, FacilitiesChanged(actor.club.id, "added", [code]), actor=actor, at=at)
    return code


def rename(session: Session, *, code: str, name: str, name_en: str = "", actor: Actor, at: Instant) -> None:
    """Call a hall otherwise, on cards already sold too: it is the same hall.

    Raises NotFound, Refused(CatalogueRefused.FACILITY_TAKEN).
    """
    row = _locked(session, code, actor)
    if (row.name, row.name_en) == (name, name_en):
        return
    if row.name != name:
        _name_is_free(session, name, actor)
    row.name, row.name_en = name, name_en
    session.flush()
    audit.record(session, FacilitiesChanged(actor.club.id, "renamed", [code]), actor=actor, at=at)


def archive(session: Session, *, code: str, actor: Actor, at: Instant) -> None:
    """No card sold from now on can name it; those sold keep it. Twice is once. Raises NotFound."""
    row = _locked(session, code, actor)
    if row.archived_at is None:
        row.archived_at = at
        session.flush()
        audit.record(session, FacilitiesChanged(actor.club.id, "archived", [code]), actor=actor, at=at)


def put_back(session: Session, *, code: str, actor: Actor, at: Instant) -> None:
    """The club has it again. Twice is once. Raises NotFound, Refused(CatalogueRefused.FACILITY_TAKEN)."""
    row = _locked(session, code, actor)
    if row.archived_at is not None:
        _name_is_free(session, row.name, actor)
        row.archived_at = None
        session.flush()
        audit.record(session, FacilitiesChanged(actor.club.id, "put_back", [code]), actor=actor, at=at)


def _count(session: Session, club_id: ClubID) -> int:
    return session.execute(sa.select(sa.func.count()).where(FACILITY.c.club_id == club_id)).scalar_one()


def _name_is_free(session: Session, name: str, actor: Actor) -> None:
    taken = sa.exists().where(
        FACILITY.c.club_id == actor.club.id, FACILITY.c.name == name, FACILITY.c.archived_at.is_(None)
    )
    if session.execute(sa.select(taken)).scalar_one():
        refuse(CatalogueRefused.FACILITY_TAKEN, name=name).or_raise()


def _locked(session: Session, code: str, actor: Actor) -> FacilityRow:
    row: FacilityRow | None = session.scalars(
        for_update(
            sa.select(FacilityRow).where(FacilityRow.code == code, FacilityRow.club_id == actor.club.id)
        ).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
