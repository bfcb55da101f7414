"""Deals at the same moment, over real connections: the last place, a granted price, a sale that is given up."""

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.db import db, transact
from clubsales.errors import Refused
from clubsales.ids import SaleID
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.discounts import operations as discounts
from clubsales.membership.payments.rules import Method
from clubsales.membership.sales import checks, operations
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.sales.operations import LineWish
from clubsales.membership.sales.rules import SaleKind
from tests.builders import Cast, local, yuan
from tests.races.together import together

AT = local(11)


def codes(answers: list[object]) -> list[str]:
    """The refusals among the answers; anything else that was raised is a bug."""
    for answer in answers:
        if isinstance(answer, Exception) and not isinstance(answer, Refused):
            raise answer
    return [answer.code for answer in answers if isinstance(answer, Refused)]


def open_deal(cast: Cast, session: Session, **wish: object) -> SaleID:
    line = LineWish(card_type=cast.annual.public_id, **wish)  # type: ignore[arg-type]
    return operations.open_deal(
        session,
        lines=[line],
        kind=SaleKind.NEW,
        consultant_id=cast.lin.consultant_id,
        actor=cast.lin,
        at=AT,
    )


def faults(session: Session) -> list[str]:
    return [fault for check in checks.INVARIANTS for fault in check(session)]


def limit(cast: Cast, quota: int) -> None:
    transact(
        lambda s: s.execute(
            sa.update(CardTypeRow).where(CardTypeRow.id == cast.annual.id).values(quota=quota)
        )
    )


def test_the_last_places_are_sold_to_as_many_as_there_are(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        limit(race_cast, 3)
    answers = together(race_app, *[lambda s: open_deal(race_cast, s)] * 8)
    assert codes(answers) == ["catalogue.sold_out"] * 5
    with race_app.app_context():
        taken = sa.select(CardTypeRow.quota_taken).where(CardTypeRow.id == race_cast.annual.id)
        assert db.session.scalar(taken) == 3
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SaleRow)) == 3
        assert faults(db.session) == []


def test_a_granted_price_serves_one_of_two_sales(race_app: Flask, race_cast: Cast) -> None:
    def grant(session: Session) -> str:
        request = discounts.ask(
            session,
            card_type=race_cast.annual,
            price=yuan("3600.00"),
            sale_kind="new",
            reason="老客户介绍",
            actor=race_cast.lin,
            at=AT,
        )
        discounts.approve(
            session,
            request_public_id=request,
            granted=yuan("3600.00"),
            answer="",
            actor=race_cast.manager,
            at=AT,
        )
        return request

    with race_app.app_context():
        request = transact(grant)
    answers = together(
        race_app, *[lambda s: open_deal(race_cast, s, price=yuan("3600.00"), request=request)] * 4
    )
    assert codes(answers) == ["discount.used"] * 3


def test_a_sale_is_given_up_or_paid_and_never_both(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        sale = transact(lambda s: open_deal(race_cast, s))
    answers = together(
        race_app,
        lambda s: operations.give_up(s, sale_id=sale, actor=race_cast.manager, at=AT),
        lambda s: operations.book_receipt(
            s, sale_id=sale, amount=yuan("3980.00"), method=Method.CASH, actor=race_cast.desk, at=AT
        ),
    )
    assert codes(answers) in (["sale.closed"], ["sale.money_kept"])
    with race_app.app_context():
        assert faults(db.session) == []
