"""The one blueprint of pay, whose money a page is about, and which month."""

import re
from datetime import date

from flask import Blueprint

from clubsales.actor import Actor
from clubsales.auth.permissions import Permission, may
from clubsales.clock import Instant, local_day
from clubsales.consultants.credits import closing
from clubsales.consultants.profiles import queries as profiles
from clubsales.consultants.profiles.queries import ConsultantView
from clubsales.consultants.statements import queries
from clubsales.consultants.statements.frozen import StatementView
from clubsales.db import db
from clubsales.errors import NotFound

bp = Blueprint("statements", __name__)
MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])", re.ASCII)


def month_asked(text: str) -> date | None:
    """The month in an address; None where none is asked for. Raises NotFound for what is no month."""
    if not text:
        return None
    found = MONTH.fullmatch(text)
    if found is None:
        raise NotFound
    return date(int(found[1]), int(found[2]), 1)


def open_month(actor: Actor, at: Instant) -> date:
    """The month that runs, or the earliest open one where that is closed."""
    return closing.open_month_of(db.session, actor.club.id, local_day(at, actor.club.zone))


def myself(actor: Actor) -> ConsultantView | None:
    """The profile of whoever is here; not everybody who signs in has one."""
    return profiles.get(db.session, actor.club.id, actor.consultant_id) if actor.consultant_id else None


def readable(actor: Actor, public_id: str) -> StatementView:
    """A statement that whoever is here may read: his own, or anybody's with PAY_SEE_ALL. Raises NotFound."""
    statement = queries.statement_of(db.session, actor.club.id, public_id)
    if statement.consultant_id != actor.consultant_id and not may(actor, Permission.PAY_SEE_ALL):
        raise NotFound
    return statement
