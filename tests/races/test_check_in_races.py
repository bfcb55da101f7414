"""Two doors at the same moment."""

from functools import partial

import sqlalchemy as sa
from flask import Flask

from clubsales.actor import Actor
from clubsales.db import db
from clubsales.frontdesk.checkin.models import CheckInRow
from clubsales.frontdesk.checkin.operations import ScanAnswer
from clubsales.membership.cards import queries
from clubsales.membership.cards.queries import CardView
from tests.builders import Cast, local
from tests.cards import a_card, a_door, moving_code, scan_at
from tests.races.together import together

AT = local(14, 20)
ROUNDS = 8


def cards_of(app: Flask, cast: Cast, count: int, **changes: object) -> list[CardView]:
    with app.app_context():
        made = [a_card(db.session, cast, cast.visits, at=AT, **changes) for _ in range(count)]
        db.session.commit()
    return made


def scans(app: Flask, *asked: tuple[Actor, str]) -> list[ScanAnswer]:
    answers = together(app, *(partial(scan_at, door=door, code=code, at=AT) for door, code in asked))
    assert all(isinstance(answer, ScanAnswer) for answer in answers), answers
    return [answer for answer in answers if isinstance(answer, ScanAnswer)]


def test_one_code_at_many_doors_at_once_admits_at_one(race_app: Flask, race_cast: Cast) -> None:
    doors = [a_door(race_cast.club, number) for number in range(1, 5)]
    for card in cards_of(race_app, race_cast, ROUNDS):
        code = moving_code(card, AT)
        answers = scans(race_app, *((door, code) for door in doors))
        assert sorted(answer.code for answer in answers) == ["check_in.admitted"] + ["code.reused"] * 3
        with race_app.app_context():
            after = queries.of_sale(db.session, card.sale_id)
            assert after is not None
            assert after.visits_left == 29
            written = db.session.execute(
                sa.select(CheckInRow.admitted).where(CheckInRow.card_id == card.id)
            ).scalars()
            assert sorted(written) == [False, False, False, True]


def test_one_code_twice_at_one_door_at_once_is_one_visit(race_app: Flask, race_cast: Cast) -> None:
    door = a_door(race_cast.club, 1)
    for card in cards_of(race_app, race_cast, ROUNDS):
        code = moving_code(card, AT)
        answers = scans(race_app, (door, code), (door, code))
        assert [answer.admitted for answer in answers] == [True, True]
        assert sorted(answer.visit for answer in answers) == [False, True]
        with race_app.app_context():
            after = queries.of_sale(db.session, card.sale_id)
            assert after is not None
            assert after.visits_left == 29


def test_the_last_visit_is_spent_once(race_app: Flask, race_cast: Cast) -> None:
    """Two codes of one card in two clubs, where no window joins them into one visit."""
    doors = (a_door(race_cast.club, 1), a_door(race_cast.other_club, 2))
    for card in cards_of(race_app, race_cast, ROUNDS, visits=1, all_clubs=True):
        codes = (moving_code(card, AT), moving_code(card, AT, step=1))
        answers = scans(race_app, *zip(doors, codes, strict=True))
        assert sorted(answer.code for answer in answers) == ["card.used_up", "check_in.admitted"]
        with race_app.app_context():
            after = queries.of_sale(db.session, card.sale_id)
            assert after is not None
            assert after.visits_left == 0
