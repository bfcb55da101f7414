"""On a bad line nothing typed is lost, and nothing is done twice."""

import re

from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy import text

from clubsales.db import db
from tests.browser.conftest import TABLET, Club, Screens, sign_in

PHONE_TYPED = "13800138000"


def count(app: Flask, table: str) -> int:
    """How many rows a table has."""
    with app.app_context():
        return int(db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def fill_sale(page: Page) -> None:
    """An annual card for somebody by phone."""
    page.goto("/sell")
    page.locator("label.offer", has_text="年卡").tap()
    page.fill("#sell [name=phone]", PHONE_TYPED)
    page.fill("#sell [name=name]", "陈晨")


def test_a_form_that_could_not_be_sent_stays_filled_and_says_so(served: Club, screens: Screens) -> None:
    page = screens.open(TABLET)
    sign_in(page, "lin")
    fill_sale(page)
    page.context.set_offline(True)
    page.locator("#sell button.primary").tap()
    notice = page.locator("#notice")
    expect(notice).to_contain_text("没有发出去")
    expect(page.locator("#sell [name=name]")).to_have_value("陈晨")
    expect(page.locator("#sell [name=phone]")).to_have_value(re.compile("138 ?0013 ?8000"))
    expect(page.locator("#sell button.primary")).to_be_enabled()
    assert count(served.app, "sale") == 0
    page.context.set_offline(False)
    page.locator("#sell button.primary").tap()
    page.wait_for_url("**/sales/*")
    assert count(served.app, "sale") == 1


def test_a_server_that_went_away_meanwhile_loses_nothing(served: Club, screens: Screens) -> None:
    """The tablet believes that it is online, the line is dead: asked first, so that no error page eats the form."""
    page = screens.open(TABLET)
    sign_in(page, "lin")
    page.goto("/leads")
    page.clock.install()
    page.goto("/leads")
    page.fill("#capture [name=name]", "陈晨")
    page.clock.fast_forward(9_000)  # the last word of the server is no longer fresh
    screens.watch.offline = True
    page.route("**/*", lambda route: route.abort("connectionreset"))
    page.fill("#capture [name=phone]", PHONE_TYPED)
    page.locator("#capture label:has(input[name=source])").first.tap()
    page.locator("#capture button.primary").tap()
    page.clock.run_for(100)
    expect(page.locator("#notice")).to_contain_text("没有发出去")
    expect(page.locator("#capture [name=name]")).to_have_value("陈晨")
    page.unroute("**/*")
    screens.watch.offline = False
    page.locator("#capture button.primary").tap()
    page.clock.run_for(100)
    page.wait_for_url(lambda url: not url.endswith("/leads"))
    assert count(served.app, "lead") == 1


def test_an_answer_that_got_lost_can_be_asked_for_again(served: Club, screens: Screens) -> None:
    """The sale was opened but its answer never came: sent again it is the same sale."""
    page = screens.open(TABLET)
    sign_in(page, "lin")
    fill_sale(page)
    screens.watch.offline = True

    def swallow(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    page.route("**/sell", swallow, times=1)
    with page.expect_event("framenavigated", lambda frame: frame.url.startswith("chrome-error:")):
        page.locator("#sell button.primary").tap()
    assert count(served.app, "sale") == 1
    screens.watch.offline = False
    page.goto("/sell")
    expect(page.locator("#sell [name=name]")).to_have_value("陈晨")
    expect(page.locator("#notice")).to_contain_text("这张表单没有发出去")
    page.locator("#sell button.primary").tap()
    page.wait_for_url("**/sales/*")
    assert count(served.app, "sale") == 1


def test_two_taps_send_once(served: Club, screens: Screens) -> None:
    page = screens.open(TABLET)
    sign_in(page, "desk")
    fill_sale(page)
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.locator("#sell button.primary").dblclick()
    page.wait_for_url("**/sales/*")
    assert len(posted) == 1
    assert (count(served.app, "sale"), count(served.app, "payment")) == (1, 1)


def test_going_back_and_sending_again_is_the_same_sale(served: Club, screens: Screens) -> None:
    page = screens.open(TABLET)
    sign_in(page, "desk")
    fill_sale(page)
    page.locator("#sell button.primary").tap()
    page.wait_for_url("**/sales/*")
    sale = page.url
    page.go_back()
    page.locator("label.offer", has_text="年卡").tap()
    page.fill("#sell [name=phone]", PHONE_TYPED)
    page.fill("#sell [name=name]", "陈晨")
    page.locator("#sell button.primary").tap()
    page.wait_for_url("**/sales/*")
    assert page.url == sale
    assert (count(served.app, "sale"), count(served.app, "payment")) == (1, 1)
    # Opened anew it is another sale.
    fill_sale(page)
    page.locator("#sell button.primary").tap()
    page.wait_for_url("**/sales/*")
    assert page.url != sale


def test_a_live_page_says_when_it_is_old_and_catches_up(screens: Screens) -> None:
    board, desk = screens.open(TABLET), screens.open(TABLET)
    sign_in(board, "desk")
    board.goto("/desk")
    sign_in(desk, "desk")
    screens.watch.offline = True
    board.context.set_offline(True)
    expect(board.locator("#notice")).to_contain_text("没有网络")
    desk.goto("/desk")
    desk.locator("#preview button").tap()
    desk.wait_for_url("**/desk?received=*")
    board.context.set_offline(False)
    expect(board.locator("#queue ul.rows li")).to_have_count(1)
    expect(board.locator("#notice")).to_be_hidden()
    screens.watch.offline = False
