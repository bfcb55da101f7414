"""A browser that fills in forms, and staff who can sign in."""

import re
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from clubsales.actor import Actor
from clubsales.auth import operations
from clubsales.auth.models import Account
from clubsales.clock import Instant
from clubsales.ids import AccountID
from tests.builders import MORNING, PASSWORD, PIN

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browser:
    """A test client that sends each form with the token of the page it stands on.

    Each request has its own application context, as in earnest, also where the test holds one open.
    """

    client: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, **headers: str) -> TestResponse:
        with self.client.application.app_context():
            return self.client.get(address, headers={**self.headers, **headers})

    def post(self, address: str, *, page: str = "/sign-in", **fields: str) -> TestResponse:
        """Open the page, then send its form to the address."""
        found = TOKEN.search(self.get(page).get_data(as_text=True))
        assert found, f"no form on {page}"
        with self.client.application.app_context():
            data = {"csrf_token": found[1], **fields}
            return self.client.post(address, data=data, headers=self.headers)

    def sign_in(self, username: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.post("/sign-in", username=username, password=password, **fields)

    def text(self, address: str) -> str:
        return self.get(address).get_data(as_text=True)


def account_id_of(actor: Actor) -> AccountID:
    assert actor.account_id is not None
    return actor.account_id


def account(session: Session, actor: Actor) -> Account:
    """The account's row as it is now in the database."""
    row = session.get(Account, account_id_of(actor), populate_existing=True)
    assert row is not None
    return row


def let_in(session: Session, *actors: Actor, at: Instant = MORNING, pin: str | None = PIN) -> None:
    """Give each a password and a PIN."""
    for actor in actors:
        account_id = account_id_of(actor)
        operations.set_password(session, account_id=account_id, password=PASSWORD, actor=actor, at=at)
        if pin is not None:
            operations.set_pin(session, account_id=account_id, pin=pin, actor=actor, at=at)
    session.commit()
