"""A guest buys a card on the club's own page, on his own phone; another pays by a link that was sent to him."""

import re

import pytest
from playwright.sync_api import Page, expect

from clubsales import jobs
from clubsales.clock import now
from clubsales.leads.claims import operations as claims
from clubsales.leads.intake import operations as intake
from clubsales.leads.intake.rules import Source
from clubsales.leads.people import operations as people
from tests.browser import codes
from tests.browser.conftest import PHONE, Club, Screens, look, sign_in
from tests.browser.test_desk import CHINESE, ENGLISH, on_shift, write
from tests.builders import consultant_of

PAID = {CHINESE: "已付清", ENGLISH: "Paid"}


def a_lead_of_lin(club: Club, e164: str, name: str) -> None:
    """Somebody who is not in the house, and whose lead Lin holds."""

    def work(session) -> None:  # type: ignore[no-untyped-def]
        lin = club.cast.lin
        person_id = people.find_or_add(session, e164=e164, name=name, actor=lin, at=now())
        intake.capture(session, person_id=person_id, source=Source.PHONE, consent=True, actor=lin, at=now())
        claims.claim(session, person_id=person_id, consultant_id=consultant_of(lin), actor=lin, at=now())

    on_shift(club, "lin")
    write(club, work)


def pay(phone: Page, locale: str) -> None:
    """From our page to the provider's and back to the card."""
    expect(phone.locator("main .money")).to_contain_text("3,980.00")
    phone.locator("main a.primary").tap()
    phone.wait_for_url("**/stripe-peer/**")
    phone.locator("button.method.wechat_pay, button.method.alipay").first.tap()
    phone.wait_for_url("**/done*")
    expect(phone.locator("#payment .pill")).to_have_text(PAID[locale])


@pytest.mark.parametrize(("locale", "dark"), [(CHINESE, False), (ENGLISH, True)])
def test_a_guest_buys_with_nobodys_help(served: Club, screens: Screens, locale: str, dark: bool) -> None:
    a_lead_of_lin(served, "+8613900139001", "李雷")
    office = screens.open(locale=locale)
    sign_in(office, "manager")

    # The manager puts a card on the page and hands out its QR.
    office.goto(f"/price-list/{served.cast.annual.public_id}")
    office.locator("form[action$='/online'] button").tap()
    expect(office.locator("form[action$='/offline'] button")).to_be_visible()
    assert look(office) == []
    office.goto("/price-list")
    address = codes.read(office.locator("aside .qr"))
    assert address == f"{screens.url}/club/{served.cast.club.public_id}/cards"

    # The guest chooses and says who he is; what is missing is said, and nothing typed is lost.
    phone = screens.open(PHONE, locale, dark)
    phone.goto(address)
    expect(phone.locator("li.offer")).to_have_count(1)
    assert look(phone) == []
    phone.locator("li.offer a.primary").tap()
    phone.locator("form[id^=order-] input[name=name]").fill("李雷")
    phone.locator("form[id^=order-] input[name=phone]").press_sequentially("123")
    phone.locator("form[id^=order-] label.check").tap()
    phone.locator("form[id^=order-] button.primary").tap()
    expect(phone.locator("form[id^=order-] .error").first).to_be_visible()
    expect(phone.locator("form[id^=order-] input[name=name]")).to_have_value("李雷")
    assert look(phone) == []
    screens.watch.forget()  # 422, as it should be
    phone.locator("form[id^=order-] input[name=phone]").fill("")
    phone.locator("form[id^=order-] input[name=phone]").press_sequentially("13900139001")
    phone.locator("form[id^=order-] button.primary").tap()
    phone.wait_for_url(re.compile("/pay/"))
    assert look(phone) == []
    pay(phone, locale)
    phone.locator("#payment a[href*='/card/']").tap()
    expect(phone.locator("[data-code] svg")).to_be_visible()
    expect(phone.locator("main")).not_to_contain_text(
        "李雷"
    )  # whoever types a phone does not learn whose it is

    # Whoever held the lead has the credit, and finds it among what is due.
    office.goto("/sales")
    office.locator("ul.rows a.row", has_text="李雷").tap()
    credit = office.locator("section:has(.reason)").last
    expect(credit).to_contain_text("林静")
    expect(credit).to_contain_text("RCV-08")
    assert look(office) == []
    write(served, lambda session: jobs.deliver_due(session, now()))
    tablet = screens.open(locale=locale)
    sign_in(tablet, "lin")
    tablet.goto("/leads/today")
    expect(tablet.locator("main")).to_contain_text("李雷")


@pytest.mark.parametrize("locale", [CHINESE, ENGLISH])
def test_a_link_is_sent_to_a_lead_who_is_not_in_the_house(
    served: Club, screens: Screens, locale: str
) -> None:
    a_lead_of_lin(served, "+8613900139002", "韩梅")
    tablet = screens.open(locale=locale)
    sign_in(tablet, "lin")
    tablet.goto("/leads")
    tablet.locator("main a", has_text="韩梅").first.tap()
    tablet.locator("a[href*='/sell?phone=']").tap()
    expect(tablet.locator("#sell input[name=phone]")).to_have_value(re.compile("139.?0013.?9002"))
    tablet.locator("label.offer").first.tap()
    tablet.locator("#sell button.primary").tap()
    tablet.wait_for_url(re.compile(r"/sales/[0-9a-z]{12}$"))
    expect(tablet.locator("h1")).to_have_text("韩梅")
    tablet.locator("form[action$='/link'] button").tap()
    link = tablet.locator("aside [data-copy]").get_attribute("data-copy")
    assert link is not None
    tablet.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tablet.locator("aside [data-copy]").tap()
    tablet.wait_for_function("async link => await navigator.clipboard.readText() === link", arg=link)
    assert look(tablet) == []
    phone = screens.open(PHONE, locale)
    phone.goto(link)
    pay(phone, locale)
    expect(tablet.locator("main .pill").first).to_have_text(PAID[locale])
    expect(tablet.locator("section:has(.reason)").last).to_contain_text("林静")


def test_where_the_device_can_a_link_is_sent_on(served: Club, screens: Screens) -> None:
    office = screens.open(PHONE)
    office.add_init_script("navigator.share = async (what) => { window.shared = what.url; };")
    sign_in(office, "manager")
    office.goto("/price-list")
    button = office.locator("[data-share]")
    expect(button).to_be_visible()
    button.tap()
    shared = office.wait_for_function("window.shared").json_value()
    assert shared.endswith(f"/club/{served.cast.club.public_id}/cards")
    assert look(office) == []


def test_an_order_sent_twice_from_a_phone_with_a_bad_line_is_one(served: Club, screens: Screens) -> None:
    office = screens.open()
    sign_in(office, "manager")
    office.goto(f"/price-list/{served.cast.annual.public_id}")
    with office.expect_navigation():
        office.locator("form[action$='/online'] button").tap()
    phone = screens.open(PHONE)
    phone.goto(f"/club/{served.cast.club.public_id}/cards/{served.cast.annual.public_id}")
    phone.locator("form[id^=order-] input[name=name]").fill("李雷")
    phone.locator("form[id^=order-] input[name=phone]").press_sequentially("13900139001")
    phone.locator("form[id^=order-] label.check").tap()
    phone.locator("form[id^=order-] button.primary").tap()
    phone.wait_for_url(re.compile("/pay/"))
    first = phone.url
    phone.go_back()
    phone.locator("form[id^=order-] button.primary").tap()
    phone.wait_for_url(re.compile("/pay/"))
    assert phone.url == first
