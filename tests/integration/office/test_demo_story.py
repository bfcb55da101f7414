"""The demo club from an empty database: the same story each time, a running floor at any hour, never a real club's."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales import clubs
from clubsales.clock import Instant
from clubsales.consultants.commission import plans
from clubsales.consultants.commission.trying import try_plan
from clubsales.consultants.shifts import queries as shifts
from clubsales.consultants.shifts.rules import Status
from clubsales.db import UtcDateTime, db, transact
from clubsales.frontdesk.reception import queries as guests
from clubsales.office.demo import operations as demo
from tests.builders import raise_cast
from tests.conftest import isolated
from tests.integration.office.demo_support import AFTERNOON, broken, demo_club, local, number


def told(session: Session) -> list[tuple[object, ...]]:
    """The story by what people would retell of it."""
    rows = session.execute(
        sa.text(
            "SELECT club.code, assignment.at, assignment.basis, consultant.name FROM assignment"
            " JOIN club ON club.id = assignment.club_id"
            " LEFT JOIN consultant ON consultant.id = assignment.consultant_id"
            " ORDER BY club.code, assignment.at, assignment.id"
        ).columns(code=sa.String, at=UtcDateTime, basis=sa.String, name=sa.String)
    )
    sales = session.execute(
        sa.text("SELECT card_type_name, price_minor, received_minor FROM sale ORDER BY opened_at, id")
    )
    return [tuple(row) for row in rows] + [tuple(row) for row in sales]


def test_the_same_story_each_time(sqlite_app: Flask, postgresql_app: Flask) -> None:
    stories = []
    for app in (sqlite_app, postgresql_app):
        with isolated(app), app.app_context():
            demo.make(until=AFTERNOON, days=1)
            stories.append(told(db.session))
    assert len(stories[0]) > 20
    assert stories[0] == stories[1]


def test_the_plan_that_is_thought_about_would_change_what_people_earned(sqlite_app: Flask) -> None:
    with isolated(sqlite_app), sqlite_app.app_context():
        session = db.session
        demo.make(until=local(3, 15), days=5)
        club = demo_club(session)
        (draft,) = plans.drafts(session, club)
        tried = try_plan(session, club, draft.plan, draft.scope, before=date(2026, 3, 1))
        assert any(person.difference < 0 for person in tried.people)
        assert tried.cost != 0


@pytest.mark.parametrize(
    "until", [local(12, 0, 4), local(12, 4, 45), local(12, 9, 1), local(12, 22, 30)], ids=str
)
def test_a_running_floor_at_any_hour(sqlite_app: Flask, until: Instant) -> None:
    with isolated(sqlite_app), sqlite_app.app_context():
        session = db.session
        demo.make(until=until, days=1)
        for club in clubs.all_clubs(session):
            open_shifts = shifts.open_shifts(session, club.id)
            assert sum(shift.status is Status.ON_POST for shift in open_shifts) >= 2
            assert guests.present(session, club.id)
        assert broken(session) == []


def test_a_real_club_is_left_alone(session: Session) -> None:
    transact(raise_cast)
    accounts = number(session, "SELECT count(*) FROM account")
    with pytest.raises(demo.NotADemo):
        demo.make(until=AFTERNOON, days=1)
    with pytest.raises(demo.NotADemo):
        demo.catch_up(until=AFTERNOON)
    assert not demo.is_demo(db.session)
    assert number(session, "SELECT count(*) FROM account") == accounts
