"""The database: one model base, one `transact`, one commit in the whole code base."""

import select
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from flask_alembic import Alembic
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from clubsales.clock import Instant
from clubsales.prepared import (
    TRANSACTING,
    Answer,
    Prepared,
    WritingSession,
    forget_waiting,
    write_with_commit,
)

T = TypeVar("T")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
ATTEMPTS = 3
# In session.info:
LATER = "rows inserted with the commit"
KEYS = "keys of rows that are about to be inserted"
LOST_RACES = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available


class UtcDateTime(sa.types.TypeDecorator[Instant]):
    """An aware instant, stored in UTC; refuses a naive one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Instant | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> Instant | None:
        if value is None:
            return None
        stored: datetime = value
        return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)


BigKey = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def searched(length: int) -> sa.String:
    """Text that is searched by how it begins: compared by code points, so that an index finds the range."""
    return sa.String(length).with_variant(postgresql.VARCHAR(length, collation="C"), "postgresql")


Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


class Base(DeclarativeBase):
    """Every table's base; Flask-Security's mixins need it without dataclasses."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, int: sa.BigInteger().with_variant(sa.Integer, "sqlite")}


class Model(MappedAsDataclass, Base, kw_only=True):
    """Our own tables: dataclasses with keyword arguments."""

    __abstract__ = True


LOOKING = {"isolation_level": "AUTOCOMMIT"}
ONLY_LOOKING = "only_looking"

db = SQLAlchemy(session_options={"expire_on_commit": False, "class_": WritingSession})
migrations = Alembic(metadatas=Base.metadata)


def prepare_engine(engine: sa.Engine) -> None:
    """Make each database behave as the code above it expects."""
    if engine.dialect.name == "sqlite":
        _begin_when_told(engine)
    else:
        _speak_utc(engine)
        _notice_closed_connections(engine)


def _begin_when_told(engine: sa.Engine) -> None:
    """SQLite: WAL, foreign keys, and transactions that begin when we say so."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # or the driver begins and commits behind our back
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        writing = connection.get_execution_options().get("clubsales_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _speak_utc(engine: sa.Engine) -> None:
    """PostgreSQL: instants come in UTC whatever zone the server keeps; prepared statements take them as they come."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.execute("SET TIME ZONE 'UTC'")
        connection.commit()


def _notice_closed_connections(engine: sa.Engine) -> None:
    """PostgreSQL: a restarted server costs no request.

    A server that ends a connection says so on it, so an idle one with something to read is dead; looking costs a
    system call where a ping would cost every request a round trip.
    """

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, _record: object, _proxy: object) -> None:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        if poll.poll(0):
            raise sa.exc.InvalidatePoolError("the server has closed this connection")


def look_only(session: Session) -> None:
    """PostgreSQL: statements of a request that only looks stand each for itself, without BEGIN and ROLLBACK.

    READ COMMITTED shows every statement what is committed then, in a transaction or not; this saves two round trips.
    `transact` begins a real transaction all the same.
    """
    bind = session.get_bind()
    free = not session.in_transaction() and not session.info.get(TRANSACTING)
    if isinstance(bind, sa.Engine) and bind.dialect.name == "postgresql" and free:
        session.connection(execution_options=LOOKING)
        session.info[ONLY_LOOKING] = True


def transact(work: Callable[[Session], T]) -> T:
    """Run work in one transaction.

    If a constraint or a row version stops it, someone else was first: run it again, so that its rules can
    see what happened and say so; after that it is a bug. Raises RuntimeError inside another transact.
    """
    session = db.session
    if session.info.get(TRANSACTING):
        raise RuntimeError("transact inside transact")
    session.info[TRANSACTING] = True
    try:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                forget_waiting(session)
                session.info[LATER] = {}
                session.info[KEYS] = {}
                _begin_writing(session)
                result = work(session)
                if session.new or session.dirty or session.deleted:
                    session.flush()
                write_with_commit(session, session.info[LATER])
                session.commit()
            except (IntegrityError, StaleDataError, OperationalError) as race:
                session.rollback()
                if attempt == ATTEMPTS or not _is_lost_race(race):
                    raise
            except BaseException:
                session.rollback()
                raise
            else:
                return result
        raise AssertionError("unreachable")
    finally:
        forget_waiting(session)
        session.info[TRANSACTING] = False


