"""Sends forms as anybody of the staff, and looks at what became of the tables."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from clubsales.app import metadata
from clubsales.auth.cookies import SESSION_COOKIE
from clubsales.db import db
from tests.builders import local
from tests.integration.auth.support import Browser
from tests.journeys.doors import Door
from tests.statements import statements

AT = local(14)
STAFF = {
    "lin": "linjing",
    "zhou": "zhouqian",
    "ma": "machao",
    "supervisor": "sunzhu",
    "manager": "wujingli",
    "director": "heqiang",
    "finance": "caiwu",
    "desk": "qiantai",
    "other_manager": "biejia",
}


class Sender:
    """Sends forms as somebody, each in a world that is put back afterwards."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._sessions: dict[str, str] = {}

    def client(self, who: str) -> FlaskClient:
        """A browser on which `who` (of the cast, or a user name) is signed in; nobody for an empty name."""
        if who and who not in self._sessions:
            first = Browser(self.app.test_client())
            assert first.sign_in(STAFF.get(who, who)).status_code == 303
            cookie = first.client.get_cookie(SESSION_COOKIE)
            assert cookie is not None
            self._sessions[who] = cookie.value
        client = self.app.test_client()
        if who:
            client.set_cookie(SESSION_COOKIE, self._sessions[who])
        return client

    def send(self, door: Door, fields: dict[str, object], *, who: str | None = None) -> TestResponse:
        client = self.client(door.who if who is None else who)
        headers = {"Accept": "application/json"}
        with self.app.app_context():
            body = json.dumps(fields) if door.as_json else urlencode(fields, doseq=True)
            return client.post(
                door.address,
                data=body,
                content_type="application/json" if door.as_json else "application/x-www-form-urlencoded",
                headers=headers,
                buffered=True,  # an answer in pieces is read to its end, as every server does
            )

    @contextmanager
    def watched(self) -> Iterator[list[str]]:
        """What is written meanwhile, also what is rolled back: the first words of each statement."""
        written: list[str] = []
        with statements() as sent:
            yield written
        written += [each[:60] for each in sent if each.startswith(("INSERT", "UPDATE", "DELETE", "WITH"))]

    @contextmanager
    def put_back_afterwards(self) -> Iterator[None]:
        """Undo what the requests inside do."""
        with self.app.app_context():
            connection = db.sessionmaker.kw["bind"]
        world = connection.begin_nested()
        try:
            yield
        finally:
            world.rollback()

    def rows(self) -> dict[str, int]:
        """How many rows each table has. Sign-ins and failed tries may be counted by their tables."""
        counts = [
            sa.select(sa.func.count()).select_from(table).scalar_subquery().label(name)
            for name, table in metadata.tables.items()
        ]
        with self.app.app_context():
            return dict(db.session.execute(sa.select(*counts)).one()._mapping)
