"""Filters that somebody keeps for himself: saved, renamed, thrown away."""

from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import Instant
from clubsales.errors import NotFound
from clubsales.leads.lists.models import SavedFilterRow
from clubsales.leads.lists.queries import SavedFilter, saved_of
from clubsales.leads.lists.rules import ListFilter, filter_name, may_be_called, may_save


def save_filter(session: Session, *, name: str, chosen: ListFilter, actor: Actor, at: Instant) -> None:
    """Keep a filter under a name, for its reader alone.

    Raises Refused(ListRefused.NAMELESS, NAME_TOO_LONG, NAME_TAKEN or TOO_MANY), and NotFound for whoever has no account.
    """
    if actor.account_id is None:
        raise NotFound
    others = saved_of(session, actor)
    kept = filter_name(name)
    may_be_called(kept, others=[other.name for other in others]).or_raise()
    may_save(saved=len(others)).or_raise()
    session.add(
        SavedFilterRow(
            club_id=actor.club.id,
            account_id=actor.account_id,
            name=kept,
            query=urlencode(chosen.query()),
            made_at=at,
        )
    )
    session.flush()


def rename_filter(session: Session, *, public_id: str, name: str, actor: Actor) -> None:
    """Call one's filter something else.

    Raises NotFound, also for somebody else's, and Refused(ListRefused.NAMELESS, NAME_TOO_LONG or NAME_TAKEN).
    """
    known = _own(session, public_id, actor)
    others = [other.name for other in saved_of(session, actor) if other.id != known.id]
    kept = filter_name(name)
    may_be_called(kept, others=others).or_raise()
    session.execute(sa.update(SavedFilterRow).where(SavedFilterRow.id == known.id).values(name=kept))


def delete_filter(session: Session, *, public_id: str, actor: Actor) -> None:
    """Throw one's filter away; raises NotFound, also for somebody else's."""
    known = _own(session, public_id, actor)
    session.execute(sa.delete(SavedFilterRow).where(SavedFilterRow.id == known.id))


def _own(session: Session, public_id: str, actor: Actor) -> SavedFilter:
    if may_be_public_id(public_id):
        for each in saved_of(session, actor):
            if each.public_id == public_id:
                return each
    raise NotFound
