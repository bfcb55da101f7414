"""Cards used at the same moment, over real connections: nothing is taken twice, nothing goes below zero."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy.orm import Session

from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.ids import CardID
from clubsales.membership.cards import checks, operations, queries
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardRefused
from tests.builders import Cast, local, yuan
from tests.cards import a_line, a_person, a_sale
from tests.races.together import together

AT = local(11)
USERS = 32


def a_card(app: Flask, cast: Cast, **line: object) -> CardView:
    def make(session: Session) -> CardID:
        person_id = a_person(session, cast, name="陈晨")
        sale_id = a_sale(session, cast, cast.annual, at=AT, person_id=person_id)
        made = operations.prepare(
            session,
            sale_id=sale_id,
            line=a_line(cast.annual, **line),
            person_id=person_id,
            is_paid=True,
            actor=cast.desk,
            at=AT,
        )
        assert made is not None
        return made

    with app.app_context():
        return _seen(transact(make))


def seen(app: Flask, card_id: CardID) -> CardView:
    with app.app_context():
        return _seen(card_id)


def faults(app: Flask) -> list[str]:
    """What `clubsales check` would say of the cards."""
    with app.app_context():
        return [fault for check in checks.INVARIANTS for fault in check(db.session)]


def _seen(card_id: CardID) -> CardView:
    card = queries.by_id(db.session, card_id)
    db.session.rollback()
    assert card is not None
    return card


def codes(results: list[object]) -> list[str]:
    raised = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(each, Refused) for each in raised), raised
    return [each.code for each in raised if isinstance(each, Refused)]


def test_stored_value_never_goes_below_zero(race_app: Flask, race_cast: Cast) -> None:
    card = a_card(race_app, race_cast, kind="stored_value", days=None, value_minor=100_000)

    def pay(number: int) -> Callable[[Session], object]:
        return lambda s: operations.use_value(
            s, card_id=card.id, amount=yuan("70"), what="", key=f"pay-{number}", actor=race_cast.desk, at=AT
        )

    refused = codes(list(together(race_app, *(pay(number) for number in range(USERS)))))
    assert refused == [CardRefused.VALUE_SHORT] * (USERS - 14)
    assert seen(race_app, card.id).value_left == yuan("20")
    assert faults(race_app) == []


def test_one_form_sent_by_eight_presses_is_paid_once(race_app: Flask, race_cast: Cast) -> None:
    card = a_card(race_app, race_cast, kind="stored_value", days=None, value_minor=100_000)

    def pay(session: Session) -> object:
        return operations.use_value(
            session, card_id=card.id, amount=yuan("70"), what="", key="pay", actor=race_cast.desk, at=AT
        )

    results = together(race_app, *([pay] * 8))
    assert not [each for each in results if isinstance(each, Exception)]
    assert seen(race_app, card.id).value_left == yuan("930")


def test_visits_and_sessions_never_go_below_zero(race_app: Flask, race_cast: Cast) -> None:
    card = a_card(race_app, race_cast, kind="visits", days=None, visits=20)

    def take(number: int) -> Callable[[Session], object]:
        if number % 2:
            return lambda s: operations.use_visit(s, card_id=card.id)
        return lambda s: operations.take_visits(
            s, card_id=card.id, what="", key=f"take-{number}", actor=race_cast.desk, at=AT
        )

    results = together(race_app, *(take(number) for number in range(USERS)))
    refused = codes(list(results))
    assert set(refused) <= {CardRefused.USED_UP}
    assert len(refused) + list(results).count(False) == USERS - 20
    assert seen(race_app, card.id).visits_left == 0


def test_a_card_is_handed_on_once(race_app: Flask, race_cast: Cast) -> None:
    card = a_card(race_app, race_cast)
    with race_app.app_context():
        others = [transact(lambda s, n=n: a_person(s, race_cast, name=f"客人{n}")) for n in range(4)]

    def hand(person_id: int) -> Callable[[Session], object]:
        return lambda s: operations.transfer(
            s,
            card_id=card.id,
            person_id=person_id,  # type: ignore[arg-type]
            actor=race_cast.desk,
            at=AT,
        )

    refused = codes(list(together(race_app, *(hand(person_id) for person_id in others))))
    assert refused == [CardRefused.CANCELLED] * 3
    assert faults(race_app) == []


def test_undone_once_though_two_press(race_app: Flask, race_cast: Cast) -> None:
    card = a_card(race_app, race_cast, kind="stored_value", days=None, value_minor=100_000)
    with race_app.app_context():
        move = transact(
            lambda s: operations.use_value(
                s, card_id=card.id, amount=yuan("70"), what="", key="pay", actor=race_cast.desk, at=AT
            )
        )

    def undo(session: Session) -> object:
        return operations.undo_value(session, card_id=card.id, move_id=move.id, actor=race_cast.desk, at=AT)

    assert codes(list(together(race_app, *([undo] * 4)))) == [CardRefused.UNDONE] * 3
    assert seen(race_app, card.id).value_left == yuan("1000")
