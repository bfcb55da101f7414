"""A club that runs already is brought up to date: its rows are kept, its guards are there."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from clubsales import clubs
from clubsales.actor import system_actor
from clubsales.app import create_app
from clubsales.db import db, migrations
from clubsales.ids import CardID, ClubID, SaleID
from clubsales.leads.people.rules import search_keys
from clubsales.leads.touches.rules import TurnTaken
from clubsales.membership.cards import checks as card_checks
from clubsales.membership.cards import grants, worth
from clubsales.membership.cards import operations as cards
from clubsales.membership.cards import queries as card_queries
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


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_visits_of_the_past_say_how_their_guest_came_to_whoever_received_him(
    backend: str, new_database: DatabaseMaker, tmp_path: Path
) -> None:
    url = new_database.make() if backend == "postgresql" else f"sqlite:///{tmp_path / 'club.db'}"
    app = create_app(settings_for(url, tmp_path))
    skipped = {"consultant": 2, "name": "Zhou", "reason": "meal", "forfeits": True}
    with app.app_context():
        migrations.upgrade("0003")
        with db.engine.begin() as connection:
            _found_a_club(connection)
            for number, name in ((1, "Lin"), (2, "Zhou")):
                _hire(connection, number, name)
            _policy(connection)
            for number in (1, 2, 3):
                _guest(connection, number)
            _turn(connection, 1, EVENING, to=1, queue=[2, 1], skipped=[skipped])
            _visit(connection, 1, EVENING, of=1)
            # Asked first, received when he accepted, then given away, then given back.
            _turn(connection, 2, MORNING, to=1, queue=[1, 2])
            _visit(connection, 2, MORNING, of=None)
            _visit(connection, 2, EVENING, of=1)
            _turn(connection, 2, EVENING + timedelta(minutes=5), to=2, queue=[1], basis="manual")
            _visit(connection, 2, EVENING + timedelta(minutes=5), of=2)
            _turn(connection, 2, EVENING + timedelta(minutes=9), to=1, queue=[1, 2], basis="returned")
            _visit(connection, 3, MORNING, of=1)  # nobody knows any more
        migrations.upgrade()
        touch = metadata.tables["touch"]
        written = db.session.execute(sa.select(touch.c.turn).order_by(touch.c.id)).scalars().all()
        kept = {"consultant": 2, "reason": "meal"}
        assert written == [
            {"basis": "rotation", "rule": "ROT-01", "position": 2, "of": 2, "skipped": [kept]},
            None,
            {"basis": "rotation", "rule": "ROT-01", "position": 1, "of": 2, "skipped": []},
            {"basis": "manual", "rule": "ROT-01", "position": None, "of": 1, "skipped": []},
            None,
        ]
        assert [TurnTaken.restored(one) is None for one in written] == [False, True, False, False, True]
        db.session.rollback()
        db.engine.dispose()


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_cards_sold_before_have_their_grants_and_go_on_as_they_were(
    backend: str, new_database: DatabaseMaker, tmp_path: Path
) -> None:
    """An active one, a frozen one, one that was frozen before, one that waits for its money, a cancelled one."""
    url = new_database.make() if backend == "postgresql" else f"sqlite:///{tmp_path / 'club.db'}"
    app = create_app(settings_for(url, tmp_path))
    first, last = date(2026, 3, 9), date(2027, 3, 8)
    with app.app_context():
        migrations.upgrade("0005")
        with db.engine.begin() as connection:
            _found_a_club(connection)
            _hire(connection, 1, "Lin")
            _policy(connection)
            _price_list(connection)
            _sold_card(connection, 1, "active", first, last, visits_left=27)
            _sold_card(connection, 2, "frozen", first, last, frozen_on=date(2026, 4, 1))
            _sold_card(connection, 3, "active", first, last + timedelta(days=14))
            _sold_card(connection, 4, "pending", None, None)
            _sold_card(connection, 5, "cancelled", first, last)
            _sold_card(connection, 6, "cancelled", None, None)
            _write(
                connection,
                "card_code",
                id=1,
                card_id=1,
                serial="serial000001",
                issued_at=MORNING,
                issued_by=1,
            )
            for number in (1, 2, 3):
                _scanned(connection, number)
        migrations.upgrade()
        assert migrations.compare_metadata() == []
        given = {
            card: [each.grant for each in grants.of_card(db.session, CardID(card))] for card in range(1, 7)
        }
        assert {card: [(each.kind.value, each.days) for each in found] for card, found in given.items()} == {
            1: [("sale", 365)],
            2: [("sale", 365)],
            3: [("sale", 365), ("extension", 14)],
            4: [],
            5: [("sale", 365)],
            6: [],
        }
        assert [fault for check in card_checks.INVARIANTS for fault in check(db.session)] == []
        club = clubs.get(db.session, ClubID(1))
        desk = system_actor(club)
        cards.unfreeze(db.session, card="card00000002", actor=desk, at=datetime(2026, 4, 11, 1, tzinfo=UTC))
        cards.activate(db.session, sale_id=SaleID(4), actor=desk, at=MORNING)
        db.session.flush()
        known = {number: card_queries.by_id(db.session, CardID(number)) for number in (1, 2, 4)}
        assert [card and (card.status.value, card.valid_until) for card in known.values()] == [
            ("active", last),
            ("active", last + timedelta(days=10)),
            ("active", last),
        ]
        (printed,) = card_queries.printed_codes(db.session, CardID(1))
        assert (printed.serial, printed.revoked_at) == ("serial000001", None)
        assert worth.of_card(db.session, CardID(1), today=date(2026, 4, 1)).unused_minor == 358200
        assert [fault for check in card_checks.INVARIANTS for fault in check(db.session)] == []
        db.session.rollback()
        db.engine.dispose()


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_reasons_written_before_can_be_emptied_and_nothing_else_of_them(
    backend: str, new_database: DatabaseMaker, tmp_path: Path
) -> None:
    url = new_database.make() if backend == "postgresql" else f"sqlite:///{tmp_path / 'club.db'}"
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        migrations.upgrade("0006")
        with db.engine.begin() as connection:
            _found_a_club(connection)
            _hire(connection, 1, "Lin")
            _policy(connection)
            _price_list(connection)
            _sold_card(connection, 1, "active", date(2026, 3, 9), date(2027, 3, 8))
            _write(
                connection,
                "card_grant",
                id=1,
                card_id=1,
                sequence=1,
                kind="gift",
                days=3,
                paid_minor=0,
                reason="Ann-Marie was ill",
                granted_at=MORNING,
            )
            _write(
                connection,
                "approval",
                id=1,
                club_id=1,
                form="contract",
                form_id=1,
                round=1,
                step=0,
                role="finance_clerk",
                approved=False,
                reason="Ann-Marie was ill",
                at=MORNING,
                by=1,
                policy_version_id=1,
            )
        migrations.upgrade()
        assert migrations.compare_metadata() == []
        db.session.rollback()
        for name, other in (("card_grant", {"days": 4}), ("approval", {"approved": True})):
            table = metadata.tables[name]
            with db.engine.connect() as connection:
                before = connection.execute(sa.select(table)).mappings().one()
            for statement in (
                sa.update(table).values(reason="Another"),
                sa.update(table).values(reason="", **other),
                sa.delete(table),
            ):
                with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
                    connection.execute(statement)
            with db.engine.begin() as connection:
                connection.execute(sa.update(table).values(reason=""))
                after = connection.execute(sa.select(table)).mappings().one()
            assert after == {**before, "reason": ""}
        db.engine.dispose()


def _price_list(connection: sa.Connection) -> None:
    _write(
        connection,
        "card_type",
        id=1,
        public_id="cardtype0001",
        club_id=1,
        code="annual",
        name="年卡",
        name_en="Annual card",
        description="",
        description_en="",
        kind="term",
        currency="CNY",
        price_minor=398000,
        days=365,
        no_discount=False,
        all_clubs=False,
        on_sale=True,
        online=False,
        position=1,
        set_up_fee_minor=0,
    )


def _sold_card(
    connection: sa.Connection,
    number: int,
    status: str,
    valid_from: date | None,
    valid_until: date | None,
    *,
    visits_left: int | None = None,
    frozen_on: date | None = None,
) -> None:
    """A sale and its card; the first one counts visits too."""
    paid = valid_from is not None
    _write(
        connection,
        "sale",
        id=number,
        public_id=f"sale0000000{number}",
        guest_token=f"guest{number}",
        club_id=1,
        card_type_id=1,
        card_type_name="年卡",
        card_type_name_en="Annual card",
        kind="new",
        currency="CNY",
        list_price_minor=398000,
        price_minor=398000,
        set_up_fee_minor=0,
        received_minor=398000 if paid else 0,
        refunded_minor=398000 if paid and status == "cancelled" else 0,
        opened_at=MORNING,
        opened_by=1,
        first_receipt_at=MORNING if paid else None,
        paid_at=MORNING if paid else None,
        policy_version_id=1,
        version=1,
    )
    _write(
        connection,
        "card",
        id=number,
        public_id=f"card0000000{number}",
        link_token=f"link{number}",
        club_id=1,
        sale_id=number,
        name="年卡",
        name_en="Annual card",
        kind="term",
        status=status,
        days=365,
        valid_from=valid_from,
        valid_until=valid_until,
        visits_total=None if visits_left is None else 30,
        visits_left=visits_left,
        all_clubs=False,
        frozen_on=frozen_on,
    )


def _scanned(connection: sa.Connection, number: int) -> None:
    _write(
        connection,
        "check_in",
        id=number,
        club_id=1,
        card_id=1,
        door="device:1",
        at=MORNING + timedelta(days=number),
        admitted=True,
        visit=True,
        repeated=False,
        code="check_in.admitted",
        code_key=f"m:{number}",
        nonce=f"nonce-{number:04}",
    )


def _guest(connection: sa.Connection, number: int) -> None:
    _write(
        connection,
        "reception",
        id=number,
        public_id=f"guest000000{number}",
        club_id=1,
        local_day=date(2026, 3, 9),
        name="",
        status="ended",
        is_member=False,
        signals=[],
        passed_by=[],
        waits_for_designated=False,
        toured=False,
        joined=False,
        arrived_at=MORNING,
        ended_at=EVENING,
        outcome="be_back",
    )


def _policy(connection: sa.Connection) -> None:
    _write(
        connection,
        "policy_version",
        id=1,
        club_id=1,
        valid_from=date(2026, 1, 1),
        sequence=0,
        digest="",
        document={},
        published_at=MORNING,
    )


def _turn(
    connection: sa.Connection,
    reception: int,
    at: datetime,
    *,
    to: int,
    queue: list[int],
    skipped: Sequence[object] = (),
    basis: str = "rotation",
) -> None:
    _write(
        connection,
        "assignment",
        club_id=1,
        reception_id=reception,
        at=at,
        consultant_id=to,
        basis=basis,
        rule="ROT-01",
        skipped=list(skipped),
        queue_before=queue,
        queue_after=queue,
        reason={},
        policy_version_id=1,
    )


def _visit(connection: sa.Connection, reception: int, at: datetime, *, of: int | None) -> None:
    _write(
        connection,
        "touch",
        club_id=1,
        kind="visit",
        consultant_id=of,
        reception_id=reception,
        at=at,
        local_day=date(2026, 3, 9),
        signals=[],
    )


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


def _hire(connection: sa.Connection, number: int, name: str) -> None:
    _write(
        connection,
        "account",
        id=number,
        public_id=f"account0000{number}",
        organisation_id=1,
        username=name.lower(),
        name=name,
        active=True,
        fs_uniquifier=name.lower(),
        failed_passwords=0,
        locks=0,
        failed_pins=0,
        created_at=MORNING,
    )
    _write(
        connection,
        "consultant",
        id=number,
        account_id=number,
        public_id=f"consultant0{number}",
        club_id=1,
        name=name,
        kind="inside",
        level=1,
        active_from=date(2026, 1, 1),
    )


def _two_shifts_at_a_time(connection: sa.Connection) -> None:
    _hire(connection, 1, "Lin")
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
