"""The password typed again on top of a form: what the form held waits in the page meanwhile, nowhere else."""

from urllib.parse import urljoin

from flask import request
from werkzeug.datastructures import ImmutableMultiDict

from clubsales.answers import back_url
from clubsales.auth import sign_in
from clubsales.auth.blueprint import PASSWORD_TRIES
from clubsales.auth.lookup import SignedIn
from clubsales.clock import Instant
from clubsales.db import transact
from clubsales.errors import Refusal
from clubsales.web import limiter

PASSWORD, BACK, TOKEN = "again-password", "again-back", "csrf_token"
OWN = frozenset({PASSWORD, BACK})


def typed() -> list[tuple[str, str]]:
    """What the form held that was sent, field by field; nothing where a page cannot hold it (a file)."""
    if request.method != "POST" or request.files:
        return []
    return [each for each in request.form.items(multi=True) if each[0] not in OWN | {TOKEN}]


def came_from() -> str:
    """The page of ours where the form stands, also after the password was asked for."""
    wanted = request.form.get(BACK, "")
    is_ours = wanted.startswith("/") and not wanted.startswith("//")
    return wanted if is_ours and wanted.isprintable() and "\\" not in wanted else back_url()


def take_password(present: SignedIn, at: Instant) -> Refusal | None:
    """Take the password sent with the form; where it is right, the request is as if nothing had been asked."""
    refusal = _confirm(present, request.form[PASSWORD], at)
    if refusal is None:
        back = came_from()
        request.form = ImmutableMultiDict(
            [each for each in request.form.items(multi=True) if each[0] not in OWN]
        )
        request.environ["HTTP_REFERER"] = urljoin(request.host_url, back)
    return refusal


@limiter.limit(PASSWORD_TRIES)
def _confirm(present: SignedIn, password: str, at: Instant) -> Refusal | None:
    return transact(
        lambda s: sign_in.confirm_password(
            s, session_id=present.session_id, password=password, actor=present.actor, at=at
        )
    )
