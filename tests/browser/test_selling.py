"""A deal on the tablet: lines, a gift, and a price asked for without a word, answered on the manager's phone (PRC-03)."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, TABLET, Club, NewPage, look, sign_in

LOCALES = ["zh-CN", "en-US"]


def choose(tablet: Page, card_type: str) -> None:
    """Choose a card and wait for what is known of it."""
    with tablet.expect_response("**/sell/basket*"):
        tablet.locator(f"label.offer:has(input[value='{card_type}'])").click()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_price_is_asked_for_and_answered_on_two_devices_at_once(
    new_page: NewPage, served: Club, locale: str
) -> None:
    tablet, phone = new_page(viewport=TABLET, locale=locale), new_page(viewport=PHONE, locale=locale)
    sign_in(tablet, "lin")
    tablet.goto("/sell")
    choose(tablet, served.cast.annual.public_id)
    tablet.locator("[name=phone]").fill("139 0000 1234")
    tablet.locator("#silent-discount summary").click()
    tablet.locator("[name=discount_price]").fill("3600")
    tablet.locator("[name=discount_reason]").fill("老客户介绍")
    tablet.locator("#discount-ask").click()
    expect(tablet.locator("#discount-withdraw")).to_be_visible()

    sign_in(phone, "manager")
    phone.goto("/discounts")
    with phone.expect_navigation():
        phone.locator("#waiting-requests a").first.click()
    assert look(phone) == []
    phone.locator("form[action$='/approve'] button[type=submit]").click()
    phone.wait_for_url("**/discounts")

    tablet.locator("#discount-take").click()  # the tablet has heard of it by itself
    expect(tablet.locator("[name=price]")).to_have_value("3600.00")
    assert look(tablet) == []
    tablet.locator("#sell .actions button.primary").click()
    tablet.wait_for_url(re.compile(r"/sales/[a-z0-9]{12}$"))
    expect(tablet.locator("main")).to_contain_text("3,600.00")
    tablet.goto(f"{tablet.url}/guest")
    guest = tablet.locator("body")
    expect(guest).to_contain_text("3,600.00")
    for internal in ("老客户介绍", served.cast.manager.name):
        expect(guest).not_to_contain_text(internal)
    assert look(tablet) == []


@pytest.mark.parametrize("viewport", [TABLET, PHONE])
def test_a_deal_of_several_lines_is_put_together_with_a_thumb(
    new_page: NewPage, served: Club, viewport: dict[str, int]
) -> None:
    page = new_page(viewport=viewport)
    cast = served.cast
    sign_in(page, "manager")
    page.goto("/sell")
    choose(page, cast.annual.public_id)
    page.locator("#add-line").click()
    page.locator("[name='more-0-card_type']").select_option(cast.visits.public_id)
    page.locator("[name='more-0-quantity']").fill("2")
    page.locator("#add-gift").click()
    page.locator("[name='more-1-card_type']").select_option(cast.towel.public_id)
    page.locator("[name='more-1-gift_reason']").fill("生日")
    expect(page.locator("#deal-total")).to_contain_text("6,980.00")
    assert look(page) == []
    page.locator("[name=phone]").fill("139 0000 1234")
    page.locator("#sell .actions button.primary").first.click()
    page.wait_for_url(re.compile(r"/sales/[a-z0-9]{12}$"))
    expect(page.locator("main")).to_contain_text("6,980.00")
    expect(page.locator("main")).to_contain_text("生日")
    assert look(page) == []


def test_the_number_of_a_slip_is_asked_for_money_by_card_only(new_page: NewPage, served: Club) -> None:
    page = new_page(viewport=TABLET)
    sign_in(page, "desk")
    page.goto("/sell")
    slip = page.locator("[name=terminal_reference]")
    for method, is_there in (("cash", False), ("card", True), ("wechat", False)):
        page.locator(f"label:has(input[name=method][value={method}])").click()
        expect(slip).to_be_visible(visible=is_there)
    assert look(page) == []
