"""Whose sale is it: Lin on her phone, Zhou on the tablet, those who judge at a desk; opened, settled, ruled, appealed."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from clubsales.clock import now
from clubsales.consultants.credits import queries as credits_
from clubsales.db import db
from clubsales.ids import SaleID
from clubsales.membership.sales import queries as sales
from tests.browser.conftest import DESKTOP, PHONE, TABLET, Club, NewPage, look, sign_in
from tests.integration.leads.disputes.argued import Argued
from tests.journeys.argued import PNG

LOCALES = ["zh-CN", "en-US"]


@pytest.fixture
def argued_sale(served: Club) -> str:
    """A card of 3,980.00 that Zhou sold to a guest whom Lin had called; its public id."""
    with served.app.app_context():
        made = Argued(db.session, served.cast, at=now())
        db.session.commit()
        return sales.get(db.session, served.cast.club.id, made.sale_id).public_id


def booked(served: Club, sale: str) -> dict[str, str]:
    """What stands in the ledger, by name."""
    with served.app.app_context():
        club_id = served.cast.club.id
        sale_id = SaleID(sales.by_public_id(db.session, club_id, sale).id)
        credit = credits_.credit_of_sale(db.session, club_id, sale_id)
        assert credit is not None
        return {share.name or "": str(share.credit) for share in credit.shares}


def sit_down(page: Page, who: str, address: str) -> None:
    """Somebody else sits down at the same desk and goes to the case."""
    page.context.clear_cookies()
    sign_in(page, who)
    page.goto(address)
    assert look(page) == []


def split(page: Page, first: str) -> None:
    """Type the first share; the slider moves with it, and the other one follows by hand."""
    shares = page.locator(".split [data-split-share]")
    shares.nth(0).fill(first)
    shares.nth(1).fill(str(100 - int(first)))


@pytest.mark.parametrize("locale", LOCALES)
def test_two_consultants_argue_and_the_club_decides(
    new_page: NewPage, served: Club, argued_sale: str, tmp_path: Path, locale: str
) -> None:
    picture = tmp_path / "聊天记录.png"
    picture.write_bytes(PNG)
    lin, zhou = new_page(viewport=PHONE, locale=locale), new_page(viewport=TABLET, locale=locale)
    desk = new_page(viewport=DESKTOP, locale=locale)

    # Two taps from the sale, on the phone.
    sign_in(lin, "lin")
    lin.goto(f"/sales/{argued_sale}")
    lin.locator(f"a[href$='/sales/{argued_sale}/dispute']").tap()
    lin.wait_for_url("**/dispute")
    assert look(lin) == []
    lin.locator("#open-case button").tap()
    lin.wait_for_url("**/disputes/*")
    case = lin.url
    assert booked(served, argued_sale) == {"周倩": "0.00"}
    assert look(lin) == []

    # A statement with a picture.
    lin.fill("#statement textarea", "我带他参观的，聊天记录见图")
    lin.locator("#statement input[type=file]").set_input_files(picture)
    lin.locator("#statement button").tap()
    expect(lin.locator("a.paper img")).to_be_visible()

    # The other side hears of it on the tablet, sees the same page, and answers.
    sign_in(zhou, "zhou")
    zhou.goto("/floor")
    zhou.locator("a[href*='/disputes/']").first.tap()
    zhou.wait_for_url("**/disputes/*")
    expect(zhou.locator("a.paper img")).to_be_visible()
    zhou.locator("a.paper img").scroll_into_view_if_needed()
    expect(zhou.locator("a.paper img")).to_have_js_property("naturalWidth", 1)
    zhou.fill("#statement textarea", "轮到我接待，款是我收的")
    zhou.locator("#statement button").tap()
    expect(zhou.locator("main")).to_contain_text("轮到我接待")
    assert look(zhou) == []

    # A supervisor settles: seen in money before it is done.
    sit_down(desk, "supervisor", case)
    desk.locator("a[href$='/decide']").click()
    desk.locator("[data-split-slider]").nth(0).fill("30")
    expect(desk.locator("[data-split-share]").nth(1)).to_have_value("70")
    expect(desk.locator("[data-split-amount]").nth(0)).to_contain_text("1,194.00")
    split(desk, "40")
    expect(desk.locator("[data-split-amount]").nth(1)).to_contain_text("2,388.00")
    assert look(desk) == []
    desk.fill("#decision textarea[name=reason]", "都有份")
    desk.locator("button[value=show]").click()
    expect(desk.locator(".card.attention")).to_contain_text("1,592.00")
    assert look(desk) == []
    desk.locator("#do-it button").click()
    desk.wait_for_url(case)

    # Lin objects on her phone.
    lin.goto(case)
    lin.locator("[data-opens=object-dialog]").tap()
    lin.fill("#object-words", "客人先找的我")
    lin.locator("dialog[open] button.danger").tap()
    expect(lin.locator(".flash")).to_be_visible()

    # The manager rules; the credit is posted.
    sit_down(desk, "manager", case)
    desk.locator("a[href$='/decide']").click()
    split(desk, "50")
    desk.fill("#decision textarea[name=reason]", "两人都接待过")
    desk.locator("button[value=show]").click()
    desk.locator("#do-it button").click()
    desk.wait_for_url(case)
    assert booked(served, argued_sale) == {"林静": "1990.00", "周倩": "1990.00"}

    # Zhou appeals, and the director has the last word: as the rules said.
    zhou.goto(case)
    zhou.locator("[data-opens=appeal-dialog]").tap()
    zhou.locator("dialog[open] button.danger").tap()
    expect(zhou.locator(".flash")).to_be_visible()
    assert set(booked(served, argued_sale).values()) == {"0.00"}
    sit_down(desk, "director", case)
    desk.locator("a[href$='/decide']").click()
    desk.locator("[data-opens=as-rules-say]").click()
    desk.locator("dialog[open] button.danger").click()
    desk.wait_for_url(case)
    assert booked(served, argued_sale) == {"周倩": "3980.00"}
    lin.goto(case)
    expect(lin.locator("[data-opens=appeal-dialog]")).to_have_count(0)
    assert look(lin) == []
