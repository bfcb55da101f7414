"""The club's list of sources: named, added to, retired and used again. Nothing is ever deleted: leads refer to it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.errors import refuse
from clubsales.ids import LeadSourceID
from clubsales.leads.sources import queries
from clubsales.leads.sources.events import SourceAdded, SourceRenamed, SourceRestored, SourceRetired
from clubsales.leads.sources.models import LeadSourceRow
from clubsales.leads.sources.queries import SOURCE, KindView
from clubsales.leads.sources.rules import (
    LONGEST_SOURCE,
    Source,
    SourceRefused,
    may_add,
    may_be_called,
    may_retire_kind,
    source_name,
)

CLUB = sa.table("club", sa.column("id"))
# Two managers change one list after the other, so that the last kind is not retired twice; rows that only refer to the
# club need not wait.
LOCK = sa.select(CLUB.c.id).where(CLUB.c.id == sa.bindparam("club_id")).with_for_update(key_share=True)


def add(
    session: Session, *, kind: Source, name: str, under: str = "", actor: Actor, at: Instant
) -> LeadSourceID:
    """Add a source below a kind, or a sub-source below the source `under` (its public id).

    Raises NotFound and Refused(SourceRefused.NAMELESS, TOO_LONG, NAME_TAKEN, TOO_MANY, TOO_DEEP).
    """
    kinds = _locked(session, actor)
    above = queries.by_public_id(session, actor.club.id, under) if under else None
    name = source_name(name)
    beside = above.subs if above is not None else _of(kinds, kind).own
    may_be_called(name, others=[each.name for each in beside]).or_raise()
    may_add(
        in_use=sum(len(each.offered()) for each in kinds),
        under_a_sub_source=above is not None and above.under is not None,
    ).or_raise()
    row = LeadSourceRow(
        club_id=actor.club.id,
        kind=(above.kind if above is not None else kind).value,
        under_id=above.id if above is not None else None,
        name=name,
        made_at=at,
    )
    session.add(row)
    session.flush()
    audit.record(session, SourceAdded(row.id, row.kind, row.under_id, name), actor=actor, at=at)
    return LeadSourceID(row.id)


def rename(session: Session, *, public_id: str, name: str, actor: Actor, at: Instant) -> None:
    """Call a source something else, with every lead that has it.

    Raises NotFound and Refused(SourceRefused.NAMELESS, TOO_LONG, NAME_TAKEN).
    """
    kinds = _locked(session, actor)
    known = queries.by_public_id(session, actor.club.id, public_id)
    name = source_name(name)
    kind = _of(kinds, known.kind)
    beside = next(each.subs for each in kind.own if each.id == known.under.id) if known.under else kind.own
    may_be_called(name, others=[each.name for each in beside if each.id != known.id]).or_raise()
    if name != known.name:
        session.execute(sa.update(SOURCE).where(SOURCE.c.id == known.id).values(name=name))
        event = SourceRenamed(known.id, known.kind.value, known.name, name)
        audit.record(session, event, actor=actor, at=at)


def use(session: Session, *, public_id: str, in_use: bool, actor: Actor, at: Instant) -> None:
    """Retire a source, or use it again; said twice it is once. Raises NotFound and Refused(SourceRefused.TOO_MANY)."""
    kinds = _locked(session, actor)
    known = queries.by_public_id(session, actor.club.id, public_id)
    if known.is_retired != in_use:
        return
    if in_use:
        offered = sum(len(each.offered()) for each in kinds)
        may_add(in_use=offered, under_a_sub_source=False).or_raise()
    _set_use(session, known.id, known.kind, in_use, actor=actor, at=at)


def rename_kind(session: Session, *, kind: Source, name: str, actor: Actor, at: Instant) -> None:
    """Call a kind what the club calls it; an empty name is that of everywhere again.

    Raises Refused(SourceRefused.TOO_LONG, NAME_TAKEN).
    """
    kinds = _locked(session, actor)
    name = source_name(name)
    if len(name) > LONGEST_SOURCE:
        refuse(SourceRefused.TOO_LONG, longest=LONGEST_SOURCE).or_raise()
    others = [each.name for each in kinds if each.name and each.kind is not kind]
    if name:
        may_be_called(name, others=others).or_raise()
    known = _of(kinds, kind)
    if name == known.name:
        return
    row_id = _row_of(session, kind, actor, at)
    session.execute(sa.update(SOURCE).where(SOURCE.c.id == row_id).values(name=name))
    audit.record(session, SourceRenamed(row_id, kind.value, known.name, name), actor=actor, at=at)


def use_kind(session: Session, *, kind: Source, in_use: bool, actor: Actor, at: Instant) -> None:
    """Retire a kind, or use it again; said twice it is once. Raises Refused(SourceRefused.LAST_KIND)."""
    kinds = _locked(session, actor)
    if _of(kinds, kind).is_retired != in_use:
        return
    if not in_use:
        may_retire_kind(kind, in_use=[each.kind for each in kinds if not each.is_retired]).or_raise()
    _set_use(session, _row_of(session, kind, actor, at), kind, in_use, actor=actor, at=at)


def _locked(session: Session, actor: Actor) -> tuple[KindView, ...]:
    session.execute(LOCK, {"club_id": actor.club.id})
    return queries.of_club(session, actor.club.id)


def _of(kinds: tuple[KindView, ...], kind: Source) -> KindView:
    return next(each for each in kinds if each.kind is kind)


def _row_of(session: Session, kind: Source, actor: Actor, at: Instant) -> LeadSourceID:
    """The row of a kind that the club has as everywhere is made when it is changed first."""
    known = session.scalars(
        sa.select(SOURCE.c.id).where(
            SOURCE.c.club_id == actor.club.id, SOURCE.c.kind == kind.value, SOURCE.c.is_kind
        )
    ).one_or_none()
    if known is not None:
        return LeadSourceID(known)
    row = LeadSourceRow(club_id=actor.club.id, kind=kind.value, is_kind=True, made_at=at)
    session.add(row)
    session.flush()
    return LeadSourceID(row.id)


def _set_use(
    session: Session, source_id: LeadSourceID, kind: Source, in_use: bool, *, actor: Actor, at: Instant
) -> None:
    retired_at = None if in_use else at
    session.execute(sa.update(SOURCE).where(SOURCE.c.id == source_id).values(retired_at=retired_at))
    event = SourceRestored(source_id, kind.value) if in_use else SourceRetired(source_id, kind.value)
    audit.record(session, event, actor=actor, at=at)
