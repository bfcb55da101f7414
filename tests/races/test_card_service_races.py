"""Cards at the same moment: two desks take up one wish, a payout is pressed twice, a service meets a refund."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.consultants.credits.models import PostingRow
from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.models import CardServiceRow
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardStatus, ServiceKind, ServiceState
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.payments.models import RefundRow
from clubsales.membership.payments.rules import Method
from clubsales.membership.returns import operations as returns
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.services import operations as services
from clubsales.membership.services.operations import Taken
from clubsales.membership.services.wishes import Wish
from tests.builders import Cast, yuan
from tests.integration.membership.test_returns import SOLD, sold
from tests.races.together import together

AT = SOLD + timedelta(days=1)


Work = Callable[[Session], object]


def race(app: Flask, *works: Work) -> list[str]:
    """Do them at once; what became of each."""
    return [found.code if isinstance(found, Refused) else _well(found) for found in together(app, *works)]


def _well(found: object) -> str:
    if isinstance(found, Exception):
        raise found
    return "done"


def a_card(cast: Cast, **terms: object) -> CardView:
    def work(session: Session) -> CardView:
        session.execute(sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(terms=terms))
        return sold(session, cast)

    return transact(work)


def freeze(session: Session, cast: Cast, card: CardView) -> Taken:
    return services.take_up(
        session, card=card.public_id, wish=Wish(kind=ServiceKind.FREEZE), actor=cast.desk, at=AT
    )


def status(cast: Cast, card: CardView) -> CardStatus:
    return cards.by_public_id(db.session, cast.club, card.public_id).status


def ask_back(session: Session, cast: Cast, card: CardView) -> str:
    return returns.ask(session, card=card, reason="搬家了", actor=cast.desk, at=AT)


def test_two_desks_begin_one_thing_with_a_card(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        card = a_card(race_cast, freeze_fee_minor=2_000)
    found = race(race_app, *[partial(freeze, cast=race_cast, card=card)] * 4)
    assert sorted(found) == ["done", "service.open", "service.open", "service.open"]
    with race_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CardServiceRow)) == 1


def test_a_payout_pressed_at_two_desks_goes_out_once(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        card = a_card(race_cast)
        request = transact(partial(ask_back, cast=race_cast, card=card))
        say_yes = partial(returns.answer, request=request, approved=True, actor=race_cast.manager, at=AT)
        transact(say_yes)
    pay = partial(returns.pay_out, request=request, actor=race_cast.finance, at=AT)
    assert sorted(race(race_app, *[pay] * 4)) == ["done", *["return.paid_already"] * 3]
    with race_app.app_context():
        assert db.session.scalar(sa.select(sa.func.sum(RefundRow.amount_minor))) == 398_000
        assert db.session.scalar(sa.select(sa.func.sum(PostingRow.amount_minor))) == 0
        assert status(race_cast, card) is CardStatus.CANCELLED


def test_money_asked_back_and_a_service_begun_at_once_leave_one_of_them(
    race_app: Flask, race_cast: Cast
) -> None:
    with race_app.app_context():
        card = a_card(race_cast, freeze_fee_minor=2_000)
    found = race(
        race_app,
        partial(freeze, cast=race_cast, card=card),
        partial(ask_back, cast=race_cast, card=card),
    )
    assert found in (["done", "return.service"], ["service.open", "done"])


def test_a_fee_paid_while_it_is_given_up_is_either_done_or_given_up(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        card = a_card(race_cast, freeze_fee_minor=2_000)
        taken = transact(partial(freeze, cast=race_cast, card=card))
        fee = sale_queries.by_public_id(db.session, race_cast.club.id, taken.sales[0]).id
    pay = partial(
        sales.book_receipt,
        sale_id=fee,
        amount=yuan("20.00"),
        method=Method.CASH,
        actor=race_cast.desk,
        at=AT,
    )
    give_up = partial(services.withdraw, service=taken.service, actor=race_cast.desk, at=AT)
    found = race(race_app, pay, give_up)
    with race_app.app_context():
        asked = sa.select(CardServiceRow.state).where(CardServiceRow.public_id == taken.service)
        state, frozen = db.session.scalar(asked), status(race_cast, card) is CardStatus.FROZEN
    assert (found, state, frozen) in (
        (["done", "service.answered"], ServiceState.DONE, True),
        (["sale.closed", "done"], ServiceState.WITHDRAWN, False),
    )
