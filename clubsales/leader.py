"""Exactly one process runs the jobs: a lock that dies with its holder."""

import contextlib
import fcntl
import os
from pathlib import Path
from typing import IO

import sqlalchemy as sa

ADVISORY_KEY = 0x636C7562  # "club"


class LeaderLock:
    """Held from `acquire` until `release` or the end of the process."""

    def __init__(self, engine: sa.Engine, folder: Path) -> None:
        self._engine = engine
        self._path = _lock_path(engine, folder)
        self._connection: sa.Connection | None = None
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        """Try to become the leader; True when this process is it."""
        if self._engine.dialect.name == "postgresql":
            return self._acquire_advisory()
        return self._acquire_file()

    def still_held(self) -> bool:
        """Whether the lock's connection is alive: a database restart takes the lock away."""
        if self._connection is None:
            return self._file is not None
        try:
            self._connection.exec_driver_sql("SELECT 1")
        except sa.exc.DBAPIError:
            self._connection.invalidate()
            self._connection = None
            return False
        return True

    def release(self) -> None:
        """Let another process lead."""
        if self._connection is not None:
            # Said aloud, because a closed session's lock is seen a moment longer; a dead one holds nothing.
            with contextlib.suppress(sa.exc.DBAPIError):
                self._connection.execute(sa.select(sa.func.pg_advisory_unlock(ADVISORY_KEY)))
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
        if self._file is not None:
            self._file.close()
            self._file = None

    def _acquire_advisory(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.execute(sa.select(sa.func.pg_try_advisory_lock(ADVISORY_KEY))).scalar_one():
            self._connection = connection
            return True
        connection.close()
        return False

    def _acquire_file(self) -> bool:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file
        return True


def is_held(engine: sa.Engine, folder: Path) -> bool:
    """Whether some process leads the jobs now."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            statement = sa.text(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = :key AND granted"
                # Another database on the same server has a leader of its own.
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS held"
            )
            return bool(connection.execute(statement, {"key": ADVISORY_KEY}).scalar_one())
    path = _lock_path(engine, folder)
    if not path.exists():
        return False
    with path.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _lock_path(engine: sa.Engine, folder: Path) -> Path:
    """Beside the database file, so that two clubs on one machine do not share a leader."""
    database = engine.url.database
    return Path(f"{database}.jobs.lock") if database and database != ":memory:" else folder / "jobs.lock"
