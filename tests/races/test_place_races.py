"""The last places of a limited offer, and two managers with one request, at the same moment (RSV-01, PRC-03)."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.actor import Actor
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.membership.catalogue import editing, operations
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.discounts import operations as discounts
from clubsales.membership.discounts.models import DiscountRequestRow
from tests.builders import Cast, local, yuan
from tests.races.together import together

AT = local(11)
TAKERS = 32
PLACES = 10


def limit(cast: Cast) -> None:
    transact(
        lambda s: editing.set_places(
            s, card_type_id=cast.annual.id, quota=PLACES, deposit=None, actor=cast.manager, at=AT
        )
    )


def taken(cast: Cast) -> int:
    return db.session.execute(
        sa.select(CardTypeRow.quota_taken).where(CardTypeRow.id == cast.annual.id)
    ).scalar_one()


def test_thirty_two_take_ten_places_and_ten_get_one(race_app: Flask, race_cast: Cast) -> None:
    def take(session: Session) -> str:
        operations.take_place(session, card_type_id=race_cast.annual.id, actor=race_cast.lin)
        return "got one"

    with race_app.app_context():
        limit(race_cast)
        outcomes = together(race_app, *(take for _ in range(TAKERS)))
        told = [each for each in outcomes if isinstance(each, Refused)]
        assert outcomes.count("got one") == PLACES
        assert [each.code for each in told] == ["catalogue.sold_out"] * (TAKERS - PLACES)
        assert taken(race_cast) == PLACES


def test_places_given_back_and_taken_at_once_are_never_more_than_there_are(
    race_app: Flask, race_cast: Cast
) -> None:
    def take(session: Session) -> int:
        operations.take_place(session, card_type_id=race_cast.annual.id, actor=race_cast.lin)
        return 1

    def give(session: Session) -> int:
        operations.give_place_back(session, card_type_id=race_cast.annual.id, actor=race_cast.lin)
        return -1

    with race_app.app_context():
        limit(race_cast)
        for _ in range(PLACES):
            transact(take)
        outcomes = together(race_app, *([take, give] * (TAKERS // 2)))
        moved = sum(each for each in outcomes if isinstance(each, int))
        # Whoever gives back what is there already gives nothing: then the sum is below what is counted.
        assert 0 <= taken(race_cast) <= PLACES
        assert taken(race_cast) >= PLACES + moved


def test_two_managers_answer_at_once_and_one_answer_counts(race_app: Flask, race_cast: Cast) -> None:
    def answer(actor: Actor, price: str) -> Callable[[Session], str]:
        def work(session: Session) -> str:
            discounts.approve(session, request_public_id=request, granted=yuan(price), actor=actor, at=AT)
            return price

        return work

    with race_app.app_context():
        request = transact(
            lambda s: discounts.ask(
                s,
                card_type=race_cast.annual,
                price=yuan("3600.00"),
                reason="老会员介绍",
                sale_kind="new",
                actor=race_cast.lin,
                at=AT,
            )
        )
        outcomes = together(
            race_app, answer(race_cast.manager, "3600.00"), answer(race_cast.director, "3500.00")
        )
        (granted,) = (each for each in outcomes if isinstance(each, str))
        (told,) = (each for each in outcomes if isinstance(each, Refused))
        assert told.code == "discount.answered"
        row = db.session.execute(sa.select(DiscountRequestRow)).scalar_one()
        assert (row.state, row.granted_minor) == ("approved", yuan(granted).minor)


def test_an_answer_that_comes_as_the_request_is_withdrawn_is_one_or_the_other(
    race_app: Flask, race_cast: Cast
) -> None:
    def approve(session: Session) -> str:
        discounts.approve(
            session,
            request_public_id=request,
            granted=yuan("3600.00"),
            actor=race_cast.manager,
            at=AT + timedelta(minutes=9),
        )
        return "approved"

    def withdraw(session: Session) -> str:
        discounts.withdraw(session, request_public_id=request, actor=race_cast.lin, at=AT)
        return "withdrawn"

    with race_app.app_context():
        request = transact(
            lambda s: discounts.ask(
                s,
                card_type=race_cast.annual,
                price=yuan("3600.00"),
                reason="老会员介绍",
                sale_kind="new",
                actor=race_cast.lin,
                at=AT,
            )
        )
        outcomes = together(race_app, approve, withdraw)
        state = db.session.execute(sa.select(DiscountRequestRow.state)).scalar_one()
        assert state == "withdrawn"  # whoever asked takes back an answer too
        refusals = [each.code for each in outcomes if isinstance(each, Refused)]
        assert refusals in ([], ["discount.withdrawn"])
