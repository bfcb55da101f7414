"""A sale that is argued over, and the browsers of those whom it concerns."""

from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.builders import Cast, local
from tests.integration.auth.support import Browser, let_in
from tests.integration.leads.disputes.argued import Argued
from tests.journeys.sending import STAFF

Enter = Callable[[str], Browser]


@pytest.fixture
def afternoon() -> Iterator[None]:
    """The clock stands at two in the afternoon of the day after the sale."""
    with time_machine.travel(local(14), tick=False):
        yield


@pytest.fixture
def argued(session: Session, cast: Cast) -> Argued:
    made = Argued(session, cast)
    session.commit()
    return made


@pytest.fixture
def case(session: Session, argued: Argued) -> str:
    """Lin's case, by its public id."""
    public_id = argued.open(words="我带他参观的")
    session.commit()
    return public_id


@pytest.fixture
def enter(app: Flask, session: Session, cast: Cast) -> Enter:
    """Somebody's own browser, signed in, in English."""

    def made(who: str) -> Browser:
        let_in(session, getattr(cast, who), at=local(8))
        browser = Browser(app.test_client(), {"Accept-Language": "en"})
        assert browser.sign_in(STAFF[who]).status_code == HTTPStatus.SEE_OTHER
        return browser

    return made
