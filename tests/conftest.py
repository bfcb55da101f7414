"""Real databases for every test: SQLite and PostgreSQL, migrated once, rolled back after each test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from clubsales.app import create_app
from clubsales.db import db, migrations
from clubsales.settings import Settings
from tests.builders import Cast, raise_cast
from tests.postgres import postgres_server_url

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server for all workers: CLUBSALES_TEST_PG_URL, else one of our own."""
    yield from postgres_server_url(tmp_path_factory)


@pytest.fixture(scope="session")
def new_database(postgres_url: str, worker_id: str) -> Iterator["DatabaseMaker"]:
    """Makes empty PostgreSQL databases and drops them at the end."""
    maker = DatabaseMaker(postgres_url, worker_id)
    yield maker
    maker.drop_all()


class DatabaseMaker:
    """Makes databases on the test server, from a migrated template where asked."""

    def __init__(self, server_url: str, worker_id: str) -> None:
        self._server = sa.create_engine(
            make_url(server_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        self._url = make_url(server_url)
        self._prefix = f"clubsales_test_{worker_id}_{os.getpid()}"
        self._made: list[str] = []

    def make(self) -> str:
        name = f"{self._prefix}_{len(self._made)}"
        with self._server.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        self._made.append(name)
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop_all(self) -> None:
        with self._server.connect() as connection:
            for name in self._made:
                connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._server.dispose()


def settings_for(database_url: str, data_folder: Path, **changes: object) -> Settings:
    """The settings tests run under."""
    values: dict[str, object] = {
        "database_url": database_url,
        "secret_key": "test-secret",
        "data_folder": data_folder,
        "testing": True,
        "rate_limits": False,
        "stripe_peer": False,
        "stripe_secret_key": "sk_test_members",
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]


def migrated_app(database_url: str, data_folder: Path, **changes: object) -> Flask:
    """An app on a database with all revisions applied."""
    app = create_app(settings_for(database_url, data_folder, **changes))
    with app.app_context():
        migrations.upgrade()
    return app


@pytest.fixture(scope="session")
def sqlite_app() -> Iterator[Flask]:
    folder = Path(tempfile.mkdtemp(prefix="clubsales-test-"))
    yield migrated_app(f"sqlite:///{folder / 'test.db'}", folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_app(new_database: DatabaseMaker) -> Iterator[Flask]:
    folder = Path(tempfile.mkdtemp(prefix="clubsales-test-"))
    app = migrated_app(new_database.make(), folder)
    yield app
    with app.app_context():
        db.engine.dispose()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def isolated(app: Flask) -> Iterator[None]:
    """All sessions of the app share one connection; commits become savepoints, rolled back at the end."""
    with app.app_context():
        engine, sessions = db.engine, db.sessionmaker
    with engine.connect() as connection:
        outer = connection.begin()
        changes = {"bind": connection, "binds": {}, "join_transaction_mode": "create_savepoint"}
        with mock.patch.dict(sessions.kw, changes):
            yield
        outer.rollback()


@pytest.fixture(params=BACKENDS)
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on each database; everything a test writes is rolled back after it."""
    chosen: Flask = request.getfixturevalue(f"{request.param}_app")
    with isolated(chosen):
        yield chosen


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of its own context, as a request or a job would have it."""
    with app.app_context():
        yield db.session


@pytest.fixture
def cast(session: Session) -> Cast:
    """The fixed cast: two inside consultants, one outside, a manager, the desk, finance, another organisation."""
    people = raise_cast(session)
    session.commit()
    return people


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()
