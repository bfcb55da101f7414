"""The last place, wanted on two tablets at once; then its deposit, and the money back against a signature."""

import re
from datetime import timedelta

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from clubsales.clock import now
from clubsales.db import db, transact
from clubsales.membership.catalogue.models import CardTypeRow
from clubsales.membership.reservations.models import ReservationRow
from tests.browser.conftest import PHONE, TABLET, Club, NewPage, Screens, sign_in


def fill_in(page: Page, club: Club, phone: str, name: str) -> None:
    """The form, filled in and not filed yet."""
    page.goto(f"/reservations/new?type={club.cast.annual.public_id}")
    page.fill("input[name=phone]", phone)
    page.fill("input[name=name]", name)
    page.locator("label.check", has_text=re.compile("全部手续|steps and charges")).click()


def file(page: Page) -> None:
    page.locator("#reserve button[type=submit]").click()


def only(club: Club, places: int) -> None:
    """So many annual cards are left."""
    with club.app.app_context():
        transact(
            lambda session: session.execute(
                sa.update(CardTypeRow)
                .where(CardTypeRow.id == club.cast.annual.id)
                .values(quota=places, quota_taken=0)
            )
        )


def test_the_last_place_is_one_tablets_and_the_other_is_told(
    served: Club, new_page: NewPage, screens: Screens
) -> None:
    only(served, 1)
    lin, zhou = new_page(TABLET), new_page(TABLET, locale="en-US")
    sign_in(lin, "lin")
    sign_in(zhou, "zhou")
    fill_in(lin, served, "13800138000", "陈晨")
    fill_in(zhou, served, "13900139000", "王芳")
    expect(zhou.locator("main")).to_contain_text("1 place left")
    file(lin)
    lin.wait_for_url(re.compile(r"/reservations/[0-9a-z]{12}$"))
    file(zhou)
    expect(zhou.locator("#reserve .error").first).to_contain_text("Annual card: There is none left")
    expect(zhou.locator("#reserve [name=name]")).to_have_value("王芳")  # nothing typed is lost
    screens.watch.forget()  # 422, as it should be
    with served.app.app_context():
        forms = db.session.scalars(sa.select(ReservationRow.state)).all()
    assert forms == ["asked"]


def test_approved_on_the_phone_paid_at_the_desk_and_given_back_against_a_signature(
    served: Club, new_page: NewPage
) -> None:
    lin, finance, manager = new_page(TABLET), new_page(TABLET), new_page(PHONE)
    for page, who in ((lin, "lin"), (finance, "finance"), (manager, "manager")):
        sign_in(page, who)
    fill_in(lin, served, "13800138000", "陈晨")
    file(lin)
    lin.wait_for_url(re.compile(r"/reservations/[0-9a-z]{12}$"))
    address = lin.url.removeprefix(served.url)
    for page in (finance, manager):
        page.goto(address)
        with page.expect_navigation():
            page.locator("form[action$='/answer'] button.primary").first.click()
    finance.goto(address)
    finance.locator("#deposit button[type=submit]").click()
    expect(finance.locator("main")).to_contain_text("AMB-56")
    lin.goto(address)
    lin.locator("[data-opens=withdraw]").click()
    lin.fill("#withdraw textarea", "搬到外地")
    with lin.expect_navigation():
        lin.locator("#withdraw button.filled").click()
    manager.goto(address)
    manager.locator("#consent button.primary").click()
    expect(manager.locator("#consent")).to_have_count(0)  # done, before the clock is turned
    with served.app.app_context():  # cash needs a day
        yesterday = now().date() - timedelta(days=1)
        transact(lambda session: session.execute(sa.update(ReservationRow).values(payout_from=yesterday)))
    finance.goto(f"{address}/pay-out")
    finance.locator("#pay-out label.check").click()
    finance.locator("#pay-out button.filled").click()
    expect(finance.locator("[data-signature-missing]")).to_be_visible()
    box = finance.locator("canvas").bounding_box()
    assert box is not None
    finance.mouse.move(box["x"] + 30, box["y"] + 30)
    finance.mouse.down()
    for step in range(1, 12):
        finance.mouse.move(box["x"] + 30 + step * 20, box["y"] + 30 + (step % 3) * 20)
    finance.mouse.up()
    finance.locator("#pay-out button.filled").click()
    finance.wait_for_url(re.compile(r"/reservations/[0-9a-z]{12}$"))
    expect(finance.locator("svg.signed")).to_be_visible()
    finance.goto("/reservations/ledger")
    expect(finance.locator("main table")).to_contain_text("搬到外地")
    expect(finance.locator("main table svg.signed")).to_be_visible()
