"""Races need connections that really meet: a PostgreSQL database of their own, emptied after each test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from clubsales.db import db
from clubsales.models import metadata
from tests.builders import Cast, raise_cast
from tests.conftest import DatabaseMaker, migrated_app


@pytest.fixture(scope="session")
def race_database(new_database: DatabaseMaker) -> Iterator[Flask]:
    """An app on PostgreSQL whose commits are commits."""
    folder = Path(tempfile.mkdtemp(prefix="clubsales-race-"))
    app = migrated_app(new_database.make(), folder)
    yield app
    with app.app_context():
        db.engine.dispose()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def race_app(race_database: Flask) -> Iterator[Flask]:
    """That app, empty again after the test."""
    yield race_database
    with race_database.app_context():
        tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        db.session.execute(sa.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        db.session.commit()


@pytest.fixture
def race_cast(race_app: Flask) -> Cast:
    """The fixed cast, committed."""
    with race_app.app_context():
        cast = raise_cast(db.session)
        db.session.commit()
    return cast
