"""A PostgreSQL that was restarted under a running server."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from clubsales.db import db
from tests.conftest import DatabaseMaker, migrated_app


@pytest.fixture
def app(new_database: DatabaseMaker, tmp_path: Path) -> Flask:
    return migrated_app(new_database.make(), tmp_path)


def test_a_restarted_database_costs_no_request(app: Flask) -> None:
    with app.app_context():
        kept = [db.engine.connect() for _ in range(3)]
        for connection in kept:
            connection.close()
        with db.engine.connect() as first:
            before = first.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        killer = sa.create_engine(db.engine.url, isolation_level="AUTOCOMMIT")
        with killer.connect() as connection:
            ended = connection.execute(
                sa.text(
                    "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            ).scalar_one()
        killer.dispose()
        assert ended == 3
        assert db.session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one() != before
        db.session.rollback()
        db.engine.dispose()
