"""`clubsales serve` as it is typed: what it says before it serves."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from clubsales import cli
from clubsales.leader import LeaderLock
from tests.conftest import BACKENDS, DatabaseMaker

Serve = Callable[..., Result]


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path, new_database: DatabaseMaker) -> str:
    """An empty database of one's own: whoever runs jobs elsewhere is no leader here."""
    return new_database.make() if request.param == "postgresql" else f"sqlite:///{tmp_path / 'clubsales.db'}"


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> Serve:
    """Runs the command up to the moment it would serve."""
    monkeypatch.setattr(cli, "serve_forever", lambda *_arguments, **_options: None)
    environment = {"CLUBSALES_DATA": str(tmp_path), "CLUBSALES_DATABASE_URL": database_url}
    assert CliRunner().invoke(cli.main, ["db", "upgrade"], env=environment).exit_code == 0

    def run(**more: str) -> Result:
        return CliRunner().invoke(cli.main, ["serve"], env=environment | more)

    return run


def test_serving_without_jobs_is_said_in_one_line(serve: Serve) -> None:
    result = serve()
    assert result.exit_code == 0
    assert result.stderr == cli.NO_JOBS + "\n"
    assert "clubsales worker" in cli.NO_JOBS
    assert "CLUBSALES_RUN_JOBS=1" in cli.NO_JOBS


def test_serving_with_jobs_says_nothing(serve: Serve) -> None:
    result = serve(CLUBSALES_RUN_JOBS="1")
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_worker_that_leads_already_is_enough(serve: Serve, database_url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(database_url)
    lock = LeaderLock(engine, tmp_path)
    assert lock.acquire()
    with contextlib.ExitStack() as after:
        after.callback(engine.dispose)
        after.callback(lock.release)
        result = serve()
    assert (result.exit_code, result.stderr) == (0, "")
