"""The peer's memory: a small SQLite database, in a file or only in memory."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

ApiObject: TypeAlias = dict[str, Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS thing (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS thing_kind ON thing (kind, sequence);
CREATE TABLE IF NOT EXISTS due (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, task TEXT NOT NULL, subject TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS due_at ON due (at);
CREATE TABLE IF NOT EXISTS answer (
    key TEXT PRIMARY KEY, endpoint TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
    body TEXT NOT NULL, request_id TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0);
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered under an idempotency key."""

    key: str
    endpoint: str
    fingerprint: str
    status: int
    body: str
    request_id: str
    at: int


@dataclass(frozen=True, slots=True)
class Due:
    """Something that happens by itself at a time (epoch seconds)."""

    sequence: int
    at: int
    task: str
    subject: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to the webhook endpoint."""

    sequence: int
    event_id: str
    attempts: int


class Transaction:
    """Reads and writes that happen together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Work on a connection that has begun; `sent` tells whether an event was put on its way."""
        self._connection = connection
        self.sent = False

    def put(self, thing: ApiObject) -> None:
        """Keep an object, or its newer state."""
        self._connection.execute(
            "INSERT INTO thing (id, kind, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (thing["id"], thing["object"], json.dumps(thing)),
        )

    def get(self, kind: str, identifier: str) -> ApiObject | None:
        """One object, or None."""
        row = self._connection.execute(
            "SELECT body FROM thing WHERE id = ? AND kind = ?", (identifier, kind)
        ).fetchone()
        return None if row is None else _loaded(row[0])

    def newest(self, kind: str) -> Iterator[ApiObject]:
        """All objects of a kind, the newest first."""
        rows = self._connection.execute(
            "SELECT body FROM thing WHERE kind = ? ORDER BY sequence DESC", (kind,)
        )
        for (body,) in rows.fetchall():
            yield _loaded(body)

    def schedule(self, at: int, task: str, subject: str) -> None:
        """Let something happen by itself at a time (epoch seconds)."""
        self._connection.execute("INSERT INTO due (at, task, subject) VALUES (?, ?, ?)", (at, task, subject))

    def due(self, at: int) -> list[Due]:
        """What should have happened by now, in its order."""
        rows = self._connection.execute(
            "SELECT sequence, at, task, subject FROM due WHERE at <= ? ORDER BY at, sequence", (at,)
        )
        return [Due(*row) for row in rows.fetchall()]

    def due_for(self, subject: str) -> list[Due]:
        """What will happen by itself to an object."""
        rows = self._connection.execute(
            "SELECT sequence, at, task, subject FROM due WHERE subject = ? ORDER BY at, sequence", (subject,)
        )
        return [Due(*row) for row in rows.fetchall()]

    def done(self, due: Due) -> None:
        """It has happened, or will not."""
        self._connection.execute("DELETE FROM due WHERE sequence = ?", (due.sequence,))

    def answer(self, key: str) -> Answer | None:
        """What was answered under an idempotency key, or None."""
        row = self._connection.execute(
            "SELECT key, endpoint, fingerprint, status, body, request_id, at FROM answer WHERE key = ?",
            (key,),
        ).fetchone()
        return None if row is None else Answer(*row)

    def remember(self, answer: Answer) -> None:
        """Keep an answer for its idempotency key."""
        self._connection.execute(
            "INSERT OR REPLACE INTO answer (key, endpoint, fingerprint, status, body, request_id, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                answer.key,
                answer.endpoint,
                answer.fingerprint,
                answer.status,
                answer.body,
                answer.request_id,
                answer.at,
            ),
        )

    def forget_answers(self, before: int) -> None:
        """Drop answers kept before a time (epoch seconds)."""
        self._connection.execute("DELETE FROM answer WHERE at < ?", (before,))

    def send(self, event_id: str) -> None:
        """Put an event on its way to the webhook endpoint."""
        self._connection.execute("INSERT INTO delivery (event_id) VALUES (?)", (event_id,))
        self.sent = True

    def deliveries(self) -> list[Delivery]:
        """Events on their way, the oldest first."""
        rows = self._connection.execute("SELECT sequence, event_id, attempts FROM delivery ORDER BY sequence")
        return [Delivery(*row) for row in rows.fetchall()]

    def attempted(self, delivery: Delivery) -> None:
        """The endpoint did not accept it this time."""
        self._connection.execute(
            "UPDATE delivery SET attempts = attempts + 1 WHERE sequence = ?", (delivery.sequence,)
        )

    def delivered(self, delivery: Delivery) -> None:
        """It arrived, or was given up."""
        self._connection.execute("DELETE FROM delivery WHERE sequence = ?", (delivery.sequence,))


class Store:
    """Opens transactions, one at a time; safe from any thread."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the file, or keep everything in memory when there is none."""
        self.lock = threading.RLock()
        self._open = False
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, timeout=10, isolation_level=None, check_same_thread=False
        )
        if path is not None:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_TABLES)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """All or nothing; one inside another is a bug and raises RuntimeError."""
        with self.lock:
            if self._open:
                raise RuntimeError("a transaction is open already")
            self._connection.execute("BEGIN IMMEDIATE")
            self._open = True
            try:
                yield Transaction(self._connection)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            else:
                self._connection.execute("COMMIT")
            finally:
                self._open = False

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self._connection.close()


def _loaded(body: str) -> ApiObject:
    loaded: ApiObject = json.loads(body)
    return loaded
