"""Scripts are written, put in order and retired by who leads the floor."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales import audit
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.errors import NotFound
from clubsales.ids import ScriptID, new_public_id
from clubsales.leads.scripts import queries
from clubsales.leads.scripts.events import ScriptChanged, ScriptRetired, ScriptsTakenOver
from clubsales.leads.scripts.queries import SCRIPT, ScriptView
from clubsales.leads.scripts.rules import Move, Situation, may_add, may_keep
from clubsales.leads.scripts.starters import starters
from clubsales.typed import free_text, one_line

CLUB = sa.table("club", sa.column("id"))
# Two who change the first script at once take the others over once; rows that only refer to the club need not wait.
LOCK_CLUB = sa.select(CLUB.c.id).where(CLUB.c.id == sa.bindparam("club_id")).with_for_update(key_share=True)


def add(
    session: Session, *, situation: Situation, title: str, body: str, language: str, actor: Actor, at: Instant
) -> ScriptID:
    """Write a script at the end of its situation. Raises Refused(ScriptRefused.EMPTY, TOO_LONG, TOO_MANY)."""
    title, body = _kept(title, body)
    _take_over(session, language, actor=actor, at=at)
    scripts = queries.of_club(session, actor.club.id, language)
    may_add(len(scripts)).or_raise()
    position = _behind_all(session, actor)
    script_id = _insert(session, situation, title, body, position, actor=actor, at=at)
    audit.record(session, ScriptChanged(script_id, situation.value), actor=actor, at=at)
    return script_id


def edit(
    session: Session,
    *,
    key: str,
    situation: Situation,
    title: str,
    body: str,
    language: str,
    actor: Actor,
    at: Instant,
) -> None:
    """Write a script anew, perhaps for another situation: there it stands at the end.

    Raises NotFound and Refused(ScriptRefused.EMPTY, TOO_LONG).
    """
    title, body = _kept(title, body)
    script_id, old = _own(session, key, language, actor=actor, at=at)
    if (old.situation, old.title, old.body) == (situation, title, body):
        return
    moved = {"position": _behind_all(session, actor)} if situation is not old.situation else {}
    session.execute(
        sa.update(SCRIPT)
        .where(SCRIPT.c.id == script_id)
        .values(situation=situation.value, title=title, body=body, changed_at=at, **moved)
    )
    audit.record(session, ScriptChanged(script_id, situation.value), actor=actor, at=at)


def move(session: Session, *, key: str, direction: Move, language: str, actor: Actor, at: Instant) -> None:
    """Put a script before or after its neighbour; at the end of the row it stays. Raises NotFound."""
    script_id, script = _own(session, key, language, actor=actor, at=at)
    row = [
        each.id
        for each in queries.of_club(session, actor.club.id, language)
        if each.situation is script.situation
    ]
    place = row.index(script_id)
    other = place + (-1 if direction is Move.UP else 1)
    if not 0 <= other < len(row):
        return
    row[place], row[other] = row[other], row[place]
    for position, each in enumerate(row):
        session.execute(sa.update(SCRIPT).where(SCRIPT.c.id == each).values(position=position))
    audit.record(session, ScriptChanged(script_id, script.situation.value), actor=actor, at=at)


def retire(session: Session, *, key: str, language: str, actor: Actor, at: Instant) -> None:
    """Show a script no longer. Raises NotFound."""
    script_id, _script = _own(session, key, language, actor=actor, at=at)
    session.execute(sa.update(SCRIPT).where(SCRIPT.c.id == script_id).values(retired_at=at))
    audit.record(session, ScriptRetired(script_id), actor=actor, at=at)


def _own(
    session: Session, key: str, language: str, *, actor: Actor, at: Instant
) -> tuple[ScriptID, ScriptView]:
    """A script that can be changed: one of the house becomes the club's, with all the others."""
    found = queries.by_key(session, actor.club.id, key, language)
    if found.id is not None:
        return found.id, found
    taken = _take_over(session, language, actor=actor, at=at)
    if key not in taken:  # somebody took them over meanwhile, and they have other addresses now
        raise NotFound
    return taken[key], found


def _take_over(session: Session, language: str, *, actor: Actor, at: Instant) -> dict[str, ScriptID]:
    """The scripts of the house become the club's, in the language of whoever changes one of them first."""
    club_id = actor.club.id
    session.execute(LOCK_CLUB, {"club_id": club_id})
    if session.execute(sa.select(sa.exists().where(SCRIPT.c.club_id == club_id))).scalar_one():
        return {}
    taken = {
        each.code: _insert(session, each.situation, each.title, each.body, position, actor=actor, at=at)
        for position, each in enumerate(starters(language))
    }
    audit.record(session, ScriptsTakenOver(club_id, len(taken)), actor=actor, at=at)
    return taken


def _behind_all(session: Session, actor: Actor) -> int:
    """A position behind all scripts the club has ever had."""
    last = sa.select(sa.func.max(SCRIPT.c.position)).where(SCRIPT.c.club_id == actor.club.id)
    return (session.scalars(last).one() or 0) + 1


def _insert(
    session: Session, situation: Situation, title: str, body: str, position: int, *, actor: Actor, at: Instant
) -> ScriptID:
    new = {
        "public_id": new_public_id(),
        "club_id": actor.club.id,
        "situation": situation.value,
        "title": title,
        "body": body,
        "position": position,
        "changed_at": at,
    }
    return ScriptID(session.execute(sa.insert(SCRIPT).returning(SCRIPT.c.id), new).scalar_one())


def _kept(title: str, body: str) -> tuple[str, str]:
    """The words as they are kept."""
    title, body = one_line(title), free_text(body)
    may_keep(title, body).or_raise()
    return title, body
