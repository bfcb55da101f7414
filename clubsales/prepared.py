"""Statements of the busy doors: made once and handed to the driver as they are.

SQLAlchemy writes every statement and gives every value its type. Its way of executing one, which costs four times what
the driver does, is left out on PostgreSQL; on SQLite a statement is executed as any other.

What nobody waits for yet - a write, the answer to a question - travels with the next statement, or with the commit: one
trip to the database for all of them (the driver's BEGIN is one of its own).
"""

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import psycopg
import sqlalchemy as sa
from psycopg import Cursor
from psycopg.rows import BaseRowFactory
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session

WAITING = "what travels with the next statement"
TRANSACTING = "transacting"
CONNECTION = "the transaction's connection, where its driver takes statements as they are"

VALUE = re.compile(r"%\((\w+)\)s")
# Of one INSERT: of more of them the driver would read the statement's text anew each time.
MOST_VALUES = 50
# A prepared statement whose table has changed, or that nobody knows any more.
STALE_PLANS = {"0A000", "26000"}

Values = Mapping[str, Any]
Processor = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Form:
    """A statement as the driver takes it: its text, the values it has already, and what makes others fit."""

    text: str
    fixed: Values
    processors: Mapping[str, Processor]

    def values(self, given: Values) -> dict[str, Any]:
        values = {**self.fixed, **given}
        for name, process in self.processors.items():
            values[name] = process(values[name])
        return values

    def of_rows(self, count: int) -> str | None:
        """The text that inserts so many rows at once, their values numbered; None for what is no plain insert."""
        head, values, row = self.text.partition(" VALUES ")
        if not values or " RETURNING " in row or not row.endswith(")"):
            return None
        return head + values + ", ".join(VALUE.sub(rf"%(\1_{number})s", row) for number in range(count))


@dataclass(slots=True)
class Errand:
    """A statement on its way; `rows` makes what it brings back into rows, where anybody waits for that."""

    connection: sa.Connection
    form: Form
    values: Values
    rows: BaseRowFactory[Any] | None = None
    cursor: Cursor[Any] | None = None

    def send(self, raw: psycopg.Connection[Any]) -> None:
        """Hand it to the driver."""
        cursor = raw.cursor() if self.rows is None else raw.cursor(row_factory=self.rows)
        self.cursor = cursor.execute(
            self.form.text, self.form.values(self.values), prepare=self.form is not COMMIT
        )


class Answer:
    """Rows that were asked for and may still be on their way."""

    def __init__(self, session: Session, found: Sequence[Any] | Errand) -> None:
        self._session = session
        self._found = found

    def all(self) -> Sequence[Any]:
        """The rows, their columns by name."""
        if isinstance(self._found, Errand):
            if self._found.cursor is None:
                write_waiting(self._session)
            assert self._found.cursor is not None
            self._found = self._found.cursor.fetchall()
        return self._found

    def one_or_none(self) -> Any | None:
        """The only row, or None. Raises MultipleResultsFound."""
        rows = self.all()
        if len(rows) > 1:
            raise MultipleResultsFound("one row was expected")
        return rows[0] if rows else None

    def one(self) -> Any:
        """The only row. Raises NoResultFound and MultipleResultsFound."""
        row = self.one_or_none()
        if row is None:
            raise NoResultFound("one row was expected")
        return row


