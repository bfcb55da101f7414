"""The main job as people do it: from the guest at the desk to the open door, on touch screens, in both languages."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser import codes
from tests.browser.conftest import (
    DESKTOP,
    PHONE,
    Screens,
    launch,
    sign_in,
    sign_in_by_face,
)
from tests.builders import PASSWORD


@dataclass(frozen=True)
class Words:
    """What people read on the way, in their language."""

    locale: str
    receives: str
    first_in_queue: str
    with_you: str
    you_are_next: str
    annual: str
    paid: str
    bought: str
    welcome: str
    no_entry: str
    used: str
    cancelled: str


CHINESE = Words(
    locale="zh-CN",
    receives="请林静接待",
    first_in_queue="林静排在第一位，正好有空。",
    with_you="接待中",
    you_are_next="下一位是你",
    annual="年卡",
    paid="已付清",
    bought="已成交",
    welcome="欢迎",
    no_entry="不能进",
    used="已用过",
    cancelled="这张卡已作废",
)
ENGLISH = Words(
    locale="en-US",
    receives="林静 receives",
    first_in_queue="林静 is first in the queue and free.",
    with_you="With you",
    you_are_next="You are next",
    annual="Annual card",
    paid="Paid",
    bought="Bought",
    welcome="Welcome",
    no_entry="No entry",
    used="already used at",
    cancelled="This card was cancelled",
)


@pytest.fixture(params=[CHINESE, ENGLISH], ids=["zh", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    chosen: Words = request.param
    return chosen


def enrol(page: Page, name: str, purpose: str) -> None:
    """The manager makes this browser a device of the club."""
    sign_in(page, "manager")
    page.goto("/devices")
    page.fill("#enrol input[name=name]", name)
    page.locator(f"#enrol label:has(input[value={purpose}])").tap()
    page.locator("#enrol button[type=submit]").tap()
    page.wait_for_url(lambda url: not url.endswith("/devices"))


def open_shift(page: Page) -> None:
    """Tick the opening checklist and go on post."""
    page.goto("/floor")
    for item in page.locator("#opening label.check").all():
        item.tap()
    page.locator("#opening button[type=submit]").tap()
    expect(page.locator("#floor .queue li.me")).to_be_visible()


def receive_at_desk(desk: Page, phone: str, words: Words) -> None:
    """Type the phone, read whose turn it is and why, give the guest away."""
    desk.goto("/desk")
    desk.locator("#new-guest input[name=phone]").press_sequentially(phone)
    preview = desk.locator("#preview")
    expect(preview.get_by_role("button", name=words.receives)).to_be_visible()
    expect(preview).to_contain_text(words.first_in_queue)
    expect(preview.locator(".rule").first).to_have_text("ROT-01")
    preview.get_by_role("button", name=words.receives).tap()
    expect(desk.locator("#given-title")).to_have_text(words.receives)


def capture(tablet: Page) -> None:
    """Write down what the guest said."""
    tablet.locator("section.active a[href*='/leads/']").tap()
    tablet.locator("main a[href$='/edit']").tap()
    form = tablet.locator("form[id^=lead-]")
    form.locator("[name=name]").fill("陈晨")
    form.locator("[name=interest]").fill("游泳，下班后")
    form.locator("label:has(input[name=grade][value=A])").tap()
    form.locator("button[type=submit]").tap()
    expect(tablet.locator("h1")).to_have_text("陈晨")
    expect(tablet.locator(".facts")).to_contain_text("游泳，下班后")


def sell(tablet: Page, words: Words) -> None:
    """From my floor to an open sale of the annual card."""
    tablet.goto("/floor")
    tablet.locator("section.active a[href*='/sell?guest=']").tap()
    tablet.locator("label.offer", has_text=words.annual).tap()
    tablet.locator("#sell button.primary").tap()
    expect(tablet.locator("dl.facts").first).to_contain_text("3,980.00")


def pay_on_phone(phone: Page, link: str, words: Words) -> None:
    """The guest's own phone: our page, the provider's page, and back to the card."""
    phone.goto(link)
    expect(phone.locator("main .money")).to_contain_text("3,980.00")
    phone.locator("main a.primary").tap()
    phone.wait_for_url("**/stripe-peer/**")
    phone.locator("button.method.alipay").tap()
    phone.wait_for_url("**/done*")
    expect(phone.locator("#payment .pill")).to_have_text(words.paid)


@contextmanager
def a_camera_before(picture: memoryview, api: Playwright, folder: Path) -> Iterator[Browser]:
    """A browser whose camera sees nothing but the picture."""
    video = folder / "camera.y4m"
    codes.film(picture, video)
    browser = launch(
        api,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    )
    yield browser
    browser.close()


def scan_by_hand(door: Page, code: str) -> None:
    """A hand scanner types the code wherever the focus is, and Enter: a key every five milliseconds of its own clock."""
    keyboard = door.context.new_cdp_session(door)
    began = time.time()
    for place, letter in enumerate(code):
        at = began + place * 0.005
        key = {"key": letter, "text": letter, "timestamp": at}
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", **key})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": letter, "timestamp": at + 0.002})
    enter = {"key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13}
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", **enter, "timestamp": at + 0.005})


def verdict(door: Page, word: str) -> str:
    """Wait for the answer of the door; returns all it says."""
    expect(door.locator("[data-scan-result] .word")).to_have_text(word)
    return door.locator("[data-scan-result]").inner_text()


def test_from_walk_in_to_open_door(
    screens: Screens, playwright_api: Playwright, words: Words, tmp_path: Path
) -> None:
    tablet, desk = screens.open(locale=words.locale), screens.open(locale=words.locale)
    phone, office = screens.open(PHONE, words.locale), screens.open(DESKTOP, words.locale)

    # Staff sign in by face and PIN; two consultants go on post, one after the other.
    enrol(tablet, "前厅平板", "tablet")
    sign_in_by_face(tablet, "周倩")
    tablet.goto("/switch")
    sign_in_by_face(tablet, "林静")
    open_shift(tablet)
    colleague = screens.open(PHONE, words.locale)
    sign_in(colleague, "zhou")
    open_shift(colleague)
    sign_in(desk, "desk")

    # A guest comes in; the consultant sees it on the open page.
    tablet.goto("/floor")
    receive_at_desk(desk, "13800138000", words)
    expect(tablet.locator("#floor section.active .pill").first).to_have_text(words.with_you)
    expect(tablet.locator("#floor section.active .rule").first).to_have_text("ROT-01")
    expect(colleague.locator("#floor")).to_contain_text(words.you_are_next)
    capture(tablet)
    sell(tablet, words)

    # The guest pays by the QR on the tablet, on their own phone.
    tablet.locator("form[action$='/link'] button").tap()
    expect(tablet.locator("aside .qr")).to_be_visible()
    sale_page = tablet.url
    tablet.locator("main a[href$='/guest']").tap()
    link = codes.read(tablet.locator("aside .qr"))
    assert link.startswith(f"{screens.url}/pay/")
    pay_on_phone(phone, link, words)

    # Phone and tablet show the card by themselves.
    expect(tablet.locator("aside .countdown")).to_have_count(0)
    shown = codes.read(tablet.locator("aside .qr"))
    expect(tablet.locator("main [data-code] svg")).to_be_visible()
    assert "/" not in codes.read(tablet.locator("main [data-code]"))  # the code itself, no address
    card_link = phone.locator("#payment a[href*='/card/']")
    assert shown == card_link.get_attribute("href")
    receipt_link = phone.locator("#payment a[href*='/receipt/']").get_attribute("href")
    card_link.tap()
    expect(phone.locator("[data-code] svg")).to_be_visible()

    # Receipt and credit with its rule.
    tablet.goto(sale_page)
    expect(tablet.locator("main .pill").first).to_have_text(words.paid)
    credit = tablet.locator("section:has(.reason)")
    expect(credit).to_contain_text("林静")
    expect(credit.locator(".money")).to_contain_text("3,980.00")
    expect(credit.locator(".rule")).to_have_text("DSP-03")
    tablet.locator("main a[href$='/receipt']").tap()
    receipt = tablet.locator("article.receipt")
    expect(receipt).to_contain_text("陈晨")
    expect(receipt.locator("tr.total .money")).to_contain_text("3,980.00")
    assert codes.read(receipt.locator(".qr")) == shown
    reader = screens.open(PHONE, words.locale)
    reader.goto(receipt_link or "")
    expect(reader.locator("article.receipt")).to_contain_text("3,980.00")

    # The guest is seen out; the lead is bought; the queue has moved on.
    tablet.goto("/floor")
    tablet.locator("section.active button[data-opens^=out-]").tap()
    dialog = tablet.locator("dialog[open]")
    dialog.locator("button[value=sold]").tap()
    expect(tablet.locator("section.active")).to_have_count(0)
    expect(tablet.locator("#floor .queue li").nth(0)).to_contain_text("周倩")
    expect(tablet.locator("#floor .queue li").nth(1)).to_have_class(re.compile(r"\bme\b"))
    desk.goto("/leads")
    expect(desk.locator("li", has_text="陈晨")).to_contain_text(words.bought)

    # At the door the code is held before the camera: admitted, one visit however long it stays there.
    photograph = codes.photograph(phone.locator("[data-code]"))
    with a_camera_before(photograph, playwright_api, tmp_path) as camera:
        gate = screens.open(locale=words.locale, browser=camera)
        gate.context.grant_permissions(["camera"])
        enrol(gate, "大门", "scanner")
        gate.goto("/check-in")
        assert "陈晨" in verdict(gate, words.welcome)
        # The same code at once at another door, by a hand scanner: refused, with the reason.
        desk.goto("/check-in")
        scan_by_hand(desk, codes.text_of(photograph))
        assert words.used in verdict(desk, words.no_entry)
        expect(gate.locator("#last-scans li")).to_have_count(2)
        screens.close_one(gate)

    # The manager sees the day.
    sign_in(office, "manager")
    office.goto("/today")
    expect(office.locator("main")).to_contain_text("周倩")
    expect(office.locator("main")).to_contain_text(words.annual)
    expect(office.locator("aside .total .money")).to_contain_text("3,980.00")
    expect(office.locator("aside .bar-list li").first).to_contain_text("1. 林静")
    expect(office.locator("aside .bar-list li").first).to_contain_text("3,980.00")


def sell_for_cash(desk: Page) -> str:
    """The desk sells an annual card for cash in one go; returns the link to the card on the receipt."""
    desk.goto("/sell")
    desk.locator("label.offer", has_text=re.compile("年卡|Annual card")).tap()
    desk.fill("#sell [name=phone]", "13800138000")
    desk.fill("#sell [name=name]", "陈晨")
    desk.locator("#sell button[formaction='/sell/cash'], #sell[action='/sell/cash'] button.primary").tap()
    desk.wait_for_url("**/sales/*")
    sale = desk.url
    desk.goto(f"{sale}/receipt")
    link = codes.read(desk.locator("article.receipt .qr"))
    desk.goto(sale)
    return link


def test_cash_at_the_desk_then_money_back_and_the_card_opens_no_door(screens: Screens) -> None:
    desk, phone, office = screens.open(), screens.open(PHONE), screens.open()
    sign_in(desk, "desk")
    card_link = sell_for_cash(desk)
    expect(desk.locator("main .pill").first).to_have_text("已付清")
    sale = desk.url
    desk.goto("/desk")
    desk.locator("#new-guest input[name=phone]").press_sequentially("13800138000")
    expect(desk.locator("#preview .name")).to_contain_text("陈晨")
    expect(desk.locator("#preview .pill")).to_have_text("会员")
    phone.goto(card_link)
    code = codes.read(phone.locator("[data-code]"))
    phone.goto("about:blank")  # put away, or it asks for its next code while the card is taken back
    desk.goto("/check-in")
    scan_by_hand(desk, code)
    assert "陈晨" in verdict(desk, "欢迎")

    # The finance clerk signed in by PIN: giving money back asks for the password.
    enrol(office, "财务电脑", "tablet")
    sign_in_by_face(office, "财务")
    office.goto(sale)
    office.locator("main a[href$='/refund']").tap()
    office.fill("#confirm-password [name=password]", PASSWORD)
    office.locator("#confirm-password button.primary").tap()
    office.fill("#refund [name=reason]", "搬家")
    office.locator("#refund button.danger").tap()
    office.wait_for_url(sale)
    expect(office.locator("main .pill").first).to_have_text("已退款")
    expect(office.locator("main")).to_contain_text("搬家")

    desk.goto("/check-in")
    scan_by_hand(desk, code)
    assert "这张卡已作废" in verdict(desk, "不能进")
    phone.goto(card_link)
    expect(phone.locator("[data-moving-code]")).to_have_count(0)
    expect(phone.locator("main")).to_contain_text("这张卡已作废")
