"""A club that runs already is brought up to date: its rows are kept, its guards are there."""

from dataclasses import astuple
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from clubsales.app import create_app
from clubsales.db import db, migrations
from clubsales.leads.people.rules import search_keys
from clubsales.models import metadata
from tests.conftest import DatabaseMaker, settings_for

MORNING = datetime(2026, 3, 9, 1, tzinfo=UTC)
NAMES = ("曾伟", "单雄信", "Ann-Marie O'Neil", "阿卜杜拉·买买提")
EVENING = datetime(2026, 3, 9, 9, tzinfo=UTC)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_guest_in_the_house_is_still_there_after_the_upgrade(
    backend: str, new_database: DatabaseMaker, tmp_path: Path
) -> None:
    url = new_database.make() if backend == "postgresql" else f"sqlite:///{tmp_path / 'club.db'}"
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        migrations.upgrade("0001")
        with db.engine.begin() as connection:
            _found_a_club(connection)
            _write(
                connection,
                "reception",
                id=1,
                public_id="guest0000001",
                club_id=1,
                local_day=date(2026, 3, 9),
                name="",
                status="waiting",
                is_member=False,
                signals=[],
                arrived_at=MORNING,
            )
            for number, name in enumerate(NAMES, 1):
                _write(
                    connection,
                    "person",
                    id=number,
                    public_id=f"person00000{number}",
                    organisation_id=1,
                    name=name,
                    created_at=MORNING,
                )
        migrations.upgrade()
        person = metadata.tables["person"]
        keys = sa.select(person.c.name_key, person.c.pinyin, person.c.initials).order_by(person.c.id)
        # Found by what is typed today, as whoever comes tomorrow.
        assert [tuple(row) for row in db.session.execute(keys)] == [astuple(search_keys(n)) for n in NAMES]
        guest = db.session.execute(sa.select(metadata.tables["reception"])).one()
        assert (guest.status, guest.passed_by, guest.waits_for_designated, guest.toured) == (
            "waiting",
            [],
            False,
            False,
        )
        assert migrations.compare_metadata() == []
        db.session.rollback()
        with pytest.raises(DBAPIError, match="overlap"), db.engine.begin() as connection:
            _two_shifts_at_a_time(connection)
        db.engine.dispose()


def _found_a_club(connection: sa.Connection) -> None:
    _write(connection, "organisation", id=1, public_id="organisation", name="Sunshine", created_at=MORNING)
    _write(
        connection,
        "club",
        id=1,
        public_id="club00000001",
        organisation_id=1,
        code="SZ01",
        name="Sunshine",
        timezone="Asia/Shanghai",
        currency="CNY",
        opens=time(9),
        closes=time(22),
        created_at=MORNING,
    )


def _two_shifts_at_a_time(connection: sa.Connection) -> None:
    _write(
        connection,
        "account",
        id=1,
        public_id="account00001",
        organisation_id=1,
        username="lin",
        name="Lin",
        active=True,
        fs_uniquifier="lin",
        failed_passwords=0,
        locks=0,
        failed_pins=0,
        created_at=MORNING,
    )
    _write(
        connection,
        "consultant",
        id=1,
        account_id=1,
        public_id="consultant01",
        club_id=1,
        name="Lin",
        kind="inside",
        level=1,
        active_from=date(2026, 1, 1),
    )
    for number in (1, 2):
        _write(
            connection,
            "roster_entry",
            id=number,
            public_id=f"entry000000{number}",
            club_id=1,
            consultant_id=1,
            local_day=date(2026, 3, 9),
            shift="early",
            starts_at=MORNING,
            ends_at=EVENING,
            made_at=MORNING,
        )


def _write(connection: sa.Connection, table: str, **values: object) -> None:
    """A row as far as the schema of that time had columns; what is not given takes its default there."""
    there = {column["name"] for column in sa.inspect(connection).get_columns(table)}
    columns = [
        sa.column(c.name, c.type) for c in metadata.tables[table].columns if c.name in there & set(values)
    ]
    connection.execute(sa.insert(sa.table(table, *columns)).values(**values))
