"""The one blueprint of the till, the words its pages share, and how a form sent twice gives the same sale."""

from collections.abc import Callable

from flask import Blueprint
from sqlalchemy.orm import Session

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.clock import Instant
from clubsales.db import transact
from clubsales.membership import texts
from clubsales.membership.sales.forms import new_key
from clubsales.membership.sales.texts import CLOSINGS

bp = Blueprint("sales", __name__)
WORDS = {
    "methods": texts.METHODS,
    "kinds": texts.SALE_KINDS,
    "states": texts.SALE_STATES,
    "tones": texts.STATE_TONES,
    "refund_states": texts.REFUND_STATES,
    "closings": CLOSINGS,
}


def once(
    key: str | None,
    inputs: dict[str, object],
    actor: Actor,
    at: Instant,
    work: Callable[[Session], str],
) -> str:
    """Do the work once for the form's key; a form sent twice gives the same sale."""
    return transact(
        lambda s: idempotency.once(
            s, key=key or new_key(), inputs=inputs, actor=actor, at=at, work=lambda: work(s)
        )
    )
