"""Exactly one process leads the jobs."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import make_url

from clubsales.db import db
from clubsales.leader import LeaderLock, is_held
from tests.conftest import DatabaseMaker


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_one_leads_and_the_next_follows_when_he_leaves(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    app: Flask = request.getfixturevalue(f"{backend}_app")
    with app.app_context():
        engine = db.engine
        first, second = LeaderLock(engine, tmp_path), LeaderLock(engine, tmp_path)
        assert not is_held(engine, tmp_path)
        assert first.acquire()
        assert first.still_held()
        assert not second.acquire()
        assert is_held(engine, tmp_path)
        first.release()
        assert not is_held(engine, tmp_path)
        assert second.acquire()
        second.release()


def test_another_database_on_the_same_server_has_a_leader_of_its_own(
    new_database: DatabaseMaker, tmp_path: Path
) -> None:
    ours, theirs = (
        sa.create_engine(make_url(new_database.make()).set(drivername="postgresql+psycopg"))
        for _each in range(2)
    )
    leads = LeaderLock(theirs, tmp_path)
    assert leads.acquire()
    assert is_held(theirs, tmp_path)
    assert not is_held(ours, tmp_path)
    leads.release()
    for engine in (ours, theirs):
        engine.dispose()
