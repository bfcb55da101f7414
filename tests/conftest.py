"""Real databases for every test: SQLite and PostgreSQL, migrated and peopled once, rolled back after each test."""

import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from clubsales.app import create_app
from clubsales.db import db, migrations, transact
from clubsales.settings import Settings
from tests.builders import Cast, raise_cast
from tests.folders import compiled_pages
from tests.postgres import postgres_server_url

BACKENDS = ("sqlite", "postgresql")
DEALT = "--dealt"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        DEALT, action="store_true", help="each test on one database, each page in one language, by its name"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a test that would run on both databases leave one, where they are dealt: always the same one."""
    if not config.getoption(DEALT):
        return
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        callspec = getattr(item, "callspec", None)
        backend = callspec.params.get("world") if callspec else None
        is_dealt = backend in BACKENDS
        name = item.nodeid.replace(str(backend), "")
        (left if is_dealt and dealt(name, BACKENDS) != backend else kept).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


def dealt(name: str, among: tuple[str, ...]) -> str:
    """One of these, the same for the same name, each about as often."""
    return among[zlib.crc32(name.encode()) % len(among)]


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

    def make(self, *, like: str | None = None) -> str:
        """The address of an empty database, or of a copy of one that nobody is connected to."""
        name = f"{self._prefix}_{len(self._made)}"
        template = f' TEMPLATE "{make_url(like).database}"' if like else ""
        with self._server.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"{template}')
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
        "stripe_secret_key": "sk_test_members",  # an account: without one nobody buys on the website
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]


def migrated_app(database_url: str, data_folder: Path, **changes: object) -> Flask:
    """An app on a database with all revisions applied."""
    app = create_app(settings_for(database_url, data_folder, **changes))
    with app.app_context():
        migrations.upgrade()
    return app


@dataclass(frozen=True)
class World:
    """An app on a database of its own, and what its tests find there, by its kind."""

    app: Flask
    made: dict[type, object]


Fill = Callable[[Session], tuple[object, ...]]  # what a world is filled with before its first test


class Worlds:
    """The worlds of one backend, each on a copy of a database that was migrated once."""

    def __init__(self, backend: str, maker: DatabaseMaker, folder: Path, pages: BytecodeCache) -> None:
        self._backend, self._maker, self._folder, self._pages = backend, maker, folder, pages
        self._made: dict[Fill, World] = {}
        self._migrated = self._new("migrated")
        let_go(migrated_app(self._migrated, folder))

    def of(self, fill: Fill) -> World:
        """The world filled in this way; made when it is first asked for."""
        if fill not in self._made:
            app = create_app(settings_for(self._copy(f"world_{len(self._made)}"), self._folder))
            app.jinja_env.bytecode_cache = self._pages
            with app.app_context():
                made = transact(fill)
            self._made[fill] = World(app, {type(each): each for each in made})
        return self._made[fill]

    def close(self) -> None:
        for world in self._made.values():
            let_go(world.app)

    def _new(self, name: str) -> str:
        return self._maker.make() if self._backend == "postgresql" else f"sqlite:///{self._folder / name}.db"

    def _copy(self, name: str) -> str:
        if self._backend == "postgresql":
            return self._maker.make(like=self._migrated)
        copied = self._new(name)
        shutil.copy(str(make_url(self._migrated).database), str(make_url(copied).database))
        return copied


def let_go(app: Flask) -> None:
    """Close all connections; nothing of an SQLite database is left beside its file."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_worlds(new_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    yield from _worlds("sqlite", new_database, tmp_path_factory)


@pytest.fixture(scope="session")
def postgresql_worlds(
    new_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worlds]:
    yield from _worlds("postgresql", new_database, tmp_path_factory)


def _worlds(backend: str, maker: DatabaseMaker, folders: pytest.TempPathFactory) -> Iterator[Worlds]:
    worlds = Worlds(backend, maker, folders.mktemp(backend), compiled_pages(folders))
    yield worlds
    worlds.close()


def nobody(_session: Session) -> tuple[object, ...]:
    """A database without a row."""
    return ()


def the_cast(session: Session) -> tuple[object, ...]:
    """The fixed cast."""
    return (raise_cast(session),)


@pytest.fixture(scope="session")
def sqlite_app(sqlite_worlds: Worlds) -> Flask:
    return sqlite_worlds.of(nobody).app


@pytest.fixture(scope="session")
def postgresql_app(postgresql_worlds: Worlds) -> Flask:
    return postgresql_worlds.of(nobody).app


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


@pytest.fixture
def fill(request: pytest.FixtureRequest) -> Fill:
    """What the database holds before the test: the cast where it is asked for."""
    return the_cast if "cast" in request.fixturenames else nobody


@pytest.fixture(params=BACKENDS)
def world(request: pytest.FixtureRequest, fill: Fill) -> World:
    """The world of the test on each database."""
    worlds: Worlds = request.getfixturevalue(f"{request.param}_worlds")
    return worlds.of(fill)


@pytest.fixture
def app(world: World) -> Iterator[Flask]:
    """The app on each database; everything a test writes is rolled back after it."""
    with isolated(world.app):
        yield world.app


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of its own context, as a request or a job would have it."""
    with app.app_context():
        yield db.session


@pytest.fixture
def cast(world: World) -> Cast:
    """The fixed cast: two inside consultants, one outside, a manager, the desk, finance, another organisation."""
    people = world.made[Cast]
    assert isinstance(people, Cast)
    return people


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()
