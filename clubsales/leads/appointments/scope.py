"""Whose appointments a page shows: one's own, one's team's, everybody's."""

from dataclasses import dataclass
from enum import StrEnum

from flask import request

from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.db import db
from clubsales.ids import ConsultantID


class Whose(StrEnum):
    """The choices."""

    MINE = "mine"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Scope:
    """What was chosen, what there is to choose, and how the queries take it."""

    whose: Whose
    choices: tuple[Whose, ...]
    of: dict[str, ConsultantID]


def own_profile(actor: Actor) -> ConsultantView | None:
    """His profile, where he works on the floor."""
    if actor.consultant_id is None or not may(actor, Permission.FLOOR_WORK):
        return None
    return profiles.get(db.session, actor.club.id, actor.consultant_id)


def asked_scope(actor: Actor) -> Scope:
    """What the address asks for; the nearest where it asks for nothing one may choose."""
    own = own_profile(actor)
    choices = _choices(own)
    asked = request.args.get("whose", "")
    whose = Whose(asked) if asked in choices else choices[0]
    if own is None or whose is Whose.ALL:
        return Scope(whose, choices, {})
    return Scope(whose, choices, {"consultant_id" if whose is Whose.MINE else "team_of": own.id})


def _choices(own: ConsultantView | None) -> tuple[Whose, ...]:
    """One's own where guests come to one, the team's where there is one, and everybody's."""
    if own is None:
        return (Whose.ALL,)
    mine = (Whose.MINE,) if own.kind is not None else ()
    team = (Whose.TEAM,) if own.team is not None else ()
    return (*mine, *team, Whose.ALL)
