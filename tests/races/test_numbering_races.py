"""Sixteen draw a number at the same moment, some of them in vain: no gap and no double, on each database."""

from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from clubsales.db import db
from clubsales.ids import ClubID
from clubsales.membership.numbering.operations import next_number
from tests.builders import Cast, raise_cast
from tests.conftest import let_go, migrated_app
from tests.races.together import together

DRAWERS = 16
IN_VAIN = 4


class TakenBack(Exception):
    """What comes after the number went wrong."""


def draw(session: Session, *, club_id: ClubID, in_vain: bool) -> int:
    number = next_number(session, club_id=club_id, series="contract", period="202603")
    if in_vain:
        raise TakenBack
    return number


def all_draw(app: Flask, club_id: ClubID) -> list[int]:
    works = [partial(draw, club_id=club_id, in_vain=place < IN_VAIN) for place in range(DRAWERS)]
    drawn = together(app, *works)
    assert sum(isinstance(each, TakenBack) for each in drawn) == IN_VAIN
    return sorted(each for each in drawn if isinstance(each, int))


def test_sixteen_at_once_on_postgresql(race_app: Flask, race_cast: Cast) -> None:
    assert all_draw(race_app, race_cast.club.id) == list(range(1, DRAWERS - IN_VAIN + 1))


def test_sixteen_at_once_on_sqlite(tmp_path: Path) -> None:
    app = migrated_app(f"sqlite:///{tmp_path / 'numbers.db'}", tmp_path)
    try:
        with app.app_context():
            club_id = raise_cast(db.session).club.id
            db.session.commit()
        assert all_draw(app, club_id) == list(range(1, DRAWERS - IN_VAIN + 1))
    finally:
        let_go(app)
