"""A lively club at a fixed afternoon, and somebody who sends forms to it."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.builders import Cast
from tests.integration.auth.support import let_in
from tests.journeys.lively import Lively, enliven
from tests.journeys.sending import AT, STAFF, Sender


@pytest.fixture
def afternoon() -> Iterator[None]:
    """The clock stands at two in the afternoon, and runs."""
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def lively(afternoon: None, session: Session, cast: Cast) -> Lively:
    """The club in the middle of its day, everybody able to sign in."""
    made = enliven(session, cast, at=AT)
    let_in(session, *(getattr(cast, who) for who in STAFF))
    session.commit()
    return made


@pytest.fixture
def sender(app: Flask, lively: Lively) -> Iterator[Sender]:
    """Forms count without their token, so that what stands behind it answers."""
    made = Sender(app)
    for who in STAFF:
        made.client(who)
    app.config["WTF_CSRF_ENABLED"] = False
    yield made
    app.config["WTF_CSRF_ENABLED"] = True
