"""A contract on the tablet: filled in, approved, signed with a finger, and its paper on the buyer's phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from clubsales.clock import now
from clubsales.db import db
from clubsales.membership.documents import making
from clubsales.membership.sales import operations as sales
from clubsales.membership.sales import queries as sale_queries
from clubsales.membership.sales.rules import SaleKind
from clubsales.papers.render import fonts_are_there
from tests.browser.conftest import PHONE, TABLET, Club, NewPage, Screens, look, sign_in
from tests.builders import consultant_of

LOCALES = ["zh-CN", "en-US"]


def a_sale(club: Club) -> str:
    """An annual card that Lin has sold."""
    with club.app.app_context():
        sale_id = sales.open_sale(
            db.session,
            card_type_id=club.cast.annual.id,
            price=None,
            kind=SaleKind.NEW,
            person_id=None,
            reception_id=None,
            consultant_id=consultant_of(club.cast.lin),
            actor=club.cast.lin,
            at=now(),
        )
        db.session.commit()
        return sale_queries.get(db.session, club.cast.club.id, sale_id).public_id


def approve(new_page: NewPage, who: str, address: str, locale: str) -> None:
    page = new_page(viewport=PHONE, locale=locale)
    sign_in(page, who)
    page.goto(address)
    page.locator("button[value=approve]").click()
    expect(page.locator("button[value=approve]")).to_have_count(0)


def draw(page: Page) -> None:
    """A signature of one stroke."""
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(box["x"] + 40 + step * 8, box["y"] + 60 + (step % 6) * 10)
    page.mouse.up()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_contract_is_signed_and_its_paper_is_there(
    new_page: NewPage, screens: Screens, served: Club, locale: str
) -> None:
    tablet = new_page(viewport=TABLET, locale=locale)
    sign_in(tablet, "lin")
    tablet.goto(f"/contracts/new/{a_sale(served)}")
    tablet.locator("[name=buyer]").fill("陈晨")
    tablet.locator("[name=phone]").fill("138 0013 8000")
    tablet.locator("input[name=papers][value=id_card]").check()
    tablet.locator("[name=promise_text]").first.fill("送毛巾一条")
    tablet.locator(f"input[name=language][value={'en' if locale == 'en-US' else 'zh_Hans'}]").check()
    tablet.locator("#contract-form .actions button").click()
    tablet.wait_for_url(re.compile(r"/contracts/[a-z0-9]{12}$"))
    contract = tablet.url
    tablet.locator("form[action$='/submit'] button").click()
    for who in ("finance", "supervisor", "manager"):
        approve(new_page, who, contract, locale)
    tablet.goto(f"{contract}/sign")
    assert look(tablet) == []
    tablet.locator("[name=promises_shown]").check()
    tablet.locator("[name=present]").check()
    tablet.locator("#signing button[type=submit]").click()  # nothing is drawn yet
    expect(tablet.locator("[data-signature-missing]")).to_be_visible()
    draw(tablet)
    # Not taken, for nobody says that he is there: what was drawn stands there still.
    tablet.evaluate("document.querySelector('[name=present]').required = false")
    tablet.locator("[name=present]").uncheck()
    with tablet.expect_navigation():
        tablet.locator("#signing button[type=submit]").click()
    expect(tablet.locator("#signing .flash.error")).to_be_visible()
    screens.watch.forget()  # 422, as it should be
    tablet.locator("[name=present]").check()
    tablet.locator("#signing button[type=submit]").click()
    tablet.wait_for_url(contract)
    expect(tablet.locator("h1").first).to_contain_text("-00001")
    expect(tablet.locator("svg.signed path")).to_have_attribute("d", re.compile(r"^M\d+ \d+L"))
    link = tablet.locator("[data-copy]").get_attribute("data-copy")
    assert link is not None
    if not fonts_are_there():
        pytest.skip("the fonts of papers are not built")
    with served.app.app_context():
        assert making.make_due(now()) == 1
    guest = new_page(viewport=PHONE, locale=locale)
    guest.goto(link)
    assert look(guest) == []
    expect(guest.locator("body")).to_contain_text("送毛巾一条")
    paper = guest.locator("a[href$='contract.pdf']").get_attribute("href")
    assert paper is not None
    assert guest.request.get(paper).body().startswith(b"%PDF")
