"""What becomes of a card: frozen, running again, given on for a fee, and at last its money back - from asking to payout."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from clubsales.clock import local_day, now
from clubsales.consultants.credits.models import PostingRow
from clubsales.db import db, transact
from clubsales.membership.cards import queries as cards
from clubsales.membership.cards.queries import CardView
from clubsales.membership.cards.rules import CardStatus
from tests.browser.conftest import DESKTOP, PHONE, TABLET, Club, NewPage, look, sign_in
from tests.journeys.cared_for import a_member, allow

LOCALES = ["zh-CN", "en-US"]


@pytest.fixture
def member(served: Club) -> CardView:
    """An annual card, sold this minute; whoever gives it on pays 100.00."""
    with served.app.app_context():
        card = transact(lambda session: a_member(session, served.cast, "陈晨", 1, now()))
        transact(lambda session: allow(session, card, {"transfer_fee_minor": 10_000}))
        return card


def as_it_stands(served: Club, card: CardView) -> CardView:
    with served.app.app_context():
        return cards.by_public_id(db.session, served.cast.club, card.public_id)


def open_service(page: Page, card: CardView, kind: str) -> None:
    """From the card's page to the form, as anybody finds it."""
    page.goto(f"/cards/{card.public_id}")
    page.locator("main a[href$='/services']").click()
    page.locator(f"main a[href$='/services/{kind}']").click()
    page.wait_for_url(f"**/services/{kind}")
    assert look(page) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_card_is_frozen_given_on_and_given_back(
    new_page: NewPage, served: Club, member: CardView, locale: str
) -> None:
    desk = new_page(viewport=TABLET, locale=locale)
    sign_in(desk, "desk")

    # It costs nothing to stand still: done at once.
    open_service(desk, member, "freeze")
    until = local_day(now(), served.cast.club.zone) + timedelta(days=20)
    desk.fill("#service [name=last_day]", until.isoformat())
    desk.fill("#service [name=reason]", "出差")
    desk.locator("#service button.primary").click()
    desk.wait_for_url("**/services")
    assert as_it_stands(served, member).status is CardStatus.FROZEN
    open_service(desk, member, "unfreeze")
    desk.locator("#service button.primary").click()
    desk.wait_for_url("**/services")
    assert as_it_stands(served, member).status is CardStatus.ACTIVE

    # Given on: the fee is paid first, and the card goes in the same moment.
    open_service(desk, member, "transfer")
    expect(desk.locator("#service")).to_contain_text("100.00")
    desk.fill("#service [name=phone]", "13900139000")
    desk.fill("#service [name=name]", "李梅")
    desk.locator("#service button.primary").click()
    desk.wait_for_url("**/sales/*")
    assert as_it_stands(served, member).status is CardStatus.ACTIVE
    fee = desk.url
    desk.goto(f"/cards/{member.public_id}/services")
    expect(desk.locator(f"main a[href$='{fee[-12:]}']")).to_be_visible()
    desk.goto(fee)
    with desk.expect_navigation():
        desk.locator("#receipt button.primary").click()
    assert as_it_stands(served, member).status is CardStatus.CANCELLED
    with served.app.app_context():
        new = cards.following(db.session, member.id)
    assert new is not None
    assert (new.holder, new.status) == ("李梅", CardStatus.ACTIVE)

    # Its new holder reads what goes back, and asks for it.
    phone = new_page(viewport=PHONE, locale=locale, dark=True)
    phone.goto(f"/card/{new.link_token}")
    phone.locator("main a[href$='/refund']").tap()
    expect(phone.locator("main tr.total")).to_contain_text("3,980.00")
    assert look(phone) == []
    phone.fill("#ask [name=reason]", "搬家了")
    with phone.expect_navigation():
        phone.locator("#ask button.primary").tap()
    expect(phone.locator("#ask")).to_have_count(0)

    # The manager finds it in the inbox and says yes; finance pays it out.
    manager = new_page(viewport=PHONE, locale=locale)
    sign_in(manager, "manager")
    manager.goto("/today")
    manager.locator("main .attention a[href='/returns']").tap()
    manager.locator("main .rows a").first.tap()
    expect(manager.locator("main")).to_contain_text("搬家了")
    assert look(manager) == []
    with manager.expect_navigation():
        manager.locator("#answer button[value=yes]").tap()
    finance = new_page(viewport=DESKTOP, locale=locale)
    sign_in(finance, "finance")
    finance.goto("/returns")
    finance.locator("main .rows a").first.click()
    finance.locator("[data-opens=pay-out]").click()
    with finance.expect_navigation():
        finance.locator("#pay-out button.filled").click()
    expect(finance.locator("[data-opens=pay-out]")).to_have_count(0)
    expect(finance.locator("main .rows").first).to_contain_text("3,980.00")
    assert look(finance) == []

    assert as_it_stands(served, new).status is CardStatus.CANCELLED
    with served.app.app_context():
        assert db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(PostingRow.amount_minor), 0))) == 0
    phone.reload()
    expect(phone.locator("main .pill.fine")).to_be_visible()


def test_what_a_member_asks_comes_to_the_desk_and_the_answer_back(
    new_page: NewPage, served: Club, member: CardView
) -> None:
    phone = new_page(viewport=PHONE)
    phone.goto(f"/card/{member.link_token}")
    phone.locator("main a[href$='/services']").tap()
    phone.locator("main a[href$='/services/freeze']").tap()
    phone.fill("#ask [name=reason]", "做手术，停一个月")
    phone.locator("#ask button.primary").tap()
    phone.wait_for_url("**/services")
    desk = new_page(viewport=TABLET)
    sign_in(desk, "desk")
    desk.goto("/services")
    desk.locator("main .rows a", has_text="做手术").tap()
    desk.wait_for_url(f"**/cards/{member.public_id}/services")
    assert look(desk) == []
    desk.locator("main details summary").tap()
    desk.fill("main details textarea", "请带病历来前台")
    desk.locator("main details button.danger").tap()
    desk.wait_for_url(lambda url: url.endswith("/services") and "/cards/" not in url)
    phone.reload()
    expect(phone.locator("main")).to_contain_text("请带病历来前台")
    assert look(phone) == []
