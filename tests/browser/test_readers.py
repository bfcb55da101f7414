"""Readers differ: by keyboard alone, in their language and light, on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from clubsales.clock import now
from clubsales.db import transact
from clubsales.leads.passes import operations as passes
from clubsales.leads.passes.rules import PassKind
from tests.browser.conftest import DESKTOP, Club, Screens, look, sign_in
from tests.journeys.lively import enliven

PDF_PAGE = re.compile(rb"/Type\s*/Page\b")


def tab_to(page: Page, selector: str, *, most: int = 60) -> None:
    """Press Tab until the focus is there; the focus must be seen on the way."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by Tab")


def test_a_card_is_sold_without_a_mouse(screens: Screens) -> None:
    page = screens.open(DESKTOP, "en-US")
    page.goto("/sign-in")
    tab_to(page, "[name=username]")
    page.keyboard.type("qiantai")
    tab_to(page, "[name=password]")
    page.keyboard.type("correct-horse-battery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    page.keyboard.press("Tab")
    tab_to(page, ".rail a[href='/sell']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sell")
    tab_to(page, "a.skip")
    page.keyboard.press("Enter")
    tab_to(page, "[name=card_type]")
    page.keyboard.press("Space")
    expect(page.locator("label.offer:has(input:focus-visible)")).to_have_css("outline-style", "solid")
    tab_to(page, "#sell [name=phone]")
    page.keyboard.type("13800138000")
    tab_to(page, "#sell button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sales/*")
    expect(page.locator("main .pill").first).to_have_text("Paid")


def test_language_and_light_are_the_readers_choice_and_stay(screens: Screens) -> None:
    page = screens.open(locale="zh-CN")
    sign_in(page, "manager")
    page.goto("/today")
    page.locator("details.menu > summary").tap()
    page.locator(".menu-panel button[value=dark]").tap()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/sales")
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is False
    assert look(page, only="color-contrast") == []
    darkness = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("details.menu > summary").tap()
    page.locator(".menu-panel button[value=en]").tap()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Sales")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == darkness
    # On another device it is English too: the language belongs to the person.
    other = screens.open(locale="zh-CN")
    sign_in(other, "manager")
    expect(other.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize(
    ("address", "paper"),
    [
        ("/sales/{0.paid_sale}/receipt", "article.receipt"),
        ("/receipt/{0.receipt_token}", "article.receipt"),
        ("/cards/{0.card}/codes/{0.serial}", "article.card-print"),
    ],
)
def test_paper_holds_the_paper_only(served: Club, screens: Screens, address: str, paper: str) -> None:
    with served.app.app_context():
        lively = transact(lambda session: enliven(session, served.cast, at=now()))
    page = screens.open(dark=True)
    sign_in(page, "desk")
    page.goto(address.format(lively))
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(paper)).to_be_visible()
    for what in (".rail", ".topbar .menu", "button", "a.button", ".notice"):
        assert [each for each in page.locator(what).all() if each.is_visible()] == [], what
    ink = page.locator(paper).evaluate("sheet => getComputedStyle(sheet).color")
    assert [int(part) < 80 for part in ink.removeprefix("rgb(").rstrip(")").split(",")] == [True] * 3
    printed = page.pdf(prefer_css_page_size=True)
    assert len(PDF_PAGE.findall(printed)) == 1


def test_passes_are_printed_one_to_a_page_and_no_page_is_empty(served: Club, screens: Screens) -> None:
    with served.app.app_context():
        first, *_others = transact(
            lambda session: passes.issue_many(
                session,
                kind=PassKind.GIFT_COUPON,
                consultant_id=None,
                count=4,
                valid_until=None,
                actor=served.cast.supervisor,
                at=now(),
            )
        )
    page = screens.open()
    sign_in(page, "supervisor")
    page.goto(f"/passes/{first.public_id}/sheet")
    expect(page.locator("article.card-print")).to_have_count(4)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(PDF_PAGE.findall(printed)) == 4


def test_the_guest_view_tells_nothing_internal(served: Club, screens: Screens) -> None:
    """The tablet lies between the two: no consultant, no credit, no discount, no rail."""
    with served.app.app_context():
        lively = transact(lambda session: enliven(session, served.cast, at=now()))
    page = screens.open()
    sign_in(page, "lin")
    for sale in (lively.open_sale, lively.paid_sale):
        page.goto(f"/sales/{sale}/guest")
        shown = page.locator("body").inner_text()
        for internal in ("林静", "业绩", "DSP-", "佣金", "折扣", "最低价"):
            assert internal not in shown
        assert page.locator(".rail, .menu").count() == 0