class Prepared:
    """A statement of Core tables without lists of values, executed by one of the methods.

    Raises what SQLAlchemy raises.
    """

    def __init__(self, statement: sa.Select[Any] | sa.CompoundSelect[Any] | sa.Insert | sa.Update) -> None:
        if isinstance(statement, sa.Insert) and not statement.returning_column_descriptions:
            statement = statement.inline()  # or its key is sent back though nobody asked
        self.statement = statement
        self._forms: dict[tuple[str, ...], Form] = {}
        self._of_rows: dict[tuple[tuple[str, ...], int], Form] = {}
        self._rows = _row_factory(statement)

    def ask(self, session: Session, values: Values) -> Answer:
        """Ask now, and wait for the answer when it is needed: inside `transact` both go with the next statement."""
        connection = _direct(session)
        if connection is None:
            return Answer(session, session.execute(self.statement, dict(values)).all())
        errand = Errand(connection, self.form(connection, values), values, self._rows)
        _send(session, errand)
        return Answer(session, errand)

    def all(self, session: Session, values: Values) -> Sequence[Any]:
        """The rows, their columns by name."""
        return self.ask(session, values).all()

    def one_or_none(self, session: Session, values: Values) -> Any | None:
        """The only row, or None. Raises MultipleResultsFound."""
        return self.ask(session, values).one_or_none()

    def one(self, session: Session, values: Values) -> Any:
        """The only row. Raises NoResultFound and MultipleResultsFound."""
        return self.ask(session, values).one()

    def run(self, session: Session, values: Values) -> None:
        """Execute what gives nothing back: inside `transact` with the next statement."""
        connection = _direct(session)
        if connection is None:
            session.execute(self.statement, dict(values))
        else:
            _send(session, Errand(connection, self.form(connection, values), values))

    def inserting(self, connection: sa.Connection, rows: Sequence[Values]) -> list[Errand]:
        """What inserts rows: one statement where they have values of the same names."""
        names = tuple(rows[0])
        one = self.form(connection, rows[0])
        if len(rows) == 1 or any(tuple(row) != names for row in rows):
            return [Errand(connection, self.form(connection, row), row) for row in rows]
        of_all = self._of_rows.get((names, len(rows)))
        if of_all is None:
            text = one.of_rows(len(rows))
            if text is None:
                return [Errand(connection, one, row) for row in rows]
            of_all = self._of_rows[names, len(rows)] = Form(text, {}, {})
        numbered = enumerate(map(one.values, rows))
        return [
            Errand(
                connection,
                of_all,
                {f"{name}_{number}": value for number, row in numbered for name, value in row.items()},
            )
        ]

    def form(self, connection: sa.Connection, values: Values) -> Form:
        """The statement for these values, made at the first call."""
        names = tuple(values)
        form = self._forms.get(names)
        if form is None:
            form = self._forms[names] = _form(self.statement, names, connection.dialect)
        return form


class WritingSession(Session):
    """A session that has written what waits before anything else reads it, and forgets it with its transaction."""

    def execute(self, *arguments: Any, **named: Any) -> Any:
        write_waiting(self)
        return super().execute(*arguments, **named)

    def scalars(self, *arguments: Any, **named: Any) -> Any:
        write_waiting(self)
        return super().scalars(*arguments, **named)

    def scalar(self, *arguments: Any, **named: Any) -> Any:
        write_waiting(self)
        return super().scalar(*arguments, **named)

    def flush(self, *arguments: Any, **named: Any) -> None:
        write_waiting(self)
        super().flush(*arguments, **named)

    def rollback(self) -> None:
        forget_waiting(self)
        super().rollback()

    def close(self) -> None:
        forget_waiting(self)
        super().close()


def forget_waiting(session: Session) -> None:
    """What waits is not written: its transaction is taken back."""
    session.info.pop(WAITING, None)


def write_waiting(session: Session) -> None:
    """Send what waits for the next statement."""
    waiting = session.info.pop(WAITING, None)
    if waiting is not None:
        _send_all(waiting)


