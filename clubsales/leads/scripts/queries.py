"""Reads of scripts: the club's own, or those every club begins with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clubsales.db import table_of
from clubsales.errors import NotFound
from clubsales.ids import ClubID, ScriptID
from clubsales.leads.scripts.models import ScriptRow
from clubsales.leads.scripts.rules import Gap, Situation, filled
from clubsales.leads.scripts.starters import starters

SCRIPT = table_of(ScriptRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptView:
    """A script. `key` stands in its address; no `id`: one that every club begins with."""

    key: str
    id: ScriptID | None
    situation: Situation
    title: str
    body: str


def of_club(session: Session, club_id: ClubID, language: str) -> list[ScriptView]:
    """What a club says, situation by situation; `language` is that of whoever reads what nobody has changed yet."""
    rows = session.execute(
        sa.select(SCRIPT)
        .where(SCRIPT.c.club_id == club_id)
        .order_by(SCRIPT.c.situation, SCRIPT.c.position, SCRIPT.c.id)
    ).all()
    if not rows:
        return [
            ScriptView(key=each.code, id=None, situation=each.situation, title=each.title, body=each.body)
            for each in starters(language)
        ]
    places = list(Situation)
    views = [
        ScriptView(
            key=row.public_id,
            id=ScriptID(row.id),
            situation=Situation(row.situation),
            title=row.title,
            body=row.body,
        )
        for row in rows
        if row.retired_at is None
    ]
    return sorted(views, key=lambda view: places.index(view.situation))


def by_key(session: Session, club_id: ClubID, key: str, language: str) -> ScriptView:
    """A script of the club by what stands in its address; raises NotFound."""
    for script in of_club(session, club_id, language):
        if script.key == key:
            return script
    raise NotFound


def for_names(
    session: Session, club_id: ClubID, language: str, names: Mapping[Gap, str]
) -> dict[Situation, list[ScriptView]]:
    """What a club says, with the names filled in, by situation; a situation without a script is not there."""
    found: dict[Situation, list[ScriptView]] = {}
    for script in of_club(session, club_id, language):
        found.setdefault(script.situation, []).append(replace(script, body=filled(script.body, names)))
    return found
