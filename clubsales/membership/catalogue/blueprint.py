"""The one blueprint of the price list, and what its pages ask again and again."""

from datetime import date

from flask import Blueprint
from wtforms import StringField

from clubsales.auth.guard import current_actor
from clubsales.auth.rules import may_be_public_id
from clubsales.clock import local_day, now
from clubsales.db import db
from clubsales.errors import NotFound
from clubsales.membership.catalogue import queries
from clubsales.membership.catalogue.queries import CardTypeView

bp = Blueprint("catalogue", __name__)


def today() -> date:
    """The day in the club."""
    return local_day(now(), current_actor().club.zone)


def found(public_id: str) -> CardTypeView:
    """A card type of the club at today's prices; raises NotFound."""
    if not may_be_public_id(public_id):
        raise NotFound
    return queries.by_public_id(db.session, current_actor().club.id, public_id, day=today())


def line(field: StringField) -> str:
    """What was typed, without spaces around."""
    return (field.data or "").strip()
