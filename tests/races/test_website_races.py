"""Orders on the club's own page at the same moment: one press is one sale, one phone is one person."""

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from clubsales import idempotency
from clubsales.actor import Actor, ActorKind
from clubsales.db import db, transact
from clubsales.leads.intake.models import LeadRow
from clubsales.leads.people.models import PersonRow
from clubsales.membership.catalogue import operations as catalogue
from clubsales.membership.payments.models import PaymentRow
from clubsales.membership.sales import website
from clubsales.membership.sales.models import SaleRow
from tests.builders import Cast, local
from tests.races.together import together

AT = local(11)


def an_order(cast: Cast, key: str) -> Callable[[Session], str]:
    """As the page's door sends it."""
    guest = Actor(kind=ActorKind.GUEST, club=cast.club, name="website")

    def work(session: Session) -> str:
        def once() -> str:
            return website.order(
                session,
                card_type_id=cast.annual.id,
                e164="+8613800138000",
                name="李雷",
                line="官网",
                actor=guest,
                at=AT,
            ).link_token

        return idempotency.once(session, key=key, inputs={}, actor=guest, at=AT, work=once)

    return work


def counts(session: Session) -> list[int]:
    """Persons, leads, sales, payments."""
    tables = (PersonRow, LeadRow, SaleRow, PaymentRow)
    return [session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables]


def put_on_the_page(cast: Cast) -> None:
    transact(lambda s: catalogue.sell_online(s, card_type_id=cast.annual.id, actor=cast.manager, at=AT))


def test_one_form_pressed_at_the_same_moment_is_one_order(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        put_on_the_page(race_cast)
        links = together(race_app, *(an_order(race_cast, "website:one") for _ in range(4)))
        assert all(isinstance(link, str) for link in links), links
        assert len(set(map(str, links))) == 1
        assert counts(db.session) == [1, 1, 1, 1]


def test_orders_for_one_new_phone_are_one_person_s(race_app: Flask, race_cast: Cast) -> None:
    with race_app.app_context():
        put_on_the_page(race_cast)
        links = together(race_app, *(an_order(race_cast, f"website:{place}") for place in range(4)))
        assert all(isinstance(link, str) for link in links), links
        assert len(set(map(str, links))) == 4
        assert counts(db.session) == [1, 1, 4, 4]
