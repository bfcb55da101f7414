"""Exactly one process leads the jobs."""

from pathlib import Path

import pytest
from flask import Flask

from clubsales.db import db
from clubsales.leader import LeaderLock, is_held


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
