"""A lively club at a fixed afternoon, and somebody who sends forms to it."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.builders import raise_cast
from tests.conftest import Fill, World
from tests.integration.auth.support import let_in
from tests.journeys.judged import OWNER
from tests.journeys.lively import Lively, enliven
from tests.journeys.sending import AT, STAFF, Sender


@pytest.fixture
def afternoon() -> Iterator[None]:
    """The clock stands at two in the afternoon, and runs."""
    with time_machine.travel(AT, tick=True):
        yield


def a_lively_club(session: Session) -> tuple[object, ...]:
    """The cast in the middle of its day, everybody able to sign in."""
    with time_machine.travel(AT, tick=True):
        cast = raise_cast(session)
        made = enliven(session, cast, at=AT)
        let_in(session, *(getattr(cast, who) for who in STAFF))
    return cast, made


@pytest.fixture
def fill(request: pytest.FixtureRequest, fill: Fill) -> Fill:
    return a_lively_club if "lively" in request.fixturenames else fill


@pytest.fixture
def lively(afternoon: None, world: World, app: Flask) -> Lively:
    """The club in the middle of its day; what a test does to it is put back."""
    club = world.made[Lively]
    assert isinstance(club, Lively)
    return club


@pytest.fixture
def sender(app: Flask, lively: Lively) -> Iterator[Sender]:
    """Forms count without their token, so that what stands behind it answers."""
    made = Sender(app)
    for who in (*STAFF, OWNER):
        made.client(who)
    app.config["WTF_CSRF_ENABLED"] = False
    yield made
    app.config["WTF_CSRF_ENABLED"] = True
