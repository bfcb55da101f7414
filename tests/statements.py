"""How many statements something costs: what is sent, whoever sends it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from unittest import mock

import psycopg
import sqlalchemy as sa

from clubsales import prepared

OF_TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement sent meanwhile, transactions' own left out; inserted rows of one kind, one after the other, are one.

    On PostgreSQL as the driver is told, because prepared statements pass SQLAlchemy by.
    """
    sent: list[str] = []

    def note(statement: object) -> None:
        text = str(statement)
        is_another_row = text.startswith("INSERT") and [text] == sent[-1:]
        if not text.upper().startswith(OF_TRANSACTIONS) and not is_another_row:
            sent.append(text)

    def noting(method: Callable[..., object]) -> Callable[..., object]:
        def called(cursor: object, statement: object, *rest: object, **named: object) -> object:
            note(statement)
            return method(cursor, statement, *rest, **named)

        return called

    def on_sqlite(connection: sa.Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if connection.dialect.name == "sqlite":
            note(statement)

    cursor = psycopg.Cursor
    sa.event.listen(sa.Engine, "before_cursor_execute", on_sqlite)
    try:
        with mock.patch.multiple(
            cursor, execute=noting(cursor.execute), executemany=noting(cursor.executemany)
        ):
            yield sent
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", on_sqlite)


@contextmanager
def trips() -> Iterator[list[int]]:
    """How many statements went together on each trip to PostgreSQL meanwhile; nothing on SQLite, where none travels."""
    taken: list[int] = []

    def sending(errands: Sequence[prepared.Errand]) -> None:
        taken.append(len(errands))
        send_all(errands)

    def executing(connection: sa.Connection, _cursor: object, statement: str, *_rest: object) -> None:
        # The tests' own transaction around all of them has savepoints, which are nobody's trip.
        if connection.dialect.name == "postgresql" and not statement.startswith(OF_TRANSACTIONS):
            taken.append(1)

    send_all = prepared._send_all
    sa.event.listen(sa.Engine, "before_cursor_execute", executing)
    try:
        with mock.patch.object(prepared, "_send_all", sending):
            yield taken
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", executing)
