"""A whole and consistent copy of the database while the club works (CFD-06)."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa


class CannotBackUp(Exception):
    """No copy was made; says why, and the way out."""


def back_up(url: sa.URL, file: Path) -> None:
    """Copy the database into a new file that only its owner may read; nothing is left behind when it fails.

    SQLite: a database like the one in use. PostgreSQL: what `pg_restore` takes. Raises CannotBackUp.
    """
    if file.exists():
        raise CannotBackUp(
            f"{file} is there already. Name a new file: a backup never takes another one's place."
        )
    if not file.parent.is_dir():
        raise CannotBackUp(f"There is no folder {file.parent}. Make it first.")
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        if url.get_backend_name() == "sqlite":
            _copy(url, unfinished)
        else:
            _dump(url, unfinished)
        unfinished.replace(file)
    except OSError as problem:
        raise CannotBackUp(f"{file} cannot be written: {problem.strerror}.") from problem
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(url: sa.URL, file: Path) -> None:
    """SQLite copies in one pass what was committed when it began; writers go on meanwhile."""
    if url.database is None or not Path(url.database).is_file():
        raise CannotBackUp(f"There is no database at {url.database}.")
    try:
        with closing(sqlite3.connect(url.database)) as source, closing(sqlite3.connect(file)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without others beside it
            sound = copy.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as problem:
        raise CannotBackUp(f"SQLite cannot copy the database: {problem}.") from problem
    if sound != "ok":
        raise CannotBackUp(f"The database is damaged: {sound}. Restore an earlier backup.")


def _dump(url: sa.URL, file: Path) -> None:
    """PostgreSQL's own tool, in one snapshot; the password goes by the environment and not by the command line."""
    tool = shutil.which("pg_dump")
    if tool is None:
        raise CannotBackUp(
            "pg_dump is not on PATH. Install PostgreSQL's client tools, of the server's version or newer."
        )
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = dict(os.environ)
    if url.password is not None:
        environment["PGPASSWORD"] = str(url.password)
    done = subprocess.run(
        [tool, "--format=custom", "--no-owner", f"--file={file}", f"--dbname={address}"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotBackUp(f"pg_dump failed: {done.stderr.strip()}")