def write_with_commit(session: Session, later: Mapping[Prepared, list[Values]]) -> None:
    """Write everything that waits, and these rows, and commit; the session has yet to be told that it is committed."""
    connection = _direct(session)
    if connection is None:
        for prepared, rows in later.items():
            session.execute(prepared.statement, [dict(row) for row in rows])
        return
    waiting = session.info.pop(WAITING, [])
    for each, rows in later.items():
        at_once = max(1, MOST_VALUES // len(rows[0]))
        for first in range(0, len(rows), at_once):
            waiting += each.inserting(connection, rows[first : first + at_once])
    if isinstance(session.get_bind(), sa.Engine):  # otherwise the transaction is somebody else's
        waiting.append(Errand(connection, COMMIT, {}))
    if waiting:
        _send_all(waiting)


COMMIT = Form("COMMIT", {}, {})


def _direct(session: Session) -> sa.Connection | None:
    """The connection whose driver we talk to ourselves; None for SQLite."""
    transaction = session.get_transaction()
    known = session.info.get(CONNECTION)
    # Asking for the connection is what begins a transaction, and a savepoint in it.
    if known is None or known[0] is not transaction or session.in_nested_transaction():
        connection = session.connection()
        known = session.info[CONNECTION] = (
            session.get_transaction(),
            connection if connection.dialect.name == "postgresql" else None,
        )
    return cast("sa.Connection | None", known[1])


def _may_wait(session: Session) -> bool:
    """A savepoint may be taken back alone, and whoever does not commit by `transact` sends nothing later."""
    return bool(session.info.get(TRANSACTING)) and not session.in_nested_transaction()


def _send(session: Session, errand: Errand) -> None:
    """With the next statement, where there will be one: at the latest the commit."""
    if _may_wait(session):
        session.info.setdefault(WAITING, []).append(errand)
    else:
        _send_all([*session.info.pop(WAITING, ()), errand])


def _send_all(errands: Sequence[Errand]) -> None:
    raw = cast("psycopg.Connection[Any]", errands[0].connection.connection.driver_connection)
    try:
        if len(errands) == 1:
            errands[0].send(raw)
        else:
            with raw.pipeline():
                for errand in errands:
                    errand.send(raw)
        _is_committed(errands[-1])
    except psycopg.Error as error:
        raise _told_as_usual(error, errands) from error


def _is_committed(last: Errand) -> None:
    """PostgreSQL answers a COMMIT after a failure with ROLLBACK, and no error."""
    if last.form is COMMIT and last.cursor is not None and last.cursor.statusmessage != COMMIT.text:
        raise psycopg.errors.InFailedSqlTransaction("the transaction had failed before, and is taken back")


def _told_as_usual(error: psycopg.Error, errands: Sequence[Errand]) -> BaseException:
    """SQLAlchemy's error for the driver's; a connection that is gone, or whose plans are, is not used again."""
    connection, said = errands[0].connection, cast("Any", error)
    raw: Any = connection.connection.driver_connection
    useless = connection.dialect.is_disconnect(said, raw, None) or error.sqlstate in STALE_PLANS
    if useless:
        connection.invalidate(error)
    more = f" (one of {len(errands)} statements)" if len(errands) > 1 else ""
    return DBAPIError.instance(
        errands[-1].form.text + more, None, error, psycopg.Error, connection_invalidated=useless
    )


def _form(statement: sa.Executable, names: tuple[str, ...], dialect: sa.Dialect) -> Form:
    written = list(names) if isinstance(statement, sa.Insert) else None
    compiled: Any = statement.compile(  # type: ignore[attr-defined]
        dialect=dialect, column_keys=written
    )
    assert not compiled.update_prefetch, "a column of this table is set by every update"
    assert not compiled.post_compile_params, "a list of values is written anew for every execution"
    fixed = compiled.construct_params(_check=False)
    for column in compiled.insert_prefetch:
        assert column.default.is_scalar, f"{column} has a default that would have to be asked for each time"
        fixed[column.key] = column.default.arg
    missing = [name for bind, name in compiled.bind_names.items() if bind.required and name not in names]
    assert not missing, f"no value for {missing}"
    processors = {
        name: process
        for bind, name in compiled.bind_names.items()
        if (process := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    return Form(str(compiled), fixed, processors)


def _row_factory(statement: sa.Executable) -> BaseRowFactory[Any]:
    columns: Any = statement
    names = [column.key for column in columns.exported_columns]
    row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    make: Callable[[Sequence[Any]], Any] = row._make
    return lambda _cursor: make