def expect_rows(session: Session, *models: type[Model]) -> None:
    """PostgreSQL: ask for a key of each, with the next statement, so that nobody waits for `insert_row` to bring it."""
    if session.info.get(TRANSACTING) and session.get_bind().dialect.name == "postgresql":
        answer = _keys(models).ask(session, {})
        session.info[KEYS] = dict.fromkeys(models, answer)


def insert_row(session: Session, row: Model) -> None:
    """Insert a new row and know its key: what adding and flushing it does, at a third of the cost.

    Afterwards the session watches it like any other row.
    """
    model = type(row)
    returning, with_key, names = _insertion(model)
    said = vars(row)
    values = {name: said[name] if name in said else getattr(row, name) for name in names}
    if session.new or session.dirty:
        session.flush()  # what it refers to
    expected: Answer | None = session.info.get(KEYS, {}).pop(model, None)
    if expected is None:
        key = returning.one(session, values).id
    else:
        key = getattr(expected.one(), table_of(model).name)
        with_key.run(session, {"id": key, **values})
    row.id = key  # type: ignore[attr-defined]
    for name in names - vars(row).keys():
        set_committed_value(row, name, values[name])  # a default: known, so that it is not read back
    make_transient_to_detached(row)
    session.add(row)


@cache
def _insertion(model: type[Model]) -> tuple[Prepared, Prepared, frozenset[str]]:
    table = table_of(model)
    names = frozenset(column.name for column in table.columns if column is not table.c.id)
    return Prepared(sa.insert(table).returning(table.c.id)), Prepared(sa.insert(table)), names


@cache
def _keys(models: tuple[type[Model], ...]) -> Prepared:
    names = [table_of(model).name for model in models]
    return Prepared(sa.select(*(sa.func.nextval(f"{name}_id_seq").label(name) for name in names)))


def insert_later(session: Session, statement: Prepared, row: dict[str, Any]) -> None:
    """Insert a row that nothing in this transaction reads: with all others of its kind, just before the commit.

    Outside of `transact`, and in a savepoint that may be taken back alone, it is inserted at once.
    """
    if session.info.get(TRANSACTING) and not session.in_nested_transaction():
        session.info[LATER].setdefault(statement, []).append(row)
    else:
        statement.run(session, row)


def insert_waiting(session: Session) -> None:
    """Insert what waits for the commit: for a story that tells many use cases in one transaction, each reading the last."""
    waiting: dict[Prepared, list[dict[str, Any]]] = session.info.get(LATER, {})
    for statement, rows in waiting.items():
        for row in rows:
            statement.run(session, row)
    waiting.clear()


def _begin_writing(session: Session) -> None:
    """On SQLite a reader cannot become a writer: start again as one. PostgreSQL goes on where it is."""
    if session.info.pop(ONLY_LOOKING, False):
        session.rollback()
    if session.get_bind().dialect.name == "sqlite":
        if session.in_transaction() and not session.info.get("isolated"):
            session.rollback()
        if not session.in_transaction():
            session.connection(execution_options={"clubsales_writing": True})


def _is_lost_race(error: DBAPIError | StaleDataError) -> bool:
    if isinstance(error, IntegrityError | StaleDataError):
        return True
    return getattr(error.orig, "sqlstate", None) in LOST_RACES


def table_of(model: type[Base]) -> sa.Table:
    """A model's table, for statements that need no ORM."""
    return cast("sa.Table", model.__table__)


def for_update(statement: sa.Select[Any], *, skip_locked: bool = False) -> sa.Select[Any]:
    """Lock the rows read. SQLite ignores it: its writer already holds the whole database."""
    return statement.with_for_update(skip_locked=skip_locked)
