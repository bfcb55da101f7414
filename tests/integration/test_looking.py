"""Requests that only look: no transaction on PostgreSQL, and a real one as soon as something is written."""

from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from psycopg.pq import TransactionStatus
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clubsales import clubs
from clubsales.db import db, look_only, transact
from tests.builders import MORNING
from tests.conftest import DatabaseMaker, migrated_app

ORGANISATIONS = sa.text("SELECT count(*) FROM organisation")


@pytest.fixture(params=["sqlite", "postgresql"])
def real_app(request: pytest.FixtureRequest, new_database: DatabaseMaker, tmp_path: Path) -> Flask:
    """An app whose commits are real."""
    sqlite = f"sqlite:///{tmp_path / 'looking.db'}"
    return migrated_app(sqlite if request.param == "sqlite" else new_database.make(), tmp_path)


def status() -> TransactionStatus:
    connection = db.session.connection().connection.dbapi_connection
    assert isinstance(connection, psycopg.Connection)
    return connection.info.transaction_status


def found(session: Session) -> None:
    clubs.found_organisation(session, name="阳光健身", at=MORNING)
    session.flush()


def test_looking_holds_no_transaction_open_on_postgresql(real_app: Flask) -> None:
    with real_app.app_context():
        look_only(db.session)
        assert db.session.execute(ORGANISATIONS).scalar_one() == 0
        if db.engine.dialect.name == "postgresql":
            assert status() is TransactionStatus.IDLE
        db.session.rollback()
        db.engine.dispose()


def test_what_is_written_after_a_look_is_one_transaction(real_app: Flask) -> None:
    def fails(session: Session) -> None:
        found(session)
        raise RuntimeError("after the first row")

    with real_app.app_context():
        look_only(db.session)
        db.session.execute(ORGANISATIONS)
        with pytest.raises(RuntimeError):
            transact(fails)
        assert db.session.execute(ORGANISATIONS).scalar_one() == 0
        transact(found)
        db.session.rollback()
        assert db.session.execute(ORGANISATIONS).scalar_one() == 1
        db.session.rollback()
        db.engine.dispose()


def test_a_transaction_after_a_look_is_begun_in_earnest(real_app: Flask) -> None:
    def work(session: Session) -> object:
        found(session)
        return status() if db.engine.dialect.name == "postgresql" else TransactionStatus.INTRANS

    with real_app.app_context():
        look_only(db.session)
        db.session.execute(ORGANISATIONS)
        assert transact(work) is TransactionStatus.INTRANS
        db.engine.dispose()


def test_a_connection_given_back_looks_no_longer(real_app: Flask) -> None:
    with real_app.app_context():
        look_only(db.session)
        db.session.execute(ORGANISATIONS)
        db.session.rollback()
        db.session.execute(ORGANISATIONS)
        if db.engine.dialect.name == "postgresql":
            assert status() is TransactionStatus.INTRANS
        db.session.rollback()
        db.engine.dispose()


def test_a_lost_race_after_a_look_is_run_again(real_app: Flask) -> None:
    tries = []

    def work(session: Session) -> None:
        tries.append(None)
        found(session)
        if len(tries) == 1:
            raise IntegrityError("", {}, RuntimeError())

    with real_app.app_context():
        look_only(db.session)
        transact(work)
        assert len(tries) == 2
        assert db.session.execute(ORGANISATIONS).scalar_one() == 1
        db.session.rollback()
        db.engine.dispose()
