"""Around prepared statements: failures, dying connections, server settings, sessions that are read by several threads."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask, session
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from clubsales.db import UtcDateTime, db, look_only, transact
from clubsales.ids import new_public_id
from clubsales.prepared import Prepared
from tests.conftest import DatabaseMaker, migrated_app
from tests.statements import statements

ORGANISATION = sa.table(
    "organisation", sa.column("name"), sa.column("created_at", UtcDateTime()), sa.column("public_id")
)
ADD = Prepared(sa.insert(ORGANISATION))
ADD_AND_TELL = Prepared(sa.insert(ORGANISATION).returning(ORGANISATION.c.created_at))
WHO_SERVES = Prepared(sa.select(sa.func.pg_backend_pid().label("pid")))
COUNT = sa.text("SELECT count(*) FROM organisation")
NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)


def organisation() -> dict[str, object]:
    return {"name": "甲", "created_at": NOON, "public_id": new_public_id()}


@pytest.fixture
def postgres(new_database: DatabaseMaker, tmp_path: Path) -> Iterator[Flask]:
    """An app on a PostgreSQL of its own, whose commits are real."""
    app = migrated_app(new_database.make(), tmp_path)
    yield app
    with app.app_context():
        db.engine.dispose()


def outside(statement: str) -> None:
    """Somebody else says something to the app's database."""
    url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def writes_and_fails(session: Session) -> None:
    ADD.run(session, organisation())
    raise LookupError


def test_after_a_failure_the_session_can_be_read(postgres: Flask) -> None:
    """What waited is forgotten when the transaction is taken back, not sent on a closed connection."""
    with postgres.app_context():
        with pytest.raises(LookupError):
            transact(writes_and_fails)
        assert db.session.execute(COUNT).scalar_one() == 0


def test_what_was_taken_back_is_not_written_by_the_next_question(postgresql_app: Flask) -> None:
    """The same where somebody else holds the transaction: the row appeared after all."""
    with postgresql_app.app_context(), db.engine.connect() as connection:
        outer = connection.begin()
        before = connection.execute(COUNT).scalar_one()
        db.session.bind = connection
        db.session.join_transaction_mode = "create_savepoint"
        with pytest.raises(LookupError):
            transact(writes_and_fails)
        after = db.session.execute(COUNT).scalar_one()
        db.session.close()
        outer.rollback()
    assert after == before


@pytest.mark.parametrize("only_looks", [True, False])
def test_a_connection_that_died_ends_with_its_request(postgres: Flask, only_looks: bool) -> None:
    """It is thrown away as SQLAlchemy would; closing the session does not fail a second time."""
    with postgres.app_context():
        if only_looks:
            look_only(db.session)
        served = WHO_SERVES.one(db.session, {}).pid
        outside(f"SELECT pg_terminate_backend({served}, 5000)")
        with pytest.raises(OperationalError) as lost:
            WHO_SERVES.one(db.session, {})
        assert lost.value.connection_invalidated
    with postgres.app_context():
        assert WHO_SERVES.one(db.session, {}).pid != served


def test_a_statement_outlives_a_changed_column(postgres: Flask) -> None:
    """A new version's migration while this one serves: one request may fail, not every one on this connection."""
    ask = Prepared(sa.select(sa.table("thing", sa.column("size", sa.Integer)).c.size))
    failed = 0
    with postgres.app_context():
        outside("CREATE TABLE thing AS SELECT 1 AS size")
    for attempt in range(4):
        with postgres.app_context():
            if attempt == 1:
                outside("ALTER TABLE thing ALTER size TYPE bigint")
            look_only(db.session)
            try:
                ask.one(db.session, {})
            except DBAPIError:
                failed += 1
    assert failed <= 1


def test_an_instant_is_utc_whatever_zone_the_server_is_in(postgres: Flask) -> None:
    """As UtcDateTime says; or a day later is another moment, and the JSON for a door another text."""
    with postgres.app_context():
        outside(f"ALTER DATABASE \"{db.engine.url.database}\" SET timezone = 'Europe/Berlin'")
        db.engine.dispose()
        assert ADD_AND_TELL.one(db.session, organisation()).created_at.isoformat() == NOON.isoformat()


def test_a_look_in_a_transaction_does_not_undo_it(postgres: Flask) -> None:
    """Who asks for the first time who acts, inside `transact` on a GET, would make every statement stand for itself."""

    def work(session: Session) -> None:
        look_only(session)
        ADD.run(session, organisation())
        session.execute(COUNT)
        raise LookupError

    with postgres.app_context():
        with pytest.raises(LookupError):
            transact(work)
        assert db.session.execute(COUNT).scalar_one() == 0


def test_a_commit_that_was_none_is_told_of(postgres: Flask) -> None:
    """PostgreSQL answers COMMIT in a broken transaction with ROLLBACK, and no error."""

    def work(session: Session) -> None:
        ADD.run(session, organisation())
        with pytest.raises(DBAPIError):
            session.execute(sa.text("SELECT 1 / 0"))

    with postgres.app_context():
        with pytest.raises(DBAPIError):
            transact(work)
        assert db.session.execute(COUNT).scalar_one() == 0


def test_a_question_asked_for_every_row_is_counted(session: Session) -> None:
    """Only rows that are written are one: a SELECT in a loop is what the counting is for."""
    with statements() as sent:
        for _ in range(5):
            session.execute(COUNT)
    assert len(sent) == 5


def test_a_page_that_read_the_cookie_varies_with_it(tmp_path: Path) -> None:
    """Flask 3.1.3 notes that on the session it was given, not on the one inside."""
    app = _with_doors(tmp_path)
    assert "Cookie" in app.test_client().get("/reads").headers.get("Vary", "")


def test_a_nested_change_that_is_said_is_kept(tmp_path: Path) -> None:
    browser = _with_doors(tmp_path).test_client()
    assert [browser.get("/nests").text for _ in range(3)] == ["1", "2", "3"]


def _with_doors(tmp_path: Path) -> Flask:
    app = migrated_app(f"sqlite:///{tmp_path / 'doors.db'}", tmp_path)

    @app.get("/reads")
    def reads() -> str:
        return str(session.get("theme"))

    @app.get("/nests")
    def nests() -> str:
        session.setdefault("seen", []).append(1)
        session.modified = True
        return str(len(session["seen"]))

    return app


def test_a_cookie_that_another_thread_forgets_meanwhile_is_read_again(tmp_path: Path) -> None:
    """The known cookies are emptied when they are too many, perhaps between the look and the reading.

    `get` takes the KeyError for a key that is not there: a form would be refused, a choice forgotten.
    """

    class EmptiedMeanwhile(dict[str, object]):
        def __contains__(self, key: object) -> bool:
            known = super().__contains__(key)
            self.clear()
            return known

    app = _with_doors(tmp_path)
    app.session_interface._known = EmptiedMeanwhile()  # type: ignore[attr-defined]
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept["theme"] = "dark"
    assert [browser.get("/reads").text for _ in range(3)] == ["dark", "dark", "dark"]
