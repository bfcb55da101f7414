"""Prepared statements say what SQLAlchemy would, and writes that travel along are where the next statement looks."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session

from clubsales.db import db, insert_later, transact
from clubsales.frontdesk.reception.models import ReceptionRow
from clubsales.ids import new_public_id
from clubsales.prepared import MOST_VALUES, Prepared
from tests.builders import Cast, local
from tests.conftest import DatabaseMaker, migrated_app
from tests.statements import statements

GUEST = ReceptionRow.__table__
ADD = Prepared(sa.insert(GUEST))
ADD_AND_TELL = Prepared(sa.insert(GUEST).returning(GUEST.c.id, GUEST.c.arrived_at))
FIND = Prepared(
    sa.select(GUEST.c.public_id, GUEST.c.name, GUEST.c.signals, GUEST.c.arrived_at, GUEST.c.local_day)
    .where(GUEST.c.club_id == sa.bindparam("club"), GUEST.c.status == "waiting")
    .order_by(GUEST.c.public_id)
)
ADD_AND_ORDER = Prepared(
    sa.select(GUEST.c.name, GUEST.c.arrived_at)
    .where(GUEST.c.club_id == sa.bindparam("club"))
    .order_by(GUEST.c.id)
)
RENAME = Prepared(
    sa.update(GUEST).where(GUEST.c.public_id == sa.bindparam("who")).values(name=sa.bindparam("called"))
)
AT = local(10)


def guest(cast: Cast, **changes: object) -> dict[str, object]:
    return {
        "club_id": cast.club.id,
        "public_id": new_public_id(),
        "name": "王女士",
        "status": "waiting",
        "local_day": AT.date(),
        "is_member": False,
        "signals": [{"kind": "name", "consultant": 7}],
        "arrived_at": AT,
        **changes,
    }


def names(session: Session, cast: Cast) -> list[str]:
    return [row.name for row in FIND.all(session, {"club": cast.club.id})]


def test_what_is_written_comes_back_with_its_types(session: Session, cast: Cast) -> None:
    """An instant of any zone is stored as the same instant; JSON, days and defaults are what they are elsewhere."""
    elsewhere = AT.astimezone(timezone(timedelta(hours=-3)))
    written = ADD_AND_TELL.one(session, guest(cast, arrived_at=elsewhere))
    assert written.arrived_at == AT
    (row,) = FIND.all(session, {"club": cast.club.id})
    assert (row.name, row.signals, row.arrived_at, row.local_day) == (
        "王女士",
        [{"kind": "name", "consultant": 7}],
        AT,
        AT.date(),
    )
    assert row.arrived_at.utcoffset() is not None
    stored = session.execute(sa.select(GUEST).where(GUEST.c.id == written.id)).one()
    assert stored.toured is False  # a column's default, which nobody gave


def test_a_naive_instant_is_refused(session: Session, cast: Cast) -> None:
    with pytest.raises((ValueError, sa.exc.StatementError), match="naive"):
        ADD.run(session, guest(cast, arrived_at=datetime(2026, 3, 9, 10)))


def test_one_is_one(session: Session, cast: Cast) -> None:
    asked = {"club": cast.club.id}
    assert FIND.one_or_none(session, asked) is None
    with pytest.raises(NoResultFound):
        FIND.one(session, asked)
    for _ in range(2):
        ADD.run(session, guest(cast))
    with pytest.raises(MultipleResultsFound):
        FIND.one_or_none(session, asked)


def test_hostile_text_is_a_value(session: Session, cast: Cast) -> None:
    text = "%s %(x)s '; DROP TABLE reception; --"
    ADD.run(session, guest(cast, name=text))
    assert names(session, cast) == [text]


def test_a_value_left_out_is_told_of(session: Session, cast: Cast) -> None:
    with pytest.raises((AssertionError, sa.exc.StatementError)):
        FIND.all(session, {})


def test_a_broken_constraint_is_an_integrity_error(session: Session, cast: Cast) -> None:
    twice = new_public_id()
    ADD.run(session, guest(cast, public_id=twice))
    with pytest.raises(IntegrityError), session.begin_nested():
        ADD.run(session, guest(cast, public_id=twice))


def test_what_travels_along_is_there_for_every_way_of_asking(session: Session, cast: Cast) -> None:
    """The next statement may be prepared, plain, of the ORM, a scalar or a flush: it sees what was written before it."""
    club = {"club": cast.club.id}
    counted = sa.select(sa.func.count()).select_from(GUEST).where(GUEST.c.club_id == cast.club.id)

    def work(session: Session) -> None:
        row = guest(cast)
        ADD.run(session, row)
        assert len(FIND.all(session, club)) == 1
        RENAME.run(session, {"who": row["public_id"], "called": "李先生"})
        ADD.run(session, guest(cast))
        assert session.execute(counted).scalar_one() == 2
        ADD.run(session, guest(cast))
        assert session.scalar(counted) == 3
        ADD.run(session, guest(cast))
        assert session.scalars(counted).one() == 4
        ADD.run(session, guest(cast))
        orm = sa.select(ReceptionRow).where(ReceptionRow.club_id == cast.club.id)
        assert len(session.execute(orm).all()) == 5
        assert "李先生" in names(session, cast)
        RENAME.run(session, {"who": row["public_id"], "called": "张女士"})

    transact(work)
    assert sorted(names(session, cast)) == sorted(["张女士", *["王女士"] * 4])


def test_an_answer_may_be_awaited_later(session: Session, cast: Cast) -> None:
    """Several questions go together, in their order; each sees what was written before it and nothing after."""
    club = {"club": cast.club.id}

    def work(session: Session) -> None:
        before = FIND.ask(session, club)
        written = ADD_AND_TELL.ask(session, guest(cast))
        between = FIND.ask(session, club)
        ADD.run(session, guest(cast))
        after = FIND.all(session, club)
        assert [len(each) for each in (before.all(), between.all(), after)] == [0, 1, 2]
        assert written.one().arrived_at == AT
        assert before.one_or_none() is None
        with pytest.raises(NoResultFound):
            before.one()
        never_read = FIND.ask(session, club)
        assert never_read is not before

    transact(work)
    assert len(names(session, cast)) == 2


def test_a_question_nobody_reads_fails_all_the_same(session: Session, cast: Cast) -> None:
    """It travels with the commit."""
    twice = new_public_id()
    ADD.run(session, guest(cast, public_id=twice))
    session.commit()
    with pytest.raises(IntegrityError):
        transact(lambda session: ADD_AND_TELL.ask(session, guest(cast, public_id=twice)) and None)


def test_what_is_taken_back_is_not_written(session: Session, cast: Cast) -> None:
    def work(session: Session) -> None:
        ADD.run(session, guest(cast))
        raise LookupError

    with pytest.raises(LookupError):
        transact(work)
    transact(lambda session: None)
    assert names(session, cast) == []


def test_whoever_was_second_runs_again(session: Session, cast: Cast) -> None:
    """A constraint that breaks on the way, or with the commit, is a lost race: the work is done again."""
    for later in (False, True):
        twice = new_public_id()
        ADD.run(session, guest(cast, public_id=twice))
        session.commit()
        tried: list[str] = []

        def work(session: Session, twice: str = twice, later: bool = later, tried: list[str] = tried) -> None:
            tried.append(new_public_id() if tried else twice)
            if later:
                insert_later(session, ADD, guest(cast, public_id=tried[-1]))
            else:
                ADD.run(session, guest(cast, public_id=tried[-1]))
                names(session, cast)

        transact(work)
        assert len(tried) == 2
        assert tried[1] in [row.public_id for row in FIND.all(session, {"club": cast.club.id})]


def test_a_savepoint_takes_back_its_own(session: Session, cast: Cast) -> None:
    def work(session: Session) -> None:
        ADD.run(session, guest(cast, name="留下"))
        savepoint = session.begin_nested()
        ADD.run(session, guest(cast, name="拿掉"))
        savepoint.rollback()

    transact(work)
    assert names(session, cast) == ["留下"]


@pytest.mark.parametrize("count", [1, 2, 6, 7, 15])
def test_rows_of_one_kind_are_inserted_together(session: Session, cast: Cast, count: int) -> None:
    """In their order, each with its own values; and a row that names other columns goes beside them."""
    at_once = MOST_VALUES // len(guest(cast))
    assert at_once == 6
    called = [f"客人 {number} %s %(name)s" for number in range(count)]

    def work(session: Session) -> None:
        for number, name in enumerate(called):
            insert_later(session, ADD, guest(cast, name=name, arrived_at=AT + timedelta(minutes=number)))

    with statements() as sent:
        transact(work)
    many = ADD_AND_ORDER.all(session, {"club": cast.club.id})
    assert [(row.name, row.arrived_at) for row in many] == [
        (name, AT + timedelta(minutes=number)) for number, name in enumerate(called)
    ]
    if session.get_bind().dialect.name == "postgresql":
        assert max(text.count("),") + 1 for text in sent if text.startswith("INSERT")) == min(count, at_once)
    transact(lambda s: [insert_later(s, ADD, each) for each in (guest(cast), guest(cast, outcome=None))])
    assert len(names(session, cast)) == count + 2


def test_the_commit_is_one(new_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory) -> None:
    """On a PostgreSQL of its own: what travelled with the commit is there for another connection, and survives."""
    app: Flask = migrated_app(new_database.make(), tmp_path_factory.mktemp("prepared"))
    club = sa.insert(
        sa.table("organisation", sa.column("name"), sa.column("created_at"), sa.column("public_id"))
    )
    add = Prepared(club)
    with app.app_context():
        before = _organisations()
        transact(
            lambda session: insert_later(
                session, add, {"name": "甲", "created_at": datetime.now(UTC), "public_id": new_public_id()}
            )
        )
        assert not db.session.in_transaction()
        db.session.rollback()
        assert _organisations() == before + 1
        db.engine.dispose()


def _organisations() -> int:
    with db.engine.connect() as other:
        return int(other.execute(sa.text("SELECT count(*) FROM organisation")).scalar_one())
