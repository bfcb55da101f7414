"""What is asked back at the desk and by members: a part of stored value, what is overdue, what a member takes back himself."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from clubsales.actor import Actor, ActorKind
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardStatus, ServiceKind, ServiceState
from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.returns import operations, queries
from clubsales.membership.returns.models import RefundRequestRow
from clubsales.membership.returns.rules import ReturnState
from clubsales.membership.sales.models import SaleRow
from clubsales.membership.services import operations as services
from clubsales.membership.services import queries as asked_services
from clubsales.membership.services.wishes import Wish
from tests.builders import Cast, a_card_type, yuan
from tests.integration.auth.support import Browser, let_in
from tests.integration.membership.test_returns import SOLD, sold
from tests.integration.membership.test_services import terms

ASKED = SOLD + timedelta(days=10)


@pytest.fixture(autouse=True)
def ten_days_later() -> Iterator[None]:
    with time_machine.travel(ASKED, tick=False):
        yield


@pytest.fixture
def desk(session: Session, cast: Cast, app: Flask) -> Browser:
    let_in(session, cast.desk, cast.finance)
    browser = Browser(app.test_client(), {"Accept-Language": "en"})
    browser.sign_in("qiantai")
    return browser


@pytest.fixture
def finance(session: Session, cast: Cast, app: Flask, desk: Browser) -> Browser:
    browser = Browser(app.test_client(), {"Accept-Language": "en"})
    browser.sign_in("caiwu")
    return browser


@pytest.fixture
def member(app: Flask) -> Browser:
    return Browser(app.test_client(), {"Accept-Language": "en"})


def guest(cast: Cast) -> Actor:
    return Actor(kind=ActorKind.GUEST, club=cast.club, name="card")


def seen(session: Session, cast: Cast, card: CardView) -> CardView:
    session.expire_all()
    return cards.by_public_id(session, cast.club, card.public_id)


def test_a_part_of_the_value_is_asked_back_as_an_amount(session: Session, cast: Cast, desk: Browser) -> None:
    stored = a_card_type(
        session,
        cast.club,
        "stored",
        name="储值卡",
        kind=CardKind.STORED_VALUE,
        price=yuan("1000.00"),
        days=None,
        value=yuan("1200.00"),
    )
    card = sold(session, cast, card_type=stored)
    session.commit()
    page = f"/cards/{card.public_id}/refund"
    text = desk.text(page)
    assert "¥1,200.00" in text
    assert 'name="value"' in text
    sent = desk.post(page, page=page, value="300", reason="用不完", submission_key=str(uuid4()))
    assert sent.status_code == 302
    request = queries.open_of_card(session, card.id)
    assert request is not None
    assert (request.amount, request.units, request.ends_card) == (yuan("250.00"), 30_000, False)
    assert "Only ¥300.00 of the ¥1,200.00 that are left" in desk.text(sent.location)
    operations.answer(session, request=request.public_id, approved=True, actor=cast.manager, at=ASKED)
    operations.pay_out(session, request=request.public_id, actor=cast.finance, at=ASKED)
    after = seen(session, cast, card)
    assert (after.status, after.value_left_minor) == (CardStatus.ACTIVE, 90_000)


def test_money_that_is_not_back_in_time_is_overdue(session: Session, cast: Cast, finance: Browser) -> None:
    card = sold(session, cast)
    request = operations.ask(session, card=card, reason="搬家了", actor=cast.lin, at=ASKED)
    session.commit()
    asked = queries.by_public_id(session, cast.club.id, request)
    for late, overdue in ((timedelta(0), False), (timedelta(1), True)):
        with time_machine.travel(ASKED + (asked.due_on - ASKED.date()) + late, tick=False):
            finance.sign_in("caiwu")
            for page in ("/returns", f"/returns/{request}"):
                assert ("Overdue" in finance.text(page)) is overdue
    session.execute(sa.update(RefundRequestRow).values(state=ReturnState.REFUSED.value))
    session.commit()
    assert "Overdue" not in finance.text("/returns")


def test_a_member_takes_back_what_he_asked(session: Session, cast: Cast, member: Browser) -> None:
    card = sold(session, cast)
    service = services.ask(
        session, card=card, kind=ServiceKind.FREEZE, reason="出差", facts={}, actor=guest(cast), at=ASKED
    )
    session.commit()
    page = f"/card/{card.link_token}/services"
    action = f"{page}/{service}/withdraw"
    assert action in member.text(page)
    assert member.post(action, page=page).status_code == 302
    assert "Mar 12, 2026, 10:00" in member.text(page)  # by the club's clock
    found = asked_services.by_public_id(session, cast.club.id, service)
    assert (found.state, found.reason) == (ServiceState.WITHDRAWN, "出差")
    request = operations.ask(session, card=card, reason="搬家了", actor=guest(cast), at=ASKED)
    session.commit()
    page = f"/card/{card.link_token}/refund"
    action = f"{page}/{request}/withdraw"
    assert action in member.text(page)
    assert member.post(action, page=page).status_code == 302
    assert "Mar 12, 2026, 10:00" in member.text(page)
    session.expire_all()
    assert queries.by_public_id(session, cast.club.id, request).state is ReturnState.WITHDRAWN
    member.post(action, page=page)
    assert "This request was answered already." in member.text(page)


def test_of_a_card_that_ended_nothing_is_said_to_go_back(
    session: Session, cast: Cast, member: Browser, finance: Browser
) -> None:
    card = sold(session, cast)
    session.commit()
    pages = (
        (member, f"/card/{card.link_token}/refund", "Goes back"),
        (finance, f"/cards/{card.public_id}", "/refund"),
    )
    for browser, page, told in pages:
        assert told in browser.text(page)
    request = operations.ask(session, card=card, reason="搬家了", actor=cast.desk, at=ASKED)
    operations.answer(session, request=request, approved=True, actor=cast.manager, at=ASKED)
    operations.pay_out(session, request=request, actor=cast.finance, at=ASKED)
    session.commit()
    for browser, page, told in pages:
        assert told not in browser.text(page)


def test_a_member_takes_back_what_he_asked_while_it_is_not_paid(
    session: Session, cast: Cast, member: Browser
) -> None:
    terms(session, cast, freeze_fee_minor=5_000)
    card = sold(session, cast)
    service = services.ask(
        session, card=card, kind=ServiceKind.FREEZE, reason="", facts={}, actor=guest(cast), at=ASKED
    )
    services.take_up(
        session,
        card=card.public_id,
        wish=Wish(kind=ServiceKind.FREEZE),
        asked=service,
        actor=cast.desk,
        at=ASKED,
    )
    session.commit()
    page = f"/card/{card.link_token}/services"
    assert member.post(f"{page}/{service}/withdraw", page=page).status_code == 302
    closed = session.scalars(sa.select(SaleRow.closed_as).where(SaleRow.is_fee)).all()
    assert closed == ["given_up"]


def test_a_member_takes_back_nothing_that_others_asked(session: Session, cast: Cast, member: Browser) -> None:
    terms(session, cast, freeze_fee_minor=5_000)
    mine, other = sold(session, cast), sold(session, cast)
    at_the_desk = services.take_up(
        session, card=mine.public_id, wish=Wish(kind=ServiceKind.FREEZE), actor=cast.desk, at=ASKED
    ).service
    money = operations.ask(session, card=other, reason="搬家了", actor=cast.desk, at=ASKED)
    session.commit()
    tried = (
        (f"/card/{mine.link_token}/services", at_the_desk),
        (f"/card/{other.link_token}/services", at_the_desk),
        (f"/card/{other.link_token}/refund", money),
        (f"/card/{mine.link_token}/refund", money),
        (f"/card/{mine.link_token}/refund", "2222222222ab"),
    )
    for page, asked in tried:
        assert (
            member.post(f"{page}/{asked}/withdraw", page=f"/card/{mine.link_token}/refund").status_code == 404
        )
        assert f"{asked}/withdraw" not in member.text(page)
