"""The one blueprint of disputes, how much a statement may weigh, and how a form sent twice counts once."""

from collections.abc import Callable, Mapping

from flask import Blueprint, request
from sqlalchemy.orm import Session

from clubsales import idempotency
from clubsales.actor import Actor
from clubsales.auth.guard import signed_in
from clubsales.clock import Instant
from clubsales.db import transact

bp = Blueprint("disputes", __name__)
LARGEST_STATEMENT = 21 * 1024 * 1024  # bytes: four papers of full size and the words


@bp.url_value_preprocessor
def make_room(endpoint: str | None, _values: Mapping[str, object] | None) -> None:
    """Papers weigh more than forms do; nobody sends so much without having signed in."""
    if endpoint == "disputes.state" and signed_in() is not None:
        request.max_content_length = LARGEST_STATEMENT


def once(
    key: str | None,
    inputs: Mapping[str, object],
    actor: Actor,
    at: Instant,
    work: Callable[[Session], str],
) -> str:
    """Do the work once for the form's key."""
    return transact(
        lambda s: idempotency.once(
            s, key=idempotency.key_of(key), inputs=inputs, actor=actor, at=at, work=lambda: work(s)
        )
    )
